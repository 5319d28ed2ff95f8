"""A crawler that gets no faster beyond a few threads: where does its time go?

    keelback run -- python3 examples/crawler.py [THREADS]

Child processes serve pages, each after a short pause. Threads of this process fetch them and parse what they got: the
fetching waits for the network, the parsing for the GIL.
"""
import http.client
import http.server
import json
import os
import queue
import signal
import sys
import threading
import time

PAGES = 200
WORDS = ["page", "link", "title", "crawler"] * 1500


class Site(http.server.BaseHTTPRequestHandler):
    """Serves one JSON page under every path."""

    wbufsize = -1
    body = json.dumps({"words": WORDS}).encode()

    def do_GET(self):
        time.sleep(0.01)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


def serve(count):
    """Starts servers that share one port; gives the port and their pids."""
    site = http.server.HTTPServer(("127.0.0.1", 0), Site)
    children = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            site.serve_forever()
        children.append(child)
    site.socket.close()
    return site.server_port, children


def fetch(port, page):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/%d" % page)
    body = connection.getresponse().read()
    connection.close()
    return body


def parse(body):
    counts = {}
    for word in json.loads(body)["words"]:
        for letter in word:
            counts[letter] = counts.get(letter, 0) + 1
    return counts


def crawl(port, pages, totals, lock):
    while True:
        page = pages.get()
        if page is None:
            return
        counts = parse(fetch(port, page))
        with lock:
            for letter, count in counts.items():
                totals[letter] = totals.get(letter, 0) + count


def main(threads):
    port, servers = serve(threads)
    pages, totals, lock = queue.Queue(), {}, threading.Lock()
    workers = [
        threading.Thread(target=crawl, args=(port, pages, totals, lock), name="crawler-%d" % number)
        for number in range(threads)
    ]
    for worker in workers:
        worker.start()
    for page in list(range(PAGES)) + [None] * threads:
        pages.put(page)
    for worker in workers:
        worker.join()
    for server in servers:
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)
    print("%d letters on %d pages" % (sum(totals.values()), PAGES))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
