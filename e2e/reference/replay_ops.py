"""What a start-up's file calls are, from `keelback export -f json`, for replay_ring.c.

usage: replay_ops.py EVENTS > OPS

Calls that io_uring has, of the first process after its last exec, folders left
out. Written apart from keelback's own rules, as their outside reference.

One call a line: `S path` stat, `X flags path` an open that fails, `O slot flags
path` open, `F slot` fstat, `R slot length` read, `C slot` close.
"""

import json
import sys

OPEN, CLOSE, READ, FSTAT, STAT, LSTAT, EXECVE, GETDENTS, OPENAT, NEWFSTATAT = 2, 3, 0, 5, 4, 6, 59, 217, 257, 262
O_WRITES, O_NONBLOCK, O_DIRECTORY = 0o1103, 0o4000, 0o200000


def calls(events):
    """Of the process that made the first one."""
    subject = None
    for line in open(events):
        event = json.loads(line)
        if event.get("kind") == "call":
            subject = subject or event["pid"]
            if event["pid"] == subject:
                yield event["nr"], [it % (1 << 64) for it in event["args"]], event["ret"], event["path"]


def ops(events):
    found, slots, folders, count = [], {}, set(), 0
    for nr, args, ret, path in calls(events):
        if nr == EXECVE and ret == 0:
            found, slots, folders = [], {}, set()
        elif path and (not path.startswith("/") or path.startswith(("/proc/", "/sys/", "/dev/"))):
            continue
        elif nr in (OPEN, OPENAT):
            flags = args[2] if nr == OPENAT else args[1]
            if flags & O_WRITES:
                continue
            if ret < 0:
                found.append(("X", flags | O_NONBLOCK, path))
                continue
            count += 1
            slots[ret] = count
            if flags & O_DIRECTORY:
                folders.add(count)
            found.append(("O", count, flags | O_NONBLOCK, path))
        elif nr in (STAT, LSTAT, NEWFSTATAT) and path:
            found.append(("S", path))
        elif args[0] in slots:
            slot = slots[args[0]]
            if nr == GETDENTS:
                folders.add(slot)
            elif nr in (FSTAT, NEWFSTATAT):
                found.append(("F", slot))
            elif nr == READ:
                found.append(("R", slot, args[2], max(ret, 0)))
            elif nr == CLOSE:
                found.append(("C", slots.pop(args[0])))
    return [it for it in found if it[0] in "SX" or it[1] not in folders]


for op in ops(sys.argv[1]):
    print(*op)
