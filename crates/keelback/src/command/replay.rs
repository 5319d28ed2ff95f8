//! `keelback replay`: the calls again, in other ways.

use keelback_analysis as analysis;
use keelback_replay::{Options, Replay as Replayed, Script, check, measure, verdict};
use keelback_trace::Source;

use super::subject::{open, reading};
use crate::args::Replay;
use crate::exit::Ending;
use crate::last::or_last;
use crate::render::{Form, render_replay};
use crate::ui::{Destination, Failure, Progress};

/// Rounds by default: an interval of the median needs some twenty; a cold
/// round is a hundred times dearer.
const WARM: u32 = 25;
const COLD: u32 = 7;

pub(super) fn replay(args: &Replay) -> Result<Ending, Failure> {
    let trace = open(&or_last(args.trace.clone())?)?;
    if trace.provenance().mode != "full" {
        return Err(
            Failure::new("the recording has only the calls that blocked")
                .hint("keelback startup -o FILE -- COMMAND records every call"),
        );
    }
    let script = reading(&trace, |trace| Script::read(trace))?;
    if script.ops.is_empty() {
        return Err(Failure::new(
            "the recording has no file call that can be made again",
        ));
    }
    let startup = reading(&trace, |trace| analysis::startup(trace, &[]))?;
    let rounds = args.rounds.unwrap_or(if args.cold { COLD } else { WARM });
    let differences = check(&script);
    let options = Options {
        rounds,
        cold: args.cold,
    };
    let progress = Progress::show(format!("{rounds} rounds of {} calls", script.ops.len()));
    let figures = measure(&script, &options).map_err(Failure::new)?;
    drop(progress);
    let prepared = startup.prepared();
    let report = Replayed {
        command: startup.facts.command.clone(),
        startup_ns: startup.untraced_wall_ns,
        rounds,
        cold: figures.cold,
        calls: script.ops.len() as u64,
        files: files(&script),
        without_opcode: script.without_opcode(),
        punted: script.punted(),
        prepared,
        verdict: verdict(
            &figures.modes,
            startup.untraced_wall_ns,
            prepared,
            figures.cold,
        ),
        refused: script.refused,
        differences,
        look_ups: figures.look_ups,
        modes: figures.modes,
    };
    let destination = Destination::of(&args.reporting, false);
    let form = Form::of(&args.reporting, &destination);
    destination.write(&form.bound(render_replay(&report, &startup.facts, form), None))?;
    Ok(Ending::SUCCESS)
}

fn files(script: &Script) -> (u64, u64) {
    let bytes = script.read_files().map(|file| file.bytes as u64);
    (script.read_files().count() as u64, bytes.sum())
}
