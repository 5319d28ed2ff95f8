//! One line of a story is one event.

use keelback_trace::{
    Call, Event, EventKind, GilView, Nanos, OffState, Parked, StackId, TextId, ThreadId,
};
use syscalls::x86_64::Sysno;

use super::dictionary::{GIL, Names, OWN_GIL, RUNTIME};

/// Reads `TIME THREAD VERB … [@ frames]`.
pub(crate) fn event(line: &str, names: &mut Names) -> Event {
    let (line, stack) = match line.split_once(" @ ") {
        Some((line, frames)) => (line, names.stack(frames)),
        None => (line, StackId::NONE),
    };
    let words: Vec<_> = line.split_whitespace().collect();
    let [at, thread, ref rest @ ..] = words[..] else {
        panic!("not an event: {line}");
    };
    let thread = names.thread_id(thread);
    Event {
        at: time(at),
        thread,
        stack,
        kind: Words { words: rest, names }.kind(),
    }
}

struct Words<'a> {
    words: &'a [&'a str],
    names: &'a mut Names,
}

impl Words<'_> {
    fn kind(&mut self) -> EventKind {
        match self.words {
            ["start", ..] => EventKind::Started { by: self.by() },
            ["in", ..] => EventKind::SwitchIn {
                cpu: self.number("cpu") as u16,
            },
            ["out", state, ..] => EventKind::SwitchOut {
                cpu: 0,
                state: off_state(state),
                call: self.call(2),
                parked: self.parked(),
                gil: self.gil(),
            },
            ["woken", ..] => EventKind::Woken {
                by: self.by(),
                call: self.call(1),
            },
            ["sample", space, ..] => EventKind::Sample {
                cpu: 0,
                user: *space == "user",
                call: self.call(2),
                gil: self.gil(),
            },
            ["call", ..] => EventKind::Call {
                call: self.call(1),
                ret: self
                    .value("ret")
                    .map_or(0, |it| it.parse().expect("a number")),
                took: self.value("took").map_or(0, nanos),
                path: self.path(),
            },
            ["exec", command @ ..] => EventKind::Exec {
                exe: TextId::NONE,
                command: self.names.text(&command.join(" ")),
            },
            ["named", name] => EventKind::Named {
                name: self.names.text(name),
            },
            ["under", gil] => EventKind::UnderGil { gil: argument(gil) },
            ["exit", ..] => EventKind::Exited {
                status: self.number("status") as i32,
            },
            ["faults", minor] => EventKind::Faults {
                minor: argument(minor),
                major: 0,
            },
            ["usage", ..] => EventKind::Usage {
                minor_faults: self.number("minor"),
                major_faults: self.number("major"),
                user_ns: self.value("user").map_or(0, nanos),
                system_ns: self.value("system").map_or(0, nanos),
            },
            words => panic!("unknown event: {}", words.join(" ")),
        }
    }

    fn value(&self, key: &str) -> Option<&str> {
        let pairs = self.words.iter().filter_map(|word| word.split_once('='));
        pairs
            .into_iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    fn number(&self, key: &str) -> u64 {
        self.value(key)
            .map_or(0, |it| it.parse().expect("a number"))
    }

    fn by(&self) -> ThreadId {
        self.value("by")
            .map_or(ThreadId::NONE, |name| self.names.thread_id(name))
    }

    fn gil(&self) -> GilView {
        match self.value("gil") {
            None => GilView::Unknown,
            Some("free") => GilView::Free,
            Some(holder) => GilView::Held(self.names.thread_id(holder)),
        }
    }

    /// `parked=_thread.lock`, or `parked=` for an object without a known type;
    /// `section:list`, `world:stopped` and `world:stopping` of free-threaded
    /// builds.
    fn parked(&mut self) -> Parked {
        let Some(type_name) = self.value("parked") else {
            return Parked::NONE;
        };
        let type_name = match type_name.split_once(':') {
            Some(("section", object)) => format!("{}{object}", Parked::CRITICAL_SECTION),
            Some(("world", "stopped")) => Parked::WORLD_STOPPED.to_owned(),
            Some(("world", "stopping")) => Parked::STOPPING_WORLD.to_owned(),
            _ => type_name.to_owned(),
        };
        Parked {
            address: 0x7f00_0000_1000,
            type_name: self.names.text(&type_name),
        }
    }

    fn path(&mut self) -> TextId {
        let path = self.value("path").map(str::to_owned);
        path.map_or(TextId::NONE, |path| self.names.text(&path))
    }

    /// `NAME [ARG…]` from the given word on; nothing is no call.
    fn call(&self, from: usize) -> Call {
        let mut words = self.words[from..].iter().filter(|word| !word.contains('='));
        let Some(name) = words.next() else {
            return Call::NONE;
        };
        let sysno: Sysno = name
            .parse()
            .unwrap_or_else(|_| panic!("no system call `{name}`"));
        let mut args = [0; 3];
        // A semaphore's or condition variable's wait, private.
        args[1] = if sysno == Sysno::futex { 0x189 } else { 0 };
        for (slot, word) in args.iter_mut().zip(words) {
            *slot = argument(word);
        }
        Call {
            nr: sysno as u16,
            args,
        }
    }
}

fn off_state(word: &str) -> OffState {
    match word {
        "preempted" => OffState::Preempted,
        "sleeping" => OffState::Sleeping,
        "uninterruptible" => OffState::Uninterruptible,
        "stopped" => OffState::Stopped,
        "dead" => OffState::Dead,
        other => panic!("no such state: {other}"),
    }
}

/// An address, a futex operation or a number.
fn argument(word: &str) -> u64 {
    match word {
        "gil.cond" => GIL + 40,
        "gil.mutex" => GIL + 80,
        "gil.switch_cond" => GIL + 128,
        "gil.switch_mutex" => GIL + 168,
        "gil" => GIL,
        "own" => OWN_GIL,
        "own.cond" => OWN_GIL + 40,
        "runtime" => RUNTIME.0 + 0x1000,
        "wait" => 0x80,
        "wait_bitset" => 0x189,
        "wait_bitset_shared" => 0x109,
        "wake" => 0x81,
        _ => match word.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).expect("a hexadecimal number"),
            None => word
                .parse()
                .unwrap_or_else(|_| panic!("no argument `{word}`")),
        },
    }
}

/// `00.001234`, seconds with micro- or nanoseconds.
pub(crate) fn time(word: &str) -> Nanos {
    let (seconds, fraction) = word.split_once('.').expect("SS.mmmuuu");
    let seconds: u64 = seconds.parse().expect("seconds");
    let fraction: u64 = format!("{fraction:0<9}").parse().expect("a fraction");
    Nanos(seconds * 1_000_000_000 + fraction)
}

/// `800ns`, `2us`, `5ms`.
pub(crate) fn nanos(word: &str) -> u64 {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().expect("a duration");
    match &word[digits.len()..] {
        "ns" => number,
        "us" => number * 1_000,
        "ms" => number * 1_000_000,
        unit => panic!("no unit `{unit}`"),
    }
}
