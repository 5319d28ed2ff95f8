"""Calls of empty Python functions: the cost of a frame."""


def nothing():
    pass


def pair(a, b):
    return a


def keywords(a, b=1, *, c=2):
    return c


def bench_calls():
    for _ in range(1000):
        nothing(); nothing(); nothing(); nothing()
        pair(1, 2); pair(3, 4); pair(5, 6)
        keywords(1, c=3); keywords(1, b=2); keywords(1)
