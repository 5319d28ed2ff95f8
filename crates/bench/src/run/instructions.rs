//! How many instructions each side takes, counted once.
//!
//! A second figure beside time: it does not see layout, caches or waiting. So
//! the same count with another time says "layout or memory", and another count
//! says that other code ran.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::around::Around;
use super::environment::Environment;
use super::error::RunError;
use super::program;
use crate::sys::Counter;

/// Something that counts the instructions of a program in user mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The processor itself.
    Processor,
    /// qemu's user mode with its `libinsn` plugin: exact, ten times slower.
    /// Counts one process, not the programs it starts.
    Qemu {
        /// The emulator.
        qemu: PathBuf,
        /// The plugin.
        plugin: PathBuf,
    },
    /// Valgrind's cachegrind without its caches: exact, 40 times slower.
    Cachegrind {
        /// valgrind.
        valgrind: PathBuf,
    },
}

/// The instructions of one kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instructions {
    /// The kernel.
    pub kernel: String,
    /// What counted.
    pub tool: &'static str,
    /// Instructions in user mode of one process of each side, in their order;
    /// for kernels with the start of the interpreter.
    pub sides: Vec<u64>,
}

impl Instructions {
    /// Counts of two sides closer than this (log scale) are the same: the
    /// random parts of a start move them by up to 0.1 %.
    const SAME: f64 = 0.002;

    /// ln(side / first side).
    pub fn log_ratio(&self, side: usize) -> Option<f64> {
        let of = |side: usize| self.sides.get(side).map(|&count| count.max(1) as f64);
        Some((of(side)? / of(0)?).ln())
    }

    /// Does `side` execute as much as the first side?
    pub fn is_same(&self, side: usize) -> Option<bool> {
        self.log_ratio(side).map(|log| log.abs() < Self::SAME)
    }
}

/// Where distributions and builds of qemu leave its plugins.
const PLUGINS: [&str; 5] = [
    "/usr/lib/x86_64-linux-gnu/qemu/plugins/libinsn.so",
    "/usr/lib/qemu/plugins/libinsn.so",
    "/usr/lib64/qemu/plugins/libinsn.so",
    "/usr/libexec/qemu/plugins/libinsn.so",
    "/usr/local/lib/qemu/plugins/libinsn.so",
];

impl Tool {
    /// The best one that is here: the processor, else qemu, else valgrind.
    pub fn found(env: &Environment) -> Option<Tool> {
        if Counter::instructions().is_ok() {
            return Some(Tool::Processor);
        }
        let in_path = |name: &str| program::in_path(name, env);
        let plugin = PLUGINS
            .map(PathBuf::from)
            .into_iter()
            .find(|it| it.exists());
        match (in_path("qemu-x86_64"), plugin) {
            (Some(qemu), Some(plugin)) => Some(Tool::Qemu { qemu, plugin }),
            _ => in_path("valgrind").map(|valgrind| Tool::Cachegrind { valgrind }),
        }
    }

