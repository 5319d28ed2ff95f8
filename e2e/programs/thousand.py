"""A thousand threads, one after the other and in crowds, one marked call each."""
# needs: 3.8
# expect: threads >= 1001
# expect: truth >= 1000
import threading

import truth

CROWD = 50
threading.stack_size(256 << 10)


def once(gate):
    gate.wait()
    truth.mark()


for _ in range(1000 // CROWD):
    gate = threading.Barrier(CROWD)
    crowd = [threading.Thread(target=once, args=(gate,)) for _ in range(CROWD)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
truth.save()
