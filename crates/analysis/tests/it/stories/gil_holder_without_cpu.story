# The holder loses its CPU to another program: that is no fault of the GIL.
process app python app.py
python app 3.12.1
thread b app
00.000000 app in
00.000000 b in
00.001000 b out sleeping futex gil.cond gil=app @ work (app.py:5)
00.002000 app out preempted gil=app @ work (app.py:5)
00.022000 app in
00.025000 b woken by=app futex gil.cond wake @ work (app.py:5)
00.025010 b in
00.030000 b out dead
00.030000 app out dead
----
spans
  00.000000 00.001000 b        running
  00.000000 00.002000 app      running
  00.002000 00.022000 app      waiting for a CPU
  00.001000 00.025010 b        waiting for the GIL, woken 00.025000
  00.025010 00.030000 b        running
  00.022000 00.030000 app      running
budget
  app      30000us = running, not sampled 10000us + waiting for a CPU 20000us
  b        30000us = running, not sampled 5990us + waiting for the GIL 24000us + waiting for a CPU 10us
GIL waits
  b work (app.py:5): 24010us in 1, for a CPU 10us; had by app work (app.py:5)
  hand-overs known 1 of 1
finding gil-contention (serious): b waited 24.0 ms for the GIL, 80.0 % of its time, 10.0 us of it for a CPU after its turn came. Most of it: b at work (app.py:5) while app had it at work (app.py:5), 24.0 ms in 1 wait.
  next: keelback gil
finding cpu-starvation (serious): Threads were ready to run but had no CPU for 20.0 ms, 55.6 % of the time they wanted one; app most, for 20.0 ms. 2 CPUs were online.
  next: keelback gil
finding gil-holder-without-cpu (serious): 20.0 ms of the 24.0 ms of waiting for the GIL (83.3 %) its holder had no CPU: the machine has 2 CPUs and more to do than they can. That part is not the GIL's fault and goes with a quieter machine.
  next: keelback gil
