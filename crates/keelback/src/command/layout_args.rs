//! The arguments of `keelback layout`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::bench_args::{Common, MetricName, seconds};

/// How much of a program's speed is luck of where the linker put its functions?
///
/// Links a program in many orders, runs every one of them again and again in
/// random order, and tells what the order does from what running the same file
/// twice does.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LayoutArgs {
    /// A folder in which CPython was built, objects included.
    #[arg(value_name = "DIR", conflicts_with_all = ["relink", "program"], required_unless_present = "relink")]
    pub(crate) tree: Option<PathBuf>,

    /// For any other program: the shell command that links it. `{out}` is the
    /// file to make, `{seed}` a number for the linker's --shuffle-sections
    /// (words with it are left out of the link in order), `{shuffle: FILES}`
    /// these words in random order, `{dead}` a place for dead code.
    #[arg(long, value_name = "CMD", requires = "program")]
    pub(crate) relink: Option<String>,

    /// The program that --relink links, and its arguments.
    #[arg(last = true, value_name = "PROGRAM")]
    pub(crate) program: Vec<OsString>,

    /// Another build of the same source beside it (-falign-functions, PGO, LTO):
    /// a folder; or another link of the same objects, a command in which `{link}`
    /// is the folder's own. With --relink, a command like it.
    #[arg(long, value_name = "NAME=DIR|CMD")]
    pub(crate) also: Vec<String>,

    /// Link N functions in front that nobody calls, and compare with the program
    /// as it is: as built, and over many link orders of both.
    #[arg(long, value_name = "N", conflicts_with = "also", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) dead_code: Option<u32>,

    /// Kernels to time inside the interpreter, as in bench; our own if not given.
    #[arg(long = "kernel", value_name = "KERNEL.py", conflicts_with = "program")]
    pub(crate) kernels: Vec<PathBuf>,

    /// Link orders of each build.
    #[arg(long, default_value_t = 12, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(crate) orders: u32,

    /// Runs of every link, for every kernel.
    #[arg(long, default_value_t = 15, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(crate) rounds: u32,

    /// Where link order moves a build: runs of its fastest and of its slowest
    /// link that are sampled, to name the functions; 0 for none.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) sampled: u32,

    /// Pairs at most, with --dead-code.
    #[arg(long, default_value_t = 80, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) pairs: u32,

    /// What decides; chosen by the state of the machine if not given.
    #[arg(long)]
    pub(crate) metric: Option<MetricName>,

    /// The longest a run may take, seconds.
    #[arg(long, default_value_t = 600.0, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: f64,

    #[command(flatten)]
    pub(crate) common: Common,

    /// Write the JSON to a file, beside what is printed.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  keelback layout build/ --also pgo=build-pgo/
  keelback layout build/ --also icf='{link} -Wl,--icf=all'
  keelback layout build/ --dead-code 40
  keelback layout --relink 'gcc -o {out} {dead} *.o -fuse-ld=mold -Wl,--shuffle-sections={seed}' -- ./app";
