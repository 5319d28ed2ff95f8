"""Threads have names in Python: given, made up, changed, beyond ASCII."""
# needs: 3.8
# mode: wait
# expect: thread MainThread
# expect: thread client-3
# expect: thread renamed
# expect: thread naïve-あ
import threading
import time

SECONDS = 1.5


def work(end):
    while time.time() < end:
        sum(range(1000))


def change(end):
    work(end - 0.9 * SECONDS)
    threading.current_thread().name = "renamed"
    work(end)


class Named(threading.Thread):
    """Its attributes are not where those of a plain thread are."""

    __slots__ = ("end",)

    def __init__(self, name, end):
        self.end = end
        super().__init__(name=name)

    def run(self):
        work(self.end)


end = time.time() + SECONDS
threads = [
    threading.Thread(target=work, args=(end,), name="client-3"),
    threading.Thread(target=work, args=(end,)),
    threading.Thread(target=change, args=(end,)),
    Named("naïve-あ", end),
]
for thread in threads:
    thread.start()
work(end - SECONDS / 2)
for thread in threads:
    thread.join()
