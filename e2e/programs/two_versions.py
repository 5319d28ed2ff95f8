"""Two Pythons of different versions in one recording."""
# needs: 3.8
# command: /bin/sh -c "{python} {program} && {other} {program}"
# expect: interpreters >= 2
# expect: truth >= 4
import os
import time

import truth

# A shell does not announce which Python it will start. One that the recorder
# has not met is found in its first moments; their events have no stack, which
# is counted as `before_discovery`.
time.sleep(0.3)


def work():
    for _ in range(2):
        os.access(truth.CALL, os.F_OK)


work()
truth.save()
