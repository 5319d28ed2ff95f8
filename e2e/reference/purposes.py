"""Sorts the calls in a log of `strace -f`, with or without -ttt and -T, by purpose.

usage: purposes.py LOG PYTHON

Written apart from keelback's own rules, as their outside reference. There are
no Python stacks in such a log: that a folder is a folder is asked of the file
system, where modules are searched is asked of the interpreter, and who lists a
folder is told by the call before it.
"""

import collections
import json
import os
import re
import subprocess
import sys

LINE = re.compile(r"^(\d+) +(?:\d+\.\d+ )?(?:<\.\.\. )?(\w+)(.*?)(?: <\d+\.\d+>)?$")
SIGNALS = {"rt_sigaction", "rt_sigprocmask", "sigaltstack", "rt_sigreturn", "kill", "tgkill"}
THREADS = {"futex", "set_robust_list", "set_tid_address", "rseq", "sched_yield", "clone3", "exit"}
MAKES = {"clone", "clone3", "fork", "vfork"}
CHILDREN = {"clone", "fork", "vfork", "wait4", "pipe", "pipe2", "waitid"}
NETWORK = {"socket", "connect", "epoll_create1", "epoll_ctl", "poll", "select", "bind", "socketpair",
           "pselect6", "getsockname", "setsockopt", "sendto", "recvfrom", "listen", "accept4"}
MEMORY = {"mmap", "munmap", "mremap", "madvise", "brk", "mprotect"}
DESCRIPTOR = {"read", "pread64", "write", "close", "fstat", "lseek", "ioctl", "fcntl", "getdents64", "dup",
              "dup2", "dup3", "fstatfs", "fsync", "ftruncate", "fadvise64"}
QUESTION = {"stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"}
OTHER = {"flock"}
FACTS = {"getcwd", "chdir", "uname", "getrandom", "sysinfo", "prctl"}


def entries(python):
    """sys.path with and without the virtual environment, longest first."""
    out = subprocess.check_output([python, "-c", "import sys, json; print(json.dumps(sys.path))"])
    # Its first entry is the current folder, for -c and -m alike.
    found = [it or os.getcwd() for it in json.loads(out)]
    return found + [os.path.realpath(it) for it in found]


def calls(log, begun):
    """pid, name, arguments, result: halves of a call that was interrupted are joined.
    `begun` has the first halves of those that go on."""
    for line in open(log, errors="replace"):
        match = LINE.match(line.rstrip("\n"))
        if not match:
            continue
        pid, name, rest = match.groups()
        if "unfinished ...>" in rest:
            begun[pid, name] = rest.split("<unfinished")[0]
            continue
        if rest.startswith(" resumed>"):
            rest = begun.pop((pid, name), "(") + rest[len(" resumed>"):]
        # What ends its caller does not return, and is no call that ended.
        if not rest.startswith("(") or rest.endswith("= ?"):
            continue
        arguments, _, result = rest.rpartition(" = ")
        yield pid, name, arguments, result


