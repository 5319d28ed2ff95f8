"""Starts of a Python, one after the other: `starts.py COUNT ARGUMENT...`."""
import os
import sys

import measure


def work(count):
    for _ in range(count):
        words = [sys.executable] + sys.argv[2:]
        child = os.posix_spawn(words[0], words, os.environ)
        assert os.waitpid(child, 0)[1] == 0


measure.loop(work, int(sys.argv[1]))
