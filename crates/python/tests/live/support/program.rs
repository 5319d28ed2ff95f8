//! A Python program that says what is true of it and then blocks.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Interpreter;

/// Longer than any of them takes to block on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. It ends when this is dropped.
pub(crate) struct Program {
    child: Child,
    /// What it said of itself.
    pub(crate) truth: Value,
    _stdin: ChildStdin,
}

impl Program {
    /// Starts one of `tests/programs` and waits until it has spoken and all its
    /// threads wait for its standard input.
    pub(crate) fn start(interpreter: &Interpreter, name: &str, arguments: &[&str]) -> Program {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/programs")
            .join(name);
        let libraries = interpreter.library_path.iter();
        let mut child = Command::new(&interpreter.command)
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .envs(libraries.map(|it| ("LD_LIBRARY_PATH", it)))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONIOENCODING", "utf-8")
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let program = Program {
            _stdin: child.stdin.take().unwrap(),
            truth: serde_json::from_str(&line).unwrap(),
            child,
        };
        program.wait_until_blocked();
        program
    }

    /// Its pid.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_blocked(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.all_read_stdin() {
            assert!(Instant::now() < end, "the program does not come to rest");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn all_read_stdin(&self) -> bool {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        tasks.flatten().all(|task| {
            let call = fs::read_to_string(task.path().join("syscall")).unwrap_or_default();
            // read(2) is 0, and so is the standard input.
            call.starts_with("0 0x0 ")
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
