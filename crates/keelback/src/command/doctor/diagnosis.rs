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
    /// May this user record here?
    pub(super) can_record: bool,
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
        let can_record = abilities.iter().all(|it| it.ok || !it.required);
        Diagnosis {
            version: 1,
            keelback: env!("CARGO_PKG_VERSION"),
            can_record,
            summary: summary(can_record, &abilities),
            abilities,
            interpreters,
        }
    }
}

/// One sentence that says what this user can record.
fn summary(can_record: bool, abilities: &[Ability]) -> String {
    let lacks = |required| {
        let missing = abilities
            .iter()
            .filter(|it| !it.ok && it.required == required);
        missing.map(|it| it.name).collect::<Vec<_>>().join(", ")
    };
    match (can_record, lacks(false).as_str()) {
        (true, "") => {
            "This user can record any program here, in both modes, and attach to running ones."
                .into()
        }
        (true, settings) => format!(
            "This user can record here, in both modes, but not everything: see the hints for {settings}."
        ),
        (false, _) => format!(
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
        let refused = summary_of(vec![bpf(false), yama(true)]);
        assert!(refused.contains("cannot record") && refused.contains("bpf"));
    }
}
