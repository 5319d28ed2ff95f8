//! Reports: one file per output format. They lay out what `keelback-analysis`
//! worked out, and compute nothing.
#![forbid(unsafe_code)]

pub mod chrome;
pub mod collapsed;
pub mod firefox;
pub mod json;
pub mod json_events;
mod names;
pub mod parquet;
pub mod perfetto;
pub mod speedscope;
pub mod style;
pub mod text;
pub mod viztracer;

pub use style::Style;
