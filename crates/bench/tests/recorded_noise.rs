//! What the decision costs and finds on noise recorded on a busy machine.
//!
//! Windows of consecutive processes stand for sessions: neighbours are paired,
//! and a coin says which of the two was A, as a random order would have done.
//! A true effect is put in by scaling B.
//!
//! How the looks spend their error is a choice, and a choice made on the data
//! that praises it proves nothing. So each recording is cut in two: the choice is
//! made on one half (and must be what `Spending::default` says), the goals are
//! held on the other, which it has not seen. `cargo test -p keelback-bench --test
//! recorded_noise -- --nocapture` prints every figure.

use keelback_bench::decide::{Looks, Rule, Spending, Verdict};

const ONE_BUILD: &str = include_str!("data/one_build.tsv");
const LINK_ORDERS: &str = include_str!("data/link_orders.tsv");

/// True effects, and how many sessions are simulated with each: many where the
/// figure is a goal, fewer where it is only shown.
const EFFECTS: [(f64, usize); 5] = [
    (0.0, 1_500),
    (0.02, 1_500),
    (-0.02, 1_500),
    (0.01, 300),
    (0.03, 300),
];

/// One kernel's CPU times, logarithms, in the order measured.
struct Series {
    kernel: String,
    logs: Vec<f64>,
}

/// Processes that stay together when a recording is cut in two.
const BLOCK: usize = 20;

impl Series {
    /// Every second block: both halves see the machine's quiet and busy times.
    fn half(&self, which: usize) -> Vec<f64> {
        let blocks = self.logs.chunks(BLOCK).skip(which).step_by(2);
        blocks.flatten().copied().collect()
    }

    /// What choices are made on.
    fn to_choose(&self) -> Vec<f64> {
        self.half(0)
    }

    /// What they are judged by.
    fn to_judge(&self) -> Vec<f64> {
        self.half(1)
    }
}

fn series(table: &str) -> Vec<Series> {
    let mut lines = table.lines().filter(|line| !line.starts_with('#'));
    let kernels: Vec<&str> = lines.next().unwrap().split('\t').skip(2).collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    kernels
        .iter()
        .enumerate()
        .map(|(k, kernel)| Series {
            kernel: (*kernel).to_owned(),
            logs: rows
                .iter()
                .map(|row| row[k + 2].parse::<f64>().unwrap().ln())
                .collect(),
        })
        .collect()
}

/// How many sessions ended how.
#[derive(Default)]
struct Tally {
    faster: usize,
    slower: usize,
    same: usize,
    all: usize,
    pairs: usize,
}

impl Tally {
    fn add(&mut self, verdict: Verdict, pairs: usize) {
        match verdict {
            Verdict::Faster => self.faster += 1,
            Verdict::Slower => self.slower += 1,
            Verdict::Same => self.same += 1,
            Verdict::Undecided => {}
        }
        self.all += 1;
        self.pairs += pairs;
    }

    fn percent(&self, sessions: usize) -> f64 {
        100.0 * sessions as f64 / self.all as f64
    }
}

/// Pairs of a session.
const PAIRS: usize = 80;

/// Log ratios of one session, with a coin for which of two neighbours was A.
///
/// A window of consecutive processes where enough were recorded; else pairs of
/// neighbours, drawn one by one.
fn session(logs: &[f64], effect: f64, random: &mut fastrand::Rng) -> Vec<f64> {
    let pair = |first: usize, random: &mut fastrand::Rng| {
        let ratio = logs[first + 1] - logs[first];
        effect.ln_1p() + if random.bool() { ratio } else { -ratio }
    };
    match logs.len().checked_sub(2 * PAIRS) {
        Some(room) => {
            let start = random.usize(..=room);
            (0..PAIRS)
                .map(|number| pair(start + 2 * number, random))
                .collect()
        }
        None => (0..PAIRS)
            .map(|_| {
                let number = random.usize(..logs.len() / 2);
                pair(2 * number, random)
            })
            .collect(),
    }
}

