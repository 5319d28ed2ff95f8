//! Lines of `perf script --ns -F comm,pid,tid,cpu,time,event,trace,ip,sym,dso`.

/// The first line of an event; its stack follows, a frame a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) comm: &'a str,
    pub(super) pid: u32,
    pub(super) tid: u32,
    /// Nanoseconds since the machine's start.
    pub(super) at: u64,
    /// `raw_syscalls:sys_enter`.
    pub(super) event: &'a str,
    /// What the tracepoint prints.
    pub(super) text: &'a str,
}

/// `  python3 42/43 [001] 25773.117547985: raw_syscalls:sys_exit: NR 59 = 0`;
/// a name may have blanks.
pub(super) fn head(line: &str) -> Option<Head<'_>> {
    let (before, rest) = line.split_once(": ")?;
    let (before, time) = before.trim_end().rsplit_once(' ')?;
    let at = nanos(time)?;
    let before = before.trim_end();
    let before = match before.rsplit_once('[') {
        Some((before, cpu)) if cpu.ends_with(']') => before.trim_end(),
        _ => before,
    };
    let (comm, ids) = before.rsplit_once(' ')?;
    let (pid, tid) = ids.split_once('/')?;
    let (event, text) = rest.trim_start().split_once(": ")?;
    Some(Head {
        comm: comm.trim(),
        pid: pid.parse().ok()?,
        tid: tid.parse().ok()?,
        at,
        event: event.trim(),
        text: text.trim(),
    })
}

/// Seconds with six digits behind the point, or nine with `--ns`.
fn nanos(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.')?;
    let digits = u32::try_from(part.len()).ok().filter(|it| *it <= 9)?;
    let part: u64 = part.parse().ok()?;
    Some(whole.parse::<u64>().ok()? * 1_000_000_000 + part * 10_u64.pow(9 - digits))
}

/// A frame in user space: what `perf script` calls it, and where it lies.
/// `-X perf` of CPython 3.12+ names Python's own, `py::FUNCTION:FILE`
/// (Python/perf_trampoline.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    Python { function: &'a str, file: &'a str },
    Native { function: &'a str, file: &'a str },
    Kernel,
}

/// `\t  10cb62 __mmap (/usr/lib/libc.so.6)`
pub(super) fn place(line: &str) -> Option<Place<'_>> {
    let (address, rest) = line.trim().split_once(' ')?;
    u64::from_str_radix(address, 16).ok()?;
    let (symbol, file) = rest.rsplit_once(" (")?;
    let file = file.strip_suffix(')')?;
    if file.starts_with("[kernel") || file.ends_with(".ko]") {
        return Some(Place::Kernel);
    }
    if let Some((function, file)) = symbol
        .strip_prefix("py::")
        .and_then(|it| it.split_once(':'))
    {
        return Some(Place::Python { function, file });
    }
    let function = match symbol {
        "[unknown]" => address,
        symbol => symbol,
    };
    Some(Place::Native { function, file })
}

/// `NR 257 (ffffff9c, 7f, 0, 0, 0, 0)`
pub(super) fn entry(text: &str) -> Option<(u16, [u64; 3])> {
    let (nr, args) = text.strip_prefix("NR ")?.split_once(" (")?;
    let mut args = args.trim_end_matches(')').split(", ");
    let mut next = || u64::from_str_radix(args.next()?, 16).ok();
    Some((nr.parse().ok()?, [next()?, next()?, next()?]))
}

/// `NR 257 = -2`
pub(super) fn exit(text: &str) -> Option<(u16, i64)> {
    let (nr, ret) = text.strip_prefix("NR ")?.split_once(" = ")?;
    Some((nr.parse().ok()?, ret.parse().ok()?))
}

/// The value of `KEY=`, up to the next blank.
pub(super) fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let words = text.split_whitespace();
    words
        .filter_map(|it| it.split_once('='))
        .find(|it| it.0 == key)
        .map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_whatever_the_name() {
        let rest = "42/43 [001] 25773.117547985:    raw_syscalls:sys_exit: NR 59 = 0";
        for comm in ["python3", "a b: 1/2", "[x] y"] {
            let line = format!("  {comm} {rest}");
            let head = head(&line);
            if comm.contains(": ") {
                assert_eq!(head, None, "a name like a time is passed over");
                continue;
            }
            let head = head.expect("a head");
            assert_eq!((head.comm, head.pid, head.tid), (comm, 42, 43));
            assert_eq!(head.at, 25_773_117_547_985);
            assert_eq!(
                (head.event, head.text),
                ("raw_syscalls:sys_exit", "NR 59 = 0")
            );
        }
        assert_eq!(head("\t 10cb62 __mmap (/usr/lib/libc.so.6)"), None);
        assert_eq!(
            head("1 1700000000.5 openat(AT_FDCWD, \"a: b\") = 3 <0.1>"),
            None
        );
    }

    #[test]
    fn frames_are_told_apart() {
        let native = |function, file| Some(Place::Native { function, file });
        for (line, expected) in [
            (
                "\t ffffffff81415d70 do_syscall_64 ([kernel.kallsyms])",
                Some(Place::Kernel),
            ),
            (
                "\t 10cb62 __mmap (/l/libc.so.6)",
                native("__mmap", "/l/libc.so.6"),
            ),
            (
                "\t 9a72e [unknown] (/l/libc.so.6)",
                native("9a72e", "/l/libc.so.6"),
            ),
            (
                "\t 7f12 py::C.run:/a b.py (/tmp/perf-7.map)",
                Some(Place::Python {
                    function: "C.run",
                    file: "/a b.py",
                }),
            ),
            ("", None),
            ("python3 1/1 [0] 1.0: a:b: NR 1 = 1", None),
        ] {
            assert_eq!(place(line), expected, "{line}");
        }
    }

    #[test]
    fn calls_are_read() {
        let open = entry("NR 257 (ffffff9c, 7f, 80000, 0, 0, 0)");
        assert_eq!(open, Some((257, [0xffff_ff9c, 0x7f, 0x8_0000])));
        assert_eq!(exit("NR 257 = -2"), Some((257, -2)));
        let switch = "prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=8";
        assert_eq!(field(switch, "prev_state"), Some("S"));
        assert_eq!(field(switch, "next_pid"), Some("8"));
    }
}
