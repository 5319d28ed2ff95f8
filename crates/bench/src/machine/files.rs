//! Small files of the kernel, read without fuss.

use std::fs;
use std::path::PathBuf;

/// Where the kernel's files are; a folder of a test stands in for `/`.
#[derive(Clone, Debug)]
pub(super) struct Files(pub(super) PathBuf);

/// A limit on CPU time (Documentation/admin-guide/cgroup-v2.rst, cpu.max).
pub(super) struct CpuLimit {
    /// Microseconds of CPU time per microseconds of time.
    pub(super) limit: String,
    /// In how many periods it was used up.
    pub(super) throttled: u64,
}

impl Files {
    /// A file's text without the line end; `None` if it is not there.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let text = fs::read_to_string(self.0.join(path)).ok()?;
        Some(text.trim_end().to_owned())
    }

    /// The word in brackets, of files like `always [madvise] never`.
    pub(super) fn chosen(&self, path: &str) -> Option<String> {
        let text = self.text(path)?;
        let (_, rest) = text.split_once('[')?;
        Some(rest.split_once(']')?.0.to_owned())
    }

    /// The number behind a key, in files of `key value` lines.
    pub(super) fn keyed(&self, path: &str, key: &str) -> Option<u64> {
        let text = self.text(path)?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?;
        line.trim().parse().ok()
    }

    /// The entries of a folder whose names begin like this, by name.
    pub(super) fn matching(&self, folder: &str, begin: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(folder)).into_iter().flatten();
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(begin))
            .map(|name| format!("{folder}/{name}"))
            .collect();
        names.sort();
        names
    }

    /// Ticks of all CPUs that the hypervisor gave to others, and all: the eighth
    /// number of the cpu line, and the sum of the first eight (proc(5)).
    pub(super) fn ticks(&self) -> Option<(u64, u64)> {
        let text = self.text("proc/stat")?;
        let line = text.lines().next()?;
        let times: Vec<u64> = line
            .split_ascii_whitespace()
            .skip(1)
            .filter_map(|n| n.parse().ok())
            .collect();
        Some((*times.get(7)?, times.iter().take(8).sum()))
    }

    /// The limit on CPU time of the group we are in; `None` without one.
    pub(super) fn cpu_limit(&self) -> Option<CpuLimit> {
        let group = self.text("proc/self/cgroup")?;
        let own = group.lines().find_map(|line| line.strip_prefix("0::/"))?;
        let folder = format!("sys/fs/cgroup/{own}");
        let limit = self.text(&format!("{folder}/cpu.max"))?;
        (!limit.starts_with("max")).then(|| CpuLimit {
            throttled: self
                .keyed(&format!("{folder}/cpu.stat"), "nr_throttled")
                .unwrap_or(0),
            limit,
        })
    }

    /// Is it there?
    pub(super) fn has(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A machine whose kernel has these files.
    pub(in super::super) fn machine<P: AsRef<str>>(
        files: &[(P, &str)],
    ) -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = folder.path().join(path.as_ref());
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let files = Files(folder.path().to_owned());
        (folder, files)
    }

    #[test]
    fn entries_come_by_name() {
        let (_folder, files) =
            machine(&[("a/policy1/x", ""), ("a/policy0/x", ""), ("a/boost", "")]);
        assert_eq!(files.matching("a", "policy"), ["a/policy0", "a/policy1"]);
    }
}
