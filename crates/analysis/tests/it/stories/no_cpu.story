# Ready to run for 12 of 20 ms, and no CPU.
process app python app.py
python app 3.11.2
00.000000 app in
00.001000 app out preempted @ main (app.py:2)
00.007000 app in
00.013000 app out preempted @ main (app.py:2)
00.019000 app in
00.020000 app out dead
----
spans
  00.000000 00.001000 app      running
  00.001000 00.007000 app      waiting for a CPU
  00.007000 00.013000 app      running
  00.013000 00.019000 app      waiting for a CPU
  00.019000 00.020000 app      running
budget
  app      20000us = running, not sampled 8000us + waiting for a CPU 12000us
finding cpu-starvation (serious): Threads were ready to run but had no CPU for 12.0 ms, 60.0 % of the time they wanted one; app most, for 12.0 ms. 2 CPUs were online.
  next: keelback gil
