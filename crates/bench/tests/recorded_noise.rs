//! What the decision costs and finds on noise recorded on a busy machine.
//!
//! Windows of consecutive processes stand for sessions: neighbours are paired,
//! and a coin says which of the two was A, as a random order would have done.
//! A true effect is put in by scaling B. `cargo test -p keelback-bench --test
//! recorded_noise -- --nocapture` prints every figure.

use keelback_bench::decide::{Rule, Verdict};

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

/// Log ratios of one session of 80 pairs, drawn from a random window.
fn session(logs: &[f64], effect: f64, random: &mut fastrand::Rng) -> Vec<f64> {
    let start = random.usize(..=logs.len() - 160);
    let mut pairs: Vec<f64> = logs[start..start + 160]
        .chunks_exact(2)
        .map(|pair| {
            if random.bool() {
                pair[1] - pair[0]
            } else {
                pair[0] - pair[1]
            }
        })
        .map(|log_ratio| log_ratio + effect.ln_1p())
        .collect();
    // Few windows fit into a short series: another order makes another session.
    if logs.len() < 400 {
        random.shuffle(&mut pairs);
    }
    pairs
}

fn sessions(logs: &[f64], effect: f64, trials: usize) -> Tally {
    let rule = Rule::default();
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
        let tally = sessions(&series.logs, effect, trials);
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
