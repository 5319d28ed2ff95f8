//! `keelback bench`: A against B.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use keelback_bench::decide::{Looks, Rule};
use keelback_bench::run::{Commands, Environment, Metric, Setting};
use keelback_bench::session::{End, Outcome, Plan, Summary, play};
use nix::sys::signal::{SigSet, Signal};

use super::bench_args::BenchArgs;
use super::bench_output;
use super::bench_progress::Bar;
use super::bench_sides::sides;

/// Our own failure, apart from what the results say.
const FAILED: u8 = 125;

/// A side is slower than the first.
const SLOWER: u8 = 1;

/// Every how many rounds the first side runs twice.
const SELF_CHECK_EVERY: usize = 2;

/// Compares, prints, and says by the exit status what came out.
pub(crate) fn run(args: &BenchArgs) -> ExitCode {
    let ended = compare(args).and_then(|outcome| {
        bench_output::write(args, &outcome)?;
        Ok(status(&outcome))
    });
    ended.unwrap_or_else(|error| {
        anstream::eprintln!("keelback: {error:#}");
        ExitCode::from(FAILED)
    })
}

fn status(outcome: &Outcome) -> ExitCode {
    if matches!(outcome.end, End::Failed(_)) || outcome.summary.is_void() {
        ExitCode::from(FAILED)
    } else if outcome.has_slower() {
        ExitCode::from(SLOWER)
    } else {
        ExitCode::SUCCESS
    }
}

fn compare(args: &BenchArgs) -> Result<Outcome> {
    let stop = stop_on_interrupt()?;
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..));
    let inherited = Environment::new(std::env::vars_os());
    let mut commands = Commands::new(sides(args, &inherited)?, setting(args, &stop), seed)?;
    let plan = plan(args, seed, stop);
    let bar = Bar::new();
    let (recording, end) = play(&mut commands, &plan, |progress| bar.show(progress));
    bar.clear();
    Ok(Outcome {
        summary: Summary::of(&recording, &plan.rule, plan.metric),
        recording,
        rule: plan.rule,
        end,
        placement: commands.placement(),
        warnings: commands.warnings().to_vec(),
    })
}

fn setting(args: &BenchArgs, stop: &Arc<AtomicBool>) -> Setting {
    Setting {
        limit: Duration::from_secs_f64(args.timeout),
        ignore_failure: args.ignore_failure,
        stop: stop.clone(),
    }
}

fn plan(args: &BenchArgs, seed: u64, stop: Arc<AtomicBool>) -> Plan {
    Plan {
        rule: Rule {
            looks: Looks::up_to(args.pairs as usize),
            error: args.error / 100.0,
            delta: args.delta / 100.0,
        },
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

/// The first Ctrl-C ends the session and keeps what it has; the second ends us.
fn stop_on_interrupt() -> Result<Arc<AtomicBool>> {
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
