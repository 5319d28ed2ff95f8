"""Threads that compute: `busy.py LOOPS THREADS`, the loops shared out among them."""
import sys
import threading

import measure

THREADS = int(sys.argv[2])


def spin(loops):
    total = 0
    for number in range(loops):
        total += number


def work(count):
    threads = [threading.Thread(target=spin, args=(count // THREADS,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


measure.loop(work, int(sys.argv[1]))
