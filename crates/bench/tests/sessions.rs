//! Sessions over a machine that exists only in numbers.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use keelback_bench::decide::{Rule, Verdict};
use keelback_bench::run::{Metric, Observation, RunError, command::Draw};
use keelback_bench::session::{Arm, End, Plan, Subject, Summary, play};

/// Kernels whose B takes `effects` times as long as A, on a noisy machine.
/// `drift` makes every run slower than the one before.
struct Machine {
    effects: Vec<f64>,
    noise: f64,
    drift: f64,
    runs: i32,
    random: fastrand::Rng,
}

fn machine(effects: &[f64]) -> Machine {
    Machine {
        effects: effects.to_vec(),
        noise: 0.05,
        drift: 0.0,
        runs: 0,
        random: fastrand::Rng::with_seed(11),
    }
}

impl Subject for Machine {
    fn sides(&self) -> Vec<String> {
        vec!["A".into(), "B".into()]
    }

    fn kernels(&self) -> Vec<String> {
        (0..self.effects.len())
            .map(|kernel| format!("k{kernel}"))
            .collect()
    }

    fn observe(&mut self, kernel: usize, side: usize, _: Draw) -> Result<Observation, RunError> {
        self.runs += 1;
        let noise = 1.0 + self.noise * self.random.f64() + self.drift * f64::from(self.runs);
        let effect = if side == 1 { self.effects[kernel] } else { 1.0 };
        let user_ns = (1e7 * noise * effect) as u64;
        Ok(Observation {
            user_ns,
            wall_ns: 2 * user_ns,
            run_delay_ns: user_ns,
            ..Observation::default()
        })
    }
}

fn plan() -> Plan {
    Plan {
        rule: Rule::default(),
        metric: None,
        self_check_every: 2,
        to_the_end: false,
        seed: 5,
        stop: Arc::new(AtomicBool::new(false)),
    }
}

fn summary(machine: &mut Machine) -> (Summary, End) {
    let plan = plan();
    let (recording, end) = play(machine, &plan, |_| {});
    (Summary::of(&recording, &plan.rule, plan.metric), end)
}

#[test]
fn each_kernel_stops_when_it_is_decided() {
    let (summary, end) = summary(&mut machine(&[1.0, 1.05, 0.9]));
    let verdicts: Vec<Verdict> = summary
        .comparisons
        .iter()
        .map(|c| c.decision.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Same, Verdict::Slower, Verdict::Faster]);
    assert!(matches!(end, End::Decided));
    assert!(summary.comparisons[2].pairs < summary.comparisons[0].pairs);
    let metric = summary.comparisons[0].metric;
    assert_eq!(
        (metric.metric, metric.asked),
        (Metric::Cpu, false),
        "half of the time in the queue"
    );
}

#[test]
fn a_drifting_machine_does_not_make_a_difference() {
    // One percent slower with every process: four times over by the end.
    let mut machine = Machine {
        drift: 0.01,
        ..machine(&[1.0])
    };
    let (summary, _) = summary(&mut machine);
    assert!(!summary.comparisons[0].decision.verdict.changed());
    assert!(!summary.is_void());
}

#[test]
fn the_mean_over_kernels_is_geometric() {
    let (summary, _) = summary(&mut machine(&[1.10, 1.0 / 1.10]));
    let (side, overall) = &summary.overall[0];
    assert_eq!((side.as_str(), overall.kernels), ("B", 2));
    assert!(overall.effect.percent().abs() < 1.0, "{overall:?}");
}

#[test]
fn a_session_whose_baseline_differs_from_itself_is_void() {
    let plan = Plan {
        to_the_end: true,
        ..plan()
    };
    let (mut recording, _) = play(&mut machine(&[1.0]), &plan, |_| {});
    assert!(!Summary::of(&recording, &plan.rule, None).is_void());
    let runs = recording.kernels[0]
        .rounds
        .iter_mut()
        .flat_map(|round| &mut round.runs);
    for run in runs.filter(|run| run.arm == Arm::Again) {
        run.observation.user_ns += run.observation.user_ns / 10;
    }
    assert!(Summary::of(&recording, &plan.rule, None).is_void());
}
