# Switches to a thread are missing, as from tasks that the kernel does not
# trace: first one and its wake-up, then one after a wake-up by a timer, then
# one after a wake-up with the GIL.
process app python app.py
python app 3.12.1
thread b app
00.000000 app in
00.000000 b in
00.001000 b out sleeping futex gil.cond gil=app @ work (app.py:5)
00.006100 b out sleeping futex gil.cond gil=app @ work (app.py:5)
00.006500 b woken
00.006800 b out sleeping futex gil.cond gil=app @ work (app.py:5)
00.007000 b woken by=app futex gil.cond wake @ work (app.py:5)
00.007050 app out sleeping futex gil.switch_cond gil=free @ work (app.py:5)
00.009000 b sample user gil=b @ work (app.py:5)
00.009500 app woken by=b futex gil.switch_cond wake @ work (app.py:5)
00.009600 app in
00.030000 b out dead
00.030000 app out dead
----
spans
  00.000000 00.001000 b        running
  00.001000 00.006100 b        not recorded
  00.006100 00.006500 b        waiting for the GIL, woken 00.006500
  00.006500 00.006800 b        not recorded
  00.000000 00.007050 app      running
  00.006800 00.007000 b        waiting for the GIL, woken 00.007000
  00.007000 00.009000 b        not recorded
  00.007050 00.009600 app      forced switch, woken 00.009500
  00.009000 00.030000 b        running
  00.009600 00.030000 app      running
budget
  app      30000us = running, not sampled 27450us + forced switch 2450us + waiting for a CPU 100us
  b        30000us = running Python 22000us + waiting for the GIL 600us + not recorded 7400us
GIL waits
  b work (app.py:5): 6000us in 1, for a CPU 0us; had by app work (app.py:5)
  hand-overs known 1 of 1
finding losses (serious): 7.40 ms of thread time (12.3 %) cannot be told.
  next: 
finding gil-contention (warning): b waited 6.00 ms for the GIL, 20.0 % of its time. Most of it: b at work (app.py:5) while app had it at work (app.py:5), 6.00 ms in 1 wait.
  next: keelback gil
