"""Two threads fight in each of two sub-interpreters that have a GIL of their own."""
import os
import sys
import threading

SCRIPT = """
import threading, time
def compute_NAME():
    end = time.time() + 0.4
    while time.time() < end:
        sum(range(200))
threads = [threading.Thread(target=compute_NAME) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""

if sys.version_info >= (3, 13):
    import _interpreters as subs

    made = [subs.create("isolated") for _ in range(2)]
else:
    import _xxsubinterpreters as subs

    made = [subs.create(isolated=True) for _ in range(2)]
run = getattr(subs, "exec", None) or subs.run_string
pairs = zip(made, "ab")
threads = [threading.Thread(target=run, args=(one, SCRIPT.replace("NAME", name))) for one, name in pairs]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# Some versions wait for ever for the threads of interpreters that are left.
os._exit(0)
