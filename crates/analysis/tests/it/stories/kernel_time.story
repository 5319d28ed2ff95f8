# Wait mode sees no calls, but samples say that the kernel works, and in what.
process app python app.py
python app 3.11.2
00.000000 app in
repeat 30 1ms 00.000500 app sample user gil=app @ walk (app.py:4)
repeat 30 1ms 00.030500 app sample kernel newfstatat gil=app @ stat (/usr/lib/python3.11/genericpath.py:19) < walk (app.py:5)
00.060000 app out dead
----
spans
  00.000000 00.060000 app      running
budget
  app      60000us = running Python 30000us + in the kernel 30000us
finding kernel-time (serious): 50.0 % of the running time (30.0 ms) is spent in the kernel; the hottest call is newfstatat at stat (/usr/lib/python3.11/genericpath.py:19), called from walk (app.py:5), about 30.0 ms.
  next: keelback syscalls --by line -- python app.py
