# Two threads compute. The waiter sleeps 5 ms on the GIL's condition variable,
# asks the holder to let go, and gets it from the holder's hands. What it then
# waits for a CPU is the CPU's fault: the budget says so, the wait shows both.
process app python app.py
python app 3.11.2
thread worker app
00.000000 app in
00.000000 worker start by=app
00.000010 worker in
00.000020 worker out sleeping futex gil.cond gil=app @ spin (app.py:7) < run (app.py:20)
00.001000 app sample user gil=app @ spin (app.py:7) < main (app.py:30)
00.004000 app sample user gil=app @ spin (app.py:7) < main (app.py:30)
00.005020 worker woken
00.005030 worker in
00.005040 worker out sleeping futex gil.cond gil=app @ spin (app.py:7) < run (app.py:20)
00.005100 worker woken by=app futex gil.cond wake @ spin (app.py:8) < main (app.py:30)
00.005110 app out sleeping futex gil.switch_cond gil=free @ spin (app.py:8) < main (app.py:30)
00.005300 worker in
00.005310 app woken by=worker futex gil.switch_cond wake @ spin (app.py:7) < run (app.py:20)
00.005320 app in
00.005330 app out sleeping futex gil.cond gil=worker @ spin (app.py:8) < main (app.py:30)
00.006000 worker sample user gil=worker @ spin (app.py:7) < run (app.py:20)
00.008000 app woken by=worker futex gil.cond wake @ run (app.py:21)
00.008000 worker exit
00.008010 app in
00.008010 worker out dead
00.009000 app sample user gil=app @ main (app.py:31)
00.010000 app out dead
----
spans
  00.000000 00.000010 worker   waiting for a CPU
  00.000010 00.000020 worker   running
  00.000020 00.005030 worker   waiting for the GIL, woken 00.005020
  00.005030 00.005040 worker   running
  00.000000 00.005110 app      running
  00.005040 00.005300 worker   waiting for the GIL, woken 00.005100
  00.005110 00.005320 app      forced switch, woken 00.005310
  00.005320 00.005330 app      running
  00.005300 00.008000 worker   running
  00.005330 00.008010 app      waiting for the GIL, woken 00.008000
  00.008000 00.008010 worker   exiting
  00.008010 00.010000 app      running
budget
  app      10000us = running Python 7110us + waiting for the GIL 2670us + forced switch 200us + waiting for a CPU 20us
  worker   8010us = running Python 2720us + in the kernel 10us + waiting for the GIL 5060us + waiting for a CPU 220us
GIL waits
  worker spin (app.py:7): 4300us in 1, for a CPU 210us; had by app spin (app.py:7)
  app spin (app.py:8): 2680us in 1, for a CPU 10us; had by worker spin (app.py:7)
  worker spin (app.py:7): 980us in 1, for a CPU 0us; had by app spin (app.py:8)
  hand-overs known 2 of 2
finding gil-contention (serious): worker waited 5.28 ms for the GIL, 65.9 % of its time, 210 us of it for a CPU after its turn came. Most of it: worker at spin (app.py:7) while app had it at spin (app.py:7), 4.30 ms in 1 wait.
  next: keelback gil
