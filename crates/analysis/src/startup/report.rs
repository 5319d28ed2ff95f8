//! What is known of a start-up.

use keelback_trace::provenance::Untraced;

use super::faults::FaultCount;
use super::phase::Phase;
use super::purpose::StartPurpose;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::words;

/// A start-up, taken apart. All times in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Startup {
    /// The recording.
    pub facts: Facts,
    /// The process that was looked at: the recording's first Python.
    pub pid: u32,
    /// Its wall time, from the entry of its first exec to its end.
    pub wall_ns: u64,
    /// The wall time without the recorder: the median of `untraced_runs`, or
    /// an estimate from the recorded run.
    pub untraced_wall_ns: u64,
    /// Runs that were not recorded; empty when none was made.
    pub untraced_runs: Vec<Untraced>,
    /// What one sample in the program stands for: less than the time between
    /// two, because they cost time too. Known from `untraced_runs` alone.
    pub sample_ns: u64,
    /// In their order; those without time are left out.
    pub phases: Vec<PhaseRow>,
    /// Every call of every process, dearest purpose first.
    pub purposes: Vec<PurposeRow>,
    /// In the order in which they began.
    pub imports: Vec<ImportRow>,
    /// The same by package, dearest first.
    pub packages: Vec<PackageRow>,
    /// Folders that the import system asked about, dearest first.
    pub entries: Vec<EntryRow>,
    /// All imports' steps summed.
    pub split: Split,
    /// Samples in user code of the main thread: what `split` rests on.
    pub samples: u64,
    /// Was every system call seen, or only what blocked?
    pub sees_calls: bool,
    /// Were there Python stacks? Without them phases and imports are unknown.
    pub sees_python: bool,
    /// Page faults of the process since its first exec.
    pub faults: FaultCount,
    /// Of these, the ones of no known phase; `None` where they were not read
    /// on the way, and none has a known phase.
    pub stray_faults: Option<StrayFaults>,
    /// What stands out.
    pub findings: Vec<Finding>,
}

impl Startup {
    /// A time as a share of the untraced wall time, 0 to 1.
    pub fn share(&self, ns: u64) -> f64 {
        words::share(ns, self.untraced_wall_ns)
    }

    /// System calls of all processes.
    pub fn calls(&self) -> u64 {
        self.purposes.iter().map(|row| row.calls).sum()
    }

    /// Calibrated time in system calls, nanoseconds.
    pub fn kernel_ns(&self) -> u64 {
        self.purposes.iter().map(|row| row.calibrated_ns).sum()
    }

    /// What is done when the program's own code begins, as a share of the
    /// start-up: all phases up to the imports. `None` where they are not known.
    pub fn prepared(&self) -> Option<f64> {
        let before = self.phases.iter().filter(|it| it.phase < Phase::Main);
        let ns: u64 = before.map(PhaseRow::own_ns).sum();
        let all: u64 = self.phases.iter().map(PhaseRow::own_ns).sum();
        (!self.phases.is_empty()).then(|| words::share(ns, all))
    }

    /// Time in imports of any phase, nanoseconds.
    pub fn imports_ns(&self) -> u64 {
        self.split.sum()
    }
}

/// Page faults that no phase has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrayFaults {
    /// Between two readings in different phases: either's.
    pub between: FaultCount,
    /// Of threads besides the main one.
    pub other_threads: FaultCount,
}

/// One phase of the main thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseRow {
    /// Which.
    pub phase: Phase,
    /// Wall time.
    pub wall_ns: u64,
    /// Time on a CPU.
    pub cpu_ns: u64,
    /// Time spent waiting for a CPU: other programs' doing.
    pub queued_ns: u64,
    /// Time in system calls, calibrated.
    pub kernel_ns: u64,
    /// System calls.
    pub calls: u64,
    /// Time in page faults and interrupts, by samples.
    pub fault_ns: u64,
    /// Page faults, as the kernel counted them.
    pub faults: FaultCount,
    /// Samples of the CPU clock, wherever they fell.
    pub samples: u64,
    /// Those of them that fell into the recorder.
    pub in_recorder: u64,
    /// What recording added to it, by those samples.
    pub added_ns: u64,
}

