"""Threads that make a fixed number of system calls each."""
# on: every
# expect: syscalls stat|newfstatat >= 4000
# expect: threads >= 5
import os
import threading
import time


def work():
    for _ in range(1000):
        os.stat("/")


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# Before 3.13 a join does not wait for the very end of a thread, where the C
# library makes a call or two.
time.sleep(0.1)
