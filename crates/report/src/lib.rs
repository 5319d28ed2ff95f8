//! One file per output format.

pub mod json_events;
pub mod parquet;
