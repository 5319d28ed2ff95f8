"""Forks, and the children fork; each process marks its own calls."""
# needs: 3.8
# expect: processes >= 5
# expect: truth >= 5
import os

import truth


def generation(left):
    truth.mark()
    children = [os.fork() for _ in range(1 if left else 0)]
    if children and children[0] == 0:
        truth.forget()
        generation(left - 1)
        truth.save()
        os._exit(0)
    for child in children:
        os.waitpid(child, 0)


generation(4)
truth.save()
