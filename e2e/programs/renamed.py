"""Threads rename themselves, by prctl(2) and by /proc; each keeps its own calls."""
# needs: 3.8
# expect: thread by-prctl
# expect: thread by-proc
# expect: thread second-name
# expect: truth >= 3
import ctypes
import threading

import truth

PR_SET_NAME = 15


def by_prctl():
    ctypes.CDLL(None).prctl(PR_SET_NAME, b"by-prctl", 0, 0, 0)
    truth.mark()


def by_proc(*names):
    for name in names:
        with open("/proc/thread-self/comm", "w") as comm:
            comm.write(name)
        truth.mark()


threads = [
    threading.Thread(target=by_prctl),
    threading.Thread(target=by_proc, args=("by-proc", "second-name")),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
truth.save()