    /// Its name in results.
    pub fn name(&self) -> &'static str {
        match self {
            Tool::Processor => "processor",
            Tool::Qemu { .. } => "qemu",
            Tool::Cachegrind { .. } => "cachegrind",
        }
    }

    /// How many times longer a run takes under it, at most.
    pub fn slowdown(&self) -> f64 {
        match self {
            Tool::Processor => 1.0,
            Tool::Qemu { .. } => 20.0,
            Tool::Cachegrind { .. } => 80.0,
        }
    }

    /// Counts one process of each side.
    ///
    /// # Errors
    /// A run under the tool fails, or it gave no count.
    pub fn count(
        &self,
        subject: &mut dyn Around,
        kernel: (usize, &str),
        sides: usize,
    ) -> Result<Instructions, RunError> {
        let counts = (0..sides).map(|side| self.count_one(subject, kernel.0, side));
        Ok(Instructions {
            kernel: kernel.1.to_owned(),
            tool: self.name(),
            sides: counts.collect::<Result<_, _>>()?,
        })
    }

    fn count_one(
        &self,
        subject: &mut dyn Around,
        kernel: usize,
        side: usize,
    ) -> Result<u64, RunError> {
        let mut tries = 1;
        loop {
            match self.try_one(subject, kernel, side) {
                Err(RunError::Failed { .. }) if tries < TRIES => tries += 1,
                counted => return counted,
            }
        }
    }

    fn try_one(
        &self,
        subject: &mut dyn Around,
        kernel: usize,
        side: usize,
    ) -> Result<u64, RunError> {
        subject.prepare(side)?;
        let folder = tempfile::tempdir_in(subject.scratch())
            .map_err(RunError::system("make a folder for counts"))?;
        let counter = match self {
            Tool::Processor => Some(
                Counter::instructions()
                    .map_err(RunError::system("open the instruction counter"))?,
            ),
            Tool::Qemu { .. } | Tool::Cachegrind { .. } => None,
        };
        let words = self.words(folder.path());
        subject.run_around(kernel, side, &words, "its run under an instruction counter")?;
        let read = match counter {
            Some(mut counter) => counter.read(),
            None => sum_of(folder.path(), self.parser()),
        };
        read.map_err(RunError::system("read the count of instructions"))
    }

    fn words(&self, folder: &Path) -> Vec<OsString> {
        match self {
            Tool::Processor => Vec::new(),
            Tool::Qemu { qemu, plugin } => vec![
                qemu.into(),
                "-plugin".into(),
                plugin.into(),
                "-d".into(),
                "plugin".into(),
                "-D".into(),
                folder.join("count").into(),
            ],
            Tool::Cachegrind { valgrind } => vec![
                valgrind.into(),
                "-q".into(),
                "--tool=cachegrind".into(),
                "--cache-sim=no".into(),
                "--trace-children=yes".into(),
                format!("--cachegrind-out-file={}/count.%p", folder.display()).into(),
            ],
        }
    }

    fn parser(&self) -> fn(&str) -> Option<u64> {
        match self {
            Tool::Qemu { .. } => from_qemu,
            Tool::Processor | Tool::Cachegrind { .. } => from_cachegrind,
        }
    }
}

/// How often a run may fail under an emulator before that is believed.
///
/// A probe that somebody else has in a file (uprobes, so any recorder's) is a
/// breakpoint in its memory, which an emulator executes as one: the program
/// ends by SIGTRAP, and works a moment later.
const TRIES: usize = 3;

/// Each process of a program leaves a file.
fn sum_of(folder: &Path, parse: fn(&str) -> Option<u64>) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        sum += parse(&fs::read_to_string(entry?.path())?).unwrap_or(0);
    }
    match sum {
        0 => Err(std::io::ErrorKind::InvalidData.into()),
        sum => Ok(sum),
    }
}

/// The sum over all functions, after `summary:` (Valgrind's manual, Cachegrind,
/// output file format).
fn from_cachegrind(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .rev()
        .find_map(|it| it.strip_prefix("summary:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// `total insns: N`, which versions before 8 do not write; else the sum of the
/// `insns: N` of each processor (tests/plugin/insn.c of qemu 7.2, 8.0).
fn from_qemu(text: &str) -> Option<u64> {
    let count = |line: &str| line.rsplit_once("insns: ")?.1.trim().parse::<u64>().ok();
    let total = text.lines().find(|line| line.starts_with("total"));
    match total {
        Some(line) => count(line),
        None => text.lines().map(count).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cachegrinds_sum_is_its_summary() {
        let text = "desc: I1 cache: none\nevents: Ir\nfl=a.c\nfn=main\n1 20\n2 22\nsummary: 42\n";
        assert_eq!(from_cachegrind(text), Some(42));
        assert_eq!(from_cachegrind("events: Ir\n"), None);
    }

    #[test]
    fn qemus_sum_is_its_total_where_it_has_one() {
        let new = "cpu 0 insns: 30\ncpu 1 insns: 12\ntotal insns: 42\n";
        assert_eq!(from_qemu(new), Some(42));
        assert_eq!(from_qemu("insns: 42\n"), Some(42));
        assert_eq!(from_qemu("nothing\n"), None);
    }

    #[test]
    fn counts_that_differ_by_less_than_a_start_are_the_same() {
        let counts = |b| Instructions {
            kernel: "command".into(),
            tool: "processor",
            sides: vec![1_000_000, b],
        };
        assert_eq!(counts(1_000_800).is_same(1), Some(true));
        assert_eq!(counts(1_030_000).is_same(1), Some(false));
        assert_eq!(counts(1).is_same(2), None);
    }
}
