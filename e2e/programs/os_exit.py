"""Leaves by os._exit, from inside a function, with no clean-up."""
# needs: 3.8
# expect: exit 7
# expect: truth >= 1
import os

import truth


def leave():
    truth.mark()
    truth.save()
    os._exit(7)


leave()
