"""Writes down what a program measured of itself, where the benchmark reads it."""
import json
import os
import resource
import time


def cpu():
    """CPU seconds of this process and of its finished children: user, system."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime for usage in both), sum(usage.ru_stime for usage in both)


def loop(work, count):
    """Times `work(count)` by wall and CPU clock; `count` is what the time is divided by."""
    begin, (user, system) = time.perf_counter(), cpu()
    work(count)
    seconds, after = time.perf_counter() - begin, cpu()
    note = {"count": count, "seconds": seconds, "loop_user": after[0] - user}
    note["loop_cpu"] = note["loop_user"] + after[1] - system
    with open(os.environ["KEELBACK_BENCH"], "w") as file:
        json.dump(note, file)
