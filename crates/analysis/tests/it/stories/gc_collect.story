# A thread collects garbage for 40 ms at a time, and two others wait for its end.
process app python app.py
python app 3.11.2
thread collector app
thread ticker app
thread other app
00.000000 app in
00.000001 app out sleeping futex 0x5500001000 wait_bitset 0 @ Thread.join (/usr/lib/python3.11/threading.py:1149) < main (app.py:33)
00.000000 collector in
00.000000 ticker in
00.000000 other in
repeat 5 100ms 00.001000 collector sample user gil=collector @ <GC> (:0) < collect (app.py:9) < run (app.py:4)
repeat 5 100ms 00.002000 ticker out sleeping futex gil.cond gil=collector @ tick (app.py:26)
repeat 5 100ms 00.012000 other out sleeping futex gil.cond gil=collector @ tick (app.py:26)
repeat 5 100ms 00.020000 collector sample user gil=collector @ <GC> (:0) < collect (app.py:9) < run (app.py:4)
repeat 5 100ms 00.042000 ticker woken by=collector futex gil.cond wake @ collect (app.py:10) < run (app.py:4)
repeat 5 100ms 00.042010 ticker in
repeat 5 100ms 00.042500 other woken by=ticker futex gil.cond wake @ tick (app.py:26)
repeat 5 100ms 00.042510 other in
00.500000 other out dead
00.500000 ticker out dead
00.500000 collector out dead
00.500000 app woken
00.500000 app in
00.500000 app out dead
----
spans
  00.000000 00.000001 app      running
  00.000000 00.002000 ticker   running
  00.000000 00.012000 other    running
  00.002000 00.042010 ticker   waiting for the GIL, woken 00.042000
  00.012000 00.042510 other    waiting for the GIL, woken 00.042500
  00.042010 00.102000 ticker   running
  00.042510 00.112000 other    running
  00.102000 00.142010 ticker   waiting for the GIL, woken 00.142000
  00.112000 00.142510 other    waiting for the GIL, woken 00.142500
  00.142010 00.202000 ticker   running
  00.142510 00.212000 other    running
  00.202000 00.242010 ticker   waiting for the GIL, woken 00.242000
  00.212000 00.242510 other    waiting for the GIL, woken 00.242500
  00.242010 00.302000 ticker   running
  00.242510 00.312000 other    running
  00.302000 00.342010 ticker   waiting for the GIL, woken 00.342000
  00.312000 00.342510 other    waiting for the GIL, woken 00.342500
  00.342010 00.402000 ticker   running
  00.342510 00.412000 other    running
  00.402000 00.442010 ticker   waiting for the GIL, woken 00.442000
  00.412000 00.442510 other    waiting for the GIL, woken 00.442500
  00.442510 00.500000 other    running
  00.442010 00.500000 ticker   running
  00.000000 00.500000 collector running
  00.000001 00.500000 app      joining a thread, woken 00.500000
budget
  app      500000us = running, not sampled 1us + joining a thread 499999us
  collector 500000us = running Python 500000us
  ticker   500000us = running, not sampled 299950us + waiting for the GIL 200000us + waiting for a CPU 50us
  other    500000us = running, not sampled 347450us + waiting for the GIL 152500us + waiting for a CPU 50us
GIL waits
  ticker tick (app.py:26): 200050us in 5, for a CPU 50us; had by collector collect (app.py:9)
  other tick (app.py:26): 150050us in 5, for a CPU 0us; had by collector collect (app.py:9)
  other tick (app.py:26): 2500us in 5, for a CPU 50us; had by ticker tick (app.py:26)
  hand-overs known 10 of 10
locks
  join: app main (app.py:33): 499999us in 1; until  
finding gc-collect (serious): 2 threads waited about 350 ms for the GIL while the garbage collector had it, 99.3 % of all such waiting: most under collector at collect (app.py:9), while ticker waited at tick (app.py:26). A collection keeps the GIL to its end. gc.freeze() after start-up, a higher gc.set_threshold() or fewer cycles make them rarer or shorter.
  next: keelback gil
