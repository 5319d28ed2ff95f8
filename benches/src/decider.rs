//! Tools that say whether B is slower than A, asked the same question.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::binary::{installed, keelback, program};
use crate::welch;

/// One of the tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// `keelback bench` with its defaults.
    Keelback,
    /// `pyperf timeit` twice, then `pyperf compare_to`.
    Pyperf,
    /// hyperfine, then Welch's test as in its script.
    Hyperfine,
}

/// What a tool said of one session.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Did it claim a difference?
    pub changed: bool,
    /// Did it say of itself that this session proves nothing?
    pub void: bool,
    /// Processes of each side that it took, where it says so.
    pub pairs: Option<u64>,
    /// How long it took.
    pub took: Duration,
}

/// Processes of each side that hyperfine runs: as many pairs as keelback often
/// takes.
const HYPERFINE_RUNS: &str = "20";

impl Decider {
    /// All of them, ours first.
    pub const ALL: [Decider; 3] = [Decider::Keelback, Decider::Pyperf, Decider::Hyperfine];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Decider::Keelback => "keelback bench",
            Decider::Pyperf => "pyperf compare_to",
            Decider::Hyperfine => "hyperfine + Welch",
        }
    }

    /// Why it cannot be asked here, if so.
    pub fn missing(self, python: &str) -> Option<String> {
        match self {
            Decider::Keelback => None,
            Decider::Pyperf => {
                let asked = Command::new(python).args(["-c", "import pyperf"]).output();
                let there = asked.is_ok_and(|output| output.status.success());
                (!there).then(|| format!("{python} has no pyperf"))
            }
            Decider::Hyperfine => installed("hyperfine")
                .is_none()
                .then(|| "hyperfine is not in the PATH".to_owned()),
        }
    }

    /// Compares the program with itself, B making `factor` times as many turns.
    ///
    /// # Errors
    /// The tool fails, or says what cannot be understood.
    pub fn ask(self, python: &str, factor: f64, scratch: &Path) -> Result<Said> {
        let started = Instant::now();
        let said = match self {
            Decider::Keelback => ask_keelback(python, factor)?,
            Decider::Pyperf => Said::claim(ask_pyperf(python, factor, scratch)?),
            Decider::Hyperfine => Said::claim(ask_hyperfine(python, factor, scratch)?),
        };
        Ok(Said {
            took: started.elapsed(),
            ..said
        })
    }
}

impl Said {
    fn claim(changed: bool) -> Said {
        Said {
            changed,
            void: false,
            pairs: None,
            took: Duration::ZERO,
        }
    }
}

fn ask_keelback(python: &str, factor: f64) -> Result<Said> {
    let output = Command::new(keelback()?)
        .args(["bench", "--json", "--instructions", "never"])
        .args(["--python", &format!("A={python}")])
        .args(["--python", &format!("B={python}")])
        .args(["--env", &format!("B:DECIDE_FACTOR={factor}")])
        .arg(program("decide.py"))
        .output()?;
    // A session that ends with an error may still have said why, as JSON.
    let document = serde_json::from_slice::<Value>(&output.stdout);
    let document = document.with_context(|| {
        format!(
            "keelback bench: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    let comparison = &document["comparisons"][0];
    let verdict = comparison["verdict"].as_str().context("no verdict")?;
    let void = document["aa"]["changed"].as_u64() == Some(1);
    // 1 says "slower".
    ensure!(
        void || matches!(output.status.code(), Some(0 | 1)),
        "keelback bench: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(Said {
        void,
        pairs: comparison["pairs"].as_u64(),
        ..Said::claim(!void && (verdict == "faster" || verdict == "slower"))
    })
}

fn ask_pyperf(python: &str, factor: f64, scratch: &Path) -> Result<bool> {
    let [a, b] = ["a.json", "b.json"].map(|name| scratch.join(name));
    for (file, factor) in [(&a, 1.0), (&b, factor)] {
        let _ = std::fs::remove_file(file);
        let timed = Command::new(python)
            .args(["-m", "pyperf", "timeit", "--quiet", "-o"])
            .arg(file)
            .args([
                "--inherit-environ",
                "PYTHONPATH,DECIDE_FACTOR",
                "--name",
                "work",
            ])
            .args(["-s", "from decide import work", "work(10000)"])
            .env("PYTHONPATH", program(""))
            .env("DECIDE_FACTOR", factor.to_string())
            .output()?;
        succeeded("pyperf timeit", &timed)?;
    }
    let compared = Command::new(python)
        .args(["-m", "pyperf", "compare_to"])
        .args([&a, &b])
        .output()?;
    succeeded("pyperf compare_to", &compared)?;
    let said = String::from_utf8_lossy(&compared.stdout).into_owned();
    Ok(claims(&said))
}

/// pyperf hides what is not significant, or says so (pyperf/_compare.py,
/// version 2.10).
fn claims(said: &str) -> bool {
    !said.to_lowercase().contains("not significant")
}

fn ask_hyperfine(python: &str, factor: f64, scratch: &Path) -> Result<bool> {
    let file = scratch.join("hyperfine.json");
    let script = program("decide.py");
    let command = |factor: f64| format!("env DECIDE_FACTOR={factor} {python} {}", script.display());
    let timed = Command::new("hyperfine")
        .args([
            "-N",
            "--warmup",
            "1",
            "--runs",
            HYPERFINE_RUNS,
            "--export-json",
        ])
        .arg(&file)
        .args([command(1.0), command(factor)])
        .output()?;
    succeeded("hyperfine", &timed)?;
    let document: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    Ok(welch::differ(&times(&document, 0)?, &times(&document, 1)?))
}

/// Of either schema.
fn times(document: &Value, command: usize) -> Result<Vec<f64>> {
    let result = &document["results"][command];
    let list = result["times"]
        .as_array()
        .or(result["measurements"].as_array());
    let list = list.context("hyperfine's file has no times")?;
    let seconds = list
        .iter()
        .map(|it| it.as_f64().or(it["time_wall_clock"]["value"].as_f64()));
    seconds
        .collect::<Option<_>>()
        .context("a time is no number")
}

fn succeeded(what: &str, output: &Output) -> Result<()> {
    ensure!(
        output.status.success(),
        "{what}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{claims, times};

    #[test]
    fn what_pyperf_says() {
        assert!(claims(
            "Mean +- std dev: [a] 1.00 ms +- 0.01 ms -> [b] 1.03 ms +- 0.01 ms: 1.03x slower\n"
        ));
        assert!(!claims(
            "Mean +- std dev: [a] 1.00 ms +- 0.01 ms -> [b] 1.00 ms +- 0.01 ms: 1.00x faster\nNot significant!\n"
        ));
        assert!(!claims(
            "Benchmark hidden because not significant (1): work\n"
        ));
    }

    #[test]
    fn both_schemas_have_times() {
        let old = serde_json::json!({"results": [{"times": [0.1, 0.2]}]});
        let new = serde_json::json!({"results": [{"measurements": [{"time_wall_clock": {"value": 0.1}}]}]});
        assert_eq!(times(&old, 0).expect("times"), [0.1, 0.2]);
        assert_eq!(times(&new, 0).expect("times"), [0.1]);
        assert!(times(&old, 1).is_err());
    }
}
