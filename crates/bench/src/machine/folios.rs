//! In how many pieces an executable lies in memory.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Serialize;

/// The pages of an interpreter's code that a start of it maps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Folios {
    /// Pages of 4 KiB.
    pub pages: u64,
    /// Runs of neighbouring pages that also lie side by side in memory.
    pub runs: u64,
}

const PAGE: u64 = 4096;

/// Starts `python`, lets it wait, and looks where its code lies; `None` where
/// the kernel does not tell: that takes CAP_SYS_ADMIN (proc_pid_pagemap(5)).
pub fn folios(python: &Path) -> Option<Folios> {
    let mut child = Command::new(python)
        .args(["-c", "print(flush=True); input()"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let started = child
        .stdout
        .take()
        .map(|mut pipe| pipe.read_exact(&mut [0]));
    let folios = started
        .and_then(|started| started.ok())
        .and_then(|()| of(child.id()));
    // Its input ends, and so does it.
    drop(child.stdin.take());
    let _ = child.wait();
    folios
}

fn of(pid: u32) -> Option<Folios> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let pagemap = File::open(format!("/proc/{pid}/pagemap")).ok()?;
    let mut folios = Folios::default();
    for (from, to) in maps.lines().filter_map(code_of_python) {
        folios.add(&frames(&pagemap, from, to)?);
    }
    (folios.pages > 0).then_some(folios)
}

/// The range of a line like `559d-55af r-xp 0 fe:00 12 /usr/bin/python3.11`.
fn code_of_python(line: &str) -> Option<(u64, u64)> {
    let mut fields = line.split_ascii_whitespace();
    let (range, rights) = (fields.next()?, fields.next()?);
    let file = Path::new(fields.nth(3)?).file_name()?.to_string_lossy();
    if !rights.contains('x') || !file.trim_start_matches("lib").starts_with("python") {
        return None;
    }
    let (from, to) = range.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some((number(from)?, number(to)?))
}

/// The page frame numbers of a range, 0 for what is not there: bits 0 to 54 of
/// each entry, which read as 0 without the privilege.
fn frames(pagemap: &File, from: u64, to: u64) -> Option<Vec<u64>> {
    let mut raw = vec![0; ((to - from) / PAGE * 8) as usize];
    pagemap.read_exact_at(&mut raw, from / PAGE * 8).ok()?;
    let entries = raw.chunks_exact(8).map(|entry| {
        let entry = u64::from_ne_bytes(entry.try_into().unwrap_or_default());
        match entry >> 63 {
            1 => entry & ((1 << 55) - 1),
            _ => 0,
        }
    });
    Some(entries.collect())
}

impl Folios {
    fn add(&mut self, frames: &[u64]) {
        let mut before = 0;
        for &frame in frames {
            if frame != 0 {
                self.pages += 1;
                self.runs += u64::from(before == 0 || frame != before + 1);
            }
            before = frame;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_memory_are_one_run() {
        let mut folios = Folios::default();
        folios.add(&[7, 8, 9, 0, 10, 30, 31]);
        assert_eq!(folios, Folios { pages: 6, runs: 3 });
    }

    #[test]
    fn code_of_python_is_found_in_maps() {
        let line = |rights, file| format!("1000-3000 {rights} 00000000 fe:00 12   {file}");
        assert_eq!(
            code_of_python(&line("r-xp", "/usr/bin/python3.11")),
            Some((0x1000, 0x3000))
        );
        assert!(code_of_python(&line("r-xp", "/lib/libpython3.12.so.1.0")).is_some());
        assert_eq!(code_of_python(&line("r--p", "/usr/bin/python3.11")), None);
        assert_eq!(code_of_python(&line("r-xp", "/lib/libc.so.6")), None);
        assert_eq!(code_of_python("1000-3000 rw-p 0 00:00 0"), None);
    }
}