fn sessions(rule: &Rule, logs: &[f64], effect: f64, trials: usize) -> Tally {
    let mut random = fastrand::Rng::with_seed(7);
    let mut tally = Tally::default();
    for _ in 0..trials {
        let decision = rule.decide(&session(logs, effect, &mut random));
        tally.add(decision.verdict, decision.pairs);
    }
    tally
}

#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
fn print(kernel: &str, effect: f64, tally: &Tally) {
    println!(
        "{kernel:<12} true {:+.0} %: faster {:5.1} %  slower {:5.1} %  same {:5.1} %  mean {:4.1} pairs",
        100.0 * effect,
        tally.percent(tally.faster),
        tally.percent(tally.slower),
        tally.percent(tally.same),
        tally.pairs as f64 / tally.all as f64,
    );
}

/// Prints a line per effect and holds the figures against the goals.
fn check(series: &Series, most_wrong: f64) {
    for (effect, trials) in EFFECTS {
        let tally = sessions(&Rule::default(), &series.to_judge(), effect, trials);
        print(&series.kernel, effect, &tally);
        let kernel = &series.kernel;
        if effect == 0.0 {
            let wrong = tally.percent(tally.faster + tally.slower);
            assert!(wrong <= most_wrong, "{kernel}: wrong in {wrong:.1} %");
        } else if effect.abs() >= 0.02 {
            let right = if effect > 0.0 {
                tally.slower
            } else {
                tally.faster
            };
            let found = tally.percent(right);
            assert!(found >= 90.0, "{kernel}: finds {effect} in {found:.1} %");
        }
    }
}

/// What a choice of spending does to sessions of a true 2 %.
struct Trial {
    spending: Spending,
    /// Share of them that find it, of the kernel with most noise, percent.
    worst: f64,
    /// Mean pairs of a session.
    pairs: f64,
}

fn trial(spending: Spending, all: &[Series]) -> Trial {
    let rule = Rule {
        looks: Looks::up_to(PAIRS).spending(spending),
        ..Rule::default()
    };
    let tallies: Vec<Tally> = all
        .iter()
        .map(|series| sessions(&rule, &series.to_choose(), 0.02, 400))
        .collect();
    let found = tallies.iter().map(|tally| tally.percent(tally.slower));
    let pairs: f64 = tallies
        .iter()
        .map(|it| it.pairs as f64 / it.all as f64)
        .sum();
    Trial {
        spending,
        worst: found.fold(100.0, f64::min),
        pairs: pairs / tallies.len() as f64,
    }
}

/// The choice: the fewest pairs among those that find 2 % nine times in ten on
/// every kernel.
#[test]
#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
fn what_is_spent_when_is_chosen_on_the_other_half() {
    let all: Vec<Series> = [ONE_BUILD, LINK_ORDERS]
        .into_iter()
        .flat_map(series)
        .collect();
    let powers = [0.5, 1.0, 1.5, 2.0, 3.0].into_iter();
    let choices = powers.flat_map(|power| [0.0, 0.1, 0.25].map(|kept| Spending { power, kept }));
    let trials: Vec<Trial> = choices.map(|spending| trial(spending, &all)).collect();
    for Trial {
        spending,
        worst,
        pairs,
    } in &trials
    {
        println!("{spending:?}: 2 % found in {worst:.1} % or more, {pairs:.1} pairs");
    }
    let good = trials.iter().filter(|trial| trial.worst >= 90.0);
    let best = good.min_by(|a, b| a.pairs.total_cmp(&b.pairs)).unwrap();
    assert_eq!(best.spending, Spending::default());
}

#[test]
fn one_build_against_itself() {
    for series in series(ONE_BUILD) {
        check(&series, 5.0);
    }
}

#[test]
fn a_new_link_order_for_every_process() {
    for series in series(LINK_ORDERS) {
        check(&series, 6.0);
    }
}
