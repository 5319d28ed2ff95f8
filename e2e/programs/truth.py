"""Marks system calls and writes down the Python stack each was made with.

`os.access(truth.CALL, os.F_OK)` makes one marked call. The stack is taken in
`__fspath__`, which CPython runs inside the call, when it reads the argument:
no line can pass between the note and the system call.
"""
import itertools
import os
import sys

_file = os.environ.get("KEELBACK_TRUTH")
_count = itertools.count()
_notes = []


def _frames(frame):
    """`function (file:line)` of a frame and its callers, innermost last."""
    labels = []
    while frame is not None:
        code = frame.f_code
        name = getattr(code, "co_qualname", code.co_name)
        labels.append("%s (%s:%d)" % (name, code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return labels[::-1]


class _Call(object):
    def __fspath__(self):
        # A process that becomes another Python by exec keeps its pid.
        path = "/truth/%d/%x/%d" % (os.getpid(), sys.hexversion, next(_count))
        _notes.append((path, _frames(sys._getframe(1))))
        return path


CALL = _Call()


def mark():
    """One marked call, with this function as its innermost frame."""
    os.access(CALL, os.F_OK)


def forget():
    """Drops what the parent of a forked process marked: the parent saves that."""
    del _notes[:]


def save():
    """Appends what was marked to the file; a program calls it where it ends."""
    import json

    notes = _notes[:]
    forget()
    if _file is None:
        return
    lines = [json.dumps({"path": path, "stack": stack}) + "\n" for path, stack in notes]
    with open(_file, "a") as file:
        file.write("".join(lines))
