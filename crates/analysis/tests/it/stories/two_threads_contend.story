# A GIL fight long enough to be worth a finding.
process app python app.py
python app 3.11.2
thread worker app
00.000000 app in
00.000000 worker in
repeat 10 10ms 00.000100 worker out sleeping futex gil.cond gil=app @ work (app.py:7) < run (app.py:20)
repeat 10 10ms 00.006000 worker woken by=app futex gil.cond wake @ spin (app.py:15)
repeat 10 10ms 00.006500 worker in
00.100000 worker out dead
00.100000 app out dead
----
spans
  00.000000 00.000100 worker   running
  00.000100 00.006500 worker   waiting for the GIL, woken 00.006000
  00.006500 00.010100 worker   running
  00.010100 00.016500 worker   waiting for the GIL, woken 00.016000
  00.016500 00.020100 worker   running
  00.020100 00.026500 worker   waiting for the GIL, woken 00.026000
  00.026500 00.030100 worker   running
  00.030100 00.036500 worker   waiting for the GIL, woken 00.036000
  00.036500 00.040100 worker   running
  00.040100 00.046500 worker   waiting for the GIL, woken 00.046000
  00.046500 00.050100 worker   running
  00.050100 00.056500 worker   waiting for the GIL, woken 00.056000
  00.056500 00.060100 worker   running
  00.060100 00.066500 worker   waiting for the GIL, woken 00.066000
  00.066500 00.070100 worker   running
  00.070100 00.076500 worker   waiting for the GIL, woken 00.076000
  00.076500 00.080100 worker   running
  00.080100 00.086500 worker   waiting for the GIL, woken 00.086000
  00.086500 00.090100 worker   running
  00.090100 00.096500 worker   waiting for the GIL, woken 00.096000
  00.096500 00.100000 worker   running
  00.000000 00.100000 app      running
budget
  app      100000us = running, not sampled 100000us
  worker   100000us = running, not sampled 36000us + waiting for the GIL 59000us + waiting for a CPU 5000us
GIL waits
  worker work (app.py:7): 64000us in 10, for a CPU 5000us; had by app spin (app.py:15)
  hand-overs known 10 of 10
finding gil-contention (serious): worker waited 64.0 ms for the GIL, 64.0 % of its time, 5.00 ms of it for a CPU after its turn came. Most of it: worker at work (app.py:7) while app had it at spin (app.py:15), 64.0 ms in 10 waits.
  next: keelback gil
