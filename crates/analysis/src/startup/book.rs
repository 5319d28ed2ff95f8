//! Sums a start-up as its events stream by.

use std::collections::HashMap;

use keelback_trace::{
    Call, Event, EventKind, Nanos, ProcessId, Provenance, StackId, TextId, ThreadId,
};
use syscalls::x86_64::Sysno;

use super::children::Children;
use super::chunks::Chunks;
use super::descriptors::Descriptors;
use super::directories::Directories;
use super::entries::Entries;
use super::faults::Faults;
use super::file_times::FileTimes;
use super::gaps::Gaps;
use super::last_asked::LastAsked;
use super::native_threads::NativeThreads;
use super::phase::Phase;
use super::phases::Phases;
use super::place::{Bottom, Places, Step};
use super::purpose::StartPurpose;
use super::purposes::Purposes;
use super::samples::Samples;
use super::searches::Searches;
use super::sort::{
    Made, is_on_descriptor, is_pyc, is_site_folder, opens_directory, opens_venv, sort,
};
use super::tree::{ROOT, Seat, Time, Tree};
use crate::ended_call::{EndedCall, OpenCalls};
use crate::model::{Observer, Scene, Span, What};

/// What a start-up is made of; memory grows with imports and paths.
#[derive(Debug)]
pub(crate) struct StartupBook {
    pub(super) places: Places,
    pub(super) purposes: Purposes,
    pub(super) directories: Directories,
    pub(super) entries: Entries,
    pub(super) tree: Tree,
    pub(super) gaps: Gaps,
    pub(super) phases: Phases,
    pub(super) samples: Samples,
    pub(super) children: Children,
    pub(super) native_threads: NativeThreads,
    pub(super) chunks: Chunks,
    pub(super) faults: Faults,
    pub(super) file_times: FileTimes,
    pub(super) searches: Searches,
    /// Code of `.pth` files.
    pub(super) pth: Time,
    pub(super) from: Option<Nanos>,
    pub(super) until: Nanos,
    /// Was `pyvenv.cfg` opened?
    in_venv: bool,
    /// Was every call recorded, or only what blocked?
    pub(super) every_call: bool,
    /// Has the recording Python stacks?
    pub(super) sees_python: bool,
    subject: ProcessId,
    found_at: Nanos,
    bias_ns: i64,
    cost_ns: i64,
    open_calls: OpenCalls,
    last_asked: LastAsked,
    descriptors: Descriptors,
    exes: HashMap<ProcessId, TextId>,
    now: Now,
}

