# Events are missing: what the rest still proves is used, the remainder is
# "not recorded". First an end of running, then an end of sleep, then a start
# of running that a sample reveals after a wake-up; the last event comes twice.
process app python app.py
python app 3.11.2
lost ring_full 3
00.000000 app in
00.001000 app sample user gil=app @ main (app.py:2)
00.003000 app in
00.004000 app out sleeping read 3 @ main (app.py:3)
00.006000 app out sleeping read 3 @ main (app.py:3)
00.007000 app woken
00.007100 app sample user gil=app @ main (app.py:4)
00.008000 app out sleeping read 3 @ main (app.py:3)
00.008000 app out sleeping read 3 @ main (app.py:3)
00.009000 app in
00.010000 app out dead
----
spans
  00.000000 00.001000 app      running
  00.001000 00.003000 app      not recorded
  00.003000 00.004000 app      running
  00.004000 00.006000 app      not recorded
  00.006000 00.007000 app      reading a pipe, file or terminal, woken 00.007000
  00.007000 00.007100 app      not recorded
  00.007100 00.008000 app      running
  00.008000 00.009000 app      reading a pipe, file or terminal
  00.009000 00.010000 app      running
budget
  app      10000us = running Python 3900us + reading a pipe, file or terminal 2000us + not recorded 4100us
finding losses (serious): 4.10 ms of thread time (41.0 %) cannot be told.
  next: 
