# The same sleep in futex is ... until 3.13.4 a semaphore for Lock; in 3.13.5 an
# unparked one is an RLock; a plain FUTEX_WAIT is some C mutex; an arena of
# malloc lies at a 64 MB boundary; a shared word is a lock between processes;
# an address in the runtime is the interpreter's.
process app python app.py
process new python new.py
python app 3.11.2
python new 3.13.5
00.000000 app in
00.000000 new in
00.001000 app out sleeping futex 0x5500001000 @ work (app.py:1)
00.002000 app in
00.002000 app out sleeping futex 0x5500001000 @ Condition.wait (/usr/lib/python3.11/threading.py:320) < Queue.get (/usr/lib/python3.11/queue.py:171) < work (app.py:2)
00.003000 app in
00.003000 app out sleeping futex 0x7f0000001000 wait 2 @ work (app.py:3)
00.004000 app in
00.004000 app out sleeping futex 0x7f0004000030 wait 2 @ work (app.py:4)
00.005000 app in
00.005000 app out sleeping futex 0x7f0000001000 wait_bitset_shared 0 @ work (app.py:5)
00.006000 app in
00.006000 app out sleeping futex runtime wait @ work (app.py:6)
00.007000 app in
00.007000 app out dead
00.001000 new out sleeping futex 0x5500001000 @ work (new.py:1)
00.002000 new in
00.002000 new out sleeping futex 0x7ffd00001000 parked=_thread.lock @ work (new.py:2)
00.003000 new in
00.003000 new out sleeping futex 0x7ffd00001000 parked= @ work (new.py:3)
00.004000 new in
00.004000 new out dead
----
spans
  00.000000 00.001000 app      running
  00.000000 00.001000 new      running
  00.001000 00.002000 app      threading.Lock
  00.001000 00.002000 new      threading.RLock
  00.002000 00.003000 app      threading.Lock
  00.002000 00.003000 new      threading.Lock
  00.003000 00.004000 app      foreign library's lock
  00.003000 00.004000 new      other interpreter lock
  00.004000 00.005000 app      malloc arena
  00.005000 00.006000 app      lock between processes
  00.006000 00.007000 app      other interpreter lock
budget
  app      7000us = running, not sampled 1000us + threading.Lock 2000us + other interpreter lock 1000us + lock between processes 1000us + malloc arena 1000us + foreign library's lock 1000us
  new      4000us = running, not sampled 1000us + threading.Lock 1000us + threading.RLock 1000us + other interpreter lock 1000us
locks
  threading.Lock: app work (app.py:1): 1000us in 1; until  
  threading.Lock: app Queue.get (/usr/lib/python3.11/queue.py:171): 1000us in 1; until  
  other interpreter lock: app work (app.py:6): 1000us in 1; until  
  lock between processes: app work (app.py:5): 1000us in 1; until  
  malloc arena: app work (app.py:4): 1000us in 1; until  
  foreign library: app work (app.py:3): 1000us in 1; until  
  threading.Lock: new work (new.py:2): 1000us in 1; until  
  threading.RLock: new work (new.py:1): 1000us in 1; until  
  other interpreter lock: new work (new.py:3): 1000us in 1; until  
finding lock-contention (warning): app waited 1.00 ms on a lock (threading.Lock) at work (app.py:1), 14.3 % of its time, in 1 wait.
  next: keelback locks
