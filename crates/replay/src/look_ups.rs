//! What one look-up costs, and how dear one must be for io_uring to be faster.
//!
//! A statx that io_uring gets is handed to a kernel worker (io_uring/statx.c).
//! The way there and back costs the same whatever the look-up does, and the
//! worker may have a CPU of its own. So where look-ups are cheap io_uring only
//! adds to them, and where they are dear two share the work. How dear that is
//! depends on the machine, so it is measured: the same calls are made once more
//! with longer ways to the same files.

use std::ffi::CString;

use crate::mode::Mode;
use crate::script::{Act, Op, Script};

/// What a look-up of this start-up costs. Times in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookUps {
    /// How many io_uring can make: stat, fstat, open of what is not there.
    pub count: u64,
    /// One made plainly.
    pub plain_ns: u64,
    /// One through io_uring, many in a submit.
    pub ring_ns: u64,
    /// What one must cost for io_uring to take less wall time.
    pub even: Even,
}

/// Where [`Mode::RingAllDefer`] takes as long as the plain calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Even {
    /// It takes less as it is.
    Now,
    /// Where a look-up takes so long.
    At(u64),
    /// Not even where it takes so long.
    Beyond(u64),
}

/// What is measured for it.
pub(crate) const MODES: [Mode; 3] = [Mode::Convertible, Mode::Index, Mode::RingAllDefer];

/// How often `./` is put into a path: each makes a look-up some 12 ns dearer.
const DETOUR: usize = 400;
/// limits.h: PATH_MAX.
const LONGEST: usize = 4096;

/// Longer ways to the same files.
pub(crate) fn dearer(script: &Script) -> Script {
    let mut dearer = script.clone();
    for op in &mut dearer.ops {
        match &mut op.act {
            Act::Stat(path)
            | Act::Access(path, _)
            | Act::Readlink(path)
            | Act::OpenFails(path, _) => *path = around(path),
            _ => {}
        }
    }
    for file in &mut dearer.files {
        file.path = around(&file.path);
    }
    dearer
}

fn around(path: &CString) -> CString {
    let bytes = path.as_bytes();
    let (root, rest) = match bytes.strip_prefix(b"/") {
        Some(rest) => (&b"/"[..], rest),
        None => (&b""[..], bytes),
    };
    let longer = [root, &b"./".repeat(DETOUR), rest].concat();
    match longer.len() < LONGEST {
        true => CString::new(longer).unwrap_or_else(|_| path.clone()),
        false => path.clone(),
    }
}

/// `near` and `far` give medians of the script and of its dearer twin, `None`
/// for a mode that was refused.
pub(crate) fn look_ups(
    script: &Script,
    near: impl Fn(Mode) -> Option<u64>,
    far: impl Fn(Mode) -> Option<u64>,
) -> Option<LookUps> {
    let is_one = |op: &&Op| matches!(op.act, Act::Stat(_) | Act::Fstat(_) | Act::OpenFails(..));
    let ops = script.ops.iter().filter(|op| script.converts(op));
    let count = ops.filter(is_one).count() as u64;
    let each = |all: u64, others: u64| all.saturating_sub(others).checked_div(count);
    let near_side = Side::of(&near, each)?;
    let far_side = Side::of(&far, each)?;
    Some(LookUps {
        count,
        plain_ns: near_side.look_up,
        ring_ns: each(near(Mode::RingAllDefer)?, near(Mode::RingIndex)?)?,
        even: even(&near_side, &far_side),
    })
}

/// One look-up made plainly, and how much longer all take through io_uring.
struct Side {
    look_up: u64,
    longer: i64,
}

impl Side {
    fn of(
        median: impl Fn(Mode) -> Option<u64>,
        each: impl Fn(u64, u64) -> Option<u64>,
    ) -> Option<Side> {
        let plain = median(Mode::Convertible)?;
        let ring = median(Mode::RingAllDefer)?;
        Some(Side {
            look_up: each(plain, median(Mode::Index)?)?,
            longer: ring.cast_signed() - plain.cast_signed(),
        })
    }
}

/// Both times grow with what a look-up costs, each along a line.
fn even(near: &Side, far: &Side) -> Even {
    if near.longer <= 0 {
        return Even::Now;
    }
    if far.longer >= 0 || far.look_up <= near.look_up {
        return Even::Beyond(far.look_up);
    }
    let way = near.longer as f64 / (near.longer - far.longer) as f64;
    Even::At(near.look_up + (way * (far.look_up - near.look_up) as f64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(look_up: u64, longer: i64) -> Side {
        Side { look_up, longer }
    }

    #[test]
    fn io_uring_is_faster_from_where_the_lines_cross() {
        let near = side(400, 900);
        assert_eq!(even(&near, &side(4_400, -300)), Even::At(3_400));
        assert_eq!(even(&near, &side(4_400, 100)), Even::Beyond(4_400));
        assert_eq!(even(&side(400, -1), &side(4_400, -300)), Even::Now);
    }

    #[test]
    fn a_longer_way_leads_to_the_same_file() {
        let own = CString::new(file!()).expect("a path");
        for path in [c"/etc/../etc", own.as_c_str(), c"/no/such/file"] {
            let longer = around(&path.to_owned());
            assert!(longer.as_bytes().len() > 2 * DETOUR);
            let inode = |path: &std::ffi::CStr| rustix::fs::stat(path).map(|it| it.st_ino);
            assert_eq!(inode(&longer), inode(path));
        }
        let long = CString::new("a/".repeat(LONGEST / 2 - 1)).expect("a path");
        assert_eq!(around(&long), long);
    }

    #[test]
    fn what_a_look_up_costs_is_what_the_others_leave() {
        let op = |act| Op { act, recorded: 0 };
        let script = Script {
            ops: vec![op(Act::Stat(c"/".into())), op(Act::Stat(c"/etc".into()))],
            ..Script::default()
        };
        let near = |mode| match mode {
            Mode::Convertible => Some(1_800),
            Mode::Index => Some(1_000),
            Mode::RingAllDefer => Some(3_600),
            Mode::RingIndex => Some(1_200),
            _ => None,
        };
        let far = |mode| near(mode).map(|ns| if mode == Mode::Index { ns } else { ns * 10 });
        assert_eq!(
            look_ups(&script, near, far),
            Some(LookUps {
                count: 2,
                plain_ns: 400,
                ring_ns: 1_200,
                even: Even::Beyond(8_500),
            })
        );
        assert_eq!(look_ups(&script, near, |_| None), None);
        assert_eq!(look_ups(&Script::default(), near, far), None);
    }
}
