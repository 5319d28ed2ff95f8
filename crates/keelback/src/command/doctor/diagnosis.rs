//! What was found, and what follows from it.

use keelback_record::privilege::{Ability, abilities};
use serde::Serialize;

use super::interpreters::{Interpreter, installed};
use super::measuring;
use super::table::text;
use crate::args::Doctor;
use crate::exit::Ending;
use crate::ui::{Destination, Failure};

/// The contract of `doctor --json`.
#[derive(Debug, Serialize)]
pub(super) struct Diagnosis {
    /// Of this format.
    version: u32,
    /// keelback's own.
    keelback: &'static str,
    /// May this user record here, with some engine?
    pub(super) can_record: bool,
    /// The one that `--engine auto` takes; none when no one can.
    pub(super) engine: Option<&'static str>,
    /// The same, in a sentence.
    pub(super) summary: String,
    pub(super) abilities: Vec<Ability>,
    pub(super) interpreters: Vec<Interpreter>,
}

pub(crate) fn doctor(args: &Doctor) -> Result<Ending, Failure> {
    if args.bench {
        return measuring::doctor(args);
    }
    let diagnosis = Diagnosis::new(abilities(), installed());
    let report = match args.json {
        true => json(&diagnosis)?,
        false => text(&diagnosis, Destination::Stdout.width()),
    };
    Destination::Stdout.write(&report)?;
    Ok(Ending::SUCCESS)
}

fn json(diagnosis: &Diagnosis) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(diagnosis);
    json.map(|it| it + "\n").map_err(Failure::new)
}

impl Diagnosis {
    pub(super) fn new(abilities: Vec<Ability>, interpreters: Vec<Interpreter>) -> Diagnosis {
        let engine = ENGINES.into_iter().find(|engine| works(engine, &abilities));
        Diagnosis {
            version: 1,
            keelback: env!("CARGO_PKG_VERSION"),
            can_record: engine.is_some(),
            engine,
            summary: summary(engine, &abilities),
            abilities,
            interpreters,
        }
    }
}

/// The better one first.
const ENGINES: [&str; 2] = ["ebpf", "ptrace"];

fn works(engine: &str, abilities: &[Ability]) -> bool {
    let mut of_it = abilities.iter().filter(|it| it.engine == engine);
    of_it.all(|it| it.ok || !it.required)
}

/// One sentence that says what this user can record.
fn summary(engine: Option<&str>, abilities: &[Ability]) -> String {
    let lacks = |required| {
        let missing = abilities
            .iter()
            .filter(|it| !it.ok && it.required == required);
        missing.map(|it| it.name).collect::<Vec<_>>().join(", ")
    };
    match (engine, lacks(false).as_str()) {
        (Some("ebpf"), "") => {
            "This user can record any program here, in both modes, and attach to running ones."
                .into()
        }
        (Some("ebpf"), settings) => format!(
            "This user can record here, in both modes, but not everything: see the hints for {settings}."
        ),
        (Some(engine), _) => format!(
            "This user can record here with the {engine} engine, which sees less and costs more; for the full one are missing: {}.",
            lacks(true)
        ),
        (None, _) => format!(
            "This user cannot record here yet: missing are {}.",
            lacks(true)
        ),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn ability(name: &'static str, required: bool, ok: bool) -> Ability {
        Ability {
            name,
            gives: "something",
            engine: "ebpf",
            required,
            ok,
            found: "it was looked for".into(),
            remedy: if ok { String::new() } else { "do this".into() },
        }
    }

    fn summary_of(abilities: Vec<Ability>) -> String {
        Diagnosis::new(abilities, Vec::new()).summary
    }

    #[test]
    fn the_summary_says_what_one_can_do() {
        let bpf = |ok| ability("bpf", true, ok);
        let yama = |ok| ability("ptrace_scope", false, ok);
        assert!(summary_of(vec![bpf(true), yama(true)]).contains("any program"));
        assert!(summary_of(vec![bpf(true), yama(false)]).contains("hints for ptrace_scope"));
        let ptrace = |ok| Ability {
            engine: "ptrace",
            ..ability("ptrace", true, ok)
        };
        let refused = summary_of(vec![bpf(false), ptrace(false)]);
        assert!(refused.contains("cannot record") && refused.contains("bpf"));
        let lesser = summary_of(vec![bpf(false), ptrace(true)]);
        assert!(lesser.contains("ptrace engine") && lesser.contains("missing: bpf"));
    }
}
