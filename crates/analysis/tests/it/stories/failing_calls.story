# Most stats fail, nearly all from one line. Futexes that find their word changed
# fail by design.
process app python app.py
python app 3.11.2
full
bias 1us
00.000000 app in
repeat 600 50us 00.000100 app call stat ret=-2 path=/srv/a/b/c took=3us @ find (app.py:8)
repeat 200 50us 00.000120 app call stat path=/srv/a took=3us @ find (app.py:9)
repeat 900 30us 00.000130 app call futex 0x5500001000 wait_bitset ret=-11 took=1us @ find (app.py:10)
00.200000 app out dead
----
calls
  800 stat: 2400us / 1600us / 0us, ENOENT 600
  900 futex: 900us / 0us / 0us, EAGAIN 900
  1700 total: 3300us / 1600us / 0us, EAGAIN 900, ENOENT 600
purposes
  800 file I/O: 1600us
  900 lock: 0us
futex threading.Lock (presumed): 900, 0 waits 0us
0 of 900 futex calls (0 %) came from the interpreter's own locks, though the program started no threads.
budget
  app      200000us = running, not sampled 200000us
finding failing-calls (note): 600 of 800 stat calls fail (75.0 %), mostly with ENOENT; that is about 1.20 ms in the kernel. 600 of them at find (app.py:8).
  next: keelback syscalls --by line
