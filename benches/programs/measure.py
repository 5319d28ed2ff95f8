"""Writes down what a program measured of itself, where the benchmark reads it."""
import json
import os
import time


def loop(work, count):
    """Times `work(count)` by wall and CPU clock; `count` is what the time is divided by."""
    begin, cpu = time.perf_counter(), os.times()
    work(count)
    seconds, end = time.perf_counter() - begin, os.times()
    note = {
        "count": count,
        "seconds": seconds,
        # Own and finished children's time, user and system.
        "loop_cpu": sum(end[:4]) - sum(cpu[:4]),
    }
    with open(os.environ["KEELBACK_BENCH"], "w") as file:
        json.dump(note, file)
