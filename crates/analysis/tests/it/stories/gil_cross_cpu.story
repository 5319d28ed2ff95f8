# Each hand-over wakes the other CPU, and that takes longer than the work.
process app python app.py
python app 3.12.1
thread b app
00.000000 app in cpu=0
00.000000 b in cpu=1
repeat 120 1ms 00.000100 b out sleeping futex gil.cond gil=app @ serve (app.py:8)
repeat 120 1ms 00.000300 b woken by=app futex gil.cond wake @ serve (app.py:5)
repeat 120 1ms 00.000400 b in cpu=1
00.120000 b out dead
00.120000 app out dead
----
spans
  00.000000 00.000100 b        running
  00.000100 00.000400 b        waiting for the GIL, woken 00.000300
  00.000400 00.001100 b        running
  00.001100 00.001400 b        waiting for the GIL, woken 00.001300
  00.001400 00.002100 b        running
  00.002100 00.002400 b        waiting for the GIL, woken 00.002300
  00.002400 00.003100 b        running
  00.003100 00.003400 b        waiting for the GIL, woken 00.003300
  00.003400 00.004100 b        running
  00.004100 00.004400 b        waiting for the GIL, woken 00.004300
  00.004400 00.005100 b        running
  00.005100 00.005400 b        waiting for the GIL, woken 00.005300
  00.005400 00.006100 b        running
  00.006100 00.006400 b        waiting for the GIL, woken 00.006300
  00.006400 00.007100 b        running
  00.007100 00.007400 b        waiting for the GIL, woken 00.007300
  00.007400 00.008100 b        running
  00.008100 00.008400 b        waiting for the GIL, woken 00.008300
  00.008400 00.009100 b        running
  00.009100 00.009400 b        waiting for the GIL, woken 00.009300
  00.009400 00.010100 b        running
  00.010100 00.010400 b        waiting for the GIL, woken 00.010300
  00.010400 00.011100 b        running
  00.011100 00.011400 b        waiting for the GIL, woken 00.011300
  00.011400 00.012100 b        running
  00.012100 00.012400 b        waiting for the GIL, woken 00.012300
  00.012400 00.013100 b        running
  00.013100 00.013400 b        waiting for the GIL, woken 00.013300
  00.013400 00.014100 b        running
  00.014100 00.014400 b        waiting for the GIL, woken 00.014300
  00.014400 00.015100 b        running
  00.015100 00.015400 b        waiting for the GIL, woken 00.015300
  00.015400 00.016100 b        running
  00.016100 00.016400 b        waiting for the GIL, woken 00.016300
  00.016400 00.017100 b        running
  00.017100 00.017400 b        waiting for the GIL, woken 00.017300
  00.017400 00.018100 b        running
  00.018100 00.018400 b        waiting for the GIL, woken 00.018300
  00.018400 00.019100 b        running
  00.019100 00.019400 b        waiting for the GIL, woken 00.019300
  00.019400 00.020100 b        running
  00.020100 00.020400 b        waiting for the GIL, woken 00.020300
  00.020400 00.021100 b        running
  00.021100 00.021400 b        waiting for the GIL, woken 00.021300
  00.021400 00.022100 b        running
  00.022100 00.022400 b        waiting for the GIL, woken 00.022300
  00.022400 00.023100 b        running
  00.023100 00.023400 b        waiting for the GIL, woken 00.023300
  00.023400 00.024100 b        running
  00.024100 00.024400 b        waiting for the GIL, woken 00.024300
  00.024400 00.025100 b        running
  00.025100 00.025400 b        waiting for the GIL, woken 00.025300
  00.025400 00.026100 b        running
  00.026100 00.026400 b        waiting for the GIL, woken 00.026300
  00.026400 00.027100 b        running
  00.027100 00.027400 b        waiting for the GIL, woken 00.027300
  00.027400 00.028100 b        running
  00.028100 00.028400 b        waiting for the GIL, woken 00.028300
  00.028400 00.029100 b        running
  00.029100 00.029400 b        waiting for the GIL, woken 00.029300
  00.029400 00.030100 b        running
  00.030100 00.030400 b        waiting for the GIL, woken 00.030300
  00.030400 00.031100 b        running
  00.031100 00.031400 b        waiting for the GIL, woken 00.031300
  00.031400 00.032100 b        running
  00.032100 00.032400 b        waiting for the GIL, woken 00.032300
  00.032400 00.033100 b        running
  00.033100 00.033400 b        waiting for the GIL, woken 00.033300
  00.033400 00.034100 b        running
  00.034100 00.034400 b        waiting for the GIL, woken 00.034300
  00.034400 00.035100 b        running
  00.035100 00.035400 b        waiting for the GIL, woken 00.035300
  00.035400 00.036100 b        running
  00.036100 00.036400 b        waiting for the GIL, woken 00.036300
  00.036400 00.037100 b        running
  00.037100 00.037400 b        waiting for the GIL, woken 00.037300
  00.037400 00.038100 b        running
  00.038100 00.038400 b        waiting for the GIL, woken 00.038300
  00.038400 00.039100 b        running
  00.039100 00.039400 b        waiting for the GIL, woken 00.039300
  00.039400 00.040100 b        running
  00.040100 00.040400 b        waiting for the GIL, woken 00.040300
  00.040400 00.041100 b        running
  00.041100 00.041400 b        waiting for the GIL, woken 00.041300
  00.041400 00.042100 b        running
  00.042100 00.042400 b        waiting for the GIL, woken 00.042300
  00.042400 00.043100 b        running
  00.043100 00.043400 b        waiting for the GIL, woken 00.043300
  00.043400 00.044100 b        running
  00.044100 00.044400 b        waiting for the GIL, woken 00.044300
  00.044400 00.045100 b        running
  00.045100 00.045400 b        waiting for the GIL, woken 00.045300
  00.045400 00.046100 b        running
  00.046100 00.046400 b        waiting for the GIL, woken 00.046300
  00.046400 00.047100 b        running
  00.047100 00.047400 b        waiting for the GIL, woken 00.047300
  00.047400 00.048100 b        running
  00.048100 00.048400 b        waiting for the GIL, woken 00.048300
  00.048400 00.049100 b        running
  00.049100 00.049400 b        waiting for the GIL, woken 00.049300
  00.049400 00.050100 b        running
  00.050100 00.050400 b        waiting for the GIL, woken 00.050300
  00.050400 00.051100 b        running
  00.051100 00.051400 b        waiting for the GIL, woken 00.051300
  00.051400 00.052100 b        running
  00.052100 00.052400 b        waiting for the GIL, woken 00.052300
  00.052400 00.053100 b        running
  00.053100 00.053400 b        waiting for the GIL, woken 00.053300
  00.053400 00.054100 b        running
  00.054100 00.054400 b        waiting for the GIL, woken 00.054300
  00.054400 00.055100 b        running
  00.055100 00.055400 b        waiting for the GIL, woken 00.055300
  00.055400 00.056100 b        running
  00.056100 00.056400 b        waiting for the GIL, woken 00.056300
  00.056400 00.057100 b        running
  00.057100 00.057400 b        waiting for the GIL, woken 00.057300
  00.057400 00.058100 b        running
  00.058100 00.058400 b        waiting for the GIL, woken 00.058300
  00.058400 00.059100 b        running
  00.059100 00.059400 b        waiting for the GIL, woken 00.059300
  00.059400 00.060100 b        running
  00.060100 00.060400 b        waiting for the GIL, woken 00.060300
  00.060400 00.061100 b        running
  00.061100 00.061400 b        waiting for the GIL, woken 00.061300
  00.061400 00.062100 b        running
  00.062100 00.062400 b        waiting for the GIL, woken 00.062300
  00.062400 00.063100 b        running
  00.063100 00.063400 b        waiting for the GIL, woken 00.063300
  00.063400 00.064100 b        running
  00.064100 00.064400 b        waiting for the GIL, woken 00.064300
  00.064400 00.065100 b        running
  00.065100 00.065400 b        waiting for the GIL, woken 00.065300
  00.065400 00.066100 b        running
  00.066100 00.066400 b        waiting for the GIL, woken 00.066300
  00.066400 00.067100 b        running
  00.067100 00.067400 b        waiting for the GIL, woken 00.067300
  00.067400 00.068100 b        running
  00.068100 00.068400 b        waiting for the GIL, woken 00.068300
  00.068400 00.069100 b        running
  00.069100 00.069400 b        waiting for the GIL, woken 00.069300
  00.069400 00.070100 b        running
  00.070100 00.070400 b        waiting for the GIL, woken 00.070300
  00.070400 00.071100 b        running
  00.071100 00.071400 b        waiting for the GIL, woken 00.071300
  00.071400 00.072100 b        running
  00.072100 00.072400 b        waiting for the GIL, woken 00.072300
  00.072400 00.073100 b        running
  00.073100 00.073400 b        waiting for the GIL, woken 00.073300
  00.073400 00.074100 b        running
  00.074100 00.074400 b        waiting for the GIL, woken 00.074300
  00.074400 00.075100 b        running
  00.075100 00.075400 b        waiting for the GIL, woken 00.075300
  00.075400 00.076100 b        running
  00.076100 00.076400 b        waiting for the GIL, woken 00.076300
  00.076400 00.077100 b        running
  00.077100 00.077400 b        waiting for the GIL, woken 00.077300
  00.077400 00.078100 b        running
  00.078100 00.078400 b        waiting for the GIL, woken 00.078300
  00.078400 00.079100 b        running
  00.079100 00.079400 b        waiting for the GIL, woken 00.079300
  00.079400 00.080100 b        running
  00.080100 00.080400 b        waiting for the GIL, woken 00.080300
  00.080400 00.081100 b        running
  00.081100 00.081400 b        waiting for the GIL, woken 00.081300
  00.081400 00.082100 b        running
  00.082100 00.082400 b        waiting for the GIL, woken 00.082300
  00.082400 00.083100 b        running
  00.083100 00.083400 b        waiting for the GIL, woken 00.083300
  00.083400 00.084100 b        running
  00.084100 00.084400 b        waiting for the GIL, woken 00.084300
  00.084400 00.085100 b        running
  00.085100 00.085400 b        waiting for the GIL, woken 00.085300
  00.085400 00.086100 b        running
  00.086100 00.086400 b        waiting for the GIL, woken 00.086300
  00.086400 00.087100 b        running
  00.087100 00.087400 b        waiting for the GIL, woken 00.087300
  00.087400 00.088100 b        running
  00.088100 00.088400 b        waiting for the GIL, woken 00.088300
  00.088400 00.089100 b        running
  00.089100 00.089400 b        waiting for the GIL, woken 00.089300
  00.089400 00.090100 b        running
  00.090100 00.090400 b        waiting for the GIL, woken 00.090300
  00.090400 00.091100 b        running
  00.091100 00.091400 b        waiting for the GIL, woken 00.091300
  00.091400 00.092100 b        running
  00.092100 00.092400 b        waiting for the GIL, woken 00.092300
  00.092400 00.093100 b        running
  00.093100 00.093400 b        waiting for the GIL, woken 00.093300
  00.093400 00.094100 b        running
  00.094100 00.094400 b        waiting for the GIL, woken 00.094300
  00.094400 00.095100 b        running
  00.095100 00.095400 b        waiting for the GIL, woken 00.095300
  00.095400 00.096100 b        running
  00.096100 00.096400 b        waiting for the GIL, woken 00.096300
  00.096400 00.097100 b        running
  00.097100 00.097400 b        waiting for the GIL, woken 00.097300
  00.097400 00.098100 b        running
  00.098100 00.098400 b        waiting for the GIL, woken 00.098300
  00.098400 00.099100 b        running
  00.099100 00.099400 b        waiting for the GIL, woken 00.099300
  00.099400 00.100100 b        running
  00.100100 00.100400 b        waiting for the GIL, woken 00.100300
  00.100400 00.101100 b        running
  00.101100 00.101400 b        waiting for the GIL, woken 00.101300
  00.101400 00.102100 b        running
  00.102100 00.102400 b        waiting for the GIL, woken 00.102300
  00.102400 00.103100 b        running
  00.103100 00.103400 b        waiting for the GIL, woken 00.103300
  00.103400 00.104100 b        running
  00.104100 00.104400 b        waiting for the GIL, woken 00.104300
  00.104400 00.105100 b        running
  00.105100 00.105400 b        waiting for the GIL, woken 00.105300
  00.105400 00.106100 b        running
  00.106100 00.106400 b        waiting for the GIL, woken 00.106300
  00.106400 00.107100 b        running
  00.107100 00.107400 b        waiting for the GIL, woken 00.107300
  00.107400 00.108100 b        running
  00.108100 00.108400 b        waiting for the GIL, woken 00.108300
  00.108400 00.109100 b        running
  00.109100 00.109400 b        waiting for the GIL, woken 00.109300
  00.109400 00.110100 b        running
  00.110100 00.110400 b        waiting for the GIL, woken 00.110300
  00.110400 00.111100 b        running
  00.111100 00.111400 b        waiting for the GIL, woken 00.111300
  00.111400 00.112100 b        running
  00.112100 00.112400 b        waiting for the GIL, woken 00.112300
  00.112400 00.113100 b        running
  00.113100 00.113400 b        waiting for the GIL, woken 00.113300
  00.113400 00.114100 b        running
  00.114100 00.114400 b        waiting for the GIL, woken 00.114300
  00.114400 00.115100 b        running
  00.115100 00.115400 b        waiting for the GIL, woken 00.115300
  00.115400 00.116100 b        running
  00.116100 00.116400 b        waiting for the GIL, woken 00.116300
  00.116400 00.117100 b        running
  00.117100 00.117400 b        waiting for the GIL, woken 00.117300
  00.117400 00.118100 b        running
  00.118100 00.118400 b        waiting for the GIL, woken 00.118300
  00.118400 00.119100 b        running
  00.119100 00.119400 b        waiting for the GIL, woken 00.119300
  00.119400 00.120000 b        running
  00.000000 00.120000 app      running
budget
  app      120000us = running, not sampled 120000us
  b        120000us = running, not sampled 84000us + waiting for the GIL 24000us + waiting for a CPU 12000us
GIL waits
  b serve (app.py:8): 36000us in 120, for a CPU 12000us; had by app serve (app.py:5)
  hand-overs known 120 of 120
finding gil-contention (serious): b waited 36.0 ms for the GIL, 30.0 % of its time, 12.0 ms of it for a CPU after its turn came. Most of it: b at serve (app.py:8) while app had it at serve (app.py:5), 36.0 ms in 120 waits.
  next: keelback gil
finding gil-cross-cpu (serious): 100 % of the hand-overs of the GIL woke a thread on another CPU, and that took 100 us each: 33.3 % of all waiting for the GIL. With the GIL only one thread runs Python anyway; on one CPU (taskset -c 0) it need not wait for another core to wake.
  next: keelback bench -n all='python app.py' -n one='taskset -c 0 python app.py'
