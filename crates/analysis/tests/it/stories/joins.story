# Three ways to wait for a thread's end: the lock of 3.12 and earlier, the
# event of 3.13, and pthread_join(3), whose word the kernel clears (shared, and
# its value is a thread id). os.path.join is something else.
process old python old.py
process new python new.py
process lib python lib.py
python old 3.12.1
python new 3.13.5
python lib 3.13.5
00.000000 old in
00.000000 new in
00.000000 lib in
00.000100 old out sleeping futex 0x7f0000001000 @ Thread._wait_for_tstate_lock (/usr/lib/python3.12/threading.py:1167) < Thread.join (/usr/lib/python3.12/threading.py:1147) < main (old.py:9)
00.000100 new out sleeping futex 0x7ffd00001000 parked= @ Thread.join (/usr/lib/python3.13/threading.py:1092) < main (new.py:9)
00.000100 lib out sleeping futex 0x7f0000009990 wait_bitset_shared 4242 @ main (lib.py:9)
00.001000 old in
00.001000 new in
00.001000 lib in
00.001100 old out sleeping futex 0x7f0000001000 @ join (/usr/lib/python3.12/posixpath.py:71) < main (old.py:12)
00.002000 old in
00.002000 old out dead
00.002000 new out dead
00.002000 lib out dead
----
spans
  00.000000 00.000100 old      running
  00.000000 00.000100 new      running
  00.000000 00.000100 lib      running
  00.000100 00.001000 old      joining a thread
  00.000100 00.001000 new      joining a thread
  00.000100 00.001000 lib      joining a thread
  00.001000 00.001100 old      running
  00.001100 00.002000 old      threading.Lock
  00.001000 00.002000 new      running
  00.001000 00.002000 lib      running
budget
  old      2000us = running, not sampled 200us + threading.Lock 900us + joining a thread 900us
  new      2000us = running, not sampled 1100us + joining a thread 900us
  lib      2000us = running, not sampled 1100us + joining a thread 900us
locks
  threading.Lock: old join (/usr/lib/python3.12/posixpath.py:71): 900us in 1; until  
  join: old main (old.py:9): 900us in 1; until  
  join: new main (new.py:9): 900us in 1; until  
  join: lib main (lib.py:9): 900us in 1; until  
