"""One thread computes, another asks for the GIL sixty times; the last argument
is the switch interval in seconds."""
# mode: wait
# alone: yes
# variants: 0.005
# expect: budget asker: gil >= 30%
# expect: threads >= 3
import sys
import threading
import time

import clock

done = []


def ask():
    watch = clock.Watch("asker")
    for _ in range(60):
        time.sleep(0.001)
    done.append(True)
    watch.note()


def compute():
    watch = clock.Watch("computer")
    while not done:
        sum(range(100))
    watch.note()


sys.setswitchinterval(float(sys.argv[1]))
threads = [threading.Thread(target=it, name=name) for it, name in ((ask, "asker"), (compute, "computer"))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
