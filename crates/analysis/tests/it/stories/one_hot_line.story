# One line makes most calls, and they are a tenth of the time.
process app python app.py
python app 3.11.2
full
bias 1us
00.000000 app in
repeat 2000 50us 00.000100 app call newfstatat 0 path=/srv/data took=6us @ stat (/usr/lib/python3.11/genericpath.py:19) < watch (app.py:8)
repeat 100 50us 00.000120 app call read 3 took=2us @ watch (app.py:9)
00.102000 app out dead
----
calls
  2000 newfstatat: 12000us / 10000us / 0us
  100 read: 200us / 100us / 0us
  2100 total: 12200us / 10100us / 0us
purposes
  2100 file I/O: 10100us

budget
  app      102000us = running, not sampled 102000us
finding hot-call-line (warning): 95.2 % of all system calls are 2000 newfstatat calls at stat (/usr/lib/python3.11/genericpath.py:19), called from watch (app.py:8): 10.0 ms in the kernel, 10.1 % of the time.
  next: keelback syscalls --by line
