# time.sleep(0.01): the kernel's timer wakes it, and the CPU is free at once.
process app python app.py
python app 3.11.2
00.000000 app start
00.000000 app in
00.001000 app sample user gil=app @ main (app.py:2)
00.002000 app out sleeping clock_nanosleep gil=free @ main (app.py:3)
00.012000 app woken
00.012050 app in
00.013000 app usage minor=120 major=0 user=2ms system=1ms
00.013000 app exit
00.013020 app out dead
----
spans
  00.000000 00.002000 app      running
  00.002000 00.012050 app      sleeping, woken 00.012000
  00.012050 00.013000 app      running
  00.013000 00.013020 app      exiting
budget
  app      13020us = running Python 2950us + in the kernel 20us + sleeping 10000us + waiting for a CPU 50us
finding blocked-line (serious): app spent 10.0 ms, 76.8 % of its time, sleeping (clock_nanosleep) at main (app.py:3): 1 time, the longest 10.0 ms.
  next: keelback syscalls --by line
