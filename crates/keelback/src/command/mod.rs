//! One file per subcommand.

pub(crate) mod bench;
pub(crate) mod bench_args;
mod bench_files;
mod bench_output;
mod bench_progress;
mod bench_sides;
