# A wake-up is traced a little before the switch it answers when the sleeper has
# not quite left its CPU; all its time off the CPU was then waiting for one. One
# that came long before answers something else.
process app python app.py
python app 3.11.2
00.000000 app in
00.000995 app woken
00.001000 app out sleeping read 3 @ main (app.py:3)
00.001400 app in
00.002000 app woken
00.003000 app out sleeping read 3 @ main (app.py:3)
00.003400 app in
00.004000 app out dead
----
spans
  00.000000 00.001000 app      running
  00.001000 00.001400 app      reading a pipe, file or terminal, woken 00.001000
  00.001400 00.003000 app      running
  00.003000 00.003400 app      reading a pipe, file or terminal
  00.003400 00.004000 app      running
budget
  app      4000us = running, not sampled 3200us + reading a pipe, file or terminal 400us + waiting for a CPU 400us
