//! Reports: one file per output format. They lay out what `keelback-analysis`
//! worked out, and compute nothing.
#![forbid(unsafe_code)]

pub mod json;
pub mod json_events;
pub mod parquet;
pub mod style;
pub mod text;

pub use style::Style;
