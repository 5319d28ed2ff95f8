//! How many events carry a Python stack where one must be.
//!
//! While a program's own frames are on a thread, every event of that thread
//! happens under a Python frame. Before and after, an interpreter starts and
//! ends in C, without one.

use std::collections::HashMap;

use anyhow::{Result, ensure};

use crate::recording::Event;

/// The least share of events with a stack.
const ENOUGH: f64 = 0.99;
/// Kinds that happen to a running thread itself. A wake-up carries the waker's
/// stack, a switch in comes before the thread runs, names and ends are the
/// kernel's.
const OWN_KINDS: &[&str] = &["call", "switch_out", "sample"];

/// Events seen, and those of them with a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Events between the first and the last frame of the program's own file.
    pub events: usize,
    /// Those of them that carry a stack.
    pub with_stack: usize,
}

impl Coverage {
    /// Counts on each thread, from the first to the last event with a frame of
    /// `file`. A thread that becomes another program by exec starts anew.
    pub fn measure(events: &[Event], file: &str) -> Coverage {
        let mut windows: HashMap<u64, Window> = HashMap::new();
        let mut done = Coverage::default();
        for event in events {
            let window = windows.entry(event.thread()).or_default();
            match event.kind() {
                "exec" => done.add(std::mem::take(window).closed),
                kind if OWN_KINDS.contains(&kind) => window.take(event, file),
                _ => {}
            }
        }
        windows
            .into_values()
            .for_each(|window| done.add(window.closed));
        done
    }

    /// Fails when too many lack a stack.
    pub fn check(self) -> Result<()> {
        let share = self.with_stack as f64 / self.events.max(1) as f64;
        ensure!(self.events > 0, "no event carries a frame of the program");
        ensure!(
            share >= ENOUGH,
            "{self:?}: {:.2} % carry a stack",
            share * 100.0
        );
        Ok(())
    }

    fn add(&mut self, other: Coverage) {
        self.events += other.events;
        self.with_stack += other.with_stack;
    }
}

/// One thread's events since the program's first frame.
#[derive(Default)]
struct Window {
    /// Has a frame of the program been seen?
    open: bool,
    /// Up to the last event with a frame of the program.
    closed: Coverage,
    /// Since then.
    since: Coverage,
}

impl Window {
    fn take(&mut self, event: &Event, file: &str) {
        let stack = event.stack();
        let own = stack.iter().any(|frame| frame.contains(file));
        self.open |= own;
        if !self.open {
            return;
        }
        self.since.events += 1;
        self.since.with_stack += usize::from(!stack.is_empty());
        if own {
            self.closed.add(std::mem::take(&mut self.since));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Coverage;
    use crate::recording::Event;

    fn events(stacks: &[&str]) -> Vec<Event> {
        let line = |stack: &&str| match *stack {
            "" => json!({"kind": "call", "thread": 1, "stack": []}),
            "exec" => json!({"kind": "exec", "thread": 1}),
            frame => json!({"kind": "call", "thread": 1, "stack": [frame]}),
        };
        stacks
            .iter()
            .map(|stack| Event::from(line(stack)))
            .collect()
    }

    fn measure(stacks: &[&str]) -> (usize, usize) {
        let it = Coverage::measure(&events(stacks), "/a.py:");
        (it.events, it.with_stack)
    }

    #[test]
    fn only_events_between_the_programs_frames_count() {
        let own = "<module> (/a.py:1)";
        let other = "search (lib.py:3)";
        assert_eq!(
            measure(&["", other, own, "", other, own, other, ""]),
            (4, 3)
        );
        assert_eq!(measure(&["", own, "exec", "", own, ""]), (2, 2));
        assert_eq!(measure(&["", ""]), (0, 0));
    }
}
