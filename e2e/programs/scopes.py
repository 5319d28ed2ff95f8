"""Code that is no plain function: class bodies, decorators, lambdas, comprehensions."""
# needs: 3.8
# on: every
# expect: truth >= 14
import os

import truth

os.access(truth.CALL, os.F_OK)


class Body:
    os.access(truth.CALL, os.F_OK)

    class Inner:
        os.access(truth.CALL, os.F_OK)

        def method(self):
            os.access(truth.CALL, os.F_OK)

    @staticmethod
    def plain():
        truth.mark()

    @classmethod
    def of_class(cls):
        truth.mark()

    @property
    def value(self):
        return os.access(truth.CALL, os.F_OK)


def decorate(function):
    os.access(truth.CALL, os.F_OK)
    return function


@decorate
def decorated():
    return [os.access(truth.CALL, os.F_OK) for _ in range(2)]


def nested():
    def inside():
        return {os.access(truth.CALL, os.F_OK): number for number in range(2)}

    return inside


def default(value=os.access(truth.CALL, os.F_OK)):
    return value


Body.Inner().method()
Body.plain()
Body.of_class()
Body().value
decorated()
nested()()
(lambda: os.access(truth.CALL, os.F_OK))()
exec("os.access(truth.CALL, os.F_OK)")
eval("os.access(truth.CALL, os.F_OK)")
try:
    raise ValueError
except ValueError:
    os.access(truth.CALL, os.F_OK)
finally:
    os.access(truth.CALL, os.F_OK)
with open(os.devnull):
    os.access(truth.CALL, os.F_OK)
truth.save()
