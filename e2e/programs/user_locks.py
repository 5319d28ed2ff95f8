"""Waits on the program's own locks, never on the GIL: whoever holds one sleeps."""
# needs: 3.8
# mode: wait
# expect: futex threading.Lock|threading.RLock >= 30
# expect: threads >= 8
import queue
import threading
import time

PAUSE = 0.002
ROUNDS = 20
lock = threading.Lock()
rlock = threading.RLock()
condition = threading.Condition()
event = threading.Event()
items = queue.Queue(maxsize=1)


def hold(it):
    for _ in range(ROUNDS):
        with it:
            time.sleep(PAUSE)


def wait_for_condition():
    with condition:
        condition.wait()


def wait_for_event():
    event.wait()


def consume():
    while items.get() is not None:
        time.sleep(PAUSE)


threads = [threading.Thread(target=hold, args=(it,)) for it in (lock, lock, rlock, rlock)]
threads += [threading.Thread(target=it) for it in (wait_for_condition, wait_for_event, consume)]
for thread in threads:
    thread.start()
for number in range(ROUNDS):
    items.put(number)
items.put(None)
time.sleep(0.05)
with condition:
    condition.notify_all()
event.set()
for thread in threads:
    thread.join()
