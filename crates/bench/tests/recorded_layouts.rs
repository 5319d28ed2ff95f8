//! What link order and dead code did to CPython, recorded on a busy machine, and
//! what we make of it. `cargo test -p keelback-bench --test recorded_layouts --
//! --nocapture` prints every figure.

use keelback_bench::decide::{Looks, Rule};
use keelback_bench::layout::study::Arm as Link;
use keelback_bench::layout::{Family, Lesson, Measured, Moral, sensitivity, spread};
use keelback_bench::run::{Metric, Observation};
use keelback_bench::session::{Arm, Kernel, Recording, Round, Run, Summary};

const LINK_ORDERS: &str = include_str!("data/link_orders.tsv");
const DEAD_CODE: &str = include_str!("data/dead_code.tsv");

/// One process: its build, its round, and its CPU time.
struct Row<'a> {
    build: &'a str,
    round: usize,
    cpu_ns: u64,
}

fn rows<'a>(table: &'a str, kernel: &str) -> Vec<Row<'a>> {
    let mut lines = table.lines().filter(|line| !line.starts_with('#'));
    let mut titles = lines.next().unwrap().split('\t');
    let column = titles.position(|title| title == kernel).unwrap();
    let row = |line: &'a str| {
        let cells: Vec<&str> = line.split('\t').collect();
        Row {
            build: cells[0],
            round: cells[1].parse().unwrap(),
            cpu_ns: cells[column].parse().unwrap(),
        }
    };
    lines.map(row).collect()
}

/// A build's CPU times, round by round.
fn times(rows: &[Row], build: &str) -> Vec<u64> {
    let mut own: Vec<&Row> = rows.iter().filter(|row| row.build == build).collect();
    own.sort_by_key(|row| row.round);
    own.iter().map(|row| row.cpu_ns).collect()
}

fn builds<'a>(rows: &[Row<'a>]) -> Vec<&'a str> {
    let mut builds: Vec<&str> = rows.iter().map(|row| row.build).collect();
    builds.sort_unstable();
    builds.dedup();
    builds
}

fn observation(cpu_ns: u64) -> Observation {
    Observation {
        user_ns: cpu_ns,
        ..Observation::default()
    }
}

