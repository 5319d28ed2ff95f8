# os.fork(): the child has its parent's interpreter at the same addresses until
# it execs; then the same address means nothing.
process app python app.py
process child parent=app python app.py
python app 3.11.2
00.000000 app in
00.000500 child start by=app
00.000600 child in
00.000700 child out sleeping futex gil.cond gil=app @ work (app.py:5)
00.000900 child woken
00.000900 child in
00.001000 child exec sort
00.001500 child out sleeping futex gil.cond
00.001800 child in
00.002000 child exit status=256
00.002010 child out dead
00.003000 app out dead
----
spans
  00.000500 00.000600 child    waiting for a CPU
  00.000600 00.000700 child    running
  00.000700 00.000900 child    waiting for the GIL, woken 00.000900
  00.000900 00.001500 child    running
  00.001500 00.001800 child    foreign library's lock
  00.001800 00.002000 child    running
  00.002000 00.002010 child    exiting
  00.000000 00.003000 app      running
budget
  app      3000us = running, not sampled 3000us
  child    1510us = in the kernel 10us + running, not sampled 900us + waiting for the GIL 200us + foreign library's lock 300us + waiting for a CPU 100us
GIL waits
  child work (app.py:5): 200us in 1, for a CPU 0us; had by app 
  hand-overs known 1 of 1
locks
  foreign library: child : 300us in 1; until  
