# Blocks in many ways, each on a thread of its own, having said where.
import importlib
import json
import os
import sys
import tempfile
import threading

stories = {}
pending = []


def name(code):
    return getattr(code, "co_qualname", code.co_name)


def tell():
    frames, frame = [], sys._getframe(1)
    while frame is not None:
        frames.append([name(frame.f_code), frame.f_code.co_filename, frame.f_lineno])
        frame = frame.f_back
    stories[threading.get_ident()] = frames


def block():
    return tell(), os.read(0, 1)


def scenario(function):
    pending.append(function)
    return function


@scenario
def recursion(depth=300):
    if depth:
        return recursion(depth - 1)
    block()


@scenario
def class_body():
    class Outer:
        answer = 42

        class Inner:
            if answer_known():
                block()


def answer_known():
    return True


@scenario
def generators():
    def inner():
        yield 1
        block()
        yield 2

    def outer():
        yield from inner()

    return sum(
        value
        for value in outer()
    )


@scenario
def sorting():
    sorted([3, 1, 2], key=lambda value: block() if value == 2 else value)


@scenario
def comprehension():
    return {
        key: [block() for _ in range(1)]
        for key in "a"
        if key
    }


class Thing:
    def __init__(self, value):
        self.value = value
        self.item

    @property
    def item(self):
        try:
            raise KeyError(self.value)
        except KeyError:
            with self:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        block()


@scenario
def constructor():
    Thing(
        value=(
            1
        ),
    )


@scenario
def coroutines():
    async def leaf():
        block()

    async def root():
        async with Context():
            await leaf()

    class Context:
        async def __aenter__(self):
            return self

        async def __aexit__(self, *error):
            pass

    try:
        root().send(None)
    except StopIteration:
        pass


@scenario
def native_between():
    list(map(lambda value: max([value], key=lambda it: block()), [1]))


@scenario
def multiline_call():
    max(
        1,
        int(
            block() and 2
        ),
        3,
    )


@scenario
def unicode_names():
    source = "def na\u00efve(f):\n\n f()\ndef \u3042\u3044(f): na\u00efve(f)\ndef \U000102a7(f):\n  \u3042\u3044(f)\n"
    scope = {}
    exec(compile(source, "caf\u00e9/\U0001f40d.py", "exec"), scope)
    scope["\U000102a7"](block)


@scenario
def long_jumps():
    lines = ["def far(f):", " x = 1"] + [""] * 5000 + [" x = ["] + ["  1," for _ in range(400)] + [" ]"]
    lines += [" if x:", "  y = lambda: ("] + [""] * 300 + ["    f()", "  )"] + [""] * 200 + ["  y()"]
    scope = {}
    exec(compile("\n" * 70000 + "\n".join(lines), "<far>", "exec"), scope)
    scope["far"](block)


@scenario
def finalizer():
    class Last:
        def __del__(self):
            block()

    last = Last()
    del last


@scenario
def importing():
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "blocks_at_import.py"), "w") as module:
            module.write("\n\nfrom __main__ import block\n\ntry:\n    block()\nfinally:\n    pass\n")
        sys.path.insert(0, directory)
        importlib.import_module("blocks_at_import")


def say_and_block():
    while len(stories) < len(pending):
        pass
    tell(), print(json.dumps({str(key): value for key, value in stories.items()}), flush=True), os.read(0, 1)


__name__ = "__main__"
for function in pending:
    threading.Thread(target=function, daemon=True).start()
say_and_block()
