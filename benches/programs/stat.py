"""`os.stat` in a loop: the cheapest call that most programs make."""
import os
import sys

import measure


def work(count, stat=os.stat):
    for _ in range(count):
        stat("/etc/passwd")


measure.loop(work, int(sys.argv[1]))
