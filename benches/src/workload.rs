//! What is run: a program that measures its own loop.

use std::ffi::OsString;

use crate::binary::program;

/// A program with its arguments.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What the table calls it.
    pub name: &'static str,
    /// What one of `count` is.
    pub unit: &'static str,
    /// Its file in `programs/`.
    file: &'static str,
    /// How much of it, under tools that are quick.
    count: u64,
    /// How much of it, under tools that stop at every call: 300,000 stops
    /// would take a minute and say the same.
    slow_count: u64,
    /// Further arguments.
    rest: &'static [&'static str],
    /// What strace's filter lets through to the tracer: what it is about.
    pub filter: &'static str,
}

/// In the order of the table.
pub const ALL: &[Workload] = &[
    Workload {
        name: "300k os.stat",
        unit: "call",
        file: "stat.py",
        count: 300_000,
        slow_count: 20_000,
        rest: &[],
        filter: "trace=stat,newfstatat",
    },
    Workload {
        name: "300k pipe writes",
        unit: "call",
        file: "pipe.py",
        count: 300_000,
        slow_count: 20_000,
        rest: &[],
        filter: "trace=write",
    },
    Workload {
        name: "-c pass",
        unit: "start",
        file: "starts.py",
        count: 20,
        slow_count: 5,
        rest: &["-I", "-S", "-c", "pass"],
        filter: "trace=%file",
    },
    Workload {
        name: "import-heavy start",
        unit: "start",
        file: "starts.py",
        count: 5,
        slow_count: 2,
        rest: &["imports.py"],
        filter: "trace=%file",
    },
    Workload {
        name: "threaded pipe ping-pong",
        unit: "round trip",
        file: "pingpong.py",
        count: 5_000,
        slow_count: 5_000,
        rest: &[],
        filter: "trace=read,write,futex",
    },
    Workload {
        name: "2 busy threads",
        unit: "loop",
        file: "busy.py",
        count: 40_000_000,
        slow_count: 40_000_000,
        rest: &["2"],
        filter: "trace=futex",
    },
    Workload {
        name: "8 busy threads",
        unit: "loop",
        file: "busy.py",
        count: 40_000_000,
        slow_count: 40_000_000,
        rest: &["8"],
        filter: "trace=futex",
    },
    Workload {
        name: "2 calling threads",
        unit: "call",
        file: "calls.py",
        count: 8_000_000,
        slow_count: 400_000,
        rest: &[],
        filter: "trace=futex",
    },
    Workload {
        name: "4 threads, I/O mix",
        unit: "request",
        file: "mix.py",
        count: 400,
        slow_count: 400,
        rest: &[],
        filter: "trace=futex",
    },
];

/// Is it a fight for one GIL, in which somebody could always compute?
pub fn is_fight(name: &str) -> bool {
    name.contains("busy threads")
}

impl Workload {
    /// The words to run it with this interpreter.
    pub fn command(&self, python: &str, slow_tool: bool) -> Vec<OsString> {
        let count = if slow_tool {
            self.slow_count
        } else {
            self.count
        };
        let own = [
            python.into(),
            program(self.file).into(),
            count.to_string().into(),
        ];
        let rest = self.rest.iter().map(|word| match word.ends_with(".py") {
            true => program(word).into(),
            false => OsString::from(word),
        });
        own.into_iter().chain(rest).collect()
    }
}