/// The table as a study of one family.
fn measured(table: &str, kernel: &str, family: Family) -> Measured {
    let rows = rows(table, kernel);
    let names = builds(&rows);
    let series: Vec<Vec<u64>> = names.iter().map(|build| times(&rows, build)).collect();
    let arms = (1..).zip(&names).map(|(number, _)| Link {
        build: 0,
        family,
        number,
    });
    let round = |round: usize| series.iter().map(|s| observation(s[round])).collect();
    Measured {
        builds: vec!["3.13.5".to_owned()],
        arms: arms.collect(),
        kernels: vec![(kernel.to_owned(), (0..series[0].len()).map(round).collect())],
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
fn family(table: &str, kernel: &str, family: Family) -> sensitivity::Spread {
    let all = sensitivity::all(&measured(table, kernel, family), Metric::Cpu);
    let spread = all[0].family(family).unwrap().clone();
    println!(
        "{kernel:<12} {family:?}: sd {:.1} %, p {:.3}",
        100.0 * spread.sd,
        spread.p_value
    );
    spread
}

#[test]
fn link_order_and_dead_code_moved_json() {
    let orders = family(LINK_ORDERS, "json", Family::Orders);
    assert!(
        orders.moves() && (0.02..0.04).contains(&orders.sd),
        "{orders:?}"
    );
    let dead = family(DEAD_CODE, "json", Family::DeadCode);
    assert!(dead.moves() && (0.01..0.03).contains(&dead.sd), "{dead:?}");
}

#[test]
fn dead_code_did_not_move_calls() {
    let dead = family(DEAD_CODE, "call_simple", Family::DeadCode);
    assert!(!dead.moves(), "{dead:?}");
}

/// One look, after all 15 rounds.
fn rule() -> Rule {
    Rule {
        looks: Looks::once(15),
        ..Rule::default()
    }
}

fn log_ratios(a: &[u64], b: &[u64]) -> Vec<f64> {
    a.iter()
        .zip(b)
        .map(|(a, b)| (*b as f64 / *a as f64).ln())
        .collect()
}

/// What a session sees that draws a new link order for every run: the CPU times
/// of one side.
fn drawn(rows: &[Row], random: &mut fastrand::Rng) -> Vec<u64> {
    let all: Vec<Vec<u64>> = builds(rows)
        .iter()
        .map(|build| times(rows, build))
        .collect();
    (0..15)
        .map(|round| all[random.usize(..all.len())][round])
        .collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
fn one_build_of_each_side_is_often_called_a_change_and_many_layouts_rarely() {
    let dead = rows(DEAD_CODE, "json");
    let names = builds(&dead);
    let mut pairs = 0;
    let mut changed = 0;
    for (place, a) in names.iter().enumerate() {
        for b in &names[..place] {
            let ratios = log_ratios(&times(&dead, a), &times(&dead, b));
            pairs += 1;
            changed += usize::from(rule().decide(&ratios).verdict.changed());
        }
    }
    let orders = rows(LINK_ORDERS, "json");
    let mut random = fastrand::Rng::with_seed(3);
    let trials = 1_000;
    let wrong = (0..trials).filter(|_| {
        let ratios = log_ratios(&drawn(&orders, &mut random), &drawn(&orders, &mut random));
        rule().decide(&ratios).verdict.changed()
    });
    let wrong = wrong.count();
    println!("json, builds that differ in dead code only: {changed} of {pairs} pairs \"changed\"");
    println!("json, a new link order for every run: {wrong} of {trials} sessions \"changed\"");
    assert!(4 * changed > pairs, "{changed} of {pairs}");
    assert!(wrong * 100 <= 6 * trials, "{wrong} of {trials}");
}

fn kernel(name: &str, a: &[u64], b: &[u64], again: &[u64]) -> Kernel {
    let run = |arm, cpu_ns| Run {
        arm,
        observation: observation(cpu_ns),
    };
    let rounds = (0..15).map(|i| Round {
        hash_seed: 1,
        runs: vec![
            run(Arm::Side(0), a[i]),
            run(Arm::Side(1), b[i]),
            run(Arm::Again, again[i]),
        ],
    });
    Kernel {
        name: name.to_owned(),
        rounds: rounds.collect(),
    }
}

/// The story: one function more or less that nobody calls, and json is slower.
#[test]
fn the_story_of_the_dead_code_ends_well() {
    let dead = rows(DEAD_CODE, "json");
    let orders = rows(LINK_ORDERS, "json");
    let center = |build: &&&str| {
        let mut times = times(&dead, build);
        times.sort_unstable();
        times[times.len() / 2]
    };
    let names = builds(&dead);
    let fastest = names.iter().min_by_key(center).unwrap();
    let slowest = names.iter().max_by_key(center).unwrap();
    let (a, b) = (times(&dead, fastest), times(&dead, slowest));
    // A's own noise: it and its neighbour in every round, drift taken along.
    let mut again = a.clone();
    again.rotate_left(1);
    let mut random = fastrand::Rng::with_seed(5);
    let [one, two, three] = [(); 3].map(|()| drawn(&orders, &mut random));
    let recording = Recording {
        sides: vec!["before".to_owned(), "after".to_owned()],
        kernels: vec![
            kernel("json, stock build", &a, &b, &again),
            kernel("json, average over layouts", &one, &two, &three),
        ],
    };

    let mut summary = Summary::of(&recording, &rule(), Some(Metric::Cpu));
    spread::note(&mut summary, &recording);
    let lessons: Vec<Lesson> = Lesson::all(&summary).collect();
    let [lesson] = lessons.as_slice() else {
        panic!("{summary:?}");
    };
    assert!(
        lesson.stock.decision.verdict.changed(),
        "{:?}",
        lesson.stock
    );
    assert!(
        !lesson.average.decision.verdict.changed(),
        "{:?}",
        lesson.average
    );
    assert!(
        matches!(lesson.moral, Moral::Luck | Moral::Unconfirmed),
        "{:?}",
        lesson.moral
    );
    assert!(
        lesson.spread.0 > 0.01 && lesson.spread.1 > 0.01,
        "{:?}",
        lesson.spread
    );
}
