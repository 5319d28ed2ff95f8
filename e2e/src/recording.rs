//! A recording, through keelback's own `--json` and `export -f json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::scratch::Scratch;

/// What keelback says about a recording.
pub struct Recording {
    /// `keelback report --json`.
    pub report: Value,
    /// `keelback syscalls --json`.
    pub syscalls: Value,
    /// `keelback export -f json`: every event.
    pub events: Vec<Event>,
}

/// One line of `keelback export -f json`.
#[derive(Clone, Debug)]
pub struct Event(Value);

/// One thread's wall time and its parts.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The thread's tid.
    pub tid: u64,
    /// The thread's name.
    pub name: String,
    /// Its wall time, nanoseconds.
    pub wall_ns: f64,
    /// Parts by key, nanoseconds.
    pub parts: Vec<(String, f64)>,
}

impl Recording {
    /// Asks keelback about a recording, three times.
    pub fn open(scratch: &Scratch, trace: &Path) -> Result<Recording> {
        let trace = trace.to_str().context("a path that is text")?;
        let ask = |words: &[&str]| -> Result<String> {
            let ended = Run::keelback(scratch, words)?.finish()?;
            ended.expect_code(0)?;
            Ok(ended.stdout)
        };
        let export = exported(scratch, trace.as_ref())?;
        let recording = Recording {
            report: serde_json::from_str(&ask(&["report", trace, "--json"])?)?,
            syscalls: serde_json::from_str(&ask(&["syscalls", trace, "--json"])?)?,
            events: events(&export)?,
        };
        for answer in [&recording.report, &recording.syscalls] {
            ensure!(answer["version"] == 1, "no `version: 1` in {answer}");
        }
        Ok(recording)
    }

    /// Calls of any of these names, summed.
    pub fn calls(&self, names: &[String]) -> Result<f64> {
        let rows = list(&self.syscalls, "syscalls")?.iter();
        let fit = rows.filter(|row| names.iter().any(|name| row["name"] == name.as_str()));
        Ok(fit.filter_map(|row| row["count"].as_u64()).sum::<u64>() as f64)
    }

    /// The count of every system call, by name.
    pub fn counts(&self) -> Result<Vec<(String, u64)>> {
        let rows = list(&self.syscalls, "syscalls")?.iter();
        rows.map(|row| {
            Ok((
                text(row, "name")?,
                row["count"].as_u64().context("no count")?,
            ))
        })
        .collect()
    }

    /// Futex waits by class.
    pub fn futex_classes(&self) -> Result<BTreeMap<String, u64>> {
        let rows = list(&self.syscalls, "futex")?.iter();
        let each = rows.map(|row| {
            Ok((
                text(row, "class")?,
                row["count"].as_u64().context("no count")?,
            ))
        });
        each.collect()
    }

    /// Futex waits of any of these classes, summed.
    pub fn futex(&self, classes: &[String]) -> Result<f64> {
        let rows = list(&self.syscalls, "futex")?.iter();
        let fit = rows.filter(|row| classes.iter().any(|class| row["class"] == class.as_str()));
        Ok(fit.filter_map(|row| row["count"].as_u64()).sum::<u64>() as f64)
    }

    /// How many threads there were.
    pub fn threads(&self) -> Result<f64> {
        Ok(list(&self.report, "threads")?.len() as f64)
    }

    /// How many processes there were.
    pub fn processes(&self) -> Result<f64> {
        Ok(list(&self.report, "processes")?.len() as f64)
    }

    /// How many Pythons there were; one process can become several by exec.
    pub fn interpreters(&self) -> Result<f64> {
        let found = list(&self.report, "interpreters")?.iter();
        let distinct: BTreeSet<String> = found
            .map(|it| format!("{} {}", it["pid"], it["version"]))
            .collect();
        Ok(distinct.len() as f64)
    }

    /// Points of a percentage by which a share may be off: an engine that stops
    /// threads makes their hand-overs longer, and samples from outside.
    pub fn tolerance(&self) -> f64 {
        match self.report["engine"] == "ptrace" {
            true => 5.0,
            false => 0.0,
        }
    }

    /// A named loss; 0 when it did not happen.
    pub fn loss(&self, name: &str) -> f64 {
        self.report["losses"][name].as_f64().unwrap_or(0.0)
    }

    /// Every name that a thread had.
    pub fn thread_names(&self) -> BTreeSet<String> {
        let last = self.report["threads"].as_array().into_iter().flatten();
        let last = last.filter_map(|it| it["name"].as_str());
        let given = self.events.iter().filter_map(|it| it.0["name"].as_str());
        last.chain(given).map(str::to_owned).collect()
    }

    /// Budgets of threads with this name; without one, of the first process's
    /// main thread. Fails when there is none.
    pub fn budgets(&self, thread: Option<&str>) -> Result<Vec<Budget>> {
        let first = &list(&self.report, "processes")?
            .first()
            .context("no process")?["pid"];
        let wanted = |row: &&Value| match thread {
            Some(name) => row["name"] == name,
            None => row["pid"] == *first && row["main"] == true,
        };
        let rows = list(&self.report, "threads")?.iter().filter(wanted);
        let budgets: Vec<Budget> = rows.map(Budget::read).collect::<Result<_>>()?;
        ensure!(!budgets.is_empty(), "no such thread: {thread:?}");
        Ok(budgets)
    }

