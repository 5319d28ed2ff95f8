"""Two threads compute while the main thread sleeps in a function of its own."""
# mode: wait
# alone: yes
# expect: budget blocked.sleep >= 5%
# expect: threads >= 3
import threading
import time


def marked_sleep():
    time.sleep(0.05)


def compute():
    end = time.time() + 0.2
    while time.time() < end:
        sum(range(500))


threads = [threading.Thread(target=compute) for _ in range(2)]
for thread in threads:
    thread.start()
marked_sleep()
for thread in threads:
    thread.join()
marked_sleep()
