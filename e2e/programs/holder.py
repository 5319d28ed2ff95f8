"""One thread sleeps with the GIL, by its clock; another wants it meanwhile.

`ctypes.PyDLL` does not release the GIL around a call. So the time that the
other thread waits is known: from when its own sleep ends to when usleep does.
"""
# needs: 3.8
# mode: wait
# alone: yes
# expect: budget wanter: gil >= 40%
import ctypes
import threading
import time

import clock

usleep = ctypes.PyDLL(None).usleep
begun = threading.Barrier(2)


def want():
    watch = clock.Watch("wanter")
    begun.wait()
    time.sleep(0.05)
    watch.note()


thread = threading.Thread(target=want)
thread.start()
begun.wait()
time.sleep(0.02)
usleep(999999)
thread.join()
