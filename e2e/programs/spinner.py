"""Computes: nearly all of the wall time is spent on a CPU, or waiting for one."""
# mode: wait
# alone: yes
# expect: budget python+runqueue >= 90%
import time

import clock

watch = clock.Watch()
end = time.time() + 1.5
while time.time() < end:
    for _ in range(10000):
        pass
watch.note()
