//! Findings: one lint per file. A lint checks the case, says one or two
//! sentences about it, shows its evidence and names the next command.

mod blocked_line;
mod case;
mod cpu_starvation;
mod failing_calls;
mod finding_type;
mod gc_collect;
mod gil_contention;
mod gil_convoy;
mod gil_cpu;
mod gil_cross_cpu;
mod gil_hog;
mod gil_interval;
mod gil_ping_pong;
mod gil_pool;
mod gil_turns;
mod hot_call_line;
mod interpreter_futexes;
mod kernel_time;
mod library_lock;
mod lock_contention;
mod losses;
mod page_faults;
mod recorder_cost;
mod stopped_world;

pub(crate) use case::{Case, Subject, all, at, in_subject};
pub use finding_type::{Fact, Finding, Severity, Value};
