//! Who claims a difference where there is none, and who finds one of 3 %?
//!
//! `decisions [--short] [--python PATH] [--only WORD]`: sessions of one
//! interpreter with itself, and with three percent more work on one side, by
//! keelback, pyperf and hyperfine in turn, so that the machine is as busy for
//! each. 40 and 10 sessions of keelback and half as many of the others; with
//! `--short` 12 and 6, and half of that.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its output is its purpose"
)]

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use keelback_benches::binary;
use keelback_benches::decider::{Decider, Said};

const HELP: &str = "\
decisions [--short] [--python PATH] [--only WORD]
  Sessions of one interpreter with itself, and with 3 % more work on one side:
  how often does each tool claim a difference? pyperf must be installed in that
  Python, and hyperfine in the PATH, or they are left out.
  40 and 10 sessions of keelback; with --short 12 and 6. Half as many of others.";

/// Three percent more turns.
const FACTOR: f64 = 1.03;

struct Options {
    short: bool,
    python: String,
    only: Option<String>,
}

/// A tool and what it said so far.
struct Row {
    tool: Decider,
    /// Without a difference, and with one.
    said: [Vec<Said>; 2],
    /// How many sessions of each it is asked.
    wanted: [usize; 2],
}

fn main() -> Result<()> {
    let options = parse(std::env::args().skip(1))?;
    let python = binary::python(&options.python)?;
    let scratch = std::env::temp_dir().join(format!("keelback-decisions-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let mut rows = rows(&options, &python);
    let played = play(&mut rows, &python, &scratch);
    std::fs::remove_dir_all(&scratch)?;
    print!("{}", table(&rows));
    played
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options {
        short: false,
        python: "python3".into(),
        only: None,
    };
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--short" => options.short = true,
            "--python" => options.python = value()?,
            "--only" => options.only = Some(value()?),
            _ => bail!("{HELP}"),
        }
    }
    Ok(options)
}

fn rows(options: &Options, python: &str) -> Vec<Row> {
    let ours = if options.short { [12, 6] } else { [40, 10] };
    let mut rows = Vec::new();
    for tool in Decider::ALL {
        let wanted = match tool {
            Decider::Keelback => ours,
            Decider::Pyperf | Decider::Hyperfine => ours.map(|sessions| sessions / 2),
        };
        let asked = options
            .only
            .as_ref()
            .is_none_or(|only| tool.name().contains(only.as_str()));
        match tool.missing(python) {
            Some(why) if asked => eprintln!("{} is left out: {why}", tool.name()),
            None if asked => rows.push(Row {
                tool,
                said: [Vec::new(), Vec::new()],
                wanted,
            }),
            _ => {}
        }
    }
    rows
}

/// Turn by turn, so that no tool has the quiet hour for itself.
fn play(rows: &mut [Row], python: &str, scratch: &Path) -> Result<()> {
    for (kind, factor) in [(0, 1.0), (1, FACTOR)] {
        let most = rows.iter().map(|row| row.wanted[kind]).max().unwrap_or(0);
        for session in 1..=most {
            for row in rows.iter_mut().filter(|row| session <= row.wanted[kind]) {
                let said = row.tool.ask(python, factor, scratch)?;
                let claim = match said {
                    Said { void: true, .. } => "nothing, the session is void,",
                    Said { changed: true, .. } => "a difference",
                    _ => "none",
                };
                let (name, took) = (row.tool.name(), said.took.as_secs());
                eprintln!(
                    "{factor} x, session {session} of {}: {name} claims {claim} after {took} s",
                    row.wanted[kind]
                );
                row.said[kind].push(said);
            }
        }
    }
    Ok(())
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| tool | A/A: a difference claimed | +3 %: found | pairs for +3 % | seconds a session |\n|---|--:|--:|--:|--:|\n",
    );
    for row in rows {
        let claimed = |kind: usize| {
            let sessions = &row.said[kind];
            let claims = sessions.iter().filter(|it| it.changed).count();
            let void = match sessions.iter().filter(|it| it.void).count() {
                0 => String::new(),
                void => format!(", {void} void"),
            };
            format!("{claims} of {}{void}", sessions.len())
        };
        let pairs: Vec<u64> = row.said[1].iter().filter_map(|it| it.pairs).collect();
        text += &format!(
            "| {} | {} | {} | {} | {:.0} |\n",
            row.tool.name(),
            claimed(0),
            claimed(1),
            mean(&pairs),
            seconds(row)
        );
    }
    text
}

fn mean(pairs: &[u64]) -> String {
    match pairs.len() as u64 {
        0 => "-".into(),
        count => (pairs.iter().sum::<u64>() / count).to_string(),
    }
}

fn seconds(row: &Row) -> f64 {
    let all = row.said.iter().flatten();
    let took: Duration = all.clone().map(|it| it.took).sum();
    took.as_secs_f64() / (all.count().max(1) as f64)
}
