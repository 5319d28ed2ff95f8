//! The accounts of all threads, and the budgets they come to.

use keelback_trace::{Event, EventKind, ProcessId, ThreadId};

use super::account::{Account, sampled_part};
use super::types::{Budget, Counted, ProcessBudget, ThreadBudget};
use crate::model::{Observer, Scene, Span};

/// Keeps one account per thread.
#[derive(Debug, Default)]
pub(crate) struct BudgetBook {
    accounts: Vec<Account>,
}

impl Observer for BudgetBook {
    fn span(&mut self, span: &Span, _: &Scene<'_>) {
        self.account(span.thread).span(span);
    }

    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        if event.thread.index() >= scene.known.threads.len() {
            return;
        }
        let account = self.account(event.thread);
        account.event(event.at, &event.kind);
        if let EventKind::Sample { user, gil, .. } = event.kind {
            account.sample(sampled_part(event.thread, user, gil, event.stack, scene));
        }
    }
}

impl BudgetBook {
    fn account(&mut self, thread: ThreadId) -> &mut Account {
        let index = thread.index();
        if index >= self.accounts.len() {
            self.accounts.resize(index + 1, Account::default());
        }
        &mut self.accounts[index]
    }

    /// Every thread that was seen, longest first.
    pub(crate) fn threads(&self, scene: &Scene<'_>) -> Vec<ThreadBudget> {
        let mut threads: Vec<_> = self
            .seen()
            .map(|(thread, account)| thread_budget(thread, account, scene))
            .collect();
        threads.sort_by_key(|it| (std::cmp::Reverse(it.budget.wall_ns), it.first_ns, it.tid));
        threads
    }

    /// Every process with a thread that was seen, in the order of its start.
    pub(crate) fn processes(&self, scene: &Scene<'_>) -> Vec<ProcessBudget> {
        let mut processes: Vec<Option<ProcessBudget>> = vec![None; scene.known.processes.len()];
        for (thread, account) in self.seen() {
            let process = scene.process_of(thread);
            let Some(slot) = processes.get_mut(process.index()) else {
                continue;
            };
            let sum = slot.get_or_insert_with(|| empty(process, scene));
            sum.take(&thread_budget(thread, account, scene));
        }
        let mut processes: Vec<_> = processes.into_iter().flatten().collect();
        processes.sort_by_key(|it| it.first_ns);
        processes
    }

    fn seen(&self) -> impl Iterator<Item = (ThreadId, &Account)> {
        let accounts = self.accounts.iter().enumerate();
        accounts
            .filter(|(_, account)| account.first.is_some())
            .map(|(index, account)| (ThreadId(index as u32), account))
    }
}

fn thread_budget(thread: ThreadId, account: &Account, scene: &Scene<'_>) -> ThreadBudget {
    let attached = scene.origin.attached;
    ThreadBudget {
        tid: scene.tid(thread),
        pid: scene.pid(scene.process_of(thread)),
        name: scene.thread_name(thread).to_owned(),
        main: scene.is_main(thread),
        python: scene.is_python(thread),
        first_ns: account.first.map_or(0, |at| at.0),
        budget: account.budget(scene.origin),
        counted: account.counted(attached),
        samples: account.samples(),
    }
}

fn empty(process: ProcessId, scene: &Scene<'_>) -> ProcessBudget {
    let parent = scene.known.processes[process.index()].parent;
    ProcessBudget {
        pid: scene.pid(process),
        parent_pid: scene.pid(parent),
        command: scene.command(process).to_owned(),
        first_ns: u64::MAX,
        threads: 0,
        main: Budget::default(),
        total: Budget::default(),
        counted: Counted::default(),
        exit_status: scene.exit_status(process),
    }
}

impl ProcessBudget {
    fn take(&mut self, thread: &ThreadBudget) {
        self.first_ns = self.first_ns.min(thread.first_ns);
        self.threads += 1;
        self.total.add(&thread.budget);
        self.counted.add(&thread.counted);
        if thread.main {
            self.main = thread.budget.clone();
        }
    }
}
