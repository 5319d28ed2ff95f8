# A third of the samples are in the kernel outside any call, and pages had to be
# fetched.
process app python app.py
python app 3.11.2
00.000000 app in
repeat 20 1ms 00.000500 app sample user gil=app @ fill (app.py:4)
repeat 10 1ms 00.020500 app sample kernel gil=app @ fill (app.py:4)
00.030000 app out uninterruptible gil=app @ fill (app.py:5)
00.034000 app in
00.034000 app usage minor=8000 major=3 user=20ms system=10ms
00.034000 app exit
00.034000 app out dead
----
spans
  00.000000 00.030000 app      running
  00.030000 00.034000 app      page fault
budget
  app      34000us = running Python 20000us + in the kernel 10000us + page fault 4000us
finding page-faults (serious): Page faults took about 14.0 ms, 41.2 % of the time threads were busy: 8000 without and 3 with disk I/O.
  next: keelback syscalls --by purpose -- python app.py
