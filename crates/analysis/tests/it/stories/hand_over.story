# Who gave the GIL: the waker, if it was in FUTEX_WAKE on the condition
# variable; a wake-up from an interrupt shows any call and proves nothing, so
# there the GIL's own fields at the wait's beginning must do; else who had it
# last. Who asked for it and then runs on has got it.
process app python app.py
python app 3.12.1
thread a app
thread b app
thread c app
00.000000 app in
00.000000 a in
00.000000 b in
00.000000 c in
00.000050 app sample user gil=app @ main (app.py:9)
00.000100 a out sleeping futex gil.cond gil=app @ work (app.py:1)
00.000100 b out sleeping futex gil.cond gil=app @ work (app.py:2)
00.000100 c out sleeping futex gil.cond gil=free @ work (app.py:3)
00.001000 a woken by=app futex gil.cond wake @ main (app.py:10)
00.001000 a in
00.002000 b woken by=app write 1 @ main (app.py:11)
00.002000 b in
00.003000 c woken
00.003000 c in
00.004000 a out dead
00.004000 b out dead
00.004000 c out dead
00.004000 app out dead
----
spans
  00.000000 00.000100 a        running
  00.000000 00.000100 b        running
  00.000000 00.000100 c        running
  00.000100 00.001000 a        waiting for the GIL, woken 00.001000
  00.000100 00.002000 b        waiting for the GIL, woken 00.002000
  00.000100 00.003000 c        waiting for the GIL, woken 00.003000
  00.001000 00.004000 a        running
  00.002000 00.004000 b        running
  00.003000 00.004000 c        running
  00.000000 00.004000 app      running
budget
  app      4000us = running Python 4000us
  a        4000us = running, not sampled 3100us + waiting for the GIL 900us
  b        4000us = running, not sampled 2100us + waiting for the GIL 1900us
  c        4000us = running, not sampled 1100us + waiting for the GIL 2900us
GIL waits
  c work (app.py:3): 2450us in 1, for a CPU 0us; had by a work (app.py:1)
  b work (app.py:2): 1000us in 1, for a CPU 0us; had by a work (app.py:1)
  a work (app.py:1): 900us in 1, for a CPU 0us; had by app main (app.py:10)
  b work (app.py:2): 450us in 1, for a CPU 0us; had by app main (app.py:9)
  b work (app.py:2): 450us in 1, for a CPU 0us; had by app main (app.py:10)
  c work (app.py:3): 450us in 1, for a CPU 0us; had by app main (app.py:10)
  hand-overs known 3 of 3
finding gil-turns (serious): 2 threads compute in Python and only take turns: together they had the GIL for 1.50 ms and waited for it for 4.80 ms, 60.0 % of their time. More threads will not make this faster; processes, a free-threaded Python, or code that releases the GIL would.
  next: keelback whatif --no-gil
