//! Processes that were started during the start-up.

use keelback_trace::{Nanos, ProcessId, StackId};

/// A child of the process that is looked at.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub(super) process: ProcessId,
    /// What started it.
    pub(super) stack: StackId,
    /// Was a module being imported?
    pub(super) importing: bool,
    from: Nanos,
    until: Option<Nanos>,
}

impl Child {
    /// How long it lived, if the start-up ended then; nanoseconds.
    pub(super) fn lasted(&self, end: Nanos) -> u64 {
        self.until.unwrap_or(end).since(self.from).0
    }
}

/// All of them, in the order in which they were started.
#[derive(Debug, Default)]
pub(super) struct Children(Vec<Child>);

impl Children {
    pub(super) fn started(&mut self, process: ProcessId, importing: bool, from: Nanos) {
        self.0.push(Child {
            process,
            stack: StackId::NONE,
            importing,
            from,
            until: None,
        });
    }

    /// A call that starts a process or a thread ended. If it was this process,
    /// which began before that, who started it is known now.
    pub(super) fn started_by(&mut self, is: impl Fn(ProcessId) -> bool, stack: StackId) -> bool {
        let child = self.0.iter_mut().rfind(|it| is(it.process));
        child.map(|it| it.stack = stack).is_some()
    }

    pub(super) fn ended(&mut self, process: ProcessId, at: Nanos) {
        if let Some(child) = self.0.iter_mut().find(|it| it.process == process) {
            child.until = Some(at);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Child> {
        self.0.iter()
    }
}
