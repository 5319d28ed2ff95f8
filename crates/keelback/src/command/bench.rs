//! `keelback bench`: A against B.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keelback_bench::decide::{Looks, Rule};
use keelback_bench::kernel::interpreter::without_launcher;
use keelback_bench::kernel::kernels::VALUE;
use keelback_bench::kernel::{Kernels, suite};
use keelback_bench::layout::{Layouts, Relinkable, spread};
use keelback_bench::machine;
use keelback_bench::run::{Around, Commands, Environment, Metric, Placement, RunError, Setting};
use keelback_bench::session::{End, Outcome, Plan, Recording, Subject, Summary, play};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::Pid;

use super::bench_args::{BenchArgs, CpuList};
use super::bench_beside::{self, Explained};
use super::bench_progress::Bar;
use super::bench_sides::{relinks, sides, trees};
use super::{bench_files, bench_output, doctor};
use crate::exit::{Ending, NOT_EXECUTABLE, NOT_FOUND, OWN_FAILURE};
use crate::ui::{self, Failure};

/// What shells give for an end by Ctrl-C: the results are not what was asked for.
const INTERRUPTED: u8 = 130;

/// A side is slower than the first.
const SLOWER: u8 = 1;

/// Every how many rounds the first side runs twice.
const SELF_CHECK_EVERY: usize = 2;

/// A session, and why its sides differ.
pub(super) struct Compared {
    pub(super) outcome: Outcome,
    /// What recordings of the sides say, if asked for.
    pub(super) explained: Vec<Explained>,
}

/// Compares, prints, and says by the exit code what came out.
pub(super) fn bench(args: &BenchArgs) -> Result<Ending, Failure> {
    if args.machine {
        return doctor::bench(args.common.json);
    }
    run(args).map_err(|error| failure(&error))
}

fn run(args: &BenchArgs) -> Result<Ending> {
    if let [old, new] = args.compare.as_slice() {
        bench_files::compare(old, new, &rule(args))?;
        return Ok(Ending::SUCCESS);
    }
    let compared = compare(args)?;
    bench_output::write(args, &compared)?;
    Ok(ending(&compared.outcome))
}

/// A command that is missing or not executable has a code of its own, as
/// everywhere in keelback.
pub(super) fn failure(error: &anyhow::Error) -> Failure {
    let plain = Failure::new(format!("{error:#}"));
    let code = match error.downcast_ref::<RunError>() {
        Some(RunError::NotFound { .. }) => NOT_FOUND,
        Some(RunError::NotExecutable { .. }) => NOT_EXECUTABLE,
        _ => plain.code,
    };
    let pipe_closed = error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
    Failure {
        code,
        pipe_closed,
        ..plain
    }
}

fn ending(outcome: &Outcome) -> Ending {
    if matches!(outcome.end, End::Interrupted) {
        Ending::Code(INTERRUPTED)
    } else if matches!(outcome.end, End::Failed(_)) || outcome.summary.is_void() {
        Ending::Code(OWN_FAILURE)
    } else if outcome.has_slower() {
        Ending::Code(SLOWER)
    } else {
        Ending::SUCCESS
    }
}

fn compare(args: &BenchArgs) -> Result<Compared> {
    let stop = stop_on_interrupt()?;
    if let Some(list) = &args.common.cpu {
        stay_on(list)?;
    }
    let seed = args.common.seed.unwrap_or_else(|| fastrand::u64(..));
    let inherited = Environment::new(std::env::vars_os());
    let times_kernels = !args.kernels.is_empty() || args.suite.is_some();
    let trees = trees(args)?;
    let mut sides = sides(args, &trees, &inherited)?;
    if times_kernels {
        sides = sides.into_iter().map(without_launcher).collect();
    }
    let relinks = relinks(args, &trees, &sides)?;
    let mut commands = Commands::new(sides, setting(args, &stop), seed.wrapping_add(1))?;
    let plan = plan(args, seed, stop);
    let layout_seed = seed.wrapping_add(2);
    if !times_kernels {
        ensure!(
            args.pythons.is_empty() && args.builds.is_empty(),
            "--python and --build want something to run: a kernel file, or --suite"
        );
        if let Some(relinks) = relinks {
            let layouts = Layouts::new(commands, relinks, layout_seed)?;
            let warnings = layouts.subject().warnings().to_vec();
            return Ok(compare_layouts(args, layouts, plan, warnings));
        }
        let played = watched(&mut commands, &plan);
        let facts = (commands.placement(), commands.warnings().to_vec());
        return Ok(compared(args, &mut commands, played, plan, facts));
    }
    let files = kernel_files(args, commands.scratch())?;
    let mut kernels = Kernels::new(commands, &files, VALUE)?;
    let mut warnings: Vec<String> = kernels.warnings().cloned().collect();
    if let Some(relinks) = relinks {
        warnings.extend(trees.iter().flat_map(|(_, tree)| tree.warnings()));
        let layouts = Layouts::new(kernels, relinks, layout_seed)?;
        return Ok(compare_layouts(args, layouts, plan, warnings));
    }
    let played = watched(&mut kernels, &plan);
    let facts = (kernels.interpreters().placement(), warnings);
    Ok(compared(args, &mut kernels, played, plan, facts))
}

