"""Reads from a pipe that a slow child fills."""
# mode: wait
# alone: yes
# expect: budget blocked.read >= 75%
# expect: processes >= 2
import os
import time

import clock

watch = clock.Watch()
reader, writer = os.pipe()
if os.fork() == 0:
    os.close(reader)
    for _ in range(15):
        time.sleep(0.1)
        os.write(writer, b"x")
    os._exit(0)
os.close(writer)
while os.read(reader, 1):
    pass
os.wait()
watch.note()