    /// Budgets of all threads.
    pub fn all_budgets(&self) -> Result<Vec<Budget>> {
        list(&self.report, "threads")?
            .iter()
            .map(Budget::read)
            .collect()
    }
}

impl Budget {
    fn read(row: &Value) -> Result<Budget> {
        let budget = &row["budget"];
        let parts = list(budget, "parts")?.iter().map(|slice| {
            let ns = slice["ns"].as_f64().context("a part without ns")?;
            Ok((text(slice, "part")?, ns))
        });
        let wall = budget["wall_ns"].as_f64();
        Ok(Budget {
            tid: row["tid"].as_u64().context("a thread without tid")?,
            name: text(row, "name")?,
            wall_ns: wall.context("a budget without wall_ns")?,
            parts: parts.collect::<Result<_>>()?,
        })
    }

    /// The share of these parts, percent. `lock` means `lock.join` and all
    /// others of its family.
    pub fn percent(&self, parts: &[String]) -> f64 {
        let family = |key: &str| parts.iter().any(|part| key.split('.').next() == Some(part));
        // An engine that does not see run queues says so of the same time.
        let queue = parts.iter().any(|part| part == "runqueue");
        let fit = |key: &String| parts.contains(key) || family(key) || (queue && key == "withheld");
        let sum: f64 = self
            .parts
            .iter()
            .filter(|(key, _)| fit(key))
            .map(|(_, ns)| ns)
            .sum();
        100.0 * sum / self.wall_ns.max(1.0)
    }

    /// The sum of all parts, nanoseconds.
    pub fn sum(&self) -> f64 {
        self.parts.iter().map(|(_, ns)| ns).sum()
    }
}

impl From<Value> for Event {
    fn from(line: Value) -> Event {
        Event(line)
    }
}

impl Event {
    /// What was seen: `call`, `switch_out` ...
    pub fn kind(&self) -> &str {
        self.0["kind"].as_str().unwrap_or_default()
    }

    /// The thread it happened to, told apart from others that had its tid.
    pub fn thread(&self) -> u64 {
        self.0["thread"].as_u64().unwrap_or_default()
    }

    /// The path argument of a call that the program marked.
    pub fn marked_path(&self) -> Option<&str> {
        self.0["path"]
            .as_str()
            .filter(|path| path.starts_with("/truth/"))
    }

    /// Its Python stack, innermost last.
    pub fn stack(&self) -> Vec<&str> {
        let frames = self.0["stack"].as_array().into_iter().flatten();
        frames.filter_map(Value::as_str).collect()
    }

    /// Was the stack deeper than the recorder walks?
    pub fn truncated(&self) -> bool {
        self.0["truncated"] == true
    }
}

/// A recording as lines of JSON: what it is, then every event.
pub fn exported(scratch: &Scratch, trace: &Path) -> Result<String> {
    let words = ["export".as_ref(), trace.as_os_str()];
    let words = words.into_iter().chain(["-f", "json"].map(AsRef::as_ref));
    let ended = Run::keelback(scratch, words)?.finish()?;
    ended.expect_code(0)?;
    Ok(ended.stdout)
}

fn events(export: &str) -> Result<Vec<Event>> {
    let mut lines = export.lines();
    let header: Value = serde_json::from_str(lines.next().context("an empty export")?)?;
    ensure!(
        header["version"] == 1,
        "the first line is no header: {header}"
    );
    lines
        .map(|line| Ok(Event(serde_json::from_str(line)?)))
        .collect()
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key]
        .as_array()
        .with_context(|| format!("no list `{key}`"))
}

fn text(value: &Value, key: &str) -> Result<String> {
    let found = value[key]
        .as_str()
        .with_context(|| format!("no `{key}` in {value}"))?;
    Ok(found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Budget, events};

    #[test]
    fn a_family_of_parts_is_one_word() {
        let budget = Budget {
            tid: 1,
            name: "a".into(),
            wall_ns: 200.0,
            parts: vec![
                ("lock.join".into(), 50.0),
                ("lock.import".into(), 30.0),
                ("gil".into(), 20.0),
            ],
        };
        assert_eq!(budget.percent(&["lock".into()]), 40.0);
        assert_eq!(budget.percent(&["lock.join".into(), "gil".into()]), 35.0);
        assert_eq!(budget.sum(), 100.0);
    }

    #[test]
    fn an_export_is_a_header_and_events() {
        let export = "{\"version\": 1}\n{\"kind\": \"call\", \"thread\": 3, \"path\": \"/a\", \"stack\": [\"f (a.py:1)\"]}\n";
        let events = events(export).expect("it is right");
        assert_eq!(events[0].kind(), "call");
        assert_eq!(events[0].marked_path(), None);
        assert_eq!(events[0].stack(), ["f (a.py:1)"]);
        assert!(super::events("[]\n").is_err());
    }
}
