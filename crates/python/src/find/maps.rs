//! `/proc/PID/maps` (proc_pid_maps(5)): the files a process has mapped.

use std::path::PathBuf;

/// A mapped file, by its lowest mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    /// Its name in `map_files`: the address range without leading zeros.
    pub(super) range: String,
    /// Where the mapping starts.
    pub(super) address: u64,
    /// The byte of the file that is there.
    pub(super) offset: u64,
    /// Its inode number.
    pub(super) inode: u64,
    /// As the process sees it; the kernel adds ` (deleted)`.
    pub(super) path: PathBuf,
    /// Does any mapping of it hold code?
    pub(super) executable: bool,
}

/// The files with code in them, each once.
pub(super) fn code_files(maps: &str) -> Vec<Mapped> {
    let mut files: Vec<Mapped> = Vec::new();
    for mapped in maps.lines().filter_map(parse) {
        match files.iter_mut().find(|it| it.path == mapped.path) {
            Some(known) if known.offset <= mapped.offset => known.executable |= mapped.executable,
            Some(known) => {
                let executable = known.executable | mapped.executable;
                *known = Mapped {
                    executable,
                    ..mapped
                };
            }
            None => files.push(mapped),
        }
    }
    files.retain(|it| it.executable);
    files
}

/// `55e1-55e9 r-xp 00001000 08:02 173521      /usr/bin/python3`
fn parse(line: &str) -> Option<Mapped> {
    let mut words = line.splitn(6, ' ');
    let range = words.next()?;
    let permissions = words.next()?;
    let offset = u64::from_str_radix(words.next()?, 16).ok()?;
    let inode = words.nth(1)?.parse().ok()?;
    let path = words.next()?.trim_start();
    let (address, end) = range.split_once('-')?;
    let address = u64::from_str_radix(address, 16).ok()?;
    let end = u64::from_str_radix(end, 16).ok()?;
    path.starts_with('/').then(|| Mapped {
        range: format!("{address:x}-{end:x}"),
        address,
        offset,
        inode,
        path: PathBuf::from(path),
        executable: permissions.contains('x'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_lowest_offset() {
        let maps = "\
00400000-0041f000 r--p 00000000 fe:00 1234                               /usr/bin/python3.11
0041f000-006d2000 r-xp 0001f000 fe:00 1234                               /usr/bin/python3.11
01d0f000-01e5a000 rw-p 00000000 00:00 0                                  [heap]
7f0000000000-7f0000001000 r--p 00002000 fe:00 99                         /usr/share/a b.mo
7f0000010000-7f0000020000 r-xp 00001000 fe:00 77                         /tmp/x.so (deleted)
7f000000f000-7f0000010000 r--p 00000000 fe:00 77                         /tmp/x.so (deleted)
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
";
        let files = code_files(maps);
        let found: Vec<_> = files
            .iter()
            .map(|it| (it.path.to_str().unwrap(), it.range.as_str(), it.inode))
            .collect();
        let expected = [
            ("/usr/bin/python3.11", "400000-41f000", 1234),
            ("/tmp/x.so (deleted)", "7f000000f000-7f0000010000", 77),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn nonsense_is_no_mapping() {
        for line in ["", "x", "1-2 r 0", "zz-1 r-xp 0 0 0 /x"] {
            assert_eq!(parse(line), None, "{line:?}");
        }
    }
}
