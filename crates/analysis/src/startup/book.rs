//! Sums a start-up as its events stream by.

use std::collections::HashMap;

use keelback_trace::{
    Call, Event, EventKind, Nanos, OffState, ProcessId, Provenance, StackId, TextId, ThreadId,
};
use syscalls::x86_64::Sysno;

use super::descriptors::Descriptors;
use super::directories::Directories;
use super::entries::Entries;
use super::gaps::Gaps;
use super::phase::Phase;
use super::place::Places;
use super::purpose::StartPurpose;
use super::purposes::Purposes;
use super::report::PhaseRow;
use super::sort::{Made, is_pyc, opens_directory, sort};
use super::tree::{ROOT, Seat, Tree};
use crate::model::{Observer, Scene};

/// What a start-up is made of; memory grows with imports and paths.
#[derive(Debug)]
pub(crate) struct StartupBook {
    pub(super) places: Places,
    pub(super) purposes: Purposes,
    pub(super) directories: Directories,
    pub(super) entries: Entries,
    pub(super) tree: Tree,
    pub(super) gaps: Gaps,
    pub(super) phases: [PhaseRow; 7],
    pub(super) children: Vec<Child>,
    pub(super) yields: Yields,
    pub(super) pairs: Pairs,
    pub(super) pth_ns: u64,
    pub(super) samples: u64,
    pub(super) from: Option<Nanos>,
    pub(super) until: Nanos,
    subject: ProcessId,
    found_at: Nanos,
    bias_ns: i64,
    cost_ns: i64,
    period_ns: u64,
    descriptors: Descriptors,
    exes: HashMap<ProcessId, TextId>,
    now: Now,
    /// What came after the last sight of the program: its end, unless the
    /// program is seen again.
    tail: PhaseRow,
}

/// Where the main thread of the subject is.
#[derive(Clone, Copy, Debug, Default)]
struct Now {
    at: Nanos,
    seat: Seat,
    phase: Phase,
    /// Since when it has been off its CPU outside of a call.
    off_since: Option<Nanos>,
    off_ns: u64,
    /// Is it off its CPU inside a call?
    in_call: bool,
    /// Off its CPU inside the call that is going on, and how much of that it
    /// could have run.
    off_in_call: u64,
    queued_in_call: u64,
    queued_since: Option<Nanos>,
}

/// A process that was started during the start-up.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub(super) process: ProcessId,
    pub(super) stack: StackId,
    pub(super) importing: bool,
    pub(super) from: Nanos,
    pub(super) until: Option<Nanos>,
}

/// Threads without Python that spin.
#[derive(Debug, Default)]
pub(super) struct Yields {
    pub(super) calls: HashMap<ThreadId, u64>,
    /// Samples in threads that have not run Python, by thread.
    pub(super) samples: HashMap<ThreadId, u64>,
}

/// Pairs of mmap and munmap of one chunk, by the function that was running.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    open: HashMap<ProcessId, (u64, u64, StackId, u64)>,
    pub(super) by_stack: HashMap<StackId, (u64, u64)>,
}

fn row(phase: Phase) -> PhaseRow {
    PhaseRow {
        phase,
        wall_ns: 0,
        cpu_ns: 0,
        queued_ns: 0,
        kernel_ns: 0,
        calls: 0,
        fault_ns: 0,
    }
}

impl StartupBook {
    /// A book for a recording; its first Python is the one looked at.
    pub(crate) fn new(known: &keelback_trace::Dictionary, origin: &Provenance) -> StartupBook {
        let first = known.interpreters.first();
        StartupBook {
            places: Places::read(known),
            purposes: Purposes::default(),
            directories: Directories::default(),
            entries: Entries::default(),
            tree: Tree::new(),
            gaps: Gaps::new(origin.sample_period_ns),
            phases: Phase::ALL.map(row),
            children: Vec::new(),
            yields: Yields::default(),
            pairs: Pairs::default(),
            pth_ns: 0,
            samples: 0,
            from: None,
            until: Nanos(0),
            subject: first.map_or(ProcessId(0), |it| it.process),
            found_at: first.map_or(Nanos(u64::MAX), |it| it.since),
            bias_ns: origin.calibration.call_bias_ns,
            cost_ns: origin.calibration.call_cost_ns.cast_signed(),
            period_ns: origin.sample_period_ns,
            descriptors: Descriptors::default(),
            exes: HashMap::new(),
            now: Now::default(),
            tail: row(Phase::Finalize),
        }
    }

