# A sub-interpreter has its own GIL: who waits for that waits for its owner, and
# the process's GIL is another.
process app python app.py
python app 3.13.0
python app 3.13.0 own-gil
thread rival app
thread inner app
thread second app
00.000000 app in
00.000000 rival in
00.000000 inner in
00.000000 inner under own
00.000000 second in
00.000000 second under own
repeat 5 20ms 00.001000 app sample user gil=app @ outside (app.py:3)
repeat 5 20ms 00.001000 inner sample user gil=inner @ inside (<string>:3)
repeat 5 20ms 00.002000 rival out sleeping futex gil.cond gil=app @ outside (app.py:4)
repeat 5 20ms 00.002000 second out sleeping futex own.cond gil=inner @ inside (<string>:4)
repeat 5 20ms 00.007000 rival woken by=app futex gil.cond wake @ outside (app.py:3)
repeat 5 20ms 00.007010 rival in
repeat 5 20ms 00.012000 second woken by=inner futex own.cond wake @ inside (<string>:3)
repeat 5 20ms 00.012010 second in
00.100000 second out dead
00.100000 inner out dead
00.100000 rival out dead
00.100000 app out dead
----
spans
  00.000000 00.002000 rival    running
  00.000000 00.002000 second   running
  00.002000 00.007010 rival    waiting for the GIL, woken 00.007000
  00.002000 00.012010 second   waiting for the GIL, woken 00.012000
  00.007010 00.022000 rival    running
  00.012010 00.022000 second   running
  00.022000 00.027010 rival    waiting for the GIL, woken 00.027000
  00.022000 00.032010 second   waiting for the GIL, woken 00.032000
  00.027010 00.042000 rival    running
  00.032010 00.042000 second   running
  00.042000 00.047010 rival    waiting for the GIL, woken 00.047000
  00.042000 00.052010 second   waiting for the GIL, woken 00.052000
  00.047010 00.062000 rival    running
  00.052010 00.062000 second   running
  00.062000 00.067010 rival    waiting for the GIL, woken 00.067000
  00.062000 00.072010 second   waiting for the GIL, woken 00.072000
  00.067010 00.082000 rival    running
  00.072010 00.082000 second   running
  00.082000 00.087010 rival    waiting for the GIL, woken 00.087000
  00.082000 00.092010 second   waiting for the GIL, woken 00.092000
  00.092010 00.100000 second   running
  00.000000 00.100000 inner    running
  00.087010 00.100000 rival    running
  00.000000 00.100000 app      running
budget
  app      100000us = running Python 100000us
  rival    100000us = running, not sampled 74950us + waiting for the GIL 25000us + waiting for a CPU 50us
  inner    100000us = running Python 100000us
  second   100000us = running, not sampled 49950us + waiting for the GIL 50000us + waiting for a CPU 50us
GIL waits
  second inside (<string>:4): 50050us in 5, for a CPU 50us; had by inner inside (<string>:3)
  rival outside (app.py:4): 25050us in 5, for a CPU 50us; had by app outside (app.py:3)
  hand-overs known 10 of 10
finding gil-turns (serious): 2 threads compute in Python and only take turns: together they had the GIL for 60.5 ms and waited for it for 75.1 ms, 37.5 % of their time. More threads will not make this faster; processes, a free-threaded Python, or code that releases the GIL would.
  next: keelback whatif --no-gil
finding gil-hog (serious): inner kept the GIL at inside (<string>:3) for up to 10.0 ms on a CPU while others asked for it. What runs Python lets go after a switch interval: this line is in a C call that does not. second waited 50.0 ms for it at inside (<string>:4).
  next: keelback gil
