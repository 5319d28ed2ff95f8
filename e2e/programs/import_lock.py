"""Two threads import one slow module: the second waits for the first's module lock."""
# needs: 3.8
# mode: wait
# expect: futex import lock >= 1
# expect: threads >= 3
import threading


def load():
    import slow_module

    assert slow_module.DONE


threads = [threading.Thread(target=load) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
