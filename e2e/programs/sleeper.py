"""Sleeps: nearly all of the wall time is one blocked call."""
# on: every
# mode: wait
# alone: yes
# expect: budget blocked.sleep >= 75%
import time

import clock

watch = clock.Watch()
time.sleep(1.5)
watch.note()
