# Says how often its GIL should switch and how many it has, then blocks with the GIL released.
import json
import os
import sys
import threading

if sys.version_info >= (3, 3) and len(sys.argv) > 1:
    sys.setswitchinterval(int(sys.argv[1]) / 1e6)

gils = 1
if "sub" in sys.argv:
    if sys.version_info >= (3, 13):
        import _interpreters

        sub = _interpreters.create("isolated")
    else:
        import _xxsubinterpreters

        # It lives as long as this object.
        sub = _xxsubinterpreters.create()
    gils = 2

lock = threading.Lock()


def count():
    with lock:
        pass


threads = [threading.Thread(target=count) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
enabled = getattr(sys, "_is_gil_enabled", lambda: True)()
print(json.dumps({"gils": gils, "enabled": enabled}))
sys.stdout.flush()
os.read(0, 1)
