# The main thread reads a socket most of the time, through a library.
process app python app.py
python app 3.11.2
00.000000 app in
00.001000 app out sleeping recvfrom 5 @ recv_into (/usr/lib/python3.11/socket.py:705) < get (/v/lib/python3.11/site-packages/requests/api.py:73) < fetch (app.py:12)
00.030000 app woken
00.030100 app in
00.031000 app out dead
----
spans
  00.000000 00.001000 app      running
  00.001000 00.030100 app      in a socket call, woken 00.030000
  00.030100 00.031000 app      running
budget
  app      31000us = running, not sampled 1900us + in a socket call 29000us + waiting for a CPU 100us
finding blocked-line (serious): app spent 29.0 ms, 93.5 % of its time, in a socket call (recvfrom) at recv_into (/usr/lib/python3.11/socket.py:705), called from fetch (app.py:12): 1 time, the longest 29.0 ms.
  next: keelback syscalls --by line
