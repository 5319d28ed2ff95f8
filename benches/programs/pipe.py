"""One-byte writes to a pipe that the program empties itself."""
import os
import sys

import measure


def work(count, write=os.write):
    reader, writer = os.pipe()
    for number in range(count):
        write(writer, b"x")
        if number & 4095 == 4095:
            os.read(reader, 65536)


measure.loop(work, int(sys.argv[1]))
