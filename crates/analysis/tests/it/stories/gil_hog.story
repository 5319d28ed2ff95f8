# A thread in a C call keeps the GIL for 60 ms, whoever asks.
process app python app.py
python app 3.12.1
thread hog app
thread ticker app
00.000000 app in
00.000001 app out sleeping futex 0x5500001000 wait_bitset 0 @ Thread.join (/usr/lib/python3.12/threading.py:1149) < main (app.py:33)
00.000000 hog in
00.000000 ticker in
repeat 5 100ms 00.001000 hog sample user gil=hog @ hog (app.py:17)
repeat 5 100ms 00.002000 ticker out sleeping futex gil.cond gil=hog @ tick (app.py:26)
repeat 5 100ms 00.030000 hog sample user gil=hog @ hog (app.py:17)
repeat 5 100ms 00.062000 ticker woken by=hog futex gil.cond wake @ hog (app.py:18)
repeat 5 100ms 00.062010 ticker in
00.500000 ticker out dead
00.500000 hog out dead
00.500000 app woken
00.500000 app in
00.500000 app out dead
----
spans
  00.000000 00.000001 app      running
  00.000000 00.002000 ticker   running
  00.002000 00.062010 ticker   waiting for the GIL, woken 00.062000
  00.062010 00.102000 ticker   running
  00.102000 00.162010 ticker   waiting for the GIL, woken 00.162000
  00.162010 00.202000 ticker   running
  00.202000 00.262010 ticker   waiting for the GIL, woken 00.262000
  00.262010 00.302000 ticker   running
  00.302000 00.362010 ticker   waiting for the GIL, woken 00.362000
  00.362010 00.402000 ticker   running
  00.402000 00.462010 ticker   waiting for the GIL, woken 00.462000
  00.462010 00.500000 ticker   running
  00.000000 00.500000 hog      running
  00.000001 00.500000 app      joining a thread, woken 00.500000
budget
  app      500000us = running, not sampled 1us + joining a thread 499999us
  hog      500000us = running Python 500000us
  ticker   500000us = running, not sampled 199950us + waiting for the GIL 300000us + waiting for a CPU 50us
GIL waits
  ticker tick (app.py:26): 300050us in 5, for a CPU 50us; had by hog hog (app.py:17)
  hand-overs known 5 of 5
locks
  join: app main (app.py:33): 499999us in 1; until  
finding gil-hog (serious): hog kept the GIL at hog (app.py:17) for up to 60.0 ms on a CPU while others asked for it. What runs Python lets go after a switch interval: this line is in a C call that does not. ticker waited 300 ms for it at tick (app.py:26).
  next: keelback gil