    /// The process that is looked at.
    pub(super) fn subject(&self) -> ProcessId {
        self.subject
    }

    /// Closes what is open.
    pub(crate) fn finish(&mut self) {
        let tail = std::mem::replace(&mut self.tail, row(Phase::Finalize));
        add_row(&mut self.phases[Phase::Finalize as usize], &tail);
        let nodes = &mut self.tree.nodes;
        let pth = &mut self.pth_ns;
        self.gaps.finish(|seat, ns| credit(nodes, pth, seat, ns));
    }

    fn call_ended(&mut self, event: &Event, scene: &Scene<'_>) {
        let EventKind::Call {
            call,
            ret,
            took,
            path,
        } = event.kind
        else {
            return;
        };
        let process = scene.process_of(event.thread);
        let main = self.is_main(event.thread, scene);
        let queued = match main {
            true => std::mem::take(&mut self.now.queued_in_call),
            false => 0,
        };
        let calibrated = took
            .saturating_sub(queued)
            .saturating_add_signed(self.bias_ns.saturating_neg());
        let purpose = self.purpose(event.stack, process, call, ret, path, scene);
        self.purposes.add(purpose, ret, took, calibrated);
        self.descriptors.step(process, call, ret, purpose);
        self.list(event, process, calibrated, purpose);
        if self.places.of(event.stack).finding {
            self.entries.asked(path, purpose, calibrated);
        }
        self.pair(process, event, calibrated);
        self.count_yield(event.thread, call, scene);
        if main {
            let entered = Nanos(event.at.0.saturating_sub(took));
            self.reach(entered, event.stack);
            self.pass_call(event, calibrated, queued);
            self.note_import(event, scene);
        }
    }

    fn purpose(
        &self,
        stack: StackId,
        process: ProcessId,
        call: Call,
        ret: i64,
        path: TextId,
        scene: &Scene<'_>,
    ) -> StartPurpose {
        let exe = self.exes.get(&process).copied().unwrap_or(TextId::NONE);
        sort(&Made {
            call,
            ret,
            path: scene.known.text(path),
            fd: self.descriptors.purpose(process, call.args[0] as u32),
            loading: self.descriptors.loading(process),
            finding: self.places.of(stack).finding,
            site: self.places.of(stack).site,
            exe: scene.known.text(exe),
        })
    }

    fn list(&mut self, event: &Event, process: ProcessId, ns: u64, purpose: StartPurpose) {
        let EventKind::Call {
            call, ret, path, ..
        } = event.kind
        else {
            return;
        };
        if opens_directory(call) {
            if let Ok(fd) = u32::try_from(ret) {
                self.directories
                    .opened((process, fd), path, event.stack, purpose);
                self.directories.took((process, fd), ns);
            }
            return;
        }
        let at = (process, call.args[0] as u32);
        if matches!(
            purpose,
            StartPurpose::DirectoryScan | StartPurpose::DataListing
        ) {
            self.directories.took(at, ns);
        }
        if call.nr == Sysno::close as u16 {
            self.directories.closed(at);
        }
    }

    /// A chunk of the interpreter's data stack is mapped for one call and
    /// unmapped after it when the call crosses a chunk's edge
    /// (CPython 3.11-3.14, Python/pystate.c: `push_chunk`).
    fn pair(&mut self, process: ProcessId, event: &Event, ns: u64) {
        let EventKind::Call { call, ret, .. } = event.kind else {
            return;
        };
        let [address, length, _] = call.args;
        match Sysno::new(call.nr.into()) {
            Some(Sysno::mmap) if address == 0 && ret > 0 => {
                let open = (ret.cast_unsigned(), length, event.stack, ns);
                self.pairs.open.insert(process, open);
            }
            Some(Sysno::munmap) => {
                let open = self.pairs.open.remove(&process);
                if let Some((at, mapped, stack, before)) = open
                    && (at, mapped) == (address, length)
                {
                    let sum = self.pairs.by_stack.entry(stack).or_default();
                    *sum = (sum.0 + 1, sum.1 + before + ns);
                }
            }
            _ => {}
        }
    }

    fn count_yield(&mut self, thread: ThreadId, call: Call, scene: &Scene<'_>) {
        if call.nr == Sysno::sched_yield as u16 && !scene.is_python(thread) {
            *self.yields.calls.entry(thread).or_default() += 1;
        }
    }

