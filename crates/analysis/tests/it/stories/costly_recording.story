# 60 000 recorded calls at 1.5 us each are a large part of 0.3 s.
process app python app.py
python app 3.11.2
full
bias 1us
00.000000 app in
tally app getppid 0 60000 70ms
00.300000 app out dead
----
calls
  60000 getppid: 70000us / 10000us / 0us
  60000 total: 70000us / 10000us / 0us
purposes
  60000 process: 10000us

budget
  app      300000us = running, not sampled 300000us
finding recorder-cost (serious): Recording took up to 90.0 ms of the program's own CPU time (30.0 %); its times are that much too long.
  next: keelback run --mode wait -- python app.py
