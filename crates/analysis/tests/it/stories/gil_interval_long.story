# sys.setswitchinterval(0.05): each read waits 50 ms for a thread that computes.
process app python app.py
python app 3.12.1
thread cpu app
thread io app
00.000000 app in
00.000001 app out sleeping futex 0x5500001000 wait_bitset 0 @ Thread.join (/usr/lib/python3.12/threading.py:1149) < main (app.py:33)
00.000000 cpu in
00.000000 io in
repeat 8 60ms 00.000100 io out sleeping read 3 gil=cpu @ fetch (app.py:12)
repeat 8 60ms 00.002100 io woken
repeat 8 60ms 00.002110 io in
repeat 8 60ms 00.002120 io out sleeping futex gil.cond gil=cpu @ fetch (app.py:12)
repeat 8 60ms 00.052180 io woken
repeat 8 60ms 00.052190 io in
repeat 8 60ms 00.052200 io out sleeping futex gil.cond gil=cpu @ fetch (app.py:12)
repeat 8 60ms 00.052260 io woken by=cpu futex gil.cond wake @ spin (app.py:7)
repeat 8 60ms 00.052270 io in
00.480000 io out dead
00.480000 cpu out dead
00.480000 app woken
00.480000 app in
00.480000 app out dead
----
spans
  00.000000 00.000001 app      running
  00.000000 00.000100 io       running
  00.000100 00.002110 io       reading a pipe, file or terminal, woken 00.002100
  00.002110 00.002120 io       running
  00.002120 00.052190 io       waiting for the GIL, woken 00.052180
  00.052190 00.052200 io       running
  00.052200 00.052270 io       waiting for the GIL, woken 00.052260
  00.052270 00.060100 io       running
  00.060100 00.062110 io       reading a pipe, file or terminal, woken 00.062100
  00.062110 00.062120 io       running
  00.062120 00.112190 io       waiting for the GIL, woken 00.112180
  00.112190 00.112200 io       running
  00.112200 00.112270 io       waiting for the GIL, woken 00.112260
  00.112270 00.120100 io       running
  00.120100 00.122110 io       reading a pipe, file or terminal, woken 00.122100
  00.122110 00.122120 io       running
  00.122120 00.172190 io       waiting for the GIL, woken 00.172180
  00.172190 00.172200 io       running
  00.172200 00.172270 io       waiting for the GIL, woken 00.172260
  00.172270 00.180100 io       running
  00.180100 00.182110 io       reading a pipe, file or terminal, woken 00.182100
  00.182110 00.182120 io       running
  00.182120 00.232190 io       waiting for the GIL, woken 00.232180
  00.232190 00.232200 io       running
  00.232200 00.232270 io       waiting for the GIL, woken 00.232260
  00.232270 00.240100 io       running
  00.240100 00.242110 io       reading a pipe, file or terminal, woken 00.242100
  00.242110 00.242120 io       running
  00.242120 00.292190 io       waiting for the GIL, woken 00.292180
  00.292190 00.292200 io       running
  00.292200 00.292270 io       waiting for the GIL, woken 00.292260
  00.292270 00.300100 io       running
  00.300100 00.302110 io       reading a pipe, file or terminal, woken 00.302100
  00.302110 00.302120 io       running
  00.302120 00.352190 io       waiting for the GIL, woken 00.352180
  00.352190 00.352200 io       running
  00.352200 00.352270 io       waiting for the GIL, woken 00.352260
  00.352270 00.360100 io       running
  00.360100 00.362110 io       reading a pipe, file or terminal, woken 00.362100
  00.362110 00.362120 io       running
  00.362120 00.412190 io       waiting for the GIL, woken 00.412180
  00.412190 00.412200 io       running
  00.412200 00.412270 io       waiting for the GIL, woken 00.412260
  00.412270 00.420100 io       running
  00.420100 00.422110 io       reading a pipe, file or terminal, woken 00.422100
  00.422110 00.422120 io       running
  00.422120 00.472190 io       waiting for the GIL, woken 00.472180
  00.472190 00.472200 io       running
  00.472200 00.472270 io       waiting for the GIL, woken 00.472260
  00.472270 00.480000 io       running
  00.000000 00.480000 cpu      running
  00.000001 00.480000 app      joining a thread, woken 00.480000
budget
  app      480000us = running, not sampled 1us + joining a thread 479999us
  cpu      480000us = running, not sampled 480000us
  io       480000us = running, not sampled 62800us + waiting for the GIL 400960us + reading a pipe, file or terminal 16000us + waiting for a CPU 240us
GIL waits
  io fetch (app.py:12): 401200us in 8, for a CPU 160us; had by cpu spin (app.py:7)
  hand-overs known 8 of 8
locks
  join: app main (app.py:33): 479999us in 1; until  
finding gil-interval (serious): The switch interval is 50.1 ms, 5.00 ms is usual: a thread that computes keeps the GIL that long after another asks for it. io waited 401 ms, 83.6 % of its time and up to 50.1 ms at once. A shorter sys.setswitchinterval() serves threads that answer requests.
  next: keelback whatif --switch-interval 5ms
