//! Processes that a command leaves behind.
//!
//! A daemon detaches from its process group and from its parent; as a child
//! subreaper (prctl(2), PR_SET_CHILD_SUBREAPER) we become its parent instead.

use std::fs;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::sys;

/// Makes this process the parent of whatever its descendants abandon.
pub(super) fn adopt_orphans() {
    // A kernel that refuses leaves daemons running, as without us.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends the adopted processes that carry `mark` in their environment, and those
/// they leave behind in turn. Gives back how many.
pub(super) fn end_orphans(mark: &str) -> usize {
    let mut ended = 0;
    // A daemon that dies hands us its own children: look again.
    loop {
        let found = children().into_iter().filter(|&pid| carries(pid, mark));
        let count = found.filter(|&pid| end(pid)).count();
        if count == 0 {
            return ended;
        }
        ended += count;
    }
}

fn children() -> Vec<u32> {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|list| {
            list.split_ascii_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<u32>>()
        })
        .collect()
}

fn carries(pid: u32, mark: &str) -> bool {
    fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environ| {
        environ
            .windows(mark.len())
            .any(|part| part == mark.as_bytes())
    })
}

fn end(pid: u32) -> bool {
    let Some(handle) = Pid::from_raw(pid.cast_signed()) else {
        return false;
    };
    let killed = pidfd_open(handle, PidfdFlags::empty())
        .and_then(|pidfd| pidfd_send_signal(pidfd, Signal::KILL));
    killed.is_ok() && sys::wait4(pid).is_ok()
}
