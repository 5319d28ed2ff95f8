//! What strace writes for a value: names, numbers and texts.

use syscalls::Errno;

/// Names of values that decide what a call means to the reports.
#[rustfmt::skip]
const NAMES: &[(&str, i64)] = &[
    ("AT_FDCWD", libc::AT_FDCWD as i64),
    ("AT_SYMLINK_NOFOLLOW", libc::AT_SYMLINK_NOFOLLOW as i64),
    ("AT_EMPTY_PATH", libc::AT_EMPTY_PATH as i64),
    ("O_WRONLY", libc::O_WRONLY as i64),
    ("O_RDWR", libc::O_RDWR as i64),
    ("O_CREAT", libc::O_CREAT as i64),
    ("O_EXCL", libc::O_EXCL as i64),
    ("O_NOCTTY", libc::O_NOCTTY as i64),
    ("O_TRUNC", libc::O_TRUNC as i64),
    ("O_APPEND", libc::O_APPEND as i64),
    ("O_NONBLOCK", libc::O_NONBLOCK as i64),
    ("O_DIRECTORY", libc::O_DIRECTORY as i64),
    ("O_NOFOLLOW", libc::O_NOFOLLOW as i64),
    ("O_NOATIME", libc::O_NOATIME as i64),
    ("O_CLOEXEC", libc::O_CLOEXEC as i64),
    ("O_PATH", libc::O_PATH as i64),
    ("X_OK", libc::X_OK as i64),
    ("W_OK", libc::W_OK as i64),
    ("R_OK", libc::R_OK as i64),
    ("SEEK_CUR", libc::SEEK_CUR as i64),
    ("SEEK_END", libc::SEEK_END as i64),
    ("TCGETS", libc::TCGETS as i64),
    ("FIOCLEX", libc::FIOCLEX as i64),
    ("PROT_READ", libc::PROT_READ as i64),
    ("PROT_WRITE", libc::PROT_WRITE as i64),
    ("PROT_EXEC", libc::PROT_EXEC as i64),
    ("F_DUPFD", libc::F_DUPFD as i64),
    ("F_DUPFD_CLOEXEC", libc::F_DUPFD_CLOEXEC as i64),
    ("F_GETFD", libc::F_GETFD as i64),
    ("F_SETFD", libc::F_SETFD as i64),
    ("F_GETFL", libc::F_GETFL as i64),
    ("F_SETFL", libc::F_SETFL as i64),
    ("F_SETLK", libc::F_SETLK as i64),
    ("F_GETLK", libc::F_GETLK as i64),
    ("F_SETLKW", libc::F_SETLKW as i64),
    ("F_OFD_SETLKW", libc::F_OFD_SETLKW as i64),
    ("WNOHANG", libc::WNOHANG as i64),
    ("MSG_DONTWAIT", libc::MSG_DONTWAIT as i64),
];

/// `3`, `3</tmp/x>`, `0x7f…`, `O_RDONLY|O_CLOEXEC`, `FUTEX_WAIT_PRIVATE`,
/// `NULL`; 0 for what no report asks about.
pub(super) fn number_of(word: &str) -> u64 {
    let parts = word.split('|');
    match word.starts_with("FUTEX_") {
        true => parts.map(futex_flag).sum(),
        false => parts.map(part_of).fold(0, |all, part| all | part),
    }
}

fn part_of(word: &str) -> u64 {
    // `3</tmp/x>` and `AT_FDCWD</tmp>` of `-y`; `0x7ffe /* 3 vars */`.
    let word = word.split(['<', ' ']).next().unwrap_or(word);
    if let Some((_, value)) = NAMES.iter().find(|(name, _)| *name == word) {
        return value.cast_unsigned();
    }
    match (word.strip_prefix("0x"), word.strip_prefix('0')) {
        (Some(hex), _) => u64::from_str_radix(hex, 16).unwrap_or(0),
        (_, Some(octal)) => u64::from_str_radix(octal, 8).unwrap_or(0),
        _ => word.parse::<i64>().map_or(0, i64::cast_unsigned),
    }
}

/// linux/futex.h.
fn futex_flag(word: &str) -> u64 {
    let (word, private) = match word.strip_suffix("_PRIVATE") {
        Some(word) => (word, 0x80),
        None => (word, 0),
    };
    private
        + match word {
            "FUTEX_WAKE" => 1,
            "FUTEX_REQUEUE" => 3,
            "FUTEX_CMP_REQUEUE" => 4,
            "FUTEX_WAKE_OP" => 5,
            "FUTEX_LOCK_PI" => 6,
            "FUTEX_UNLOCK_PI" => 7,
            "FUTEX_WAIT_BITSET" => 9,
            "FUTEX_WAKE_BITSET" => 10,
            "FUTEX_CLOCK_REALTIME" => 0x100,
            _ => 0,
        }
}

/// The number of `ENOENT`.
pub(super) fn errno_of(name: &str) -> i64 {
    let found = (1..134).find(|number| Errno::new(*number).name() == Some(name));
    i64::from(found.unwrap_or(libc::EINVAL))
}

/// What stands in quotes; `None` where nothing does. What is not ASCII is
/// written in octal, with as few digits as will do.
pub(super) fn text_of(word: &str) -> Option<String> {
    let inside = word.strip_prefix('"')?;
    let inside = inside.strip_suffix("\"...").or(inside.strip_suffix('"'))?;
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let mut value = None;
        for _ in 0..3 {
            let Some(digit) = rest.next_if(|it| (b'0'..=b'7').contains(it)) else {
                break;
            };
            value = Some(value.unwrap_or(0_u32) * 8 + u32::from(digit - b'0'));
        }
        bytes.push(match value {
            Some(value) => value as u8,
            None => escaped(rest.next()?),
        });
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Of `\n` and its like.
fn escaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'v' => 0x0b,
        b'f' => 0x0c,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names() {
        for (word, number) in [
            ("3", 3),
            ("3</tmp/a|b>", 3),
            ("-1", u64::MAX),
            ("0x7ffe /* 3 vars */", 0x7ffe),
            ("0666", 0o666),
            ("AT_FDCWD</tmp>", (-100_i64).cast_unsigned()),
            ("O_RDONLY|O_CLOEXEC", 0o200_0000),
            ("FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME", 0x189),
            ("PROT_READ|PROT_EXEC", 5),
            ("F_GETFD", 1),
            ("NULL", 0),
        ] {
            assert_eq!(number_of(word), number, "{word}");
        }
    }

    #[test]
    fn texts_are_read_back() {
        for (word, text) in [
            (r#""/a b""#, Some("/a b")),
            (r#""\303\251\"\\\n""#, Some("é\"\\\n")),
            (r#""cut"..."#, Some("cut")),
            ("0x7ffe", None),
        ] {
            assert_eq!(text_of(word).as_deref(), text, "{word}");
        }
    }
}
