# No end was seen: threads last until the recording does. One sleeps, one waits
# for a CPU after its wake-up, one runs.
process app python app.py
python app 3.11.2
thread queued app
thread asleep app
end 00.010000
00.000000 app in
00.001000 queued in
00.001000 asleep in
00.002000 queued out sleeping clock_nanosleep @ nap (app.py:2)
00.002000 asleep out sleeping epoll_wait 5 @ serve (app.py:4)
00.008000 queued woken
----
spans
  00.001000 00.002000 queued   running
  00.001000 00.002000 asleep   running
  00.000000 00.010000 app      running
  00.002000 00.010000 queued   sleeping, until the end
  00.002000 00.010000 asleep   in poll, select or epoll, until the end
budget
  app      10000us = running, not sampled 10000us
  queued   9000us = running, not sampled 1000us + sleeping 6000us + waiting for a CPU 2000us
  asleep   9000us = running, not sampled 1000us + in poll, select or epoll 8000us
