//! Who claims a difference where there is none, and who finds one of 3 %?
//!
//! Sessions of one interpreter with itself, and with three percent more work on
//! one side, by keelback, pyperf and hyperfine in turn, so that the machine is
//! as busy for each.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its output is its purpose"
)]

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use keelback_benches::binary;
use keelback_benches::decider::{Decider, Said};

/// Three percent more turns.
const FACTOR: f64 = 1.03;

/// How often each tool claims a difference where there is none, and where there is one of 3 %
///
/// Sessions of one interpreter with itself, and with 3 % more work on one side: 40 and 10 of
/// keelback, half as many of the others, which are left out where they are not installed.
#[derive(Parser)]
#[command(name = "decisions")]
struct Options {
    /// 12 and 6 sessions, and half of that
    #[arg(long)]
    short: bool,

    /// The interpreter; pyperf is looked for in it, hyperfine in the PATH
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: String,

    /// Only tools with this word in their names
    #[arg(long, value_name = "WORD")]
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
    let options = Options::parse();
    let python = binary::python(&options.python)?;
    let scratch = std::env::temp_dir().join(format!("keelback-decisions-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let mut rows = rows(&options, &python);
    let played = play(&mut rows, &python, &scratch);
    std::fs::remove_dir_all(&scratch)?;
    print!("{}", table(&rows));
    played
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
