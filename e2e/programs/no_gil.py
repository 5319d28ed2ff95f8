"""What threads without a GIL wait for: a list that both change, a collection, a
lock. The last argument says which."""
import gc
import sys
import threading
import time

big = list(range(5000000))
lock = threading.Lock()
end = time.time() + 0.5


def reverse():
    while time.time() < end:
        big.reverse()


def append():
    while time.time() < end:
        big.append(1)
        big.pop()
        time.sleep(0.001)


def collect():
    kept = [[number] for number in range(200000)]
    while time.time() < end:
        gc.collect()
    return kept


def compute():
    while time.time() < end:
        sum(range(100))


def hold():
    while time.time() < end:
        with lock:
            time.sleep(0.01)


def want():
    while time.time() < end:
        with lock:
            pass


ways = {"list": (reverse, append), "collection": (collect, compute), "lock": (hold, want)}
threads = [threading.Thread(target=it) for it in ways[sys.argv[1]]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