/// Where the main thread of the subject is.
#[derive(Clone, Copy, Debug, Default)]
struct Now {
    at: Nanos,
    seat: Seat,
    /// Off its CPU, or in the recorder, since then.
    off_ns: u64,
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
            phases: Phases::new(),
            samples: Samples::new(origin.sample_period_ns),
            children: Children::default(),
            native_threads: NativeThreads::default(),
            chunks: Chunks::default(),
            faults: Faults::default(),
            file_times: FileTimes::default(),
            searches: Searches::default(),
            pth: Time::default(),
            from: None,
            until: Nanos(0),
            in_venv: false,
            every_call: origin.mode == "full",
            // An imported log may have native stacks.
            sees_python: first.is_some() && !known.stacks.is_empty(),
            subject: first.map_or(ProcessId(0), |it| it.process),
            found_at: first.map_or(Nanos(u64::MAX), |it| it.since),
            bias_ns: origin.calibration.call_bias_ns,
            cost_ns: origin.calibration.call_cost_ns.cast_signed(),
            open_calls: OpenCalls::default(),
            last_asked: LastAsked::default(),
            descriptors: Descriptors::default(),
            exes: HashMap::new(),
            now: Now::default(),
        }
    }

    /// The process that is looked at.
    pub(super) fn subject(&self) -> ProcessId {
        self.subject
    }

    /// Closes what is open.
    pub(crate) fn finish(&mut self) {
        self.phases.finish();
        self.samples.finish();
        let (tree, pth) = (&mut self.tree, &mut self.pth);
        self.gaps
            .finish(|seat, ns| credit(tree, pth, seat, Time::sampled(ns)));
    }

    fn call_ended(&mut self, it: &EndedCall, scene: &Scene<'_>) {
        let process = scene.process_of(it.thread);
        let ns = it.calibrated_ns(self.bias_ns).saturating_sub(it.queued_ns);
        // Before the call is taken in: it is not among what came before it.
        let finding = self.is_finding(it, process, scene);
        let purpose = self.purpose(it, process, finding, scene);
        self.in_venv |= opens_venv(it, scene.known.text(it.path));
        self.purposes.add(purpose, it.ret, it.took, ns);
        self.note_file(it, process, ns);
        self.descriptors.step(process, it, purpose);
        self.list(it, process, ns, purpose);
        if finding {
            self.correct(it, process);
            self.entries.asked(it.path, purpose, ns);
        }
        self.searches.call(it.path, purpose, ns);
        self.last_asked.call(process, it, purpose, ns);
        self.chunks.call(process, it, ns);
        self.note_threads(it, process, ns, scene);
        if self.is_main(it.thread, scene) {
            self.reach(it.entered, it.stack);
            self.count_faults(it.thread, self.phases.now());
            self.pass_call(it, ns);
            self.note_import(it, scene);
        }
    }

    fn note_threads(&mut self, it: &EndedCall, process: ProcessId, ns: u64, scene: &Scene<'_>) {
        use Sysno as S;
        match S::new(it.call.nr.into()) {
            Some(S::sched_yield) if !scene.is_python(it.thread) => {
                self.native_threads.yielded(it.thread);
            }
            Some(S::clone | S::clone3 | S::fork | S::vfork) if process == self.subject => {
                let pid = u32::try_from(it.ret).unwrap_or(0);
                let is_process = self
                    .children
                    .started_by(|child| scene.pid(child) == pid, it.stack);
                let importing = self.now.seat.node != ROOT;
                self.native_threads.clone_ns += if importing && !is_process { ns } else { 0 };
            }
            _ => {}
        }
    }

    /// The file that a call was about, by its path or its descriptor.
    fn note_file(&mut self, it: &EndedCall, process: ProcessId, ns: u64) {
        let sysno = Sysno::new(it.call.nr.into());
        match it.path {
            TextId::NONE if sysno.is_some_and(is_on_descriptor) => {
                let path = self.descriptors.path(process, it.call.args[0] as u32);
                self.file_times.used(path, ns);
            }
            TextId::NONE => {}
            path => self.file_times.looked_up(path, ns),
        }
    }

    fn purpose(
        &self,
        it: &EndedCall,
        process: ProcessId,
        finding: bool,
        scene: &Scene<'_>,
    ) -> StartPurpose {
        let exe = self.exes.get(&process).copied().unwrap_or(TextId::NONE);
        sort(&Made {
            call: it.call,
            ret: it.ret,
            path: scene.known.text(it.path),
            fd: self.descriptors.purpose(process, it.call.args[0] as u32),
            loading: self.descriptors.loading(process),
            finding,
            searched: self.entries.knows(it.path),
            site: self.is_site(it, scene),
            exe: scene.known.text(exe),
        })
    }

    /// Is the import system looking for a module? A call without a stack tells
    /// by what was done before: a finder asks a folder's age, then lists it;
    /// and where there is no zip file it asks for the folder it would be in.
    fn is_finding(&self, it: &EndedCall, process: ProcessId, scene: &Scene<'_>) -> bool {
        match it.stack {
            StackId::NONE if process != self.subject => false,
            StackId::NONE if opens_directory(it.call) => {
                let asked = !self.last_asked.of(process, it.path).is_empty();
                let listed = self.directories.by_path.get(&it.path);
                // What a finder has listed it keeps; `importlib.metadata` asks
                // and lists as a finder does.
                let anew = listed.is_none_or(|it| it.by_imports == 0);
                asked && anew && !self.is_site(it, scene)
            }
            StackId::NONE => self.misses_zip(it, process, scene),
            stack => self.places.of(stack).finding,
        }
    }

    fn misses_zip(&self, it: &EndedCall, process: ProcessId, scene: &Scene<'_>) -> bool {
        let missed = self.last_asked.missed(process);
        let missed = missed.map_or("", |path| scene.known.text(path));
        let above = missed
            .strip_suffix(".zip")
            .and_then(|it| it.rsplit_once('/'));
        above.is_some_and(|(folder, _)| folder == scene.known.text(it.path))
    }

    /// A finder's first questions for a folder look like anyone's, until it
    /// lists the folder.
    fn correct(&mut self, it: &EndedCall, process: ProcessId) {
        if it.stack != StackId::NONE || !opens_directory(it.call) {
            return;
        }
        for question in self.last_asked.of(process, it.path) {
            if question.purpose == StartPurpose::Files {
                self.purposes
                    .correct(question, StartPurpose::DirectoryCheck);
                self.entries
                    .asked(it.path, StartPurpose::DirectoryCheck, question.ns);
            }
        }
    }

    /// Is `site` at work? It is the first to list where distributions are, and
    /// does so once more in a virtual environment (Lib/site.py: `venv`).
    fn is_site(&self, it: &EndedCall, scene: &Scene<'_>) -> bool {
        match it.stack {
            StackId::NONE => {
                let before = self.directories.times_listed(it.path);
                before <= u64::from(self.in_venv) && is_site_folder(scene.known.text(it.path))
            }
            stack => self.places.of(stack).site,
        }
    }

    fn list(&mut self, it: &EndedCall, process: ProcessId, ns: u64, purpose: StartPurpose) {
        if opens_directory(it.call) {
            if let Ok(fd) = u32::try_from(it.ret) {
                self.directories
                    .opened((process, fd), it.path, it.stack, purpose);
                self.directories.took((process, fd), ns);
            }
            return;
        }
        let at = (process, it.call.args[0] as u32);
        if matches!(
            purpose,
            StartPurpose::DirectoryScan | StartPurpose::DataListing
        ) {
            self.directories.took(at, ns);
        }
        if it.call.nr == Sysno::close as u16 {
            self.directories.closed(at);
        }
    }

    /// The time up to an instant, which has this stack.
    fn reach(&mut self, at: Nanos, stack: StackId) {
        let place = self.places.of(stack);
        let seat = self.tree.seat(stack, &self.places);
        let gap = at.since(self.now.at).0;
        let running = gap.saturating_sub(std::mem::take(&mut self.now.off_ns));
        if self.every_call {
            let (tree, pth) = (&mut self.tree, &mut self.pth);
            let mut add = |seat, ns| credit(tree, pth, seat, Time::sampled(ns));
            self.gaps.end(self.now.seat, seat, running, &mut add);
        }
        self.phases.reach(&place, gap, running);
        self.now.seat = seat;
        self.now.at = at;
    }

    /// The main thread's page faults up to here.
    fn count_faults(&mut self, thread: ThreadId, phase: Phase) {
        let new = self.faults.take(thread);
        self.phases.count(phase, new);
    }

    /// In full mode a sample shows the phase of what came before it: a module
    /// may run for long without a call. Where no Python runs it shows none.
    fn count_faults_at(&mut self, event: &Event) {
        let place = self.places.of(event.stack);
        if matches!(place.bottom, Bottom::Imports | Bottom::Program) {
            self.count_faults(event.thread, self.phases.now().then(&place));
        }
    }

    fn pass_call(&mut self, it: &EndedCall, ns: u64) {
        self.phases.call(it, it.at.since(self.now.at).0, ns);
        let fell = self.samples.call(it, ns);
        self.phases.row().in_recorder += fell.in_recorder;
        // What recording the call added outside of it is not the program's.
        let outside = self.cost_ns.saturating_sub(self.bias_ns).max(0);
        self.now.off_ns += outside.cast_unsigned();
        self.now.at = it.at;
        let seat = self.now.seat;
        credit(&mut self.tree, &mut self.pth, seat, Time::measured(ns));
        let node = &mut self.tree.nodes[seat.node as usize];
        node.calls += 1;
        node.kernel_ns += ns;
    }

    /// What a call tells of the module it was made for.
    fn note_import(&mut self, it: &EndedCall, scene: &Scene<'_>) {
        let seat = self.now.seat;
        let opens = matches!(
            Sysno::new(it.call.nr.into()),
            Some(Sysno::open | Sysno::openat | Sysno::mkdir)
        );
        if seat.node == ROOT || !opens {
            return;
        }
        let text = scene.known.text(it.path);
        let node = &mut self.tree.nodes[seat.node as usize];
        let done = it.ret >= 0;
        if matches!(seat.step, Step::Read | Step::Load) && done && node.read == TextId::NONE {
            node.read = it.path;
        }
        match seat.step {
            Step::Read if done && text.ends_with(".py") => node.compiled = true,
            Step::Compile if is_pyc(text) && done => node.written = true,
            Step::Compile if is_pyc(text) => node.write_error = it.errno(),
            _ => {}
        }
    }

    fn sample(&mut self, event: &Event, scene: &Scene<'_>) {
        let EventKind::Sample { user, call, .. } = event.kind else {
            return;
        };
        if !self.is_main(event.thread, scene) {
            let same = scene.process_of(event.thread) == self.subject;
            let is_native = same && !scene.is_python(event.thread);
            self.samples.elsewhere(is_native);
            if is_native {
                self.native_threads.sampled(event.thread);
            }
            return;
        }
        self.phases.row().samples += 1;
        if !self.every_call {
            return self.sample_alone(event, user, call);
        }
        self.count_faults_at(event);
        if !user && call.is_some() {
            return self.samples.about(event.at, call);
        }
        if !user {
            self.phases.row().fault_ns += self.samples.period_ns;
        }
        let seat = self.tree.seat(event.stack, &self.places);
        self.samples.outside(seat);
        self.gaps.sample(seat);
    }

    /// In wait mode there is nothing between samples.
    fn sample_alone(&mut self, event: &Event, user: bool, call: Call) {
        self.reach(event.at, event.stack);
        self.count_faults(event.thread, self.phases.now());
        self.samples.outside(self.now.seat);
        let period = self.samples.period_ns;
        let time = Time::sampled(period);
        credit(&mut self.tree, &mut self.pth, self.now.seat, time);
        let row = self.phases.row();
        match (user, call.is_some()) {
            (true, _) => {}
            (false, true) => row.kernel_ns += period,
            (false, false) => row.fault_ns += period,
        }
    }

    fn is_main(&self, thread: ThreadId, scene: &Scene<'_>) -> bool {
        scene.is_main(thread) && scene.process_of(thread) == self.subject
    }

    /// The main thread was off its CPU. In full mode what happens inside calls
    /// is theirs.
    fn was_off(&mut self, span: &Span) {
        let (call, asleep, queued) = match &span.what {
            What::Queued { call, .. } => (*call, 0, span.ns()),
            What::Asleep(sleep) => {
                let (asleep, queued) = span.asleep_and_queued(sleep);
                (sleep.call, asleep, queued)
            }
            What::Running { .. } | What::Unseen(_) => return,
        };
        if call.is_some() && self.every_call {
            return;
        }
        self.now.off_ns += span.ns();
        self.phases.row().queued_ns += queued;
        if let (What::Asleep(sleep), false) = (&span.what, self.every_call) {
            let seat = self.tree.seat(sleep.stack, &self.places);
            let time = Time::measured(asleep);
            credit(&mut self.tree, &mut self.pth, seat, time);
        }
    }

    /// The first event of the main thread since the interpreter was found.
    fn found_python(&mut self, event: &Event) {
        let at = self.found_at.max(self.now.at);
        self.reach(at, StackId::NONE);
        match event.kind {
            EventKind::Faults { .. } if event.at == self.found_at => {
                self.count_faults(event.thread, Phase::Loader);
                self.phases.begin(Phase::Init);
            }
            _ => self.phases.enter(Phase::Init),
        }
    }

    fn executed(&mut self, event: &Event, exe: TextId, process: ProcessId) {
        self.descriptors.executed(process);
        self.exes.insert(process, exe);
        if process != self.subject {
            return;
        }
        if self.from.is_none() {
            // What came before was the recorder's.
            self.faults.take(event.thread);
            self.from = Some(event.at);
            self.now = Now {
                at: event.at,
                ..Now::default()
            };
        }
        // The last exec before the interpreter was found is the interpreter's.
        if event.at <= self.found_at {
            self.phases.begin(Phase::Loader);
        }
    }

    fn started(&mut self, event: &Event, by: ThreadId, scene: &Scene<'_>) {
        let (parent, process) = (scene.process_of(by), scene.process_of(event.thread));
        if by != ThreadId::NONE && process == self.subject && self.now.seat.node != ROOT {
            self.native_threads.started(event.thread, event.at);
        }
        if by == ThreadId::NONE || parent == process {
            return;
        }
        self.descriptors.forked(parent, process);
        if let Some(exe) = self.exes.get(&parent).copied() {
            self.exes.insert(process, exe);
        }
        if parent == self.subject {
            let importing = self.now.seat.node != ROOT;
            self.children.started(process, importing, event.at);
        }
    }

    fn exited(&mut self, event: &Event, scene: &Scene<'_>) {
        let process = scene.process_of(event.thread);
        if !scene.is_main(event.thread) {
            self.native_threads.ended(event.thread, event.at);
            return;
        }
        if process == self.subject {
            self.reach(event.at, event.stack);
            self.count_faults(event.thread, self.phases.now());
            self.until = event.at;
        }
        self.children.ended(process, event.at);
    }
}

