"""A hog holds the GIL inside single C calls; a ticker only wants short slots."""
# mode: wait
# alone: yes
# expect: budget ticker: gil+runqueue >= 50%
# expect: budget ticker: gil >= 10%
import threading
import time

import clock

done = []


def hog():
    watch = clock.Watch("hog")
    for _ in range(12):
        len(set(range(1000000)))
    done.append(True)
    watch.note()


def tick():
    watch = clock.Watch("ticker")
    while not done:
        time.sleep(0.001)
    watch.note()


threads = [threading.Thread(target=hog), threading.Thread(target=tick)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
