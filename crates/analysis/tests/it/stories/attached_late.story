# Attached to a running process: what a thread did before its first event is
# told by that event. Totals count from the attach.
process app python app.py
python app 3.11.2
thread ran app
thread slept app
thread never app
attached
end 00.010000
00.000000 app start
00.000000 app usage minor=1000 major=2 user=500ms system=100ms
00.000000 ran start
00.000000 slept start
00.000000 never start
00.002000 ran out sleeping poll 0x7000 1 @ serve (app.py:4)
00.003000 app woken
00.003010 app in
00.004000 slept in
00.005000 slept out sleeping read 3
00.010000 app usage minor=1010 major=2 user=503ms system=104ms
----
spans
  00.000000 00.002000 ran      running
  00.000000 00.003010 app      asleep since before the recording, woken 00.003000
  00.000000 00.004000 slept    asleep since before the recording
  00.004000 00.005000 slept    running
  00.003010 00.010000 app      running
  00.002000 00.010000 ran      in poll, select or epoll, until the end
  00.005000 00.010000 slept    reading a pipe, file or terminal, until the end
  00.000000 00.010000 never    asleep since before the recording, until the end
budget
  app      10000us = in the kernel 3994286ns + running, not sampled 2995714ns + asleep since before the recording 3000us + waiting for a CPU 10us
  ran      10000us = running, not sampled 2000us + in poll, select or epoll 8000us
  slept    10000us = running, not sampled 1000us + reading a pipe, file or terminal 5000us + asleep since before the recording 4000us
  never    10000us = asleep since before the recording 10000us