    /// The time up to an instant, which has this stack.
    fn reach(&mut self, at: Nanos, stack: StackId) {
        let place = self.places.of(stack);
        let seat = self.tree.seat(stack, &self.places);
        let gap = at.since(self.now.at).0;
        let running = gap.saturating_sub(std::mem::take(&mut self.now.off_ns));
        let nodes = &mut self.tree.nodes;
        let pth = &mut self.pth_ns;
        self.gaps
            .end(self.now.seat, seat, running, &mut |seat, ns| {
                credit(nodes, pth, seat, ns)
            });
        self.enter(self.now.phase.then(&place), gap, running);
        self.now.seat = seat;
        self.now.at = at;
    }

    /// A gap between two phases is half of each.
    fn enter(&mut self, phase: Phase, gap: u64, running: u64) {
        let before = self.now.phase;
        if phase != Phase::Finalize && before == Phase::Finalize {
            // It was not the end: the program was seen again.
            let tail = std::mem::replace(&mut self.tail, row(Phase::Finalize));
            let more = match phase {
                Phase::Site => phase,
                _ => Phase::Main,
            };
            add_row(&mut self.phases[more as usize], &tail);
        }
        self.row(before).wall_ns += gap / 2;
        self.row(before).cpu_ns += running / 2;
        self.now.phase = phase;
        self.row(phase).wall_ns += gap - gap / 2;
        self.row(phase).cpu_ns += running - running / 2;
    }

    fn row(&mut self, phase: Phase) -> &mut PhaseRow {
        match phase {
            Phase::Finalize => &mut self.tail,
            phase => &mut self.phases[phase as usize],
        }
    }

    fn pass_call(&mut self, event: &Event, calibrated: u64, queued: u64) {
        let took = event.at.since(self.now.at).0;
        let off = std::mem::take(&mut self.now.off_in_call);
        let row = self.row(self.now.phase);
        row.wall_ns += took;
        row.cpu_ns += took.saturating_sub(off);
        row.queued_ns += queued;
        row.kernel_ns += calibrated;
        row.calls += 1;
        // What recording the call added outside of it is not the program's.
        let outside = self
            .cost_ns
            .saturating_sub(self.bias_ns)
            .max(0)
            .cast_unsigned();
        self.now.off_ns += outside;
        self.now.at = event.at;
        let seat = self.now.seat;
        credit(&mut self.tree.nodes, &mut self.pth_ns, seat, calibrated);
        let node = &mut self.tree.nodes[seat.node as usize];
        node.calls += 1;
        node.kernel_ns += calibrated;
    }

    /// What a call tells of the module it was made for.
    fn note_import(&mut self, event: &Event, scene: &Scene<'_>) {
        let EventKind::Call {
            ret, path, call, ..
        } = event.kind
        else {
            return;
        };
        let seat = self.now.seat;
        if seat.node == ROOT || !self.is_open(call) {
            return;
        }
        let text = scene.known.text(path);
        let node = &mut self.tree.nodes[seat.node as usize];
        use super::place::Step;
        match seat.step {
            Step::Read if ret >= 0 && text.ends_with(".py") => node.compiled = true,
            Step::Read | Step::Load if ret >= 0 && node.read == TextId::NONE => node.read = path,
            Step::Compile if is_pyc(text) && ret >= 0 => node.written = true,
            Step::Compile if is_pyc(text) => node.write_error = ret.unsigned_abs() as u16,
            _ => {}
        }
    }

    fn is_open(&self, call: Call) -> bool {
        matches!(
            Sysno::new(call.nr.into()),
            Some(Sysno::open | Sysno::openat | Sysno::mkdir)
        )
    }

    fn sample(&mut self, event: &Event, scene: &Scene<'_>) {
        let EventKind::Sample { user, call, .. } = event.kind else {
            return;
        };
        if !self.is_main(event.thread, scene) {
            let same = scene.process_of(event.thread) == self.subject;
            if same && !scene.is_python(event.thread) {
                *self.yields.samples.entry(event.thread).or_default() += 1;
            }
            return;
        }
        if !user && call.is_some() {
            return;
        }
        let period = self.period_ns;
        if !user {
            self.row(self.now.phase).fault_ns += period;
        }
        self.samples += 1;
        let seat = self.tree.seat(event.stack, &self.places);
        self.gaps.sample(seat);
    }

    fn is_main(&self, thread: ThreadId, scene: &Scene<'_>) -> bool {
        scene.is_main(thread) && scene.process_of(thread) == self.subject
    }

