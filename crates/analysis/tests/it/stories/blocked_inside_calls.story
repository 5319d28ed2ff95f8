# A call's time is its own work and the time it was off the CPU inside, told by
# the switches between its entry and its end. A fault before the call is not in
# it, nor is the sleep of a call whose end was lost, be it the call before.
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
00.010000 app out sleeping read 3 @ main (app.py:6)
00.011000 app in
00.012000 app out sleeping read 3 @ main (app.py:7)
00.012500 app in
00.012601 app call read 3 ret=10 took=701us @ main (app.py:3)
00.013000 app out dead
----
calls
  4 read: 5704us / 5700us / 4600us
  4 total: 5704us / 5700us / 4600us
purposes
  4 file I/O: 5700us

budget
  app      13000us = running, not sampled 5900us + reading a pipe, file or terminal 6500us + page fault 500us + waiting for a CPU 100us
