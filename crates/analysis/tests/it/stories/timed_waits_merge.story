# Three 5 ms slices with some microseconds of running between them are one
# wait; a preemption and the GIL's own mutex in between do not end it. After
# 60 us of running the next sleep is another wait.
process app python app.py
python app 3.11.2
thread worker app
00.000000 app in
00.000000 worker in
00.000100 worker out sleeping futex gil.cond gil=app @ work (app.py:5)
00.005100 worker woken
00.005110 worker in
00.005130 worker out sleeping futex gil.cond gil=app @ work (app.py:5)
00.010130 worker woken
00.010150 worker in
00.010155 worker out preempted gil=app @ work (app.py:5)
00.010655 worker in
00.010660 worker out sleeping futex gil.mutex wait @ work (app.py:5)
00.010670 worker woken by=app futex gil.mutex wake
00.010680 worker in
00.010690 worker out sleeping futex gil.cond gil=app @ work (app.py:5)
00.012000 worker woken by=app futex gil.cond wake @ main (app.py:9)
00.012010 worker in
00.012070 worker out sleeping futex gil.cond gil=app @ work (app.py:6)
00.013000 worker woken by=app futex gil.cond wake @ main (app.py:9)
00.013000 worker in
00.014000 worker out dead
00.014000 app out dead
----
spans
  00.000000 00.000100 worker   running
  00.000100 00.005110 worker   waiting for the GIL, woken 00.005100
  00.005110 00.005130 worker   running
  00.005130 00.010150 worker   waiting for the GIL, woken 00.010130
  00.010150 00.010155 worker   running
  00.010155 00.010655 worker   waiting for a CPU
  00.010655 00.010660 worker   running
  00.010660 00.010680 worker   GIL's own mutex, woken 00.010670
  00.010680 00.010690 worker   running
  00.010690 00.012010 worker   waiting for the GIL, woken 00.012000
  00.012010 00.012070 worker   running
  00.012070 00.013000 worker   waiting for the GIL, woken 00.013000
  00.013000 00.014000 worker   running
  00.000000 00.014000 app      running
budget
  app      14000us = running, not sampled 14000us
  worker   14000us = running, not sampled 1200us + waiting for the GIL 12240us + GIL's own mutex 10us + waiting for a CPU 550us
GIL waits
  worker work (app.py:5): 11910us in 1, for a CPU 550us; had by app main (app.py:9)
  worker work (app.py:6): 930us in 1, for a CPU 0us; had by app main (app.py:9)
  hand-overs known 2 of 2
finding gil-contention (serious): worker waited 12.8 ms for the GIL, 91.7 % of its time, 550 us of it for a CPU after its turn came. Most of it: worker at work (app.py:5) while app had it at main (app.py:9), 11.9 ms in 1 wait.
  next: keelback gil
