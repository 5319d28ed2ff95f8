"""Two threads compute and take turns under the GIL."""
# mode: wait
# alone: yes
# expect: budget lock.join >= 80%
# expect: budget fighter: gil >= 5%
# expect: budget fighter: gil+runqueue >= 40%
# expect: budget fighter: gil+python+runqueue >= 95%
# expect: threads >= 3
import threading
import time

import clock


def fight():
    watch = clock.Watch("fighter")
    end = time.time() + 1.2
    while time.time() < end:
        for _ in range(10000):
            pass
    watch.note()


threads = [threading.Thread(target=fight) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
