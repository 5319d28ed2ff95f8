# A program that loads files one by one, recorded with every call.
process load python load.py
python load 3.12.1
full
bias 900ns
end 00.060000
lost ring_full 40
00.000000 load in
00.000100 load call openat 0 path=/etc/ld.so.cache ret=3 took=4us
00.000110 load call read 3 ret=832 took=2us
00.000120 load call close 3 took=1us
repeat 30 20us 00.000200 load call newfstatat 0 path=/usr/lib/python3.12/json took=3us @ _path_stat (<frozen importlib._bootstrap_external>:147) < FileFinder.find_spec (<frozen importlib._bootstrap_external>:1557) < main (load.py:1)
repeat 800 40us 00.001000 load call newfstatat 0 path=/srv/cache/a.bin ret=-2 took=3us @ stat (/usr/lib/python3.12/genericpath.py:19) < cached (load.py:8)
repeat 1200 40us 00.001020 load call newfstatat 0 path=/srv/data/a.bin took=3us @ stat (/usr/lib/python3.12/genericpath.py:19) < cached (load.py:9)
repeat 300 40us 00.033000 load call futex gil.cond wake took=1us @ cached (load.py:10)
00.050000 load sample user gil=load @ decode (load.py:14)
00.051000 load sample user gil=load @ decode (load.py:14)
00.052000 load sample kernel newfstatat gil=load @ stat (/usr/lib/python3.12/genericpath.py:19) < cached (load.py:9)
00.053000 load out sleeping read 4 @ pull (load.py:20)
00.058000 load woken
00.058100 load in
00.058110 load call read 4 ret=4096 took=5112us @ pull (load.py:20)
tally load newfstatat 0 40 130us
00.060000 load usage minor=900 major=0 user=48ms system=6ms
00.060000 load exit
00.060020 load out dead
