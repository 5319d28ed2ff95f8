# Each read costs a switch interval: a thread that computes has the GIL.
process app python app.py
python app 3.12.1
thread cpu app
thread io app
00.000000 app in
00.000001 app out sleeping futex 0x5500001000 wait_bitset 0 @ Thread.join (/usr/lib/python3.12/threading.py:1149) < main (app.py:33)
00.000000 cpu in
00.000000 io in
repeat 20 8ms 00.000100 io out sleeping read 3 gil=cpu @ fetch (app.py:12)
repeat 20 8ms 00.002100 io woken
repeat 20 8ms 00.002110 io in
repeat 20 8ms 00.002120 io out sleeping futex gil.cond gil=cpu @ fetch (app.py:12)
repeat 20 8ms 00.007200 io woken by=cpu futex gil.cond wake @ spin (app.py:7)
repeat 20 8ms 00.007210 io in
00.160000 io out dead
00.160000 cpu out dead
00.160000 app woken
00.160000 app in
00.160000 app out dead
----
spans
  00.000000 00.000001 app      running
  00.000000 00.000100 io       running
  00.000100 00.002110 io       reading a pipe, file or terminal, woken 00.002100
  00.002110 00.002120 io       running
  00.002120 00.007210 io       waiting for the GIL, woken 00.007200
  00.007210 00.008100 io       running
  00.008100 00.010110 io       reading a pipe, file or terminal, woken 00.010100
  00.010110 00.010120 io       running
  00.010120 00.015210 io       waiting for the GIL, woken 00.015200
  00.015210 00.016100 io       running
  00.016100 00.018110 io       reading a pipe, file or terminal, woken 00.018100
  00.018110 00.018120 io       running
  00.018120 00.023210 io       waiting for the GIL, woken 00.023200
  00.023210 00.024100 io       running
  00.024100 00.026110 io       reading a pipe, file or terminal, woken 00.026100
  00.026110 00.026120 io       running
  00.026120 00.031210 io       waiting for the GIL, woken 00.031200
  00.031210 00.032100 io       running
  00.032100 00.034110 io       reading a pipe, file or terminal, woken 00.034100
  00.034110 00.034120 io       running
  00.034120 00.039210 io       waiting for the GIL, woken 00.039200
  00.039210 00.040100 io       running
  00.040100 00.042110 io       reading a pipe, file or terminal, woken 00.042100
  00.042110 00.042120 io       running
  00.042120 00.047210 io       waiting for the GIL, woken 00.047200
  00.047210 00.048100 io       running
  00.048100 00.050110 io       reading a pipe, file or terminal, woken 00.050100
  00.050110 00.050120 io       running
  00.050120 00.055210 io       waiting for the GIL, woken 00.055200
  00.055210 00.056100 io       running
  00.056100 00.058110 io       reading a pipe, file or terminal, woken 00.058100
  00.058110 00.058120 io       running
  00.058120 00.063210 io       waiting for the GIL, woken 00.063200
  00.063210 00.064100 io       running
  00.064100 00.066110 io       reading a pipe, file or terminal, woken 00.066100
  00.066110 00.066120 io       running
  00.066120 00.071210 io       waiting for the GIL, woken 00.071200
  00.071210 00.072100 io       running
  00.072100 00.074110 io       reading a pipe, file or terminal, woken 00.074100
  00.074110 00.074120 io       running
  00.074120 00.079210 io       waiting for the GIL, woken 00.079200
  00.079210 00.080100 io       running
  00.080100 00.082110 io       reading a pipe, file or terminal, woken 00.082100
  00.082110 00.082120 io       running
  00.082120 00.087210 io       waiting for the GIL, woken 00.087200
  00.087210 00.088100 io       running
  00.088100 00.090110 io       reading a pipe, file or terminal, woken 00.090100
  00.090110 00.090120 io       running
  00.090120 00.095210 io       waiting for the GIL, woken 00.095200
  00.095210 00.096100 io       running
  00.096100 00.098110 io       reading a pipe, file or terminal, woken 00.098100
  00.098110 00.098120 io       running
  00.098120 00.103210 io       waiting for the GIL, woken 00.103200
  00.103210 00.104100 io       running
  00.104100 00.106110 io       reading a pipe, file or terminal, woken 00.106100
  00.106110 00.106120 io       running
  00.106120 00.111210 io       waiting for the GIL, woken 00.111200
  00.111210 00.112100 io       running
  00.112100 00.114110 io       reading a pipe, file or terminal, woken 00.114100
  00.114110 00.114120 io       running
  00.114120 00.119210 io       waiting for the GIL, woken 00.119200
  00.119210 00.120100 io       running
  00.120100 00.122110 io       reading a pipe, file or terminal, woken 00.122100
  00.122110 00.122120 io       running
  00.122120 00.127210 io       waiting for the GIL, woken 00.127200
  00.127210 00.128100 io       running
  00.128100 00.130110 io       reading a pipe, file or terminal, woken 00.130100
  00.130110 00.130120 io       running
  00.130120 00.135210 io       waiting for the GIL, woken 00.135200
  00.135210 00.136100 io       running
  00.136100 00.138110 io       reading a pipe, file or terminal, woken 00.138100
  00.138110 00.138120 io       running
  00.138120 00.143210 io       waiting for the GIL, woken 00.143200
  00.143210 00.144100 io       running
  00.144100 00.146110 io       reading a pipe, file or terminal, woken 00.146100
  00.146110 00.146120 io       running
  00.146120 00.151210 io       waiting for the GIL, woken 00.151200
  00.151210 00.152100 io       running
  00.152100 00.154110 io       reading a pipe, file or terminal, woken 00.154100
  00.154110 00.154120 io       running
  00.154120 00.159210 io       waiting for the GIL, woken 00.159200
  00.159210 00.160000 io       running
  00.000000 00.160000 cpu      running
  00.000001 00.160000 app      joining a thread, woken 00.160000
budget
  app      160000us = running, not sampled 1us + joining a thread 159999us
  cpu      160000us = running, not sampled 160000us
  io       160000us = running, not sampled 18000us + waiting for the GIL 101600us + reading a pipe, file or terminal 40000us + waiting for a CPU 400us
GIL waits
  io fetch (app.py:12): 101800us in 20, for a CPU 200us; had by cpu spin (app.py:7)
  hand-overs known 20 of 20
locks
  join: app main (app.py:33): 159999us in 1; until  
finding gil-convoy (serious): io computes little, but each time it comes back from a call it waits for the GIL: 5.09 ms in the middle, 102 ms in all, 63.6 % of its time. A thread that computes has the GIL then and gives it up only after a switch interval.
  next: keelback gil
