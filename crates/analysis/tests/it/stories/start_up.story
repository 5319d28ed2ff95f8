# What a start-up's calls are for: decided by path, by the import system's stage
# on the Python stack, by what a descriptor was opened for, and before the first
# frame by being the interpreter's own start. What was only counted in the kernel
# adds to the totals.
process app python -c pass
python app 3.12.1
full
bias 800ns
00.000000 app in
00.000010 app call openat 0 path=/etc/ld.so.cache ret=3 took=2us
00.000020 app call read 3 ret=832 took=1us
00.000030 app call close 3 took=1us
00.000040 app call mmap took=2us
00.000050 app call readlink path=/usr/bin/python3 ret=-22 took=1us
00.000060 app call openat 0 path=/v/pyvenv.cfg ret=-2 took=1us
00.000070 app call openat 0 path=/usr/lib/locale/locale-archive ret=3 took=1us
00.000080 app call fstat 3 took=1us
00.000090 app call close 3 took=1us
00.000100 app call rt_sigaction 1 took=900ns
00.000200 app call stat path=/usr/lib/python3.12 took=2us @ _path_stat (<frozen importlib._bootstrap_external>:147) < FileFinder.find_spec (<frozen importlib._bootstrap_external>:1557)
00.000210 app call openat 0 path=/usr/lib/python3.12 ret=3 took=3us @ FileFinder._fill_cache (<frozen importlib._bootstrap_external>:1638)
00.000220 app call getdents64 3 ret=8000 took=50us @ FileFinder._fill_cache (<frozen importlib._bootstrap_external>:1638)
00.000230 app call close 3 took=1us @ FileFinder._fill_cache (<frozen importlib._bootstrap_external>:1638)
00.000240 app call openat 0 path=/usr/lib/python3.12/__pycache__/os.cpython-312.pyc ret=3 took=4us @ FileLoader.get_data (<frozen importlib._bootstrap_external>:1187)
00.000250 app call ioctl 3 0x5401 ret=-25 took=1us @ FileLoader.get_data (<frozen importlib._bootstrap_external>:1187)
00.000260 app call read 3 ret=9000 took=4us @ FileLoader.get_data (<frozen importlib._bootstrap_external>:1187)
00.000270 app call close 3 took=1us @ FileLoader.get_data (<frozen importlib._bootstrap_external>:1187)
00.000280 app call openat 0 path=/usr/lib/python3.12/lib-dynload/_json.cpython-312-x86_64-linux-gnu.so ret=3 took=4us @ _call_with_frames_removed (<frozen importlib._bootstrap>:488) < create_module (<frozen importlib._bootstrap_external>:1289)
00.000290 app call mmap took=4us @ _call_with_frames_removed (<frozen importlib._bootstrap>:488) < create_module (<frozen importlib._bootstrap_external>:1289)
00.000300 app call ioctl 1 0x5413 took=1us @ main (app.py:3)
00.000310 app call openat 0 path=/home/ann/data.csv ret=4 took=2us @ main (app.py:4)
00.000320 app call read 4 ret=100 took=1us @ main (app.py:5)
00.000330 app call epoll_wait 5 took=1us @ main (app.py:6)
tally app stat 2 10 20us
lost ring_full 10
00.000500 app out dead
----
calls
  1 getdents64: 50us / 49200ns / 0us
  11 stat: 22us / 13200ns / 0us, ENOENT 10
  7 openat: 17us / 11400ns / 0us, ENOENT 1
  2 mmap: 6us / 4400ns / 0us
  3 read: 6us / 3600ns / 0us
  4 close: 4us / 800ns / 0us
  2 ioctl: 2us / 400ns / 0us, ENOTTY 1
  1 fstat: 1us / 200ns / 0us
  1 readlink: 1us / 200ns / 0us, EINVAL 1
  1 epoll_wait: 1us / 200ns / 0us
  1 rt_sigaction: 900ns / 100ns / 0us
  34 total: 110900ns / 83700ns / 0us, ENOENT 11, EINVAL 1, ENOTTY 1
purposes
  3 directory scan: 51600ns
  10 other: 12us
  5 loader: 8us
  4 .pyc read: 6800ns
  2 file I/O: 1400ns
  1 import lookup: 1200ns
  1 memory: 1200ns
  3 locale: 600ns
  2 interpreter start: 400ns
  1 network: 200ns
  1 terminal: 200ns
  1 signals: 100ns

budget
  app      500us = running, not sampled 500us
finding losses (warning): 10 ring_full: Events that found the ring buffer full; system calls among them are in the tallies, so totals stay exact.
  next: keelback run --mode wait -- python app.py
