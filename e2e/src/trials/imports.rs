//! `keelback startup`: what imports are made of, against a measurement from
//! inside the process and against `-X importtime`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::keelback::Run;
use crate::packages;
use crate::pythons::{Python, Pythons};
use crate::scratch::Scratch;
use crate::trial::Trial;

/// What is imported.
const IMPORTED: &[&[&str]] = &[&["flask"], &["numpy", "pandas"]];
/// Parts of an import, as both sides call them.
const PARTS: &[&str] = &[
    "own",
    "find",
    "read",
    "unmarshal",
    "dlopen",
    "exec",
    "compile",
];
/// Of the time of all imports.
const TOLERANCE: f64 = 0.05;
/// What wait mode may cost: times the imports' own time.
const MOST_COST: f64 = 1.10;
/// Rounds before medians are compared, and rounds after which they must agree:
/// a neighbour on the same CPU may spoil some.
const FIRST: usize = 3;
const LAST: usize = 9;

/// Time by part and in all, nanoseconds.
type Times = BTreeMap<String, f64>;

pub(super) fn trials(pythons: &Pythons) -> Vec<Trial> {
    let fit = |it: &&Python| it.version == (3, 11) && !it.stripped && !it.launcher;
    let Some(python) = pythons.found.iter().find(fit) else {
        return vec![Trial::skipped("import split", "no unstripped Python 3.11")];
    };
    let trial = |modules: &'static &[&str]| {
        let python = python.clone();
        let name = format!("import split of {} on {python}", modules.join(" and "));
        Trial::new(name, move |scratch| agree(scratch, &python, modules)).alone(true)
    };
    let own = python.clone();
    let name = format!("startup in wait mode on {python}");
    let wait = Trial::new(name, move |scratch| costs_little(scratch, &own)).alone(true);
    IMPORTED.iter().map(trial).chain([wait]).collect()
}

fn agree(scratch: &Scratch, python: &Python, modules: &[&str]) -> Result<()> {
    let side = Sides {
        scratch,
        program: packages::python_with(python, modules)?,
        modules,
        first: undisturbed(scratch)?,
    };
    let (mut inside, mut outside, mut importtime) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=LAST {
        inside.push(side.inside()?);
        outside.push(side.keelback()?);
        importtime.push(side.importtime()?);
        let wrong = differences(&inside, &outside, &importtime);
        match (round, wrong.is_empty()) {
            (FIRST.., true) => return Ok(()),
            (LAST.., false) => bail!("after {round} rounds:\n{}", wrong.join("\n")),
            _ => {}
        }
    }
    Ok(())
}

/// Wait mode names the imports, counts no calls, and costs a tenth at most.
fn costs_little(scratch: &Scratch, python: &Python) -> Result<()> {
    let side = Sides {
        scratch,
        program: packages::python_with(python, &["flask"])?,
        modules: &["flask"],
        first: undisturbed(scratch)?,
    };
    let told = side.wait_mode()?;
    ensure!(told["sees_calls"] == false, "{}", told["sees_calls"]);
    ensure!(told["calls"] == 0, "{} calls", told["calls"]);
    let rows = told["imports"].as_array().context("no imports")?;
    for module in ["flask", "werkzeug"] {
        let there = rows.iter().any(|it| it["module"] == module);
        ensure!(there, "{module} is not among the imports");
    }
    let (mut alone, mut recorded) = (Vec::new(), Vec::new());
    let mut ratio = f64::INFINITY;
    for round in 1..=LAST {
        alone.push(side.inside()?["all"]);
        recorded.push(side.inside_of_a_recording()?["all"]);
        ratio = median(recorded.iter().copied()) / median(alone.iter().copied());
        if round >= FIRST && ratio <= MOST_COST {
            return Ok(());
        }
    }
    bail!("imports take {ratio:.2} times as long while recorded in wait mode")
}

/// Words that keep other programs off the CPU, where one may.
pub(super) fn undisturbed(scratch: &Scratch) -> Result<Vec<OsString>> {
    let words = ["chrt", "-f", "10"].map(OsString::from).to_vec();
    let tried = Run::new(scratch, "sh", ["-c", "chrt -f 10 true"]).finish()?;
    Ok(match tried.status.success() {
        true => words,
        false => Vec::new(),
    })
}

/// The three that measure the same imports.
struct Sides<'a> {
    scratch: &'a Scratch,
    program: PathBuf,
    modules: &'a [&'a str],
    first: Vec<OsString>,
}

