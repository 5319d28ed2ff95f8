//! What a program wrote down about itself: the stacks of its marked calls, and
//! its threads' time by their own clocks.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::recording::{Budget, Event};

/// What a thread's start and end take, which its own clock does not see,
/// nanoseconds; for a main thread that is an interpreter's start and end.
const UNSEEN_BY_CLOCK: f64 = 250e6;
/// How exact a budget must be, as a share of the wall time.
const EXACT: f64 = 0.01;
/// What sampled CPU time may be off besides, nanoseconds: the CPU time of an
/// interpreter's end, after the thread read its clock.
const CPU_AFTER_NOTE: f64 = 40e6;

/// A program's notes.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// The stack of each marked call, by its path.
    stacks: HashMap<String, Vec<String>>,
    /// Threads' time by their own clocks.
    clocks: Vec<Clock>,
}

/// A thread's time by its own clocks.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Clock {
    tid: u64,
    wall_ns: f64,
    cpu_ns: f64,
}

impl Truth {
    /// Reads the file that the program wrote; nothing when there is none.
    pub fn read(file: &Path) -> Result<Truth> {
        match file.exists() {
            true => Truth::parse(&fs::read_to_string(file)?),
            false => Ok(Truth::default()),
        }
    }

    fn parse(text: &str) -> Result<Truth> {
        let mut truth = Truth::default();
        for line in text.lines() {
            let note: Value = serde_json::from_str(line)?;
            truth
                .take(&note)
                .with_context(|| format!("in the note {note}"))?;
        }
        Ok(truth)
    }

    fn take(&mut self, note: &Value) -> Result<()> {
        if let Some(path) = note["path"].as_str() {
            let stack = note["stack"].as_array().context("no stack")?;
            let stack = stack.iter().filter_map(Value::as_str).map(str::to_owned);
            self.stacks.insert(path.to_owned(), stack.collect());
            return Ok(());
        }
        self.clocks.push(Clock {
            tid: note["tid"].as_u64().context("no tid")?,
            wall_ns: note["wall_ns"].as_f64().context("no wall time")?,
            cpu_ns: note["cpu_ns"].as_f64().context("no CPU time")?,
        });
        Ok(())
    }

    /// How many calls were marked.
    pub fn marked(&self) -> usize {
        self.stacks.len()
    }

    /// Every marked call was recorded once, with the stack that it had.
    pub fn check_stacks(&self, events: &[Event]) -> Result<()> {
        let mut open = self.stacks.clone();
        let mut wrong = Vec::new();
        for (path, event) in events.iter().filter_map(|it| Some((it.marked_path()?, it))) {
            match open.remove(path) {
                Some(stack) => wrong.extend(difference(path, &stack, event)),
                None => wrong.push(format!("{path} was recorded, but not made, or twice")),
            }
        }
        wrong.extend(open.keys().map(|path| format!("{path} was not recorded")));
        wrong.sort();
        let shown = wrong[..wrong.len().min(5)].join("\n");
        ensure!(
            wrong.is_empty(),
            "{} of {} calls:\n{shown}",
            wrong.len(),
            self.marked()
        );
        Ok(())
    }

    /// Every thread that looked at its clocks was recorded with the same time.
    pub fn check_clocks(&self, budgets: &[Budget]) -> Result<()> {
        for clock in &self.clocks {
            let budget = budgets.iter().find(|it| it.tid == clock.tid);
            let budget = budget.with_context(|| format!("thread {} is missing", clock.tid))?;
            clock
                .check(budget)
                .with_context(|| format!("{clock:?}\n{budget:?}"))?;
        }
        Ok(())
    }
}

impl Clock {
    fn check(&self, budget: &Budget) -> Result<()> {
        let off = EXACT * budget.wall_ns;
        ensure!(
            (budget.sum() - budget.wall_ns).abs() <= off,
            "the parts do not add up"
        );
        ensure!(
            budget.wall_ns >= self.wall_ns - off,
            "lived less than its clock says"
        );
        // On a busy machine the start and the end wait for a CPU, too.
        let queue = budget.percent(&["runqueue".into()]) / 100.0 * budget.wall_ns;
        ensure!(
            budget.wall_ns <= self.wall_ns + UNSEEN_BY_CLOCK + queue + off,
            "lived longer"
        );
        let running = ["python", "native", "kernel", "unsampled"].map(str::to_owned);
        let running = budget.percent(&running) / 100.0 * budget.wall_ns;
        ensure!(
            running >= self.cpu_ns - off,
            "ran less than its clock says: {running}"
        );
        ensure!(
            running <= self.cpu_ns + CPU_AFTER_NOTE + off,
            "ran more: {running}"
        );
        Ok(())
    }
}

