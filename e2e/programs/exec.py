"""Becomes another Python by exec: one process, two interpreters."""
# needs: 3.8
# command: {python} {program} {other}
# expect: interpreters >= 2
# expect: exit 3
# expect: truth >= 2
import os
import sys

import truth


def before():
    truth.mark()


def after():
    truth.mark()


if len(sys.argv) > 1:
    before()
    truth.save()
    os.execv(sys.argv[1], [sys.argv[1], sys.argv[0]])
after()
truth.save()
sys.exit(3)
