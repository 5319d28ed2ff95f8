"""Waits for a child process."""
# mode: wait
# alone: yes
# launcher: no
# expect: budget blocked.child >= 75%
# expect: processes >= 2
# expect: interpreters >= 2
import subprocess
import sys

import clock

watch = clock.Watch()
subprocess.call([sys.executable, "-c", "import time; time.sleep(1.5)"])
watch.note()