    fn switched(&mut self, event: &Event) {
        match event.kind {
            EventKind::SwitchOut { call, state, .. } => {
                self.now.in_call = call.is_some();
                self.now.off_since = Some(event.at);
                self.now.queued_since = (state == OffState::Preempted).then_some(event.at);
            }
            EventKind::Woken { .. } if self.now.off_since.is_some() => {
                self.now.queued_since = Some(event.at);
            }
            EventKind::SwitchIn { .. } => self.back(event.at),
            _ => {}
        }
    }

    /// The main thread has a CPU again.
    fn back(&mut self, at: Nanos) {
        let Some(since) = self.now.off_since.take() else {
            return;
        };
        let off = at.since(since).0;
        let queued = self.now.queued_since.take().map_or(0, |it| at.since(it).0);
        match self.now.in_call {
            true => {
                self.now.off_in_call += off;
                self.now.queued_in_call += queued;
            }
            false => {
                self.now.off_ns += off;
                self.row(self.now.phase).queued_ns += queued;
            }
        }
    }

    fn executed(&mut self, event: &Event, exe: TextId, process: ProcessId) {
        self.descriptors.executed(process);
        self.exes.insert(process, exe);
        if process != self.subject {
            return;
        }
        if self.from.is_none() {
            self.from = Some(event.at);
            self.now.at = event.at;
        }
        // The last exec before the interpreter was found is the interpreter's.
        if event.at <= self.found_at {
            self.enter(Phase::Loader, 0, 0);
        }
    }

    /// An earlier exec was a launcher's, if another one follows it.
    fn demote(&mut self) {
        let loader =
            std::mem::replace(&mut self.phases[Phase::Loader as usize], row(Phase::Loader));
        add_row(&mut self.phases[Phase::Launcher as usize], &loader);
    }

    fn started(&mut self, event: &Event, by: ThreadId, scene: &Scene<'_>) {
        let (parent, process) = (scene.process_of(by), scene.process_of(event.thread));
        if by == ThreadId::NONE || parent == process {
            return;
        }
        self.descriptors.forked(parent, process);
        if let Some(exe) = self.exes.get(&parent).copied() {
            self.exes.insert(process, exe);
        }
        if parent == self.subject {
            let stack = event.stack;
            self.children.push(Child {
                process,
                stack,
                importing: self.now.seat.node != ROOT,
                from: event.at,
                until: None,
            });
        }
    }

    fn exited(&mut self, event: &Event, scene: &Scene<'_>) {
        let process = scene.process_of(event.thread);
        if !scene.is_main(event.thread) {
            return;
        }
        if process == self.subject {
            self.reach(event.at, event.stack);
            self.until = event.at;
        }
        let child = self.children.iter_mut().find(|it| it.process == process);
        if let Some(child) = child {
            child.until = Some(event.at);
        }
    }
}

impl Observer for StartupBook {
    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        let main = self.is_main(event.thread, scene);
        if main && event.at >= self.found_at && self.now.phase == Phase::Loader {
            let at = self.found_at;
            self.reach(at.max(self.now.at), StackId::NONE);
            self.enter(Phase::Init, 0, 0);
        }
        match event.kind {
            EventKind::Call { .. } => self.call_ended(event, scene),
            EventKind::Sample { .. } => self.sample(event, scene),
            EventKind::SwitchOut { .. } | EventKind::SwitchIn { .. } | EventKind::Woken { .. }
                if main =>
            {
                self.switched(event);
            }
            EventKind::Exec { exe, .. } => {
                if main && self.from.is_some() && event.at <= self.found_at {
                    self.reach(event.at, StackId::NONE);
                    self.demote();
                }
                let process = scene.process_of(event.thread);
                self.executed(event, exe, process);
            }
            EventKind::Started { by } => self.started(event, by, scene),
            EventKind::Exited { .. } => self.exited(event, scene),
            _ => {}
        }
    }
}

fn credit(nodes: &mut [super::tree::Node], pth_ns: &mut u64, seat: Seat, ns: u64) {
    nodes[seat.node as usize].steps[seat.step as usize] += ns;
    if seat.pth {
        *pth_ns += ns;
    }
}

fn add_row(to: &mut PhaseRow, more: &PhaseRow) {
    to.wall_ns += more.wall_ns;
    to.cpu_ns += more.cpu_ns;
    to.queued_ns += more.queued_ns;
    to.kernel_ns += more.kernel_ns;
    to.calls += more.calls;
    to.fault_ns += more.fault_ns;
}
