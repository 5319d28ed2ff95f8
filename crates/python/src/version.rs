//! Which CPython: the number that `sys.version_info` shows.

use std::fmt;

/// A CPython version, as far as its file says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// 3 in 3.13.0.
    pub major: u8,
    /// 13 in 3.13.0.
    pub minor: u8,
    /// 0 in 3.13.0.
    pub micro: u8,
    /// Alpha, beta, candidate or release.
    pub level: Level,
    /// 2 in 3.15.0b2; 0 for a release.
    pub serial: u8,
}

/// How finished a version is, in the order of `sys.version_info.releaselevel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `a`: structures still change.
    Alpha,
    /// `b`: structures may still change.
    Beta,
    /// `rc`: the ABI is frozen.
    Candidate,
    /// A release.
    Final,
}

impl Version {
    /// A release.
    pub const fn release(major: u8, minor: u8, micro: u8) -> Version {
        Version {
            major,
            minor,
            micro,
            level: Level::Final,
            serial: 0,
        }
    }

    /// From `PY_VERSION_HEX` (Include/patchlevel.h); `None` for a number that
    /// is none.
    pub fn from_hex(hex: u32) -> Option<Version> {
        let [major, minor, micro, end] = hex.to_be_bytes();
        let level = match end >> 4 {
            0xa => Level::Alpha,
            0xb => Level::Beta,
            0xc => Level::Candidate,
            0xf => Level::Final,
            _ => return None,
        };
        let serial = end & 0xf;
        (major == 2 || major == 3).then_some(Version {
            major,
            minor,
            micro,
            level,
            serial,
        })
    }

    /// From text that starts with a version, like `3.11.2 (main, ...` or
    /// `3.15.0b1`; `None` when it does not.
    pub fn from_text(text: &str) -> Option<Version> {
        let (major, rest) = number(text)?;
        let (minor, rest) = number(rest.strip_prefix('.')?)?;
        let (micro, rest) = rest.strip_prefix('.').and_then(number).unwrap_or((0, rest));
        let (level, serial) = suffix(rest);
        (major == 2 || major == 3).then_some(Version {
            major,
            minor,
            micro,
            level,
            serial,
        })
    }
}

fn number(text: &str) -> Option<(u8, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

fn suffix(text: &str) -> (Level, u8) {
    [
        ("a", Level::Alpha),
        ("b", Level::Beta),
        ("rc", Level::Candidate),
    ]
    .into_iter()
    .find_map(|(mark, level)| Some((level, number(text.strip_prefix(mark)?)?.0)))
    .unwrap_or((Level::Final, 0))
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.micro)?;
        match self.level {
            Level::Alpha => write!(f, "a{}", self.serial),
            Level::Beta => write!(f, "b{}", self.serial),
            Level::Candidate => write!(f, "rc{}", self.serial),
            Level::Final => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_text_agree() {
        for (hex, text) in [
            (0x030b_02f0, "3.11.2"),
            (0x030f_00b1, "3.15.0b1"),
            (0x030e_00c3, "3.14.0rc3"),
            (0x0207_12f0, "2.7.18"),
        ] {
            let version = Version::from_hex(hex).unwrap();
            assert_eq!(version.to_string(), text);
            assert_eq!(Version::from_text(text), Some(version));
        }
    }

    #[test]
    fn what_is_no_version_is_none() {
        assert_eq!(Version::from_hex(0), None);
        assert_eq!(Version::from_hex(0x030b_0200), None);
        assert_eq!(Version::from_hex(0x7f45_4cf0), None);
        for text in ["", "3", "3.", "x.1", "4.1.0", "3.999.0"] {
            assert_eq!(Version::from_text(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_rest_of_a_banner_is_ignored() {
        let banner = "3.8.18 (default, May  9 2026, 10:11:12) \n[GCC 12.2.0]";
        assert_eq!(Version::from_text(banner), Some(Version::release(3, 8, 18)));
        assert_eq!(Version::from_text("3.7m"), Some(Version::release(3, 7, 0)));
    }
}
