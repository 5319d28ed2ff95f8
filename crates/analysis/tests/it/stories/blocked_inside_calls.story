# A call's time is its own work and the time it was off the CPU inside, told by
# the switches between its entry and its end. A fault before the call is not in
# it, nor is the sleep of a call whose end was lost.
process app python app.py
python app 3.11.2
full
bias 1us
00.000000 app in
00.001000 app out sleeping read 3 @ main (app.py:3)
00.005000 app woken
00.005100 app in
00.005201 app call read 3 ret=10 took=4301us @ main (app.py:3)
00.006000 app out uninterruptible @ main (app.py:4)
00.006500 app in
00.007001 app call read 3 ret=10 took=401us @ main (app.py:3)
00.008000 app out sleeping read 3 @ main (app.py:5)
00.009000 app in
00.009501 app call read 3 ret=10 took=301us @ main (app.py:3)
00.010000 app out dead
----
calls
  3 read: 5003us / 5000us / 4100us
  3 total: 5003us / 5000us / 4100us
purposes
  3 file I/O: 5000us

budget
  app      10000us = running, not sampled 4400us + reading a pipe, file or terminal 5000us + page fault 500us + waiting for a CPU 100us
