"""System calls at a steady rate: `flood.py CALL RATE SECONDS PROCESSES`.

Each process makes its share of the calls of a millisecond, then spins until
the next one begins. Prints the calls made and the seconds it took.
"""
import os
import sys
import time

CALL, RATE, SECONDS, PROCESSES = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
CALLS = {"getppid": os.getppid, "stat": lambda stat=os.stat: stat("/")}


def flood(call, batch, ticks):
    begin = time.perf_counter()
    for tick in range(ticks):
        for _ in range(batch):
            call()
        while time.perf_counter() < begin + (tick + 1) / 1000:
            pass


batch, ticks = RATE // 1000 // PROCESSES, int(SECONDS * 1000)
begin = time.perf_counter()
children = []
for _ in range(PROCESSES):
    child = os.fork()
    if child == 0:
        flood(CALLS[CALL], batch, ticks)
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
print(batch * ticks * PROCESSES, time.perf_counter() - begin)
