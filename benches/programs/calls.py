"""Two threads that only make Python calls: `calls.py CALLS`."""
import sys
import threading

import measure


def nothing():
    pass


def call(count):
    for _ in range(count):
        nothing()


def work(count):
    threads = [threading.Thread(target=call, args=(count // 2,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


measure.loop(work, int(sys.argv[1]))
