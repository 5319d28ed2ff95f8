//! The version that a file bears.

use std::collections::HashMap;

use super::elf::{Elf, Symbol};
use crate::Version;
use crate::layout::Head;

/// The version of an interpreter file, or `None` when it bears none.
///
/// 3.11+ export it as `Py_Version`, and 3.13+ have it in `_Py_DebugOffsets`,
/// whose head is given. Older ones have `PY_VERSION` only as text, somewhere
/// among their constants.
pub(super) fn version(
    elf: &Elf,
    symbols: &HashMap<&'static str, Symbol>,
    head: Option<Head>,
) -> Option<Version> {
    let old = !symbols.contains_key("_PyRuntime");
    exported(elf, symbols)
        .or(head.map(|it| it.version))
        .or_else(|| written(elf, old))
}

fn exported(elf: &Elf, symbols: &HashMap<&'static str, Symbol>) -> Option<Version> {
    let bytes = elf.bytes(symbols.get("Py_Version")?.address, 4)?;
    Version::from_hex(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn written(elf: &Elf, old: bool) -> Option<Version> {
    let constants = elf.section_bytes(elf.section(".rodata")?)?;
    // 2.7 has no cache tag.
    let (major, minor) = series(&constants).or(old.then_some((2, 7)))?;
    find_version(&constants, &format!("{major}.{minor}."))
}

/// 3 and 8 where a constant ends in `cpython-38`, the cache tag of
/// `sys.implementation`.
fn series(constants: &[u8]) -> Option<(u8, u8)> {
    ends(constants, b"cpython-3").find_map(|minor| Some((3, minor.parse().ok()?)))
}

/// A constant that ends in a version of this series. The linker lets
/// `PY_VERSION` share the end of a longer text, like a path of its prefix, so
/// it need not start there.
fn find_version(constants: &[u8], series: &str) -> Option<Version> {
    ends(constants, series.as_bytes()).find_map(|micro| {
        let whole = micro.starts_with(|it: char| it.is_ascii_digit());
        let plain = micro
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'+');
        Version::from_text(&format!("{series}{micro}")).filter(|_| whole && plain)
    })
}

/// What stands after `mark` in each constant that ends in it and a short text.
fn ends<'a>(constants: &'a [u8], mark: &'a [u8]) -> impl Iterator<Item = &'a str> {
    const LONGEST: usize = 12;
    constants.split(|it| *it == 0).filter_map(move |constant| {
        let start = constant.len().saturating_sub(mark.len() + LONGEST);
        let tail = &constant[start..];
        let at = tail.windows(mark.len()).rposition(|it| it == mark)?;
        std::str::from_utf8(&tail[at + mark.len()..]).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_may_share_the_end_of_a_path() {
        let constants = b"\x002.6.1\0cpython-38\0/opt/3.8.18\0zlib 1.3\0";
        assert_eq!(series(constants), Some((3, 8)));
        assert_eq!(
            find_version(constants, "3.8."),
            Some(Version::release(3, 8, 18))
        );
    }

    #[test]
    fn python_2_has_no_cache_tag() {
        let constants = b"lib/python2.7\0Python 2.7.18\0";
        assert_eq!(series(constants), None);
        assert_eq!(
            find_version(constants, "2.7."),
            Some(Version::release(2, 7, 18))
        );
    }

    #[test]
    fn a_file_name_is_no_version() {
        let constants = b"cpython-38\0.cpython-38-x86_64-linux-gnu.so\x003.8.so\x003.8.\0";
        assert_eq!(series(constants), Some((3, 8)));
        assert_eq!(find_version(constants, "3.8."), None);
    }

    #[test]
    fn a_pre_release_is_told_apart() {
        let version = find_version(b"3.10.0rc2\0", "3.10.").unwrap();
        assert_eq!(version.to_string(), "3.10.0rc2");
        let plus = find_version(b"3.10.4+\0", "3.10.").unwrap();
        assert_eq!(plus.to_string(), "3.10.4");
    }
}
