# Threads that are named in many ways. Each says what it is called and blocks.
import _thread
import json
import os
import threading

said = {}
lock = threading.Lock()
threads = []


def tell(name):
    native = getattr(threading, "get_native_id", lambda: None)
    with lock:
        said[threading.get_ident()] = [name, native()]


def block():
    os.read(0, 1)


def named():
    tell(threading.current_thread().name)
    block()


def unknown():
    tell(None)
    block()


class Slotted(threading.Thread):
    __slots__ = ("before", "after")

    def __init__(self):
        self.before = 1
        super().__init__(target=named, name="slotted")
        self.after = 2


class Own(threading.Thread):
    def __init__(self, number):
        self.own = number
        super().__init__(target=named, name="own-%d" % number)
        self.more = [number]


class Crowded(threading.Thread):
    def __init__(self):
        super().__init__(target=named)
        for number in range(100):
            setattr(self, "attribute_%d" % number, number)
        self.name = "crowded"


def thread(change=None, **words):
    it = threading.Thread(target=named, **words)
    if change is not None:
        change(it)
    return it


def replace(it):
    it.__dict__ = dict(it.__dict__, name_of_old=it.name)


def name_again(it):
    del it._name
    it._name = "named-again"


def mixed_keys(it):
    vars(it)[1] = 2


def late():
    threading.current_thread().name = "renamed-late"
    named()


threads += [thread(name="client-%d" % number) for number in range(20)]
threads += [thread(), Slotted(), Own(1), Own(2), Crowded(), threading.Thread(target=late)]
threads += [thread(name=name) for name in ("na\u00efve", "\u3042\u3044", "\U0001f40d py", "x" * 300)]
threads += [thread(change, name=change.__name__) for change in (vars, replace, name_again, mixed_keys)]
threads += [thread(name="")]
for one in threads:
    one.daemon = True
    one.start()
_thread.start_new_thread(named, ())
_thread.start_new_thread(unknown, ())
tell("MainThread")
while len(said) < len(threads) + 3:
    pass
print(json.dumps(said), flush=True)
block()
