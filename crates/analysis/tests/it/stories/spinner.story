# Pure Python: of four samples three hold the GIL, one is in the kernel.
process app python app.py
python app 3.11.2
00.000000 app in
00.001000 app sample user gil=app @ spin (app.py:2)
00.002000 app sample user gil=app @ spin (app.py:2)
00.003000 app sample kernel gil=app @ spin (app.py:2)
00.004000 app sample user gil=app @ spin (app.py:3)
00.004800 app exit
00.004800 app out dead
----
spans
  00.000000 00.004800 app      running
budget
  app      4800us = running Python 3600us + in the kernel 1200us
