# No GIL: running Python means a Python stack in user space. Its locks park.
process app python3.13t app.py
python app 3.13.1 free-threaded
thread worker app
00.000000 app in
00.000000 worker in
00.001000 app sample user gil=free @ spin (app.py:2)
00.001000 worker sample user gil=free
00.002000 app sample user gil=free @ spin (app.py:2)
00.002000 worker out sleeping futex 0x7ffd00001000 parked=_thread.lock @ spin (app.py:4)
00.003000 worker in
00.004000 worker out dead
00.004000 app out dead
----
spans
  00.000000 00.002000 worker   running
  00.002000 00.003000 worker   threading.Lock
  00.003000 00.004000 worker   running
  00.000000 00.004000 app      running
budget
  app      4000us = running Python 4000us
  worker   4000us = running other user code 3000us + threading.Lock 1000us
locks
  threading.Lock: worker spin (app.py:4): 1000us in 1; until  
finding lock-contention (warning): worker waited 1.00 ms on a lock (threading.Lock) at spin (app.py:4), 25.0 % of its time, in 1 wait.
  next: keelback locks
