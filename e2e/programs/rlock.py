"""Waits on an RLock, which tells its own type since it is built on a PyMutex."""
# needs: 3.14
# on: every
# mode: wait
# expect: futex threading.RLock >= 5
# expect: futex threading.Lock <= 6
import threading
import time

lock = threading.RLock()
gate = threading.Barrier(2)


def hold():
    gate.wait()
    for _ in range(10):
        with lock:
            time.sleep(0.002)


threads = [threading.Thread(target=hold) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
