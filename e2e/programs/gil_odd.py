"""Fights for the GIL in odd circumstances; the last argument says which."""
# needs: 3.8
# mode: wait
# alone: yes
# variants: daemons fork
# expect: threads >= 2
import asyncio
import os
import sys
import threading
import time

SECONDS = 0.4


def compute(seconds=SECONDS):
    end = time.time() + seconds
    while time.time() < end:
        sum(range(200))


def fight(threads=2, seconds=SECONDS, daemon=False):
    crowd = [threading.Thread(target=compute, args=(seconds,), daemon=daemon) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    return crowd


def join(crowd):
    for thread in crowd:
        thread.join()


def daemons():
    """The process ends while threads wait for the GIL."""
    fight(4, 60, daemon=True)
    compute()


def endless():
    """A fight that goes on until somebody ends it."""
    join(fight(2, 3600))


def fork():
    """A child is made while others have the GIL, and has a fight of its own."""
    crowd = fight()
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            join(fight())
            os._exit(0)
        children.append(child)
    join(crowd)
    for child in children:
        os.waitpid(child, 0)


def workers():
    """Four processes fight, each for its own GIL."""
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            join(fight())
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def interpreters():
    """Interpreters with a GIL each compute beside one another."""
    script = "import time\nend = time.time() + %r\nwhile time.time() < end: sum(range(200))" % SECONDS
    if sys.version_info >= (3, 13):
        import _interpreters as subs

        made = [subs.create("isolated") for _ in range(2)]
    elif sys.version_info >= (3, 12):
        import _xxsubinterpreters as subs

        made = [subs.create(isolated=True) for _ in range(2)]
    else:
        return compute()
    run = getattr(subs, "exec", None) or subs.run_string
    crowd = [threading.Thread(target=run, args=(one, script)) for one in made]
    for thread in crowd:
        thread.start()
    join(crowd)


def starve():
    for _ in range(12):
        len(set(range(600000)))


async def tick():
    while any(thread.name == "starver" for thread in threading.enumerate()):
        await asyncio.sleep(0.001)


def loop():
    """An event loop that a thread starves."""
    thread = threading.Thread(target=starve, name="starver")
    thread.start()
    asyncio.run(tick())
    thread.join()


def thousand():
    """A thousand threads, all there at once."""
    threading.stack_size(256 << 10)
    gate = threading.Event()
    crowd = [threading.Thread(target=lambda: (gate.wait(), compute(0))) for _ in range(1000)]
    for thread in crowd:
        thread.start()
    gate.set()
    join(crowd)


ways = {"asyncio": loop}
ways.get(sys.argv[1], globals().get(sys.argv[1]))()
