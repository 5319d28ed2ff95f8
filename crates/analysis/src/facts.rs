//! What a report says about the recording itself before it says anything else.

use keelback_trace::define::Interpreter;
use keelback_trace::provenance::Unseen;
use keelback_trace::{Dictionary, Provenance};

/// The header of every report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Version of keelback that recorded.
    pub keelback: String,
    /// The command that was launched, or the pid that was attached to.
    pub command: String,
    /// Was it attached to while it ran?
    pub attached: bool,
    /// `wait(2)` status of the launched command.
    pub exit_status: Option<i32>,
    /// `ebpf` or `ptrace`.
    pub engine: String,
    /// Why this engine and not the other; empty when it was asked for.
    pub engine_reason: String,
    /// What this engine cannot see: figures of it are unknown, not zero.
    pub unseen: Unseen,
    /// What the reader should know about how the program ran.
    pub remarks: Vec<String>,
    /// `wait` or `full`.
    pub mode: String,
    /// Kernel release and machine.
    pub kernel: String,
    /// CPUs online.
    pub cpus: u32,
    /// Length of the recording, nanoseconds.
    pub wall_ns: u64,
    /// Is its end missing, because it still runs or was cut? Then its losses
    /// and its cost are not known either.
    pub cut_off: bool,
    /// When it began: nanoseconds since 1970.
    pub started_unix_ns: u64,
    /// The Pythons that were found.
    pub interpreters: Vec<InterpreterFact>,
    /// What was not recorded; never zero counts.
    pub losses: Vec<LossFact>,
    /// What recording cost.
    pub cost: CostFact,
}

/// One Python of the recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InterpreterFact {
    /// Its process.
    pub pid: u32,
    /// `3.11.2`.
    pub version: String,
    /// The file that holds the runtime.
    pub file: String,
    /// Has it no symbol table?
    pub stripped: bool,
    /// Built without the GIL?
    pub free_threaded: bool,
    /// Why it has no Python frames; empty when it has.
    pub no_frames: String,
}

/// One named loss.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LossFact {
    /// Its stable name.
    pub name: &'static str,
    /// How often.
    pub count: u64,
    /// What it means, one sentence.
    pub meaning: &'static str,
}

/// The recorder's own cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CostFact {
    /// CPU time of the recorder's process, nanoseconds.
    pub cpu_ns: u64,
    /// Time in BPF programs on all CPUs, nanoseconds; 0 when unknown.
    pub bpf_ns: u64,
    /// How often BPF programs ran.
    pub bpf_runs: u64,
    /// Largest resident size, bytes.
    pub max_rss: u64,
    /// Nanoseconds taken off each call's measured time.
    pub call_bias_ns: i64,
    /// Nanoseconds that recording one call adds to the program.
    pub call_cost_ns: u64,
}

impl Facts {
    /// Gathers them; `wall_ns` is the length that the events show, used when
    /// the recording was cut and does not know its own.
    pub(crate) fn gather(origin: &Provenance, known: &Dictionary, wall_ns: u64) -> Facts {
        Facts {
            keelback: origin.keelback.clone(),
            command: origin.command.clone(),
            attached: origin.attached,
            exit_status: origin.exit_status,
            engine: origin.engine.clone(),
            engine_reason: origin.engine_reason.clone(),
            unseen: origin.unseen,
            remarks: origin.remarks.clone(),
            mode: origin.mode.clone(),
            kernel: origin.kernel.clone(),
            cpus: origin.cpus,
            wall_ns: origin.duration_ns.max(wall_ns),
            cut_off: origin.duration_ns == 0,
            started_unix_ns: origin.started_unix_ns,
            interpreters: interpreters(known),
            losses: losses(known),
            cost: cost(origin),
        }
    }

    /// Is every system call in the recording, or only what blocked?
    pub fn every_call(&self) -> bool {
        self.mode == "full"
    }

    /// Did this loss happen?
    pub fn lost(&self, name: &str) -> u64 {
        let loss = self.losses.iter().find(|loss| loss.name == name);
        loss.map_or(0, |loss| loss.count)
    }
}

fn interpreters(known: &Dictionary) -> Vec<InterpreterFact> {
    let pid_of = |process: keelback_trace::ProcessId| {
        known.processes.get(process.index()).map_or(0, |it| it.pid)
    };
    known
        .interpreters
        .iter()
        .enumerate()
        .filter(|&(index, python)| {
            let is_same = |it: &Interpreter| {
                (it.process, it.runtime, &it.file) == (python.process, python.runtime, &python.file)
            };
            // One more for each GIL that a sub-interpreter has of its own.
            let is_own_gil = |it: &Interpreter| is_same(it) && it.gil != 0 && it.gil != python.gil;
            !known.interpreters[..index].iter().any(is_own_gil)
        })
        .map(|(_, python)| InterpreterFact {
            pid: pid_of(python.process),
            version: python.version.clone(),
            file: python.file.clone(),
            stripped: python.stripped,
            free_threaded: python.free_threaded,
            no_frames: python.no_frames.clone(),
        })
        .collect()
}

/// Losses of one kind may be told several times; they add up.
fn losses(known: &Dictionary) -> Vec<LossFact> {
    let mut by_kind = std::collections::BTreeMap::new();
    for loss in &known.losses {
        *by_kind.entry(loss.kind).or_insert(0) += loss.count;
    }
    by_kind
        .into_iter()
        .filter(|&(_, count)| count > 0)
        .map(|(kind, count)| LossFact {
            name: kind.name(),
            count,
            meaning: kind.meaning(),
        })
        .collect()
}

fn cost(origin: &Provenance) -> CostFact {
    CostFact {
        cpu_ns: origin.cost.cpu_ns,
        bpf_ns: origin.cost.bpf_ns,
        bpf_runs: origin.cost.bpf_runs,
        max_rss: origin.cost.max_rss,
        call_bias_ns: origin.calibration.call_bias_ns,
        call_cost_ns: origin.calibration.call_cost_ns,
    }
}
