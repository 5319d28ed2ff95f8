//! `keelback layout`: what luck of link order does to a build.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, Result};
use keelback_bench::build::{Functions, Tree, dead_code};
use keelback_bench::decide::{Looks, Rule};
use keelback_bench::kernel::Kernels;
use keelback_bench::kernel::kernels::VALUE;
use keelback_bench::layout::{Answer, Build, Layouts, Relinkable, Size, Study, spread};
use keelback_bench::machine;
use keelback_bench::run::{Commands, Metric, Setting};
use keelback_bench::session::{End, Outcome, Plan, Summary, play};
use keelback_report::{bench_json, bench_text, layout_json, layout_text};
use serde_json::Value;

use super::bench::{failure, stay_on, stop_on_interrupt};
use super::bench_output::tell;
use super::bench_progress::Bar;
use super::layout_args::LayoutArgs;
use super::layout_targets::{Target, kernels, targets, twice};
use crate::exit::{Ending, OWN_FAILURE};
use crate::ui::Failure;

/// What shells give for an end by Ctrl-C.
const INTERRUPTED: u8 = 130;

/// The same file so many times: what the method itself makes of no difference.
const COPIES: u32 = 4;

/// Numbers of functions that nobody calls, tried beside the link orders.
const DEAD_CODE: [u32; 6] = [1, 3, 9, 20, 40, 64];

/// Measures and prints.
pub(super) fn layout(args: &LayoutArgs) -> Result<Ending, Failure> {
    run(args).map_err(|error| failure(&error))
}

fn run(args: &LayoutArgs) -> Result<Ending> {
    let session = Session {
        stop: stop_on_interrupt()?,
        seed: args.common.seed.unwrap_or_else(|| fastrand::u64(..)),
    };
    if let Some(list) = &args.common.cpu {
        stay_on(list)?;
    }
    let mut targets = targets(args)?;
    if args.dead_code.is_some() {
        targets = twice(targets);
    }
    let sides = targets.iter().map(|target| target.side.clone()).collect();
    let commands = Commands::new(sides, session.setting(args), session.seed.wrapping_add(1))?;
    if args.tree.is_none() {
        let warnings = commands.warnings().to_vec();
        return session.with(args, commands, targets, warnings);
    }
    let files = kernels(args, commands.scratch())?;
    let kernels = Kernels::new(commands, &files, VALUE)?;
    let warnings = kernels.warnings().cloned().collect();
    session.with(args, kernels, targets, warnings)
}

/// What all of it shares.
struct Session {
    stop: Arc<AtomicBool>,
    seed: u64,
}

impl Session {
    fn setting(&self, args: &LayoutArgs) -> Setting {
        Setting {
            limit: Duration::from_secs_f64(args.timeout),
            ignore_failure: false,
            stop: self.stop.clone(),
        }
    }

    fn with<S: Relinkable>(
        &self,
        args: &LayoutArgs,
        subject: S,
        targets: Vec<Target>,
        mut warnings: Vec<String>,
    ) -> Result<Ending> {
        warnings.extend(targets.iter().flat_map(|target| target.warnings.clone()));
        let _kept: Vec<Option<Tree>> = targets.iter().map(|target| target.tree.clone()).collect();
        match args.dead_code {
            Some(count) => self.dead_code(args, count, subject, targets, warnings),
            None => self.study(args, subject, targets, warnings),
        }
    }

    /// The program as it is against the same with functions nobody calls.
    fn dead_code<S: Relinkable>(
        &self,
        args: &LayoutArgs,
        count: u32,
        subject: S,
        targets: Vec<Target>,
        mut warnings: Vec<String>,
    ) -> Result<Ending> {
        let object = dead_code::compile(&targets[0].compiler, count, subject.commands().scratch())?;
        let relinks = targets.into_iter().map(|target| target.relink).collect();
        let mut layouts = Layouts::new(subject, relinks, self.seed.wrapping_add(2))?;
        layouts.put_dead_code_into(1, &object)?;
        warnings.extend(moved(&layouts));
        let plan = self.plan(args);
        let bar = Bar::of("pairs");
        let (recording, end) = play(&mut layouts, &plan, |progress| bar.show(progress));
        bar.clear();
        let mut summary = Summary::of(&recording, &plan.rule, plan.metric);
        spread::note(&mut summary, &recording);
        print_outcome(
            args,
            &Outcome {
                summary,
                power: Vec::new(),
                instructions: Vec::new(),
                machine: machine::facts(),
                recording,
                rule: plan.rule,
                end,
                placement: layouts.subject().commands().placement(),
                warnings,
            },
        )
    }

