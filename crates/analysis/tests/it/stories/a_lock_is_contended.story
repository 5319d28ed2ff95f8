# Three threads share a lock; one more waits for a queue's news, which is no
# contention, and the main thread joins.
process app python app.py
python app 3.14.0
thread a app
thread b app
thread news app
00.000000 app in
00.000000 a in
00.000000 b in
00.000000 news in
00.000100 app out sleeping futex 0x7ffd00001000 parked= @ Thread.join (/usr/lib/python3.14/threading.py:1092) < main (app.py:30)
00.000100 news out sleeping futex 0x7ffd00002000 parked=_thread.lock @ Condition.wait (/usr/lib/python3.14/threading.py:369) < Queue.get (/usr/lib/python3.14/queue.py:210) < consume (app.py:25)
00.001000 a out sleeping futex 0x7ffd00003000 parked=_thread.lock @ work (app.py:7)
00.004000 a woken by=b futex 0x7ffd00003000 wake @ work (app.py:9)
00.004000 a in
00.004000 b out sleeping futex 0x7ffd00004000 parked=_thread.lock @ work (app.py:7)
00.009000 b woken by=a futex 0x7ffd00004000 wake @ work (app.py:9)
00.009000 b in
00.010000 a out dead
00.010000 b out dead
00.010000 news woken
00.010000 news in
00.010000 news out dead
00.010000 app woken
00.010000 app in
00.010000 app out dead
----
spans
  00.000000 00.000100 app      running
  00.000000 00.000100 news     running
  00.000000 00.001000 a        running
  00.001000 00.004000 a        threading.Lock, woken 00.004000
  00.000000 00.004000 b        running
  00.004000 00.009000 b        threading.Lock, woken 00.009000
  00.004000 00.010000 a        running
  00.009000 00.010000 b        running
  00.000100 00.010000 news     threading.Lock, woken 00.010000
  00.000100 00.010000 app      joining a thread, woken 00.010000
budget
  app      10000us = running, not sampled 100us + joining a thread 9900us
  a        10000us = running, not sampled 7000us + threading.Lock 3000us
  b        10000us = running, not sampled 5000us + threading.Lock 5000us
  news     10000us = running, not sampled 100us + threading.Lock 9900us
locks
  threading.Lock: news Queue.get (/usr/lib/python3.14/queue.py:210): 9900us in 1; until  
  threading.Lock: b work (app.py:7): 5000us in 1; until a work (app.py:9)
  threading.Lock: a work (app.py:7): 3000us in 1; until b work (app.py:9)
  join: app main (app.py:30): 9900us in 1; until  
finding lock-contention (serious): 2 threads (b most) waited 8.00 ms on a lock (threading.Lock) at work (app.py:7), 40.0 % of their time, in 2 waits.
  next: keelback locks
