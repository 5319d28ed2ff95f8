# Without a GIL: a list that two threads change, a collection that stops both,
# a lock of the program's.
process app python3.13t app.py
python app 3.13.15 free-threaded
thread worker app
00.000000 app in
00.000000 worker in
00.001000 app sample user gil=free @ spin (app.py:2)
00.001000 worker out sleeping futex 0x7ffd00001000 parked=section:list @ append (app.py:4)
00.003000 worker woken by=app futex 0x7ffd00001000 wake @ reverse (app.py:6)
00.003010 worker in
00.004000 app out sleeping futex 0x7ffd00002000 parked=world:stopping @ collect (app.py:9)
00.004100 app woken by=worker futex 0x7ffd00002000 wake @ append (app.py:4)
00.004100 worker out sleeping futex 0x7ffd00003000 parked=world:stopped @ append (app.py:4)
00.004110 app in
00.014000 worker woken by=app futex 0x7ffd00003000 wake @ collect (app.py:9)
00.014010 worker in
00.015000 worker out sleeping futex 0x7ffd00004000 parked=_thread.lock @ take (app.py:12)
00.016000 worker woken by=app futex 0x7ffd00004000 wake @ give (app.py:14)
00.016010 worker in
00.017000 worker out sleeping futex 0x7ffd00005000 parked=section: @ append (app.py:4)
00.017500 worker woken
00.017510 worker in
00.018000 worker out dead
00.018000 app out dead
----
spans
  00.000000 00.001000 worker   running
  00.001000 00.003010 worker   critical section, woken 00.003000
  00.000000 00.004000 app      running
  00.003010 00.004100 worker   running
  00.004000 00.004110 app      stopping the world, woken 00.004100
  00.004100 00.014010 worker   stop-the-world pause, woken 00.014000
  00.014010 00.015000 worker   running
  00.015000 00.016010 worker   threading.Lock, woken 00.016000
  00.016010 00.017000 worker   running
  00.017000 00.017510 worker   critical section, woken 00.017500
  00.017510 00.018000 worker   running
  00.004110 00.018000 app      running
budget
  app      18000us = running Python 17890us + stopping the world 100us + waiting for a CPU 10us
  worker   18000us = running, not sampled 4560us + threading.Lock 1000us + critical section 2500us + stop-the-world pause 9900us + waiting for a CPU 40us
locks
  stop-the-world pause: worker append (app.py:4): 9900us in 1; until app collect (app.py:9)
  critical section: worker append (app.py:4): 2000us in 1; until app reverse (app.py:6)
  critical section: worker append (app.py:4): 500us in 1; until  
  threading.Lock: worker take (app.py:12): 1000us in 1; until app give (app.py:14)
  stopping the world: app collect (app.py:9): 100us in 1; until worker append (app.py:4)
finding stop-the-world (serious): worker was stopped for 9.90 ms at append (app.py:4), 55.0 % of its time, in 1 pause: app at collect (app.py:9) stopped the world. Threads lost 9.90 ms to it in all. A free-threaded Python does that to collect garbage, and to fork.
  next: keelback locks
finding lock-contention (warning): worker waited 2.50 ms on a lock (critical section) at append (app.py:4), 13.9 % of its time, in 2 waits.
  next: keelback locks
