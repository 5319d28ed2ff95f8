"""Calls from code that the interpreter has specialised: its frames are made in other ways then."""
# needs: 3.8
# on: every
# expect: truth >= 220
import os

import truth

ROUNDS = 80


class Thing:
    def __init__(self, marks):
        self.marks = marks
        marks and truth.mark()

    def __getitem__(self, marks):
        return marks and truth.mark()

    def __call__(self, marks):
        return marks and truth.mark()

    @property
    def value(self):
        return self.marks and truth.mark()

    def method(self, marks, *rest, **named):
        return marks and truth.mark()


class Child(Thing):
    def __init__(self, marks):
        super().__init__(marks)

    def method(self, marks, *rest, **named):
        return super().method(marks, *rest, **named)


def generate(marks):
    for number in range(2):
        if marks:
            os.access(truth.CALL, os.F_OK)
        yield number


def every_way(marks):
    thing = Thing(marks)
    child = Child(marks)
    thing[marks]
    thing(marks)
    thing.value
    thing.method(marks)
    child.method(marks, 1, named=2)
    for _ in generate(marks):
        pass
    [number for number in generate(marks)]


for number in range(ROUNDS):
    # Marked in its first rounds and after it has become hot.
    every_way(number % 4 == 3)
truth.save()
