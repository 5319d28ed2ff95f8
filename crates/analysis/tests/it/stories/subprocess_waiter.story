# subprocess.run(): vfork sleeps uninterruptibly until the child's exec, which
# is no disk; then the parent waits for the child.
process app python app.py
process child parent=app python app.py
python app 3.12.1
00.000000 app in
00.000100 child start by=app
00.000100 app out uninterruptible vfork @ Popen._execute_child (/usr/lib/python3.12/subprocess.py:1885) < main (app.py:5)
00.000150 child in
00.000300 child exec ls -l
00.000310 app woken by=child execve
00.000400 app in
00.000500 app out sleeping wait4 @ Popen._try_wait (/usr/lib/python3.12/subprocess.py:2010) < main (app.py:5)
00.001500 child exit status=0
00.001500 app woken by=child exit_group
00.001510 child out dead
00.001520 app in
00.002000 app out dead
----
spans
  00.000000 00.000100 app      running
  00.000100 00.000150 child    waiting for a CPU
  00.000100 00.000400 app      starting a process, woken 00.000310
  00.000400 00.000500 app      running
  00.000150 00.001500 child    running
  00.001500 00.001510 child    exiting
  00.000500 00.001520 app      waiting for a child process, woken 00.001500
  00.001520 00.002000 app      running
budget
  app      2000us = running, not sampled 680us + waiting for a child process 1000us + starting a process 210us + waiting for a CPU 110us
  child    1410us = in the kernel 10us + running, not sampled 1350us + waiting for a CPU 50us
