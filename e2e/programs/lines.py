"""Where a line is not obvious: calls over several lines, jumps, long functions."""
# needs: 3.8
# on: every
# expect: truth >= 288
import os

import truth


def spread(*args):
    return len(args)


def many_lines():
    return spread(
        1,
        os.access(
            truth.CALL,
            os.F_OK,
        ),
        2,
        os.access(truth.CALL,
                  os.F_OK),
    )


def one_line(): return os.access(truth.CALL, os.F_OK)


def joined():
    first = 1; os.access(truth.CALL, os.F_OK); second = 2
    return first + second + \
        os.access(truth.CALL, os.F_OK)


def loops():
    for _ in range(3):
        if _ == 1:
            continue
        while True:
            os.access(truth.CALL, os.F_OK)
            break
    else:
        os.access(truth.CALL, os.F_OK)


# A function whose line table has long jumps, forwards and backwards.
LONG = "def long(os, call):\n"
for number in range(280):
    LONG += "\n" * (number % 11 * 30) + "    x = (\n" + "\n" * (number % 3) + "      os.access(call, os.F_OK), 1)\n"
names = {}
exec(compile(LONG, "/made/long.py", "exec"), names)

many_lines()
one_line()
joined()
loops()
names["long"](os, truth.CALL)
truth.save()
