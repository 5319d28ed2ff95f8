//! One file per output format.

pub mod bench_apart;
pub mod bench_csv;
pub mod bench_hyperfine;
pub mod bench_json;
pub mod bench_machine;
pub mod bench_markdown;
pub mod bench_pyperf;
pub mod bench_svg;
pub mod bench_text;
mod bench_words;
