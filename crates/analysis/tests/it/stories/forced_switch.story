# The releaser waits until someone else took the GIL: on switch_cond, or on the
# mutex beside it. Neither is a GIL wait, and neither is a lock of the program.
process app python app.py
python app 3.13.0
00.000000 app in
00.001000 app out sleeping futex gil.switch_cond gil=free @ spin (app.py:7)
00.001200 app woken
00.001200 app in
00.001300 app out sleeping futex gil.switch_mutex wait @ spin (app.py:7)
00.001350 app woken
00.001350 app in
00.001400 app out sleeping futex gil.mutex wait @ spin (app.py:7)
00.001500 app woken
00.001500 app in
00.002000 app out dead
----
spans
  00.000000 00.001000 app      running
  00.001000 00.001200 app      forced switch, woken 00.001200
  00.001200 00.001300 app      running
  00.001300 00.001350 app      forced switch, woken 00.001350
  00.001350 00.001400 app      running
  00.001400 00.001500 app      GIL's own mutex, woken 00.001500
  00.001500 00.002000 app      running
budget
  app      2000us = running, not sampled 1650us + forced switch 250us + GIL's own mutex 100us
