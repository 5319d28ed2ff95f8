"""A small scheduler of tasks that send each other work: methods, slots, branches."""


class Task:
    __slots__ = ("ident", "idle", "inbox", "done")

    def __init__(self, ident):
        self.ident = ident
        self.idle = False
        self.inbox = []
        self.done = 0

    def step(self, scheduler):
        raise NotImplementedError


class Producer(Task):
    __slots__ = ()

    def step(self, scheduler):
        self.done += 1
        scheduler.send(self.ident + 1, (self.ident, self.done))
        self.idle = bool(self.done & 3)


class Filter(Task):
    __slots__ = ()

    def step(self, scheduler):
        if not self.inbox:
            self.idle = True
            return
        source, value = self.inbox.pop()
        if value & 1:
            scheduler.send(self.ident + 1, (source, value + 1))


class Sink(Task):
    __slots__ = ()

    def step(self, scheduler):
        while self.inbox:
            source, value = self.inbox.pop()
            scheduler.total += max(source, value)
        self.idle = True
        scheduler.send(self.ident + 1, (self.ident, 1))


class Scheduler:
    def __init__(self):
        self.tasks = [kind(i) for i, kind in enumerate((Producer, Filter, Sink) * 2)]
        self.total = 0

    def send(self, to, message):
        task = self.tasks[to % len(self.tasks)]
        if len(task.inbox) < 8:
            task.inbox.append(message)
        task.idle = False

    def round(self):
        for task in self.tasks:
            if not task.idle:
                task.step(self)


def bench_richards():
    scheduler = Scheduler()
    for _ in range(400):
        scheduler.round()
