# Story 1: "I use no threads; whose futexes are these?" In full mode calls that
# never sleep are seen too. Calls on a word that a sleep has shown keep its
# class; a call that sleeps nowhere is judged by its stack.
process app python app.py
python app 3.11.2
full
bias 900ns
00.000000 app in
repeat 180 10us 00.001000 app call futex gil.cond wake took=1us @ query (app.py:4)
repeat 20 10us 00.005000 app call futex runtime wake took=2us @ query (app.py:5)
repeat 10 10us 00.006000 app call futex 0x5500001000 wake took=1us ret=1 @ log (app.py:9)
00.007000 app call futex 0x5500001000 wait_bitset took=5us ret=-11 @ log (app.py:9)
00.008000 app out dead
----
calls
  211 futex: 235us / 45100ns / 0us, EAGAIN 1
  211 total: 235us / 45100ns / 0us, EAGAIN 1
purposes
  211 lock: 45100ns
futex GIL (address): 180, 0 waits 0us
futex other interpreter lock (address): 20, 0 waits 0us
futex threading.Lock (presumed): 11, 0 waits 0us
200 of 211 futex calls (94.8 %) came from the interpreter's own locks (GIL 180, other interpreter lock 20), though the program started no threads.
budget
  app      8000us = running, not sampled 8000us
finding interpreter-futexes (note): 200 of 211 futex calls (94.8 %) came from the interpreter's own locks (GIL 180, other interpreter lock 20), though the program started no threads.
  next: keelback syscalls --by line
