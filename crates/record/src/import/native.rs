//! Native stacks, as `strace -k` writes them under a call.

/// ` > /usr/lib/libc.so.6(read+0x11) [0x10e1b1]`: where a call was made, or the
/// place of that in a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Native<'a> {
    /// The function; where there is no symbol, the address in the file.
    pub(super) function: &'a str,
    /// The executable or library; empty if the address lies in none.
    pub(super) file: &'a str,
}

/// `None` for what is no frame. Under `-kk` a place in the source stands
/// between symbol and address; it is passed over.
pub(super) fn frame(line: &str) -> Option<Native<'_>> {
    let text = line.strip_prefix(" > ")?.trim_end();
    let (place, address) = text.rsplit_once(" [")?;
    let address = address.strip_suffix(']')?;
    let (file, symbol) = match place.split_once('(') {
        Some((file, rest)) => (file, symbol(rest)),
        None => (place, ""),
    };
    let function = if symbol.is_empty() { address } else { symbol };
    Some(Native { function, file })
}

/// The name in `read+0x11)` or `f(int)+0x11) x.c:7`; empty where there is none.
fn symbol(rest: &str) -> &str {
    let name = rest.rsplit_once("+0x").map_or("", |(name, _)| name);
    name.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_shape() {
        for (line, function, file) in [
            (
                " > /usr/lib/libc.so.6(__open64+0x11) [0x10e1b1]",
                "__open64",
                "/usr/lib/libc.so.6",
            ),
            (" > /usr/bin/app() [0x4711]", "0x4711", "/usr/bin/app"),
            (
                " > /usr/bin/app(ns::f(int, char)+0x4) [0x4711]",
                "ns::f(int, char)",
                "/usr/bin/app",
            ),
            (" > /a(main+0x4) a.c:7 [0x1b]", "main", "/a"),
            (
                " > unexpected_backtracing_error [0x0]",
                "0x0",
                "unexpected_backtracing_error",
            ),
        ] {
            assert_eq!(frame(line), Some(Native { function, file }), "{line}");
        }
    }

    #[test]
    fn calls_are_no_frames() {
        for line in ["1 1.0 brk(NULL) = 0 <0.1>", " > strange", "", " > [0x1]"] {
            assert_eq!(frame(line), None, "{line}");
        }
    }
}
