"""A thread collects garbage over a big heap while others want the GIL; or it
only computes. The last argument says which."""
import gc
import sys
import threading
import time

ROUNDS = 5
gc.disable()
done = []


class Node:
    other = None


def heap():
    nodes = [Node() for _ in range(150000)]
    for one, other in zip(nodes, nodes[1:]):
        one.other = other
    return nodes


def collect(kept):
    for _ in range(ROUNDS):
        gc.collect()
        time.sleep(0.005)
    done.append(len(kept))


def compute(kept):
    for _ in range(ROUNDS * 10):
        sorted(node.other is None for node in kept[:20000])
    done.append(len(kept))


def tick():
    while not done:
        time.sleep(0.001)


work = {"collects": collect, "computes": compute}[sys.argv[1]]
threads = [threading.Thread(target=work, args=(heap(),))]
threads += [threading.Thread(target=tick) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