impl Sides<'_> {
    /// The program with these words, by the shortest way.
    fn words(&self, more: &[&str]) -> Vec<OsString> {
        let mut words = self.first.clone();
        words.push(self.program.clone().into());
        words.extend(more.iter().map(OsString::from));
        words
    }

    fn run(&self, more: &[&str]) -> Result<crate::keelback::Ended> {
        let words = self.words(more);
        let ended = Run::new(self.scratch, &words[0], &words[1..]).finish()?;
        ended.expect_code(0)?;
        Ok(ended)
    }

    fn inside(&self) -> Result<Times> {
        let ended = self.run(&[&[self.script()?], self.modules].concat())?;
        Ok(serde_json::from_str(&ended.stdout)?)
    }

    /// Microseconds in the second column, for the modules themselves.
    fn importtime(&self) -> Result<f64> {
        let code = format!("import {}", self.modules.join(", "));
        let ended = self.run(&["-X", "importtime", "-c", &code])?;
        let cumulative = |line: &str| -> Option<f64> {
            let columns: Vec<_> = line.split('|').collect();
            let name = columns.get(2)?.strip_prefix(' ')?;
            let own = self.modules.contains(&name);
            columns[1].trim().parse().ok().filter(|_| own)
        };
        let sum: f64 = ended.stderr.lines().filter_map(cumulative).sum();
        Ok(sum * 1e3)
    }

    /// What `startup --mode wait` says.
    fn wait_mode(&self) -> Result<Value> {
        let told = self.scratch.file("wait.json");
        let mut words: Vec<OsString> = ["startup", "--mode", "wait", "--report-to"]
            .map(OsString::from)
            .to_vec();
        words.extend([told.clone().into(), "--".into()]);
        words.extend(self.words(&["-c", "import flask"]));
        Run::keelback(self.scratch, words)?
            .finish()?
            .expect_code(0)?;
        Ok(serde_json::from_slice(&std::fs::read(told)?)?)
    }

    /// The measurement from inside, while it is recorded as `startup --mode
    /// wait` does.
    fn inside_of_a_recording(&self) -> Result<Times> {
        let mut words: Vec<OsString> = ["startup", "--mode", "wait", "--untraced-runs", "0"]
            .map(OsString::from)
            .to_vec();
        words.extend(["--report-to", "/dev/null", "--"].map(OsString::from));
        words.extend(self.words(&[self.script()?, self.modules[0]]));
        let ended = Run::keelback(self.scratch, words)?.finish()?;
        ended.expect_code(0)?;
        Ok(serde_json::from_str(&ended.stdout)?)
    }

    fn script(&self) -> Result<&'static str> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/import_split.py");
        ensure!(Path::new(script).exists(), "{script} is not there");
        Ok(script)
    }

    fn keelback(&self) -> Result<Times> {
        let (trace, told) = (self.scratch.file("t.kb"), self.scratch.file("t.json"));
        let code = format!("import sys, time\nimport {}", self.modules.join(", "));
        let mut words: Vec<OsString> = ["startup", "--force", "-o"].map(OsString::from).to_vec();
        words.extend([trace.into(), "--report-to".into(), told.clone().into()]);
        words.push("--".into());
        words.extend(self.words(&["-c", &code]));
        Run::keelback(self.scratch, words)?
            .finish()?
            .expect_code(0)?;
        self.sum(&serde_json::from_slice(&std::fs::read(told)?)?)
    }

    /// Of the modules and all that they import.
    fn sum(&self, told: &Value) -> Result<Times> {
        let rows = told["imports"].as_array().context("no imports")?;
        let mut sums = Times::new();
        let mut inside = vec![false; rows.len()];
        for (index, row) in rows.iter().enumerate() {
            let name = row["module"].as_str().unwrap_or_default();
            inside[index] = match row["parent_index"].as_u64() {
                Some(parent) => inside[parent as usize],
                None => self.modules.contains(&name),
            };
            for part in PARTS.iter().filter(|_| inside[index]) {
                let ns = row[format!("{part}_ns")].as_f64().context("no part")?;
                *sums.entry((*part).to_owned()).or_default() += ns;
                *sums.entry("all".to_owned()).or_default() += ns;
            }
        }
        Ok(sums)
    }
}

fn differences(inside: &[Times], outside: &[Times], importtime: &[f64]) -> Vec<String> {
    let mut wrong = Vec::new();
    for part in PARTS {
        let (a, b) = (
            median(inside.iter().map(|it| share(it, part))),
            median(outside.iter().map(|it| share(it, part))),
        );
        if (a - b).abs() > TOLERANCE {
            wrong.push(format!(
                "  {part}: {a:.3} of all inside, {b:.3} by keelback"
            ));
        }
    }
    // Neighbours only ever add.
    let least = |times: &mut dyn Iterator<Item = f64>| times.fold(f64::INFINITY, f64::min);
    let all = least(
        &mut outside
            .iter()
            .map(|it| it.get("all").copied().unwrap_or(0.0)),
    );
    let python = least(&mut importtime.iter().copied());
    let middle = median(
        outside
            .iter()
            .map(|it| it.get("all").copied().unwrap_or(0.0)),
    ) / median(importtime.iter().copied());
    let near = |ratio: f64| (ratio - 1.0).abs() <= TOLERANCE;
    if !near(all / python) && !near(middle) {
        wrong.push(format!(
            "  all: {middle:.3} times what -X importtime says; least by least {:.3}",
            all / python
        ));
    }
    wrong
}

/// Of all of a round's time.
fn share(times: &Times, part: &str) -> f64 {
    let of = |name: &str| times.get(name).copied().unwrap_or(0.0);
    of(part) / of("all")
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
