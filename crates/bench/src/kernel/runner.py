"""Runs the kernels of one file. keelback bench starts it, one process per observation.

usage: runner.py list FILE OUT
       runner.py calibrate FILE OUT KERNEL VALUE_NS
       runner.py run FILE OUT KERNEL LOOPS VALUES

A kernel is a function called bench_NAME, or whatever the file gives to a pyperf.Runner: the module pyperf that
the file imports is the one below, so that neither an installation nor pyperf's own processes are needed.
The answer goes to OUT as JSON. Python 3.6 and later.
"""
import json
import os
import sys
import time
import types

try:
    import resource
except ImportError:
    resource = None


def cpu_now():
    """CPU seconds of this process and of the children it has waited for."""
    cpu = time.process_time()
    if resource is not None:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu += children.ru_utime + children.ru_stime
    return cpu


class Stamp(float):
    """Elapsed seconds that carry the CPU seconds of the same stretch with them.

    Scripts that time themselves return sums of differences of pyperf.perf_counter(); so the CPU time of exactly
    those stretches comes out too.
    """
    __slots__ = ("cpu",)

    def __new__(cls, wall, cpu):
        self = float.__new__(cls, wall)
        self.cpu = cpu
        return self

    def __sub__(self, other):
        return Stamp(float(self) - other, self.cpu - getattr(other, "cpu", 0.0))

    def __add__(self, other):
        return Stamp(float(self) + other, self.cpu + getattr(other, "cpu", 0.0))

    __radd__ = __add__


def perf_counter():
    return Stamp(time.perf_counter(), cpu_now())


def time_loops(call):
    """A function of a number of loops that calls and times."""
    def timed(loops):
        repeat = range(loops)
        start = perf_counter()
        for _ in repeat:
            call()
        return perf_counter() - start
    return timed


def time_async(call, new_loop=None):
    async def body(loops):
        start = perf_counter()
        for _ in range(loops):
            await call()
        return perf_counter() - start

    def timed(loops):
        import asyncio
        loop = (new_loop or asyncio.new_event_loop)()
        try:
            return loop.run_until_complete(body(loops))
        finally:
            loop.close()
    return timed


class Kernels:
    """The kernels a file has registered, by name, in order."""
    found = {}

    @classmethod
    def add(cls, name, timed):
        cls.found[name] = timed


class Runner:
    """The part of pyperf.Runner that benchmark scripts use."""

    def __init__(self, values=None, processes=None, loops=0, min_time=0.1, metadata=None, show_name=True,
                 program_args=None, add_cmdline_args=None, warmups=None, _argparser=None, **_):
        import argparse
        self.metadata = dict(metadata or {})
        self.argparser = _argparser or argparse.ArgumentParser()
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args([] if args is None else args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        Kernels.add(name, time_loops((lambda: func(*args)) if args else func))

    def bench_time_func(self, name, time_func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        Kernels.add(name, lambda loops: time_func(loops, *args))

    def bench_async_func(self, name, func, *args, inner_loops=None, metadata=None, loop_factory=None):
        self.parse_args()
        Kernels.add(name, time_async(lambda: func(*args), loop_factory))

    def bench_command(self, name, command):
        import subprocess
        self.parse_args()
        Kernels.add(name, time_loops(lambda: subprocess.check_call(command, stdout=subprocess.DEVNULL)))

    def timeit(self, name, stmt=None, setup="pass", teardown="pass", inner_loops=None, duplicate=None, metadata=None,
               globals=None):
        import timeit
        self.parse_args()
        stmt = name if stmt is None else stmt
        timer = timeit.Timer(stmt, setup, perf_counter, globals)
        Kernels.add(name, timer.timeit)


def pretend_pyperf():
    module = types.ModuleType("pyperf")
    module.Runner = Runner
    module.perf_counter = perf_counter
    module.python_implementation = lambda: sys.implementation.name
    module.python_has_jit = lambda: False
    sys.modules["pyperf"] = module


def load(path):
    """Executes the file as a script, and finds its kernels."""
    pretend_pyperf()
    sys.argv[:] = [path]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")
    exec(code, main.__dict__)
    for name, value in list(main.__dict__.items()):
        if name.startswith("bench_") and callable(value) and value.__module__ == "__main__":
            is_async = getattr(value, "__code__", None) is not None and value.__code__.co_flags & 0x80
            Kernels.add(name[6:], (time_async if is_async else time_loops)(value))
    return Kernels.found


def measure(timed, loops):
    """One value: (elapsed, CPU) in nanoseconds."""
    before = cpu_now()
    wall = timed(loops)
    cpu = getattr(wall, "cpu", cpu_now() - before)
    return [int(wall * 1e9), max(int(cpu * 1e9), 1)]


def calibrate(timed, value_ns):
    """The number of loops, a power of two, that takes at least value_ns."""
    loops = 1
    while min(measure(timed, loops)[0], measure(timed, loops)[0]) < value_ns and loops < 1 << 40:
        loops *= 2
    return loops


def main():
    mode, path, out = sys.argv[1:4]
    rest = sys.argv[4:]
    kernels = load(path)
    if mode == "list":
        answer = {"kernels": list(kernels), "version": "%d.%d.%d" % sys.version_info[:3]}
    elif mode == "calibrate":
        answer = {"loops": calibrate(kernels[rest[0]], int(rest[1]))}
    else:
        timed, loops = kernels[rest[0]], int(rest[1])
        measure(timed, loops)
        answer = {"values": [measure(timed, loops) for _ in range(int(rest[2]))]}
    with open(out, "w") as file:
        json.dump(answer, file)


if __name__ == "__main__":
    main()
