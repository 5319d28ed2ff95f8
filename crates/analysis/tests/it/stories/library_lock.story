# The lock that threads wait for is logging's.
process app python app.py
python app 3.11.2
thread a app
00.000000 app in
00.000000 a in
00.001000 a out sleeping futex 0x5500001000 @ Handler.acquire (/usr/lib/python3.11/logging/__init__.py:917) < Handler.handle (/usr/lib/python3.11/logging/__init__.py:966) < work (app.py:12)
00.006000 a woken by=app futex 0x5500001000 wake @ Handler.release (/usr/lib/python3.11/logging/__init__.py:922) < work (app.py:14)
00.006010 a in
00.010000 a out dead
00.010000 app out dead
----
spans
  00.000000 00.001000 a        running
  00.001000 00.006010 a        threading.Lock, woken 00.006000
  00.006010 00.010000 a        running
  00.000000 00.010000 app      running
budget
  app      10000us = running, not sampled 10000us
  a        10000us = running, not sampled 4990us + threading.Lock 5000us + waiting for a CPU 10us
locks
  threading.Lock: a Handler.acquire (/usr/lib/python3.11/logging/__init__.py:917): 5000us in 1; until app Handler.release (/usr/lib/python3.11/logging/__init__.py:922)
finding library-lock (serious): 1 thread waited 5.00 ms for the lock inside logging, called from work (app.py:12), 50.0 % of the time, in 1 wait. Whoever has it does its I/O under it.
  next: keelback locks