impl Observer for StartupBook {
    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        let main = self.is_main(event.thread, scene);
        if scene.process_of(event.thread) == self.subject {
            self.faults.event(event.thread, &event.kind);
        }
        if main && event.at >= self.found_at && self.phases.now() == Phase::Loader {
            self.found_python(event);
        }
        match event.kind {
            EventKind::Call { .. } => {
                if let Some(mut call) = self.open_calls.end(event) {
                    if !self.sees_python {
                        // Native ones say nothing of imports.
                        call.stack = StackId::NONE;
                    }
                    self.call_ended(&call, scene);
                }
            }
            EventKind::Sample { .. } => self.sample(event, scene),
            EventKind::Exec { exe, .. } => {
                if main && self.from.is_some() && event.at <= self.found_at {
                    self.reach(event.at, StackId::NONE);
                    self.count_faults(event.thread, self.phases.now());
                    self.phases.demote();
                }
                let process = scene.process_of(event.thread);
                self.executed(event, exe, process);
            }
            EventKind::Started { by } => self.started(event, by, scene),
            EventKind::Exited { .. } => self.exited(event, scene),
            _ => {}
        }
    }

    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        self.open_calls.span(span);
        if self.is_main(span.thread, scene) {
            self.was_off(span);
        } else if let What::Asleep(_) = span.what {
            self.native_threads.slept(span.thread, span.ns());
        }
    }
}

fn credit(tree: &mut Tree, pth: &mut Time, seat: Seat, time: Time) {
    tree.nodes[seat.node as usize].steps[seat.step as usize].add(time);
    if seat.pth {
        pth.add(time);
    }
}
