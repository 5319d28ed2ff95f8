"""What threads without a GIL wait for: a list that both change, a collection, a
lock. The last argument says which."""
import gc
import sys
import threading
import time

way = sys.argv[1]
# For the collector it would be a burden.
big = list(range(5000000 if way == "list" else 0))
lock = threading.Lock()
done = []
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
    kept = [[number] for number in range(100000)]
    for _ in range(12):
        gc.collect()
    done.append(len(kept))


def compute():
    while not done:
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
threads = [threading.Thread(target=it) for it in ways[way]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
