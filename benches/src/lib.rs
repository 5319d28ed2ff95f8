//! What recording costs, beside other tools, and whether it keeps up.
//!
//! `cargo run --release -p keelback-benches --bin overhead` prints the table of
//! cost; `--bin flood` sends half a million events a second at the recorder;
//! `--bin decisions` counts wrong and right claims of a difference, beside
//! pyperf's and hyperfine's.

pub mod binary;
pub mod decider;
pub mod observation;
pub mod options;
pub mod plan;
pub mod probes;
pub mod shuffle;
pub mod stats;
pub mod table;
pub mod tool;
pub mod welch;
pub mod workload;
