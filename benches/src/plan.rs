//! All runs, in random order, and what they say together.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::binary::python;
use crate::observation::Observation;
use crate::options::Options;
use crate::probes::Probes;
use crate::shuffle::Random;
use crate::stats::{Spread, mean};
use crate::tool::{self, NOTHING, Tool};
use crate::workload::{self, Workload};

/// A workload under a tool, over all rounds.
#[derive(Clone, Debug)]
pub struct Row {
    /// The workload's name.
    pub workload: &'static str,
    /// What one unit of it is.
    pub unit: &'static str,
    /// The tool's name.
    pub tool: &'static str,
    /// How many rounds.
    pub rounds: usize,
    /// Seconds a unit, by the program's own clock.
    pub seconds: Spread,
    /// The same divided by that of nothing in the same round.
    pub ratio: Spread,
    /// CPU time a unit, divided likewise.
    pub cpu_ratio: Spread,
    /// The share of the loop's time in which nobody computed, in the mean: the
    /// accounting of short times is coarse.
    pub lost: f64,
    /// Seconds of the whole command.
    pub whole: Spread,
    /// CPU seconds of the tool's own processes.
    pub tool_cpu: Spread,
}

/// Observations of one workload, by tool, in the order of the rounds.
type Observations = BTreeMap<&'static str, Vec<Observation>>;

/// Runs all rounds of each workload. In a round every tool runs once, in an
/// order of its own, so that the machine's moods meet all alike.
pub fn run(options: &Options, scratch: &Path, mut say: impl FnMut(&str)) -> Result<Vec<Row>> {
    let python = python(&options.python)?;
    let probes = Probes::set(&python);
    let all = tool::all(&python, probes.is_some())?;
    let mut tools = all.clone();
    tools.retain(|it| it.name == NOTHING || Options::wants(&options.tools, it.name));
    let mut random = Random::new(u64::from(std::process::id()));
    let mut rows = Vec::new();
    for workload in workload::ALL
        .iter()
        .filter(|it| Options::wants(&options.workloads, it.name))
    {
        let mut seen = Observations::new();
        for round in 1..=options.rounds {
            say(&format!(
                "{}: round {round} of {}",
                workload.name, options.rounds
            ));
            random.shuffle(&mut tools);
            for tool in &tools {
                let made = Observation::make(tool, workload, &python, scratch)?;
                seen.entry(tool.name).or_default().push(made);
            }
        }
        rows.extend(all.iter().filter_map(|tool| Row::of(workload, tool, &seen)));
    }
    Ok(rows)
}

impl Row {
    fn of(workload: &Workload, tool: &Tool, seen: &Observations) -> Option<Row> {
        let (own, bare) = (seen.get(tool.name)?, seen.get(NOTHING)?);
        let spread =
            |of: fn(&Observation) -> f64| Spread::of(&own.iter().map(of).collect::<Vec<_>>());
        let ratio = |of: fn(&Observation) -> f64| {
            let pairs = own.iter().zip(bare);
            Spread::of(
                &pairs
                    .map(|(with, without)| of(with) / of(without))
                    .collect::<Vec<_>>(),
            )
        };
        Some(Row {
            workload: workload.name,
            unit: workload.unit,
            tool: tool.name,
            rounds: own.len(),
            seconds: spread(|it| it.unit),
            ratio: ratio(|it| it.unit),
            cpu_ratio: ratio(|it| it.unit_cpu),
            lost: mean(&own.iter().map(|it| it.lost).collect::<Vec<_>>()),
            whole: spread(|it| it.whole),
            tool_cpu: spread(|it| it.tool_cpu),
        })
    }
}
