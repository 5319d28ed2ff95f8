//! Reports: one file per output format. They lay out what `keelback-analysis`
//! worked out, and compute nothing.
#![forbid(unsafe_code)]

pub mod bench_apart;
pub mod bench_csv;
pub mod bench_html;
pub mod bench_hyperfine;
pub mod bench_json;
mod bench_luck;
pub mod bench_machine;
pub mod bench_markdown;
pub mod bench_pyperf;
pub mod bench_svg;
pub mod bench_text;
mod bench_words;
pub mod chrome;
pub mod collapsed;
pub mod firefox;
pub mod json;
pub mod json_events;
pub mod layout_json;
pub mod layout_text;
mod markup;
mod names;
pub mod page;
pub mod parquet;
pub mod perfetto;
pub mod speedscope;
pub mod style;
pub mod svg;
pub mod text;
pub mod viztracer;

pub use style::Style;
