"""Two processes share one CPU: each waits for it half of the time."""
# needs: 3.3
# mode: wait
# alone: yes
# expect: processes >= 2
# expect: budget runqueue >= 35%
# expect: budget python >= 10%
# expect: budget python+runqueue >= 90%
import os
import time

import clock

watch = clock.Watch()
os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
child = os.fork()
end = time.time() + 1.5
while time.time() < end:
    for _ in range(10000):
        pass
if child == 0:
    os._exit(0)
watch.note()
os.waitpid(child, 0)
