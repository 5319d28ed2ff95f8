//! One line of `strace -f -ttt -T`.

/// A line, as far as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The thread; 0 where strace names none (a program with one thread).
    pub(super) tid: u32,
    /// Nanoseconds since 1970.
    pub(super) at: u64,
    pub(super) what: What<'a>,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A call with its arguments and its end.
    Call(&'a str, &'a str, End<'a>),
    /// A call that another thread's line interrupts.
    Unfinished(&'a str, &'a str),
    /// The rest of it.
    Resumed(&'a str, End<'a>),
    /// The thread's end: its wait status.
    Exited(i32),
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End<'a> {
    pub(super) ret: i64,
    /// `ENOENT`; empty for success.
    pub(super) errno: &'a str,
    /// Nanoseconds.
    pub(super) took: u64,
}

/// `None` for what is no call: signals, stacks (`-k`), strace's own messages.
pub(super) fn parse(line: &str) -> Option<Line<'_>> {
    let (tid, rest) = thread(line.trim_end());
    let (time, rest) = rest.trim_start().split_once(' ')?;
    let at = nanos(time)?;
    let what = what(rest.trim_start())?;
    Some(Line { tid, at, what })
}

/// `[pid  42] …` on a terminal, `42 …` in a file.
fn thread(line: &str) -> (u32, &str) {
    let in_brackets = line.strip_prefix("[pid").and_then(|it| it.split_once(']'));
    if let Some((tid, rest)) = in_brackets {
        return (tid.trim().parse().unwrap_or(0), rest);
    }
    match line.split_once(' ') {
        Some((tid, rest)) if !tid.contains('.') => match tid.parse() {
            Ok(tid) => (tid, rest),
            Err(_) => (0, line),
        },
        _ => (0, line),
    }
}

/// `1700000000.123456`, exactly.
fn nanos(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.')?;
    let whole: u64 = whole.parse().ok()?;
    let part = part.get(..part.len().min(9))?;
    let scale = 10_u64.pow(9 - u32::try_from(part.len()).ok()?);
    whole
        .checked_mul(1_000_000_000)?
        .checked_add(part.parse::<u64>().ok()? * scale)
}

fn what(rest: &str) -> Option<What<'_>> {
    if let Some(text) = rest.strip_prefix("+++ exited with ") {
        let code: i32 = text.split_whitespace().next()?.parse().ok()?;
        return Some(What::Exited(code << 8));
    }
    if let Some(text) = rest.strip_prefix("+++ killed by ") {
        let signal: nix::sys::signal::Signal = text.split_whitespace().next()?.parse().ok()?;
        return Some(What::Exited(signal as i32));
    }
    if let Some(text) = rest.strip_prefix("<... ") {
        let (name, text) = text.split_once(" resumed>")?;
        return Some(What::Resumed(name, end(text)?.1));
    }
    let (name, args) = rest.split_once('(')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    match args.strip_suffix("<unfinished ...>") {
        Some(args) => Some(What::Unfinished(name, args)),
        None => end(args).map(|(args, end)| What::Call(name, args, end)),
    }
}

/// `…) = -1 ENOENT (No such file or directory) <0.000012>`
fn end(text: &str) -> Option<(&str, End<'_>)> {
    let (text, took) = text.strip_suffix('>')?.rsplit_once(" <")?;
    let (args, result) = text.rsplit_once(" = ")?;
    let args = args.trim_end().strip_suffix(')').unwrap_or(args);
    let mut words = result.split_whitespace();
    let number = words.next()?;
    let ret = match number.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok()?.cast_signed(),
        None => number.split('<').next()?.parse().ok()?,
    };
    let errno = words.next().filter(|it| ret == -1 && it.starts_with('E'));
    let end = End {
        ret,
        errno: errno.unwrap_or(""),
        took: nanos(took)?,
    };
    Some((args, end))
}

/// Arguments, split where no quote and no bracket is open.
pub(super) fn arguments(args: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut escaped, mut from) = (0_i32, false, false, 0);
    let mut pieces = Vec::new();
    for (at, c) in args.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth -= 1,
            ',' if depth == 0 => {
                pieces.push(args[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(args[from..].trim());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_every_shape() {
        let end = |ret, errno, took| End { ret, errno, took };
        for (line, tid, what) in [
            (
                r#"42 1700000000.5 openat(AT_FDCWD, "a b, c", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000012>"#,
                42,
                What::Call(
                    "openat",
                    r#"AT_FDCWD, "a b, c", O_RDONLY"#,
                    end(-1, "ENOENT", 12_000),
                ),
            ),
            (
                "[pid   7] 1700000000.5 getpid()  = 7 <0.000001>",
                7,
                What::Call("getpid", "", end(7, "", 1000)),
            ),
            (
                "1700000000.5 brk(NULL) = 0x5000 <0.000002>",
                0,
                What::Call("brk", "NULL", end(0x5000, "", 2000)),
            ),
            (
                "9 1700000000.5 read(3,  <unfinished ...>",
                9,
                What::Unfinished("read", "3,  "),
            ),
            (
                r#"9 1700000000.5 <... read resumed>"x", 1) = 1 <0.5>"#,
                9,
                What::Resumed("read", end(1, "", 500_000_000)),
            ),
            (
                "9 1700000000.5 +++ exited with 3 +++",
                9,
                What::Exited(3 << 8),
            ),
            (
                "9 1700000000.5 +++ killed by SIGKILL +++",
                9,
                What::Exited(9),
            ),
        ] {
            let at = 1_700_000_000_500_000_000;
            assert_eq!(parse(line), Some(Line { tid, at, what }), "{line}");
        }
    }

    #[test]
    fn signals_and_stacks_are_no_calls() {
        for line in [
            "9 1700000000.5 --- SIGCHLD {si_signo=SIGCHLD} ---",
            " > /usr/lib/libc.so.6(read+0x11) [0x10e1b1]",
            "strace: Process 9 attached",
            "",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn commas_in_quotes_and_brackets_part_nothing() {
        let args = r#""a,\"b", ["x", "y, z"], {a=1, b=2}, 0x3"#;
        let pieces = arguments(args);
        assert_eq!(
            pieces,
            [r#""a,\"b""#, r#"["x", "y, z"]"#, "{a=1, b=2}", "0x3"]
        );
    }
}
