"""Python called from C called from Python: sort keys, hooks, slots, reductions."""
# needs: 3.8
# on: every
# expect: truth >= 20
import ctypes
import functools
import json
import operator
import os
import re

import truth


def key(number):
    truth.mark()
    return -number


class Slots:
    def __init__(self):
        truth.mark()

    def __repr__(self):
        truth.mark()
        return "slots"

    def __eq__(self, other):
        truth.mark()
        return True

    def __hash__(self):
        truth.mark()
        return 1

    def __getattr__(self, name):
        truth.mark()
        return name

    def __del__(self):
        truth.mark()


def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        truth.mark()
        return function(*args, **kwargs)

    return wrapper


@wrapped
@functools.lru_cache(maxsize=None)
def cached(number):
    truth.mark()
    return number


def compare(left, right):
    os.access(truth.CALL, os.F_OK)
    return left - right


def hook(pairs):
    truth.mark()
    return pairs


sorted([3, 1, 2], key=key)
sorted([3, 1, 2], key=functools.cmp_to_key(compare))
list(map(key, [1, 2]))
functools.reduce(compare, [1, 2, 3])
it = Slots()
repr([it])
{it: it}[it]
it.missing
operator.attrgetter("missing.missing")
del it
cached(1)
cached(2)
re.sub("[ab]", lambda match: str(truth.mark()), "a-b")
json.loads('{"a": {"b": 1}}', object_pairs_hook=hook)
compare_c = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda number: truth.mark() or number)
compare_c(4)
list(map(os.access, [truth.CALL] * 2, [os.F_OK] * 2))
truth.save()
