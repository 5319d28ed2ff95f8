"""Says where the time of imports goes, from inside.

usage: import_split.py MODULE...

The import system's own functions are replaced by ones that look at the clock
when they are entered and left. Time belongs to the innermost of them, so that
an import inside an import is counted once. Written apart from keelback, as its
outside reference: it needs no samples and no stacks, and keelback no patches.

Prints nanoseconds by part, and what the clock itself cost of it all.
"""

import _frozen_importlib as core
import _frozen_importlib_external as external
import sys
from time import perf_counter_ns as now

PARTS = ("program", "own", "find", "read", "unmarshal", "dlopen", "exec", "compile")
spent = dict.fromkeys(PARTS, 0)
open_parts = ["program"]
last = 0
switches = 0


def enter(part):
    global last, switches
    at = now()
    spent[open_parts[-1]] += at - last
    open_parts.append(part)
    switches += 1
    last = now()


def leave():
    global last
    at = now()
    spent[open_parts.pop()] += at - last
    last = now()


def timed(function, part):
    def wrapped(*positional, **named):
        enter(part)
        try:
            return function(*positional, **named)
        finally:
            leave()
    return wrapped


def replace(owner, name, part):
    """A function of a module, or a method of any kind of a class."""
    found = vars(owner).get(name)
    if found is None:
        return
    kind = type(found) if isinstance(found, (classmethod, staticmethod)) else None
    new = timed(found.__func__ if kind else found, part)
    setattr(owner, name, kind(new) if kind else new)


def replace_all():
    replace(core, "_find_and_load", "own")
    replace(core, "_find_spec", "find")
    for loader in (external.SourceLoader, external.SourcelessFileLoader):
        replace(loader, "get_code", "read")
        replace(loader, "source_to_code", "compile")
    replace(external, "_compile_bytecode", "unmarshal")
    replace(external.SourceLoader, "_cache_bytecode", "compile")
    replace(external.SourceFileLoader, "_cache_bytecode", "compile")
    for loader in (external.ExtensionFileLoader, core.BuiltinImporter):
        replace(loader, "create_module", "dlopen")
        replace(loader, "exec_module", "dlopen")
    replace(core.FrozenImporter, "exec_module", "exec")
    call = core._call_with_frames_removed

    def call_with_frames_removed(function, *positional, **named):
        if function is not exec:
            return call(function, *positional, **named)
        enter("exec")
        try:
            return call(function, *positional, **named)
        finally:
            leave()
    core._call_with_frames_removed = call_with_frames_removed


def cost_of_a_switch():
    """What entering and leaving a part adds outside of any part, by the fastest of many."""
    function = timed(int, "program")
    best = None
    for _ in range(50):
        begun = now()
        for _ in range(20):
            function()
        middle = now()
        for _ in range(20):
            int()
        took = (2 * middle - begun - now()) // 20
        best = took if best is None else min(best, took)
    return best


def main():
    global last, switches
    modules = sys.argv[1:]
    last = now()
    cost = cost_of_a_switch()
    replace_all()
    for part in PARTS:
        spent[part] = 0
    switches = 0
    begun = last = now()
    for module in modules:
        __import__(module)
    spent["all"] = now() - begun
    spent["of_the_clock"] = switches * cost
    print("{%s}" % ", ".join('"%s": %d' % item for item in spent.items()))


main()