impl PhaseRow {
    /// Of this phase, without time.
    pub fn of(phase: Phase) -> PhaseRow {
        PhaseRow {
            phase,
            wall_ns: 0,
            cpu_ns: 0,
            queued_ns: 0,
            kernel_ns: 0,
            calls: 0,
            fault_ns: 0,
            faults: FaultCount::default(),
            samples: 0,
            in_recorder: 0,
            added_ns: 0,
        }
    }

    /// Wall time less what other programs and the recorder took.
    pub fn own_ns(&self) -> u64 {
        let others = self.queued_ns + self.added_ns;
        self.wall_ns.saturating_sub(others)
    }

    /// Adds another's sums.
    pub fn add(&mut self, more: &PhaseRow) {
        self.wall_ns += more.wall_ns;
        self.cpu_ns += more.cpu_ns;
        self.queued_ns += more.queued_ns;
        self.kernel_ns += more.kernel_ns;
        self.calls += more.calls;
        self.fault_ns += more.fault_ns;
        self.faults.add(more.faults);
        self.samples += more.samples;
        self.in_recorder += more.in_recorder;
        self.added_ns += more.added_ns;
    }
}

/// Calls with one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurposeRow {
    /// Which.
    pub purpose: StartPurpose,
    /// How many.
    pub calls: u64,
    /// How many failed.
    pub failed: u64,
    /// From entry to exit as the recorder saw it.
    pub time_ns: u64,
    /// The same less what the recorder added.
    pub calibrated_ns: u64,
}

impl PurposeRow {
    /// Of this purpose, without calls.
    pub fn of(purpose: StartPurpose) -> PurposeRow {
        PurposeRow {
            purpose,
            calls: 0,
            failed: 0,
            time_ns: 0,
            calibrated_ns: 0,
        }
    }
}

/// One import, as often as it was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportRow {
    /// `json.decoder`; empty where no file tells.
    pub module: String,
    /// The file of its code.
    pub file: String,
    /// Position of the importing module in the list; none for the program.
    pub parent: Option<usize>,
    /// Time for this module alone.
    pub own: Split,
    /// With all that it imports.
    pub total_ns: u64,
    /// System calls made for it alone.
    pub calls: u64,
    /// Their calibrated time.
    pub kernel_ns: u64,
    /// Was it compiled, for want of valid byte code?
    pub compiled: bool,
}

/// The modules of one package, the package itself included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageRow {
    /// The first part of the modules' names; empty where none is known.
    pub package: String,
    /// How many imports.
    pub modules: u64,
    /// Their own time, without what they import of others, nanoseconds.
    pub self_ns: u64,
    /// System calls made for them.
    pub calls: u64,
    /// Their calibrated time, nanoseconds.
    pub kernel_ns: u64,
}

/// Time of imports by what it was for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The import system's own work: locks, module objects.
    pub own_ns: u64,
    /// Finding.
    pub find_ns: u64,
    /// Validating and reading byte code or source.
    pub read_ns: u64,
    /// `marshal.loads`.
    pub unmarshal_ns: u64,
    /// Loading and initialising extensions.
    pub dlopen_ns: u64,
    /// Running modules' code.
    pub exec_ns: u64,
    /// Compiling source and writing byte code.
    pub compile_ns: u64,
}

impl Split {
    /// All of it.
    pub fn sum(&self) -> u64 {
        self.own_ns
            + self.find_ns
            + self.read_ns
            + self.unmarshal_ns
            + self.dlopen_ns
            + self.exec_ns
            + self.compile_ns
    }

    /// Adds another.
    pub fn add(&mut self, other: &Split) {
        self.own_ns += other.own_ns;
        self.find_ns += other.find_ns;
        self.read_ns += other.read_ns;
        self.unmarshal_ns += other.unmarshal_ns;
        self.dlopen_ns += other.dlopen_ns;
        self.exec_ns += other.exec_ns;
        self.compile_ns += other.compile_ns;
    }
}

/// What the import system asked of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryRow {
    /// The folder.
    pub folder: String,
    /// How often it was asked whether it changed, or listed.
    pub checks: u64,
    /// Questions for what was not there.
    pub failed: u64,
    /// Questions for files that were there.
    pub found: u64,
    /// Calibrated time of all these, nanoseconds.
    pub ns: u64,
}
