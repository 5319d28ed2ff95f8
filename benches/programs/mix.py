"""Four threads ask servers that answer late, and work on the answers:
`mix.py REQUESTS`, shared out among them."""
import json
import socket
import subprocess
import sys
import threading
import time

import measure

CLIENTS = 4
ANSWER = json.dumps({str(number): list(range(20)) for number in range(40)})


# An interpreter of its own, so that tools inside this one are not in the servers.
SERVER = """
import socket, sys, time
line = socket.socket(fileno=int(sys.argv[1]))
while line.recv(4096):
    time.sleep(0.0005)
    line.sendall(b"yes")
"""


def connect():
    ours, theirs = socket.socketpair()
    number = str(theirs.fileno())
    subprocess.Popen([sys.executable, "-I", "-S", "-c", SERVER, number], pass_fds=[theirs.fileno()])
    theirs.close()
    # The first answer comes when the server is there.
    ours.sendall(b"please")
    ours.recv(4096)
    return ours


def client(line, requests):
    for _ in range(requests):
        line.sendall(b"please")
        line.recv(4096)
        for _ in range(12):
            json.dumps(json.loads(ANSWER))


def work(count):
    crowd = [threading.Thread(target=client, args=(line, count // CLIENTS)) for line in lines]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()


lines = [connect() for _ in range(CLIENTS)]
measure.loop(work, int(sys.argv[1]))
for line in lines:
    line.close()
