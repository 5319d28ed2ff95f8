"""Work whose amount is known: `decide.py [TURNS]`, or the kernel `bench_work`.

DECIDE_FACTOR makes it longer: with 1.03 there are three percent more turns.
"""

import os
import sys

FACTOR = float(os.environ.get("DECIDE_FACTOR", "1"))


def work(turns):
    table = {}
    text = "keelback"
    for i in range(int(turns * FACTOR)):
        key = text[i % 7 :] + str(i & 255)
        table[key] = table.get(key, 0) + len(key)
    return table


def bench_work():
    work(10000)


if __name__ == "__main__":
    work(int(sys.argv[1]) if len(sys.argv) > 1 else 200000)
