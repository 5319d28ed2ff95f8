"""Four threads ask servers that answer late, and work on the answers."""
# mode: wait
# alone: yes
# expect: threads >= 9
# expect: processes >= 5
# expect: budget client: blocked >= 1%
# expect: budget client: gil+python+runqueue >= 20%
import json
import os
import socket
import threading
import time

import clock

CLIENTS, REQUESTS = 4, 100
ANSWER = json.dumps({str(number): list(range(20)) for number in range(40)})


def serve(line):
    while line.recv(4096):
        time.sleep(0.0005)
        line.sendall(b"yes")
    os._exit(0)


def connect():
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        serve(theirs)
    theirs.close()
    return ours


def client(line):
    watch = clock.Watch("client")
    for _ in range(REQUESTS):
        line.sendall(b"please")
        line.recv(4096)
        for _ in range(12):
            json.dumps(json.loads(ANSWER))
        os.stat("/")
    watch.note()


lines = [connect() for _ in range(CLIENTS)]
threads = [threading.Thread(target=client, args=(line,)) for line in lines]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# A server that was forked later has the lines of those before it.
for line in lines:
    line.shutdown(socket.SHUT_RDWR)
