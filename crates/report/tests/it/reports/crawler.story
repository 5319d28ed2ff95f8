# A crawler: the main thread joins, two workers fetch, parse, fight for the GIL
# and log; a resolver is run as a child; a BLAS pool idles.
process crawl python crawl.py --depth 3
process host parent=crawl python crawl.py --depth 3
python crawl 3.11.2 stripped
thread fetch-1 crawl
thread fetch-2 crawl
thread blas crawl
lost stack_truncated 12
end 00.500000
00.000000 crawl in
repeat 20 1ms 00.000500 crawl sample user gil=crawl @ parse (/home/ann/crawler/page.py:31) < main (/home/ann/crawler/crawl.py:12)
repeat 5 1ms 00.020500 crawl sample kernel newfstatat gil=crawl @ stat (/usr/lib/python3.11/genericpath.py:19) < main (/home/ann/crawler/crawl.py:14)
00.026000 blas start by=crawl
00.026100 blas in
00.026200 blas out sleeping futex 0x7f0000004000 wait
00.027000 host start by=crawl
00.027010 crawl out uninterruptible vfork @ Popen._execute_child (/usr/lib/python3.11/subprocess.py:1885) < main (/home/ann/crawler/crawl.py:16)
00.027100 host in
00.027900 host exec host example.org
00.028000 crawl woken by=host execve
00.028100 crawl in
00.028200 crawl out sleeping wait4 @ Popen._try_wait (/usr/lib/python3.11/subprocess.py:2010) < main (/home/ann/crawler/crawl.py:16)
00.030000 host out sleeping recvfrom 3
00.060000 host woken
00.060100 host in
00.061000 host exit status=256
00.061100 crawl woken by=host exit_group
00.061100 host out dead
00.061150 crawl in
00.062000 fetch-1 start by=crawl
00.062000 fetch-2 start by=crawl
00.062050 fetch-1 in
00.063000 crawl out sleeping futex 0x5500001000 @ Thread._wait_for_tstate_lock (/usr/lib/python3.11/threading.py:1132) < Thread.join (/usr/lib/python3.11/threading.py:1112) < main (/home/ann/crawler/crawl.py:22)
00.063010 fetch-2 in
00.063100 fetch-1 out sleeping recvfrom 5 gil=free @ recv_into (/usr/lib/python3.11/socket.py:705) < fetch (/home/ann/crawler/net.py:40)
00.160000 fetch-1 woken
00.160100 fetch-1 in
repeat 100 1ms 00.063500 fetch-2 sample user gil=fetch-2 @ tokenize (/home/ann/crawler/page.py:88) < fetch (/home/ann/crawler/net.py:41)
00.160110 fetch-1 out sleeping futex gil.cond gil=fetch-2 @ recv_into (/usr/lib/python3.11/socket.py:705) < fetch (/home/ann/crawler/net.py:40)
repeat 20 5030us 00.165110 fetch-1 woken
repeat 20 5030us 00.165120 fetch-1 in
repeat 20 5030us 00.165140 fetch-1 out sleeping futex gil.cond gil=fetch-2 @ recv_into (/usr/lib/python3.11/socket.py:705) < fetch (/home/ann/crawler/net.py:40)
00.266000 fetch-1 woken by=fetch-2 futex gil.cond wake @ tokenize (/home/ann/crawler/page.py:90) < fetch (/home/ann/crawler/net.py:41)
00.266010 fetch-2 out sleeping futex gil.switch_cond gil=free @ tokenize (/home/ann/crawler/page.py:90) < fetch (/home/ann/crawler/net.py:41)
00.268000 fetch-1 in
00.268010 fetch-2 woken by=fetch-1 futex gil.switch_cond wake
00.268020 fetch-2 in
00.268030 fetch-2 out sleeping futex gil.cond gil=fetch-1 @ tokenize (/home/ann/crawler/page.py:90) < fetch (/home/ann/crawler/net.py:41)
repeat 20 1ms 00.268500 fetch-1 sample user gil=fetch-1 @ parse (/home/ann/crawler/page.py:31) < fetch (/home/ann/crawler/net.py:42)
00.290000 fetch-2 woken by=fetch-1 futex gil.cond wake @ emit (/usr/lib/python3.11/logging/__init__.py:1110) < fetch (/home/ann/crawler/net.py:43)
00.290100 fetch-2 in
00.290200 fetch-1 out sleeping futex 0x5500002000 @ Handler.acquire (/usr/lib/python3.11/logging/__init__.py:927) < fetch (/home/ann/crawler/net.py:43)
repeat 10 1ms 00.290500 fetch-2 sample user gil=fetch-2 @ tokenize (/home/ann/crawler/page.py:88) < fetch (/home/ann/crawler/net.py:41)
00.340000 fetch-1 woken by=fetch-2 futex 0x5500002000 wake @ Handler.release (/usr/lib/python3.11/logging/__init__.py:934)
00.340050 fetch-1 in
00.341000 fetch-1 usage minor=2000 major=0 user=40ms system=2ms
00.341000 fetch-1 exit
00.341010 fetch-1 out dead
00.400000 fetch-2 usage minor=12000 major=1 user=240ms system=12ms
00.400000 fetch-2 exit
00.400010 crawl woken by=fetch-2 futex 0x5500001000 wake
00.400020 fetch-2 out dead
00.400100 crawl in
00.401000 crawl out sleeping clock_nanosleep gil=free @ main (/home/ann/crawler/crawl.py:25)
00.499000 crawl woken
00.499100 crawl in
00.499900 crawl usage minor=4000 major=0 user=60ms system=8ms
00.499900 blas woken by=crawl exit_group
00.499910 crawl exit
00.499920 crawl out dead
00.499930 blas in
00.499940 blas exit
00.499950 blas out dead