    fn plan(&self, args: &LayoutArgs) -> Plan {
        Plan {
            rule: Rule {
                looks: Looks::up_to(args.pairs as usize),
                ..Rule::default()
            },
            metric: args.metric.map(Metric::from),
            self_check_every: 2,
            to_the_end: false,
            seed: self.seed,
            stop: self.stop.clone(),
        }
    }

    /// Many links of every build.
    fn study<S: Relinkable>(
        &self,
        args: &LayoutArgs,
        subject: S,
        targets: Vec<Target>,
        mut warnings: Vec<String>,
    ) -> Result<Ending> {
        let size = Size {
            copies: COPIES,
            orders: args.orders,
            rounds: args.rounds,
        };
        let builds = targets.into_iter().map(|target| build(target, &subject));
        let builds = builds.collect::<Result<Vec<_>>>()?;
        let mut study = Study::new(subject, &builds, &size, self.seed)?;
        warnings.extend(study.warnings());
        let bar = Bar::of("rounds");
        let (measured, end) = study.play(&size, &self.stop, |step| bar.show_step(step));
        bar.clear();
        let metric = args.metric.map(Metric::from);
        let mut answer = Answer::of(measured, size, metric, end, warnings);
        if args.sampled > 0
            && matches!(answer.end, End::Decided)
            && let Err(error) = answer.sample(&mut study, args.sampled)
        {
            answer.warnings.push(error.to_string());
        }
        print_answer(args, &answer)
    }
}

/// What dead code did to the others, from the symbols of the two stock links.
fn moved<S: Relinkable>(layouts: &Layouts<S>) -> Option<String> {
    let links = layouts.links();
    let functions = |side: usize| Functions::of(links.get(side)?.first()?).ok();
    let (all, moved) = functions(0)?.moved(&functions(1)?);
    Some(format!(
        "the dead code moves {moved} of {all} functions that both links have"
    ))
}

fn build<S: Relinkable>(target: Target, subject: &S) -> Result<Build> {
    let scratch = subject.commands().scratch();
    let mut dead_code = Vec::new();
    if target.relink.takes_dead_code() {
        for count in DEAD_CODE {
            dead_code.push((count, dead_code::compile(&target.compiler, count, scratch)?));
        }
    }
    Ok(Build {
        relink: target.relink,
        dead_code,
    })
}

fn print_answer(args: &LayoutArgs, answer: &Answer) -> Result<Ending> {
    let results = Results {
        document: layout_json::document(answer),
        text: layout_text::results(answer),
        remarks: layout_text::remarks(answer),
        is_void: answer.is_void(),
    };
    results.print(args, &answer.end)
}

fn print_outcome(args: &LayoutArgs, outcome: &Outcome) -> Result<Ending> {
    let results = Results {
        document: bench_json::document(outcome),
        text: bench_text::results(outcome),
        remarks: bench_text::remarks(outcome),
        is_void: outcome.summary.is_void(),
    };
    results.print(args, &outcome.end)
}

/// What there is to say, whichever way it was found.
struct Results {
    document: Value,
    text: String,
    remarks: Vec<String>,
    is_void: bool,
}

impl Results {
    fn print(self, args: &LayoutArgs, end: &End) -> Result<Ending> {
        let json = format!("{:#}\n", self.document);
        if let Some(file) = &args.output {
            fs::write(file, &json).with_context(|| format!("cannot write {}", file.display()))?;
        }
        let text = if args.common.json { json } else { self.text };
        tell(&text, &self.remarks, end, "runs")?;
        Ok(ending(end, self.is_void))
    }
}

fn ending(end: &End, is_void: bool) -> Ending {
    match end {
        End::Interrupted => Ending::Code(INTERRUPTED),
        End::Failed(_) => Ending::Code(OWN_FAILURE),
        End::Decided | End::OutOfPairs if is_void => Ending::Code(OWN_FAILURE),
        End::Decided | End::OutOfPairs => Ending::SUCCESS,
    }
}
