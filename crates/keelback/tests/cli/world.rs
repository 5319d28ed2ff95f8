//! A folder, an environment, and keelback in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use keelback_trace::file::Writer;
use keelback_trace::provenance::Untraced;
use keelback_trace::{
    Call, Definition, Event, EventKind, Nanos, ProcessId, Provenance, Sink, StackId, TextId,
    ThreadId, define,
};
use serde_json::Value;

/// A place of its own for one test; the state directory is in it.
pub(crate) struct World(tempfile::TempDir);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> World {
        World(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// keelback with these words, in this folder.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keelback"));
        command
            .args(words)
            .current_dir(&self.0)
            .env("XDG_STATE_HOME", self.path("state"))
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, words: &[S]) -> Ended {
        Ended::of(self.command(words).output().expect("keelback runs"))
    }

    /// Makes a recording of one thread that made three calls.
    pub(crate) fn recording(&self, name: &str) -> PathBuf {
        self.recording_of(name, 3)
    }

    /// The same with so many calls; alone it took 4 ms.
    pub(crate) fn recording_of(&self, name: &str, calls: u64) -> PathBuf {
        let path = self.path(name);
        writer_of(&path, calls).finish().expect("a recording");
        path
    }

    /// The same, but its writer is killed.
    pub(crate) fn torn_recording(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let mut writer = writer_of(&path, 3);
        writer.flush().expect("a flush");
        std::mem::forget(writer);
        path
    }

    /// Says why a test that needs to record, with the full engine, is not run.
    pub(crate) fn cannot_record(&self) -> bool {
        let doctor = self.run(&["doctor", "--json"]).json();
        let cannot = doctor["engine"] != "ebpf";
        if cannot {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "skipped: {}", doctor["summary"]);
        }
        cannot
    }
}

impl Ended {
    pub(crate) fn of(output: Output) -> Ended {
        use std::os::unix::process::ExitStatusExt;
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ended {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

pub(crate) fn json_file(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

fn writer_of(path: &Path, calls: u64) -> Writer {
    let mut writer = Writer::create(path, false).expect("a recording");
    for definition in definitions() {
        writer.define(definition).expect("a definition");
    }
    for number in 1..=calls {
        writer.event(openat(number)).expect("an event");
    }
    writer.provenance(&provenance()).expect("a provenance");
    writer
}

fn definitions() -> [Definition; 4] {
    [
        Definition::Text(String::new()),
        Definition::Text("prog".into()),
        Definition::Process(define::Process {
            pid: 42,
            parent: ProcessId::NONE,
            start: Nanos(0),
            exe: TextId(1),
            command: TextId(1),
        }),
        Definition::Thread(define::Thread {
            tid: 42,
            process: ProcessId(0),
            start: Nanos(0),
            name: TextId(1),
        }),
    ]
}

/// `openat`, 257 on x86-64, at this millisecond.
fn openat(millisecond: u64) -> Event {
    Event {
        at: Nanos(millisecond * 1_000_000),
        thread: ThreadId(0),
        stack: StackId::NONE,
        kind: EventKind::Call {
            call: Call {
                nr: 257,
                args: [0; 3],
            },
            ret: 3,
            took: 2_000,
            path: TextId::NONE,
        },
    }
}

fn provenance() -> Provenance {
    Provenance {
        keelback: "0.1.0".into(),
        engine: "ebpf".into(),
        mode: "full".into(),
        command: "prog".into(),
        duration_ns: 4_000_000,
        exit_status: Some(0),
        cpus: 2,
        untraced: vec![Untraced {
            wall_ns: 4_000_000,
            cpu_ns: 3_000_000,
        }],
        ..Provenance::default()
    }
}
