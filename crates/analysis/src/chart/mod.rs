//! The recording as a picture: what each thread did when, who had the GIL,
//! who gave it to whom. For exports to viewers; unlike everything else here it
//! grows with the recording.

mod collect;
mod counters;
mod stacks;
mod states;
mod types;

pub use collect::chart;
pub use types::{
    Chart, ChartProcess, ChartThread, Counter, CounterKind, Flow, OwnerSlice, SampleAt, StackSlice,
    StateSlice, What,
};