fn compare_layouts<S: Relinkable>(
    args: &BenchArgs,
    mut layouts: Layouts<S>,
    plan: Plan,
    warnings: Vec<String>,
) -> Compared {
    let played = watched(&mut layouts, &plan);
    let facts = (layouts.subject().commands().placement(), warnings);
    let mut compared = compared(args, &mut layouts, played, plan, facts);
    let outcome = &mut compared.outcome;
    spread::note(&mut outcome.summary, &outcome.recording);
    compared
}

fn kernel_files(args: &BenchArgs, scratch: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in &args.kernels {
        files.push(
            fs::canonicalize(file).with_context(|| format!("cannot read {}", file.display()))?,
        );
    }
    match &args.suite {
        Some(Some(folder)) => {
            let folder = fs::canonicalize(folder)
                .with_context(|| format!("cannot read {}", folder.display()))?;
            files.extend(suite::in_folder(&folder)?);
            ensure!(!files.is_empty(), "{}: no .py files", folder.display());
        }
        Some(None) => files.extend(suite::write_own(scratch)?),
        None => {}
    }
    Ok(files)
}

fn watched(subject: &mut dyn Subject, plan: &Plan) -> (Recording, End) {
    let bar = Bar::of("pairs");
    let played = play(subject, plan, |progress| bar.show(progress));
    bar.clear();
    played
}

/// What follows from a session, and what is learned beside it.
fn compared(
    args: &BenchArgs,
    subject: &mut dyn Around,
    (recording, end): (Recording, End),
    plan: Plan,
    (placement, warnings): (Placement, Vec<String>),
) -> Compared {
    let summary = Summary::of(&recording, &plan.rule, plan.metric);
    let is_whole = matches!(end, End::Decided | End::OutOfPairs);
    let mut outcome = Outcome {
        power: Vec::new(),
        instructions: Vec::new(),
        machine: machine::facts(),
        summary,
        recording,
        rule: plan.rule,
        end,
        placement,
        warnings,
    };
    if args.aa {
        outcome.power = Outcome::power_of(&outcome.recording, &outcome.summary, &outcome.rule);
    } else if is_whole {
        outcome.instructions = bench_beside::count(subject, &outcome.recording, args.instructions);
    }
    let explained = match args.explain && is_whole && !args.aa {
        true => bench_beside::explain(subject, &outcome),
        false => Ok(Vec::new()),
    };
    Compared {
        outcome,
        // What was measured is worth more than why it could not be explained.
        explained: explained.unwrap_or_else(|error| {
            ui::warn(&format!("{error:#}"));
            Vec::new()
        }),
    }
}

fn setting(args: &BenchArgs, stop: &Arc<AtomicBool>) -> Setting {
    Setting {
        limit: Duration::from_secs_f64(args.timeout),
        ignore_failure: args.ignore_failure,
        stop: stop.clone(),
    }
}

fn rule(args: &BenchArgs) -> Rule {
    Rule {
        looks: Looks::up_to(args.pairs as usize),
        error: args.error / 100.0,
        delta: args.delta / 100.0,
        family: args.family.into(),
    }
}

fn plan(args: &BenchArgs, seed: u64, stop: Arc<AtomicBool>) -> Plan {
    Plan {
        rule: rule(args),
        metric: args.metric.map(Metric::from),
        self_check_every: if args.no_self_check || args.aa {
            0
        } else {
            SELF_CHECK_EVERY
        },
        to_the_end: args.aa,
        seed,
        stop,
    }
}

/// Keeps us, and with us everything we start, on the CPUs of a list.
pub(super) fn stay_on(list: &CpuList) -> Result<()> {
    let mut set = CpuSet::new();
    for cpu in &list.0 {
        set.set(*cpu)
            .with_context(|| format!("there is no CPU {cpu}"))?;
    }
    sched_setaffinity(Pid::from_raw(0), &set)
        .context("none of the CPUs of --cpu is there, or allowed")
}

/// The first Ctrl-C ends the session and keeps what it has; the second ends us.
pub(super) fn stop_on_interrupt() -> Result<Arc<AtomicBool>> {
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGINT);
    signals.add(Signal::SIGTERM);
    signals.thread_block().context("cannot hold signals back")?;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    std::thread::spawn(move || {
        if signals.wait().is_ok() {
            asked.store(true, Ordering::Relaxed);
        }
        // Unheld, the next one has its usual effect.
        let _ = signals.thread_unblock();
    });
    Ok(stop)
}
