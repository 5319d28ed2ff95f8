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
    pub(super) fn started(
        &mut self,
        process: ProcessId,
        stack: StackId,
        importing: bool,
        from: Nanos,
    ) {
        self.0.push(Child {
            process,
            stack,
            importing,
            from,
            until: None,
        });
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