class Sorter:
    def __init__(self, python):
        self.entries = entries(python)
        self.python = os.path.realpath(python), python
        # By process: threads share theirs, children begin with their parent's.
        self.tables = {}
        self.begun = {}
        self.loading = None
        self.last = None
        self.listed = collections.Counter()
        # site.main() calls venv(), which lists them once more.
        code = "import sys; print(1 + (sys.prefix != sys.base_prefix))"
        self.by_site = int(subprocess.check_output([python, "-c", code]))

    def under(self, path):
        # A search in a zip file that is not there asks for the folders above it.
        if any(it.endswith(".zip") and path == os.path.dirname(it) for it in self.entries):
            return True
        inside = any(path == it or path.startswith(it + "/") for it in self.entries)
        return inside or re.search(r"/lib(64)?/python\d", path) or "site-packages" in path

    def table(self, pid):
        """What a process has open. A child may be seen before its parent's call ends."""
        if pid not in self.tables:
            makers = [it for it in self.begun.items() if it[0][1] in MAKES]
            if makers:
                (parent, _), arguments = makers[-1]
                self.inherit(parent, pid, arguments)
        return self.tables.setdefault(pid, {})

    def inherit(self, parent, child, arguments):
        table = self.tables.setdefault(parent, {})
        self.tables[child] = table if "CLONE_FILES" in arguments else dict(table)

    def of(self, pid, name, arguments, result):
        number = result.split()[0]
        failed = number.startswith("-1")
        self.fds = self.table(pid)
        if name in MAKES and not failed and number not in self.tables:
            self.inherit(pid, number, arguments)
        if name in ("execve", "execveat") and not failed:
            kept = {fd: it for fd, it in self.fds.items() if not it[1]}
            self.tables[pid] = self.fds = kept
        path = re.search(r'"((?:[^"\\]|\\.)*)"', arguments)
        path = path.group(1) if path else ""
        purpose = self.sort(name, arguments, path, failed)
        if name in ("open", "openat") and not failed:
            self.fds[int(number)] = purpose, "O_CLOEXEC" in arguments
            if purpose in ("loader: libraries", "extension modules"):
                self.loading = int(number), purpose
        if name in ("dup", "dup2", "dup3") or name == "fcntl" and "F_DUPFD" in arguments:
            source = int(re.match(r"\((\d+)", arguments).group(1))
            if not failed and source in self.fds:
                self.fds[int(number)] = self.fds[source]
            elif not failed:
                self.fds.pop(int(number), None)
        if name == "socket" and not failed:
            self.fds[int(number)] = purpose, "SOCK_CLOEXEC" in arguments
        if name == "close":
            fd = int(re.match(r"\((\d+)", arguments).group(1))
            self.fds.pop(fd, None)
            if self.loading and self.loading[0] == fd:
                self.loading = None
        if name not in MEMORY:
            self.last = name, path, failed
        return purpose

    def sort(self, name, arguments, path, failed):
        base = os.path.basename(path)
        library = re.search(r"\.so(\.|$)", base) or "glibc-hwcaps" in path or path.startswith("/etc/ld.so")
        extension = ".cpython-" in base or base.endswith(".abi3.so") or any(
            it in path for it in ("/site-packages/", "/dist-packages/", "/lib-dynload/"))
        if name in ("execve", "execveat"):
            return "exec"
        if name in FACTS:
            return "process facts"
        if name in MEMORY:
            if self.loading:
                return self.loading[1]
            if name == "mprotect" and arguments.rstrip(")").endswith("PROT_READ"):
                return "loader: libraries"
            return "memory"
        if name in QUESTION and path:
            return self.question(path, base, failed, library, extension)
        if name in ("open", "openat"):
            return self.opened(arguments, path, base, failed, library, extension)
        if name.startswith("readlink"):
            return "getpath and venv"
        if name in DESCRIPTOR or name in QUESTION:
            fd = int(re.match(r"\((\d+)", arguments).group(1))
            return self.fds[fd][0] if fd in self.fds else "standard streams" if fd < 3 else "application files"
        for purpose, names in (("signals", SIGNALS), ("threads and locks", THREADS),
                               ("child processes", CHILDREN), ("network", NETWORK), ("other", OTHER)):
            if name in names:
                return purpose
        if path:
            return self.opened(arguments, path, base, failed, library, extension)
        return "process facts"

    def question(self, path, base, failed, library, extension):
        if library:
            if failed:
                module = (extension or self.under(path)) and "hwcaps" not in path
                return "import: failed lookup" if module else "loader: failed search"
            return "import: stat of found file" if extension or self.under(path) else "loader: libraries"
        if self.locale(path):
            return "locale"
        if self.config(base):
            return "getpath and venv"
        if failed and base in ("tls", "haswell", "avx512_1", "x86_64", "xeon_phi"):
            return "loader: failed search"
        if self.metadata(path):
            return ".pth and metadata"
        if self.under(path):
            if failed:
                return "import: failed lookup"
            if base.endswith(".pyc"):
                return "import: .pyc open to close"
            if os.path.isdir(path):
                return "import: directory check"
            return "import: stat of found file" if base.endswith(".py") else "application files"
        way = any(it == path or it.startswith(path + "/") for it in self.python)
        return "getpath and venv" if way or base.startswith(("python", "libpython")) else "application files"

    def opened(self, arguments, path, base, failed, library, extension):
        if library:
            return "loader: failed search" if failed else "extension modules" if extension else "loader: libraries"
        if self.locale(path):
            return "locale"
        if self.config(base):
            return "getpath and venv"
        if "O_DIRECTORY" in arguments:
            return self.listing(path, base)
        if self.metadata(path):
            return ".pth and metadata"
        if base.endswith(".pyc") or ".pyc." in base or base == "__pycache__":
            return "import: failed lookup" if failed else "import: .pyc open to close"
        return "source read" if base.endswith(".py") else "application files"

    def listing(self, path, base):
        """site lists its folders before any finder does; a finder asks a folder's
        age and lists it once, as nothing changes here. Whoever comes later is neither."""
        self.listed[path] += 1
        by_site = self.by_site if base in ("site-packages", "dist-packages") else 0
        if self.listed[path] <= by_site:
            return ".pth and metadata"
        asked = self.last[0] in ("stat", "newfstatat") and self.last[1:] == (path, False)
        return "import: directory scan" if asked and self.listed[path] == by_site + 1 else "data folders listed"

    def locale(self, path):
        return path.startswith(("/usr/lib/locale", "/usr/share/locale", "/usr/share/i18n")) or "/gconv/" in path

    def config(self, base):
        zipped = base.startswith("python") and base.endswith(".zip")
        return base in ("pyvenv.cfg", "pybuilddir.txt", "Setup.local") or base.endswith("._pth") or zipped

    def metadata(self, path):
        return path.endswith(".pth") or ".dist-info" in path or ".egg-info" in path


def main():
    log, python = sys.argv[1:]
    sorter = Sorter(python)
    counts = collections.Counter(sorter.of(*call) for call in calls(log, sorter.begun))
    json.dump(counts, sys.stdout, indent=1, sort_keys=True)


main()
