"""Recurses 5,000 deep: more than any recorder walks. The innermost frames must be right."""
# needs: 3.8
# on: every
# expect: truth >= 3
# expect: loss stack_truncated > 0
import sys
import threading

import truth


def down(depth):
    if depth == 0:
        truth.mark()
    else:
        down(depth - 1)


def main():
    down(5)
    down(5000)
    down(90)
    truth.save()


# Older interpreters use C stack for each Python call.
threading.stack_size(256 << 20)
sys.setrecursionlimit(6000)
thread = threading.Thread(target=main)
thread.start()
thread.join()
