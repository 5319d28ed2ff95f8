//! What one process took.

use serde::{Deserialize, Serialize};

/// What one process, with the children it waited for, took from start to end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// From the start of the process to its end, nanoseconds.
    pub wall_ns: u64,
    /// CPU time in user mode, nanoseconds.
    pub user_ns: u64,
    /// CPU time in the kernel, nanoseconds.
    pub system_ns: u64,
    /// Ready to run but waiting for a CPU: the main thread, nanoseconds.
    pub run_delay_ns: u64,
    /// While it ran, some task of the machine waited for a CPU this long
    /// (/proc/pressure/cpu), nanoseconds; `None` without pressure accounting.
    pub stalled_ns: Option<u64>,
    /// Page faults served without I/O.
    pub minor_faults: u64,
    /// Page faults that waited for I/O.
    pub major_faults: u64,
    /// Context switches because it waited.
    pub voluntary_switches: u64,
    /// Context switches because others were due.
    pub involuntary_switches: u64,
    /// Largest resident set, bytes.
    pub max_rss_bytes: u64,
    /// Its exit status; `None` if a signal ended it, or in old files.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// Timings taken inside the process, for kernels; empty for whole commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// How often the kernel ran in each value; 0 for whole commands.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub loops: u64,
}

/// One timing of a kernel inside a process: nanoseconds for all its loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// Elapsed time.
    pub wall_ns: u64,
    /// CPU time of all threads of the process.
    pub cpu_ns: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(loops: &u64) -> bool {
    *loops == 0
}

impl Observation {
    /// CPU time in user mode and in the kernel, nanoseconds.
    pub fn cpu_ns(&self) -> u64 {
        self.user_ns + self.system_ns
    }

    /// Neither running nor ready to run: asleep, nanoseconds.
    pub fn asleep_ns(&self) -> u64 {
        self.wall_ns
            .saturating_sub(self.cpu_ns())
            .saturating_sub(self.run_delay_ns)
    }
}
