# Two threads compute and take turns of 5 ms.
process app python app.py
python app 3.12.1
thread a app
thread b app
00.000000 app in
00.000001 app out sleeping futex 0x5500001000 wait_bitset 0 @ Thread.join (/usr/lib/python3.12/threading.py:1149) < main (app.py:33)
00.000000 a in
00.000000 b in
00.000010 b out sleeping futex gil.cond gil=a @ spin (app.py:7)
repeat 20 10ms 00.005000 b woken by=a futex gil.cond wake @ spin (app.py:7)
repeat 20 10ms 00.005010 b in
repeat 20 10ms 00.005020 a out sleeping futex gil.cond gil=b @ spin (app.py:7)
repeat 20 10ms 00.010000 a woken by=b futex gil.cond wake @ spin (app.py:7)
repeat 20 10ms 00.010010 a in
repeat 20 10ms 00.010020 b out sleeping futex gil.cond gil=a @ spin (app.py:7)
00.205000 b woken by=a futex gil.cond wake @ spin (app.py:7)
00.205000 a out dead
00.205010 b in
00.205020 b out dead
00.205020 app woken
00.205020 app in
00.205020 app out dead
----
spans
  00.000000 00.000001 app      running
  00.000000 00.000010 b        running
  00.000010 00.005010 b        waiting for the GIL, woken 00.005000
  00.000000 00.005020 a        running
  00.005020 00.010010 a        waiting for the GIL, woken 00.010000
  00.005010 00.010020 b        running
  00.010020 00.015010 b        waiting for the GIL, woken 00.015000
  00.010010 00.015020 a        running
  00.015020 00.020010 a        waiting for the GIL, woken 00.020000
  00.015010 00.020020 b        running
  00.020020 00.025010 b        waiting for the GIL, woken 00.025000
  00.020010 00.025020 a        running
  00.025020 00.030010 a        waiting for the GIL, woken 00.030000
  00.025010 00.030020 b        running
  00.030020 00.035010 b        waiting for the GIL, woken 00.035000
  00.030010 00.035020 a        running
  00.035020 00.040010 a        waiting for the GIL, woken 00.040000
  00.035010 00.040020 b        running
  00.040020 00.045010 b        waiting for the GIL, woken 00.045000
  00.040010 00.045020 a        running
  00.045020 00.050010 a        waiting for the GIL, woken 00.050000
  00.045010 00.050020 b        running
  00.050020 00.055010 b        waiting for the GIL, woken 00.055000
  00.050010 00.055020 a        running
  00.055020 00.060010 a        waiting for the GIL, woken 00.060000
  00.055010 00.060020 b        running
  00.060020 00.065010 b        waiting for the GIL, woken 00.065000
  00.060010 00.065020 a        running
  00.065020 00.070010 a        waiting for the GIL, woken 00.070000
  00.065010 00.070020 b        running
  00.070020 00.075010 b        waiting for the GIL, woken 00.075000
  00.070010 00.075020 a        running
  00.075020 00.080010 a        waiting for the GIL, woken 00.080000
  00.075010 00.080020 b        running
  00.080020 00.085010 b        waiting for the GIL, woken 00.085000
  00.080010 00.085020 a        running
  00.085020 00.090010 a        waiting for the GIL, woken 00.090000
  00.085010 00.090020 b        running
  00.090020 00.095010 b        waiting for the GIL, woken 00.095000
  00.090010 00.095020 a        running
  00.095020 00.100010 a        waiting for the GIL, woken 00.100000
  00.095010 00.100020 b        running
  00.100020 00.105010 b        waiting for the GIL, woken 00.105000
  00.100010 00.105020 a        running
  00.105020 00.110010 a        waiting for the GIL, woken 00.110000
  00.105010 00.110020 b        running
  00.110020 00.115010 b        waiting for the GIL, woken 00.115000
  00.110010 00.115020 a        running
  00.115020 00.120010 a        waiting for the GIL, woken 00.120000
  00.115010 00.120020 b        running
  00.120020 00.125010 b        waiting for the GIL, woken 00.125000
  00.120010 00.125020 a        running
  00.125020 00.130010 a        waiting for the GIL, woken 00.130000
  00.125010 00.130020 b        running
  00.130020 00.135010 b        waiting for the GIL, woken 00.135000
  00.130010 00.135020 a        running
  00.135020 00.140010 a        waiting for the GIL, woken 00.140000
  00.135010 00.140020 b        running
  00.140020 00.145010 b        waiting for the GIL, woken 00.145000
  00.140010 00.145020 a        running
  00.145020 00.150010 a        waiting for the GIL, woken 00.150000
  00.145010 00.150020 b        running
  00.150020 00.155010 b        waiting for the GIL, woken 00.155000
  00.150010 00.155020 a        running
  00.155020 00.160010 a        waiting for the GIL, woken 00.160000
  00.155010 00.160020 b        running
  00.160020 00.165010 b        waiting for the GIL, woken 00.165000
  00.160010 00.165020 a        running
  00.165020 00.170010 a        waiting for the GIL, woken 00.170000
  00.165010 00.170020 b        running
  00.170020 00.175010 b        waiting for the GIL, woken 00.175000
  00.170010 00.175020 a        running
  00.175020 00.180010 a        waiting for the GIL, woken 00.180000
  00.175010 00.180020 b        running
  00.180020 00.185010 b        waiting for the GIL, woken 00.185000
  00.180010 00.185020 a        running
  00.185020 00.190010 a        waiting for the GIL, woken 00.190000
  00.185010 00.190020 b        running
  00.190020 00.195010 b        waiting for the GIL, woken 00.195000
  00.190010 00.195020 a        running
  00.195020 00.200010 a        waiting for the GIL, woken 00.200000
  00.195010 00.200020 b        running
  00.200010 00.205000 a        running
  00.200020 00.205010 b        waiting for the GIL, woken 00.205000
  00.205010 00.205020 b        running
  00.000001 00.205020 app      joining a thread, woken 00.205020
budget
  app      205020us = running, not sampled 1us + joining a thread 205019us
  a        205000us = running, not sampled 105200us + waiting for the GIL 99600us + waiting for a CPU 200us
  b        205020us = running, not sampled 100220us + waiting for the GIL 104590us + waiting for a CPU 210us
GIL waits
  b spin (app.py:7): 104800us in 21, for a CPU 210us; had by a spin (app.py:7)
  a spin (app.py:7): 99800us in 20, for a CPU 200us; had by b spin (app.py:7)
  hand-overs known 41 of 41
locks
  join: app main (app.py:33): 205019us in 1; until  
finding gil-turns (serious): 2 threads compute in Python and only take turns: together they had the GIL for 202 ms and waited for it for 205 ms, 49.9 % of their time. More threads will not make this faster; processes, a free-threaded Python, or code that releases the GIL would.
  next: keelback whatif --no-gil
