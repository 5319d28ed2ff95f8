# Reads a pipe; its writer wakes it from inside write(2).
process reader python reader.py
process writer python writer.py
00.000000 reader in
00.000000 writer in
00.000100 reader out sleeping read 3 @ pump (reader.py:9)
00.000900 reader woken by=writer write 4 @ feed (writer.py:4)
00.000930 reader in
00.001000 writer out sleeping write 4 @ feed (writer.py:4)
00.001400 writer woken by=reader read 3
00.001410 reader out sleeping read 3 @ pump (reader.py:9)
00.001500 writer in
00.001600 reader woken by=writer write 4 @ feed (writer.py:4)
00.001700 reader in
00.002000 writer out dead
00.002000 reader out dead
----
spans
  00.000000 00.000100 reader   running
  00.000100 00.000930 reader   reading a pipe, file or terminal, woken 00.000900
  00.000000 00.001000 writer   running
  00.000930 00.001410 reader   running
  00.001000 00.001500 writer   writing a pipe, file or terminal, woken 00.001400
  00.001410 00.001700 reader   reading a pipe, file or terminal, woken 00.001600
  00.001500 00.002000 writer   running
  00.001700 00.002000 reader   running
budget
  reader   2000us = running, not sampled 880us + reading a pipe, file or terminal 990us + waiting for a CPU 130us
  writer   2000us = running, not sampled 1500us + writing a pipe, file or terminal 400us + waiting for a CPU 100us
