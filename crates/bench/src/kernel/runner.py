"""Runs the kernels of one file. keelback bench starts it, one process per observation.

usage: runner.py list FILE OUT
       runner.py calibrate FILE OUT KERNEL VALUE_NS [ARGUMENT...]
       runner.py run FILE OUT KERNEL LOOPS VALUES [ARGUMENT...]

A kernel is whatever the file gives to a pyperf.Runner: the module pyperf that the file imports is the one below, so
that neither an installation nor pyperf's own processes are needed. In a file that gives it nothing, it is a function
called bench_NAME. A benchmark of pyperformance is run once for each of its .toml files, with the arguments there.
The answer goes to OUT as JSON. Python 3.6 and later.
"""
import ast
import gc
import json
import os
import re
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
    # What is made here must not be what sets off a collection inside a stretch that counts.
    collects = gc.isenabled()
    gc.disable()
    try:
        return Stamp(time.perf_counter(), cpu_now())
    finally:
        if collects:
            gc.enable()


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
    """The kernels of a file, as they come. The one that is wanted is put to work at once: what is set up for it may be
    gone when the script goes on."""

    def __init__(self, wanted=None, work=None):
        self.names = []
        self.wanted = wanted
        self.work = work
        self.answer = None

    def meet(self, name, timed):
        self.names.append(name)
        if name == self.wanted and self.answer is None:
            self.answer = self.work(timed)


class Runner:
    """The part of pyperf.Runner that benchmark scripts use."""
    kernels = Kernels()

    def __init__(self, values=None, processes=None, loops=0, min_time=0.1, metadata=None, show_name=True,
                 program_args=None, add_cmdline_args=None, warmups=None, _argparser=None, **_):
        import argparse
        self.metadata = dict(metadata or {})
        self.argparser = _argparser or argparse.ArgumentParser()
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        self.kernels.meet(name, time_loops((lambda: func(*args)) if args else func))

    def bench_time_func(self, name, time_func, *args, inner_loops=None, metadata=None):
        self.parse_args()
        self.kernels.meet(name, lambda loops: time_func(loops, *args))

    def bench_async_func(self, name, func, *args, inner_loops=None, metadata=None, loop_factory=None):
        self.parse_args()
        self.kernels.meet(name, time_async(lambda: func(*args), loop_factory))

    def bench_command(self, name, command):
        import subprocess
        self.parse_args()
        self.kernels.meet(name, time_loops(lambda: subprocess.check_call(command, stdout=subprocess.DEVNULL)))

    def timeit(self, name, stmt=None, setup="pass", teardown="pass", inner_loops=None, duplicate=None, metadata=None,
               globals=None):
        import timeit
        self.parse_args()
        stmt = name if stmt is None else stmt
        timer = timeit.Timer(stmt, setup, perf_counter, globals)
        self.kernels.meet(name, timer.timeit)


def pretend_pyperf():
    module = types.ModuleType("pyperf")
    module.Runner = Runner
    module.perf_counter = perf_counter
    module.python_implementation = lambda: sys.implementation.name
    module.python_has_jit = lambda: False
    sys.modules["pyperf"] = module


def load(path, arguments, kernels):
    """Executes the file as a script, which meets its kernels."""
    pretend_pyperf()
    Runner.kernels = kernels
    sys.argv[:] = [path] + arguments
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")
    exec(code, main.__dict__)
    for name, value in [] if kernels.names else list(main.__dict__.items()):
        if name.startswith("bench_") and callable(value) and value.__module__ == "__main__":
            is_async = getattr(value, "__code__", None) is not None and value.__code__.co_flags & 0x80
            kernels.meet(name[6:], (time_async if is_async else time_loops)(value))
    return kernels


def variants(path):
    """The arguments to run a script with: those that pyperformance would give it, else none."""
    folder, name = os.path.split(os.path.abspath(path))
    files = os.listdir(folder) if name == "run_benchmark.py" else []
    found = []
    for file in sorted(file for file in files if file.endswith(".toml")):
        with open(os.path.join(folder, file), encoding="utf-8") as lines:
            options = re.search(r"^extra_opts\s*=\s*(\[.*?\])", lines.read(), re.MULTILINE | re.DOTALL)
        arguments = ast.literal_eval(options.group(1)) if options else []
        if arguments not in found:
            found.append(arguments)
    return found or [[]]


def names(path, arguments):
    """The kernels of a variant. In a process of its own: a script may replace modules."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as answer:
            json.dump(load(path, arguments, Kernels()).names, answer)
        sys.exit()
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    # The child has said why.
    return json.loads(text) if os.waitpid(child, 0)[1] == 0 else sys.exit(1)


def listed(path):
    """Every kernel with the arguments of its variant."""
    found = {}
    for arguments in variants(path):
        for name in names(path, arguments):
            found.setdefault(name, arguments)
    return [{"name": name, "arguments": arguments} for name, arguments in found.items()]


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


def run(timed, loops, values):
    """Some values, after one that warms up."""
    measure(timed, loops)
    return [measure(timed, loops) for _ in range(values)]


def main():
    mode, path, out = sys.argv[1:4]
    rest = sys.argv[4:]
    if mode == "list":
        answer = {"kernels": listed(path), "version": "%d.%d.%d" % sys.version_info[:3]}
    elif mode == "calibrate":
        kernel, value_ns = rest[0], int(rest[1])
        loops = load(path, rest[2:], Kernels(kernel, lambda timed: calibrate(timed, value_ns))).answer
        answer = {"loops": loops}
    else:
        kernel, loops, values = rest[0], int(rest[1]), int(rest[2])
        answer = {"values": load(path, rest[3:], Kernels(kernel, lambda timed: run(timed, loops, values))).answer}
    with open(out, "w") as file:
        json.dump(answer, file)


if __name__ == "__main__":
    main()
