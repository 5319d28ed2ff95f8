"""Runs in a virtual environment."""
# needs: 3.8
# command: {venv} {program}
# launcher: no
# expect: truth >= 1
# expect: interpreters >= 1
import sys

import truth

assert sys.prefix != sys.base_prefix, "not in a virtual environment"
truth.mark()
truth.save()
