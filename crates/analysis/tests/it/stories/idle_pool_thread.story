# A BLAS pool's thread never shows a Python stack and waits for work. The main
# thread before its first frame is no such thread, nor is anyone in a Python
# whose frames cannot be read.
process app python app.py
process old python2 old.py
python app 3.11.2
python old 2.7.18 no-frames
thread blas app
thread other old
00.000000 app in
00.000000 old in
00.000100 app out sleeping futex 0x7f0000003000
00.000200 app in
00.000200 blas start by=app
00.000210 blas in
00.000220 blas out sleeping futex 0x7f0000004000 wait
00.000300 other start by=old
00.000310 other in
00.000320 other out sleeping futex 0x7f0000005000
00.001000 app sample user gil=app @ main (app.py:2)
00.001500 blas woken by=app futex 0x7f0000004000 wake @ dot (app.py:3)
00.001510 blas in
00.001600 blas sample user gil=free
00.001700 blas out sleeping futex 0x7f0000004000 wait
00.003000 app out dead
00.003000 old out dead
----
spans
  00.000000 00.000100 app      running
  00.000100 00.000200 app      unknown futex
  00.000200 00.000210 blas     waiting for a CPU
  00.000210 00.000220 blas     running
  00.000300 00.000310 other    waiting for a CPU
  00.000310 00.000320 other    running
  00.000220 00.001510 blas     idle pool thread, woken 00.001500
  00.001510 00.001700 blas     running
  00.000200 00.003000 app      running
  00.000000 00.003000 old      running
  00.001700 00.003000 blas     idle pool thread, until the end
  00.000320 00.003000 other    unknown futex, until the end
budget
  app      3000us = running Python 2900us + unknown futex 100us
  blas     2800us = running other user code 200us + idle pool thread 2580us + waiting for a CPU 20us
  old      3000us = running, not sampled 3000us
  other    2700us = running, not sampled 10us + unknown futex 2680us + waiting for a CPU 10us
locks
  unknown futex: other : 2680us in 1; until  
  unknown futex: app : 100us in 1; until  
