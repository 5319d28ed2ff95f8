//! Do the calls still return what they returned when they were recorded?

use crate::plain::Plain;
use crate::script::{Act, Op, Script};

/// A call that returned something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The call and its path.
    pub what: String,
    /// What it returned then.
    pub recorded: i64,
    /// What it returns now; `-errno` on failure.
    pub now: i64,
}

/// Makes every call once and compares.
pub fn check(script: &Script) -> Vec<Difference> {
    let mut plain = Plain::new(script);
    let differs = |op: &Op| {
        let now = plain.make(op);
        (!agrees(op, now)).then(|| Difference {
            what: told(op, script),
            recorded: op.recorded,
            now,
        })
    };
    script.ops.iter().filter_map(differs).collect()
}

/// Descriptors get other numbers, and a listing's size depends on its buffer;
/// errors, and sizes of reads and links, must be the same.
fn agrees(op: &Op, now: i64) -> bool {
    match op.act {
        _ if op.recorded < 0 || now < 0 => op.recorded == now,
        Act::Open(_) | Act::OpenFails(..) => true,
        Act::List(..) => (op.recorded == 0) == (now == 0),
        _ => op.recorded == now,
    }
}

fn told(op: &Op, script: &Script) -> String {
    let slot = |slot: &usize| script.files[*slot].path.to_string_lossy().into_owned();
    match &op.act {
        Act::Stat(path) => format!("stat {}", path.to_string_lossy()),
        Act::Access(path, _) => format!("access {}", path.to_string_lossy()),
        Act::Readlink(path) => format!("readlink {}", path.to_string_lossy()),
        Act::OpenFails(path, _) => format!("open {}", path.to_string_lossy()),
        Act::Open(it) => format!("open {}", slot(it)),
        Act::Fstat(it) => format!("fstat {}", slot(it)),
        Act::Read(it, length) => format!("read {length} of {}", slot(it)),
        Act::Seek(it, ..) => format!("lseek {}", slot(it)),
        Act::List(it, _) => format!("getdents64 {}", slot(it)),
        Act::IsTerminal(it) => format!("ioctl TCGETS {}", slot(it)),
        Act::Close(it) => format!("close {}", slot(it)),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::*;

    #[test]
    fn a_file_that_is_not_there_any_more_is_told() {
        let op = |path: &str, recorded| Op {
            act: Act::Stat(CString::new(path).expect("a path")),
            recorded,
        };
        let script = Script {
            ops: vec![op("/", 0), op("/no/such/file", -2), op("/no/such/file", 0)],
            ..Script::default()
        };
        let found = check(&script);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].recorded, found[0].now), (0, -2));
    }
}
