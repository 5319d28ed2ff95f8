"""Writes down what a program measured of itself, where the benchmark reads it."""
import json
import os
import resource
import time


def cpu():
    """CPU seconds of this process and of its finished children, user and system."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def loop(work, count):
    """Times `work(count)` by wall and CPU clock; `count` is what the time is divided by."""
    begin, before = time.perf_counter(), cpu()
    work(count)
    note = {"count": count, "seconds": time.perf_counter() - begin, "loop_cpu": cpu() - before}
    with open(os.environ["KEELBACK_BENCH"], "w") as file:
        json.dump(note, file)
