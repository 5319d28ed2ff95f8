//! The arguments of `keelback bench`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use keelback_bench::decide::Family;
use keelback_bench::run::Metric;

use super::bench_beside::Counting;

/// What every comparison takes.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// Run on these CPUs only, e.g. `2` or `0,4-6`.
    #[arg(long, value_name = "LIST", value_parser = cpus)]
    pub(crate) cpu: Option<CpuList>,

    /// Seed of all random orders.
    #[arg(long)]
    pub(crate) seed: Option<u64>,

    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Is A really faster than B, or was it luck of layout, order or noise?
///
/// Runs the sides in pairs, in random order, each run in a process of its own,
/// and stops as soon as the pairs decide. Ends with 1 if a side is slower than
/// the first.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BenchArgs {
    /// A side to compare: its name and its command. The first is the baseline.
    #[arg(short = 'n', long = "name", value_name = "NAME=CMD")]
    pub(crate) sides: Vec<String>,

    /// An interpreter to compare: its name and its path.
    #[arg(long = "python", value_name = "NAME=PYTHON")]
    pub(crate) pythons: Vec<String>,

    /// A folder in which CPython was built: its name and the folder. Its python is
    /// also linked anew, in a new order of functions, for every run.
    #[arg(long = "build", value_name = "NAME=DIR", conflicts_with_all = ["sides", "pythons", "commands", "relink"])]
    pub(crate) builds: Vec<String>,

    /// Files with kernels to time inside the interpreters: functions called
    /// bench_NAME, or pyperf scripts.
    #[arg(value_name = "KERNEL.py")]
    pub(crate) kernels: Vec<PathBuf>,

    /// The commands, each after a `--` of its own; they are called A, B, ...
    #[arg(last = true, value_name = "CMD_A -- CMD_B")]
    pub(crate) commands: Vec<OsString>,

    /// Time the kernels of a folder; without one, our own.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1)]
    pub(crate) suite: Option<Option<PathBuf>>,

    /// Also compare layouts: this shell command links a side's program anew for
    /// every run. `{out}` is the file to make, `{seed}` a number for the linker's
    /// --shuffle-sections, `{shuffle: FILES}` these words in random order.
    #[arg(long, value_name = "[NAME:]CMD")]
    pub(crate) relink: Vec<String>,

    /// Compare two files of pyperf, hyperfine or keelback instead of running
    /// anything. A file is no baseline: the interval is widened by its drift.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    pub(crate) compare: Vec<PathBuf>,

    /// Compare the first side with itself: how often this machine would be
    /// wrong, and the smallest difference it can see.
    #[arg(long)]
    pub(crate) aa: bool,

    /// Run once per side, before everything. `NAME:CMD` for one side only.
    #[arg(long, value_name = "[NAME:]CMD")]
    pub(crate) setup: Vec<String>,

    /// Run before every run, unmeasured. `NAME:CMD` for one side only.
    #[arg(long, value_name = "[NAME:]CMD")]
    pub(crate) prepare: Vec<String>,

    /// Where the commands run. `NAME:DIR` for one side only.
    #[arg(long, value_name = "[NAME:]DIR")]
    pub(crate) cwd: Vec<String>,

    /// A variable the commands see. `NAME:KEY=VALUE` for one side only.
    #[arg(long, value_name = "[NAME:]KEY=VALUE")]
    pub(crate) env: Vec<String>,

    /// Give the commands to `sh -c`: pipes, `&&`, wildcards.
    #[arg(long)]
    pub(crate) shell: bool,

    /// Pairs at most.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) pairs: u32,

    /// The smallest difference that matters, percent.
    #[arg(long, default_value_t = 1.0, value_name = "PERCENT", value_parser = percent)]
    pub(crate) delta: f64,

    /// How often a difference may be claimed where there is none, percent.
    #[arg(long, default_value_t = 5.0, value_name = "PERCENT", value_parser = percent)]
    pub(crate) error: f64,

    /// What --error is of, where several kernels are compared.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) family: FamilyName,

    /// What decides; CPU time on a busy machine, wall time on a quiet one if
    /// not given.
    #[arg(long)]
    pub(crate) metric: Option<MetricName>,

    /// Record a run of each side afterwards, and say what they do differently:
    /// system calls, GIL waits, imports, faults.
    #[arg(long)]
    pub(crate) explain: bool,

    /// When to count each side's instructions, by the processor, qemu or
    /// valgrind, whichever is there.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) instructions: Counting,

    /// The longest a run may take, seconds.
    #[arg(long, default_value_t = 600.0, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: f64,

    /// Measure runs that end with an error too.
    #[arg(short, long)]
    pub(crate) ignore_failure: bool,

    /// Like `keelback doctor --bench`.
    #[arg(long, hide = true)]
    pub(crate) machine: bool,

    /// Do not run the first side twice in every second round.
    #[arg(long)]
    pub(crate) no_self_check: bool,

    #[command(flatten)]
    pub(crate) common: Common,

    /// Write the results to a file, in the format of its extension: .json,
    /// .html (a page), .md, .csv (every observation) or .svg (every pair).
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Vec<PathBuf>,

    /// Write the results to a page that needs nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,

    /// Write the runs as `hyperfine --export-json` does.
    #[arg(long, value_name = "FILE")]
    pub(crate) export_hyperfine: Option<PathBuf>,

    /// ... in the schema of versions before 2.0, or in that of 2.0.
    #[arg(long, value_name = "1|2", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) hyperfine_schema: u8,

    /// Write the runs as pyperf does: one file per side, DIR/NAME.json.
    #[arg(long, value_name = "DIR")]
    pub(crate) export_pyperf: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  keelback bench -n old='python3.12 app.py' -n new='python3.13 app.py'
  keelback bench --python A=python3.12 --python B=python3.13 kernel.py
  keelback bench --python A=./python-before --python B=./python-after --suite
  keelback bench --build A=before/build --build B=after/build --suite
  keelback bench -- ./before -- ./after
  keelback bench --explain -n A='python3 a.py' -n B='python3 b.py'
  keelback bench --aa -n A='python3 -c pass'";

