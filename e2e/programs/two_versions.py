"""Two Pythons of different versions in one recording."""
# needs: 3.8
# command: /bin/sh -c "{python} {program} && {other} {program}"
# expect: interpreters >= 2
# expect: truth >= 4
import os

import truth


def work():
    for _ in range(2):
        os.access(truth.CALL, os.F_OK)


work()
truth.save()
