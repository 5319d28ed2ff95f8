//! Uprobes on CPython's own functions, as those set who look at the GIL with
//! perf. They need a build with symbols, and root.

use std::process::{Command, Stdio};

/// The group of the probes, so that they are found again.
const GROUP: &str = "keelback_bench";

/// Where a process looks for the GIL and lets go of it (Python/ceval_gil.c, static functions since 3.2).
const PROBES: [&str; 3] = ["take=take_gil", "taken=take_gil%return", "drop=drop_gil"];

/// Says which file has the interpreter's code.
const WHERE: &str = "\
import os, sys, sysconfig
var = sysconfig.get_config_var
shared = var('Py_ENABLE_SHARED')
print(os.path.join(var('LIBDIR'), var('INSTSONAME')) if shared else sys.executable)";

/// Probes that are set; taken away when dropped.
#[derive(Debug)]
pub struct Probes(());

impl Probes {
    /// Sets them in an interpreter's file; `None` where that cannot be done.
    pub fn set(python: &str) -> Option<Probes> {
        let said = Command::new(python).args(["-c", WHERE]).output().ok()?;
        let file = String::from_utf8(said.stdout).ok()?;
        let probes = Probes(());
        let mut add = Command::new("perf");
        add.args(["probe", "--quiet", "--exec", file.trim()]);
        for probe in PROBES {
            add.arg("--add").arg(format!("{GROUP}:{probe}"));
        }
        succeeds(&mut add).then_some(probes)
    }

    /// What perf calls all of them.
    pub fn events() -> String {
        format!("{GROUP}:*")
    }
}

impl Drop for Probes {
    fn drop(&mut self) {
        succeeds(Command::new("perf").args(["probe", "--quiet", "--del", &Probes::events()]));
    }
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|it| it.success())
}
