# Eight threads queue for what one has.
process app python app.py
python app 3.12.1
thread p1 app
thread p2 app
thread p3 app
thread p4 app
thread p5 app
thread p6 app
thread p7 app
thread p8 app
00.000000 app in
00.000010 app sample user gil=app @ main (app.py:9)
00.000000 p1 in
00.000100 p1 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009100 p1 woken by=app futex gil.cond wake @ main (app.py:9)
00.009110 p1 in
00.010000 p1 out dead
00.000000 p2 in
00.000100 p2 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009200 p2 woken by=app futex gil.cond wake @ main (app.py:9)
00.009210 p2 in
00.010000 p2 out dead
00.000000 p3 in
00.000100 p3 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009300 p3 woken by=app futex gil.cond wake @ main (app.py:9)
00.009310 p3 in
00.010000 p3 out dead
00.000000 p4 in
00.000100 p4 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009400 p4 woken by=app futex gil.cond wake @ main (app.py:9)
00.009410 p4 in
00.010000 p4 out dead
00.000000 p5 in
00.000100 p5 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009500 p5 woken by=app futex gil.cond wake @ main (app.py:9)
00.009510 p5 in
00.010000 p5 out dead
00.000000 p6 in
00.000100 p6 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009600 p6 woken by=app futex gil.cond wake @ main (app.py:9)
00.009610 p6 in
00.010000 p6 out dead
00.000000 p7 in
00.000100 p7 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009700 p7 woken by=app futex gil.cond wake @ main (app.py:9)
00.009710 p7 in
00.010000 p7 out dead
00.000000 p8 in
00.000100 p8 out sleeping futex gil.cond gil=app @ work (app.py:5)
00.009800 p8 woken by=app futex gil.cond wake @ main (app.py:9)
00.009810 p8 in
00.010000 p8 out dead
00.010000 app out dead
----
spans
  00.000000 00.000100 p1       running
  00.000000 00.000100 p2       running
  00.000000 00.000100 p3       running
  00.000000 00.000100 p4       running
  00.000000 00.000100 p5       running
  00.000000 00.000100 p6       running
  00.000000 00.000100 p7       running
  00.000000 00.000100 p8       running
  00.000100 00.009110 p1       waiting for the GIL, woken 00.009100
  00.000100 00.009210 p2       waiting for the GIL, woken 00.009200
  00.000100 00.009310 p3       waiting for the GIL, woken 00.009300
  00.000100 00.009410 p4       waiting for the GIL, woken 00.009400
  00.000100 00.009510 p5       waiting for the GIL, woken 00.009500
  00.000100 00.009610 p6       waiting for the GIL, woken 00.009600
  00.000100 00.009710 p7       waiting for the GIL, woken 00.009700
  00.000100 00.009810 p8       waiting for the GIL, woken 00.009800
  00.009110 00.010000 p1       running
  00.009210 00.010000 p2       running
  00.009310 00.010000 p3       running
  00.009410 00.010000 p4       running
  00.009510 00.010000 p5       running
  00.009610 00.010000 p6       running
  00.009710 00.010000 p7       running
  00.009810 00.010000 p8       running
  00.000000 00.010000 app      running
budget
  app      10000us = running Python 10000us
  p1       10000us = running, not sampled 990us + waiting for the GIL 9000us + waiting for a CPU 10us
  p2       10000us = running, not sampled 890us + waiting for the GIL 9100us + waiting for a CPU 10us
  p3       10000us = running, not sampled 790us + waiting for the GIL 9200us + waiting for a CPU 10us
  p4       10000us = running, not sampled 690us + waiting for the GIL 9300us + waiting for a CPU 10us
  p5       10000us = running, not sampled 590us + waiting for the GIL 9400us + waiting for a CPU 10us
  p6       10000us = running, not sampled 490us + waiting for the GIL 9500us + waiting for a CPU 10us
  p7       10000us = running, not sampled 390us + waiting for the GIL 9600us + waiting for a CPU 10us
  p8       10000us = running, not sampled 290us + waiting for the GIL 9700us + waiting for a CPU 10us
GIL waits
  p8 work (app.py:5): 9710us in 1, for a CPU 10us; had by app main (app.py:9)
  p7 work (app.py:5): 9610us in 1, for a CPU 10us; had by app main (app.py:9)
  p6 work (app.py:5): 9510us in 1, for a CPU 10us; had by app main (app.py:9)
  p5 work (app.py:5): 9410us in 1, for a CPU 10us; had by app main (app.py:9)
  p4 work (app.py:5): 9310us in 1, for a CPU 10us; had by app main (app.py:9)
  p3 work (app.py:5): 9210us in 1, for a CPU 10us; had by app main (app.py:9)
  p2 work (app.py:5): 9110us in 1, for a CPU 10us; had by app main (app.py:9)
  p1 work (app.py:5): 9010us in 1, for a CPU 10us; had by app main (app.py:9)
  hand-overs known 8 of 8
finding gil-pool (serious): 8 threads each waited for the GIL for half of their time or more, 74.9 ms in all (93.6 %). About 2 of them would keep it as busy; the others only queue for it.
  next: keelback gil
