"""One byte back and forth between two threads, through two pipes: `pingpong.py ROUNDS`."""
import os
import sys
import threading

import measure


def work(count):
    ping, pong = os.pipe(), os.pipe()

    def echo():
        for _ in range(count):
            os.write(pong[1], os.read(ping[0], 1))

    thread = threading.Thread(target=echo)
    thread.start()
    for _ in range(count):
        os.write(ping[1], b"x")
        os.read(pong[0], 1)
    thread.join()


measure.loop(work, int(sys.argv[1]))