/// What the allowed error is of.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FamilyName {
    /// The chance of any false claim (Holm)
    #[default]
    Holm,
    /// The share of false claims among the claims (Benjamini and Hochberg)
    Bh,
}

impl From<FamilyName> for Family {
    fn from(name: FamilyName) -> Family {
        match name {
            FamilyName::Holm => Family::AnyWrong,
            FamilyName::Bh => Family::ShareWrong,
        }
    }
}

/// The metrics by name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MetricName {
    /// User and system time.
    Cpu,
    /// Elapsed time.
    Wall,
    /// Largest resident set.
    MaxRss,
    /// Page faults.
    Faults,
    /// Context switches.
    Switches,
}

impl From<MetricName> for Metric {
    fn from(name: MetricName) -> Metric {
        match name {
            MetricName::Cpu => Metric::Cpu,
            MetricName::Wall => Metric::Wall,
            MetricName::MaxRss => Metric::MaxRss,
            MetricName::Faults => Metric::Faults,
            MetricName::Switches => Metric::Switches,
        }
    }
}

/// Numbers of CPUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CpuList(pub(crate) Vec<usize>);

/// Numbers and ranges, as taskset(1) takes them.
fn cpus(text: &str) -> Result<CpuList, String> {
    let number = |text: &str| {
        text.parse::<usize>()
            .map_err(|_| format!("{text} is not the number of a CPU"))
    };
    let mut list = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        list.extend(number(first)?..=number(last)?);
    }
    Ok(CpuList(list))
}

fn percent(text: &str) -> Result<f64, String> {
    let percent: f64 = text
        .trim_end_matches('%')
        .parse()
        .map_err(|_| "not a number".to_owned())?;
    if (0.0..100.0).contains(&percent) && percent > 0.0 {
        Ok(percent)
    } else {
        Err("must be above 0 and below 100".to_owned())
    }
}

pub(super) fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if seconds > 0.0 && seconds <= 1e6 {
        Ok(seconds)
    } else {
        Err("must be above 0 and at most a million".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpus_come_in_numbers_and_ranges() {
        assert_eq!(cpus("0,4-6"), Ok(CpuList(vec![0, 4, 5, 6])));
        assert_eq!(cpus("a"), Err("a is not the number of a CPU".to_owned()));
    }

    #[test]
    fn percentages_may_carry_their_sign() {
        assert_eq!(percent("2%"), Ok(2.0));
        assert!(percent("0").is_err());
        assert!(percent("much").is_err());
    }
}