/// How a recorded stack differs. A stack that was cut, and says so, must be
/// right as far as it goes.
fn difference(path: &str, truth: &[String], event: &Event) -> Option<String> {
    let seen = event.stack();
    let start = match event.truncated() && !seen.is_empty() {
        true => truth.len().checked_sub(seen.len()),
        false => Some(0),
    };
    let same = start.is_some_and(|start| truth[start..] == seen);
    (!same).then(|| {
        format!(
            "{path}\n  was:      {}\n  recorded: {}",
            ends(truth),
            ends(&seen)
        )
    })
}

/// A stack for a message; of a long one the innermost frames.
fn ends(stack: &[impl AsRef<str>]) -> String {
    let skip = stack.len().saturating_sub(12);
    let frames: Vec<&str> = stack[skip..].iter().map(AsRef::as_ref).collect();
    format!(
        "{} frames, innermost last: {}",
        stack.len(),
        frames.join(" > ")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Clock, Truth};
    use crate::recording::{Budget, Event};

    const NOTES: &str = "{\"path\": \"/truth/1/0\", \"stack\": [\"<module> (a.py:9)\", \"f (a.py:2)\"]}\n\
                         {\"tid\": 7, \"wall_ns\": 1000000000, \"cpu_ns\": 600000000}\n";

    fn check(stack: serde_json::Value, truncated: bool) -> bool {
        let event = json!({"path": "/truth/1/0", "stack": stack, "truncated": truncated});
        let truth = Truth::parse(NOTES).expect("notes");
        truth.check_stacks(&[Event::from(event)]).is_ok()
    }

    #[test]
    fn stacks_are_compared_to_the_line() {
        assert!(check(json!(["<module> (a.py:9)", "f (a.py:2)"]), false));
        assert!(!check(json!(["<module> (a.py:9)", "f (a.py:3)"]), false));
        assert!(!check(json!(["<module> (a.py:9)", "g (a.py:2)"]), false));
        assert!(!check(json!([]), false));
    }

    #[test]
    fn a_cut_stack_says_so_and_is_right_where_it_is() {
        assert!(check(json!(["f (a.py:2)"]), true));
        assert!(!check(json!(["f (a.py:2)"]), false));
        assert!(!check(json!(["<module> (a.py:9)"]), true));
        assert!(!check(json!([]), true));
    }

    #[test]
    fn a_call_that_is_missing_or_made_up_is_found() {
        let truth = Truth::parse(NOTES).expect("notes");
        assert!(truth.check_stacks(&[]).is_err());
        let event = Event::from(json!({"path": "/truth/1/7", "stack": []}));
        assert!(Truth::default().check_stacks(&[event]).is_err());
    }

    #[test]
    fn a_budget_must_agree_with_the_threads_own_clock() {
        let truth = Truth::parse(NOTES).expect("notes");
        let budget = |wall_ns, python, blocked| Budget {
            tid: 7,
            name: "a".into(),
            wall_ns,
            parts: vec![("python".into(), python), ("blocked.sleep".into(), blocked)],
        };
        assert!(
            truth
                .check_clocks(&[budget(1.05e9, 0.61e9, 0.44e9)])
                .is_ok()
        );
        assert!(
            truth
                .check_clocks(&[budget(1.05e9, 0.61e9, 0.40e9)])
                .is_err()
        );
        assert!(truth.check_clocks(&[budget(0.9e9, 0.6e9, 0.3e9)]).is_err());
        assert!(
            truth
                .check_clocks(&[budget(1.05e9, 0.4e9, 0.65e9)])
                .is_err()
        );
        assert!(truth.check_clocks(&[]).is_err());
        assert_eq!(
            truth.clocks,
            [Clock {
                tid: 7,
                wall_ns: 1e9,
                cpu_ns: 6e8
            }]
        );
    }
}
