# Two processes share one CPU: each waits for it while the other runs.
process one python one.py
process two python two.py
python one 3.11.2
python two 3.11.2
00.000000 one in
00.000000 two start by=one
00.001000 one sample user gil=one @ spin (one.py:2)
00.004000 one out preempted gil=one @ spin (one.py:2)
00.004000 two in
00.005000 two sample user gil=two @ spin (two.py:2)
00.008000 two out preempted gil=two @ spin (two.py:2)
00.008000 one in
00.012000 one out dead
00.012000 two in
00.016000 two out dead
----
spans
  00.000000 00.004000 one      running
  00.000000 00.004000 two      waiting for a CPU
  00.004000 00.008000 two      running
  00.004000 00.008000 one      waiting for a CPU
  00.008000 00.012000 one      running
  00.008000 00.012000 two      waiting for a CPU
  00.012000 00.016000 two      running
budget
  one      12000us = running Python 8000us + waiting for a CPU 4000us
  two      16000us = running Python 8000us + waiting for a CPU 8000us
finding cpu-starvation (serious): Threads were ready to run but had no CPU for 12.0 ms, 42.9 % of the time they wanted one; two most, for 8.00 ms. 2 CPUs were online.
  next: keelback gil
