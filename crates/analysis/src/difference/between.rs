//! Two runs side by side, and the first once more.

use std::collections::BTreeSet;

use super::traced::{Figure, Subject, Traced};

/// What two runs do differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// In the order of [`Subject::ALL`]; those that both recordings know.
    pub rows: Vec<Row>,
    /// Events that one of the recordings lost: its counts are too small.
    pub lost: u64,
}

/// One subject in both runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is counted.
    pub subject: Subject,
    /// In A, in B, and in A again.
    pub counts: [u64; 3],
    /// Do the programs differ, beyond what A differs from itself?
    pub differs: bool,
    /// Its parts that differ beyond that, the largest difference first.
    pub parts: Vec<Part>,
}

/// A system call, an error, a module, a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// In A, in B, and in A again.
    pub counts: [u64; 3],
}

impl Difference {
    /// From A to B, where `again` is another run of A.
    pub fn between(a: &Traced, b: &Traced, again: &Traced) -> Difference {
        let all = [a, b, again];
        let rows = Subject::ALL.into_iter().filter_map(|subject| {
            let [a, b, again] = all.map(|run| run.figures.get(&subject));
            Some(row(subject, [a?, b?, again?]))
        });
        let losses = all.iter().flat_map(|run| &run.facts.losses);
        Difference {
            rows: rows.collect(),
            lost: losses.map(|loss| loss.count).sum(),
        }
    }

    /// The rows that differ.
    pub fn differing(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.differs)
    }
}

fn row(subject: Subject, figures: [&Figure; 3]) -> Row {
    let parts = parts(subject, figures);
    let counts = figures.map(|figure| figure.total);
    Row {
        subject,
        // As many calls in all may still be others.
        differs: differs(subject, counts) || !subject.is_noisy() && !parts.is_empty(),
        counts,
        parts,
    }
}

fn parts(subject: Subject, figures: [&Figure; 3]) -> Vec<Part> {
    let names: BTreeSet<&String> = figures.iter().flat_map(|it| it.parts.keys()).collect();
    let mut parts: Vec<Part> = names
        .into_iter()
        .map(|name| Part {
            counts: figures.map(|figure| figure.parts.get(name).copied().unwrap_or(0)),
            name: name.clone(),
        })
        .filter(|part| differs(subject, part.counts))
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.counts[0].abs_diff(part.counts[1])));
    parts
}

/// Of noisy subjects less than this share of A is chance.
const NOISE: f64 = 0.1;

/// ... and so are times below this, nanoseconds.
const LEAST_NS: u64 = 50_000;

/// Is B further from A than A is from itself?
fn differs(subject: Subject, [a, b, again]: [u64; 3]) -> bool {
    let (apart, chance) = (a.abs_diff(b), a.abs_diff(again));
    if !subject.is_noisy() {
        return apart > chance;
    }
    let least = match subject.is_time() {
        true => LEAST_NS,
        false => 0,
    };
    apart > 2 * chance && apart > least && apart as f64 > NOISE * a.max(b) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(calls: &[(&str, u64)], faults: u64) -> Traced {
        let parts = calls
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        let calls = Figure {
            total: calls.iter().map(|(_, count)| count).sum(),
            parts: parts.collect(),
        };
        let faults = Figure {
            total: faults,
            ..Figure::default()
        };
        Traced {
            figures: [(Subject::Calls, calls), (Subject::Faults, faults)].into(),
            ..Traced::default()
        }
    }

    fn told(a: &Traced, b: &Traced, again: &Traced) -> Vec<(Subject, [u64; 3], Vec<String>)> {
        let difference = Difference::between(a, b, again);
        let rows = difference.differing();
        rows.map(|row| {
            let names = row.parts.iter().map(|part| part.name.clone());
            (row.subject, row.counts, names.collect())
        })
        .collect()
    }

    #[test]
    fn the_larger_difference_comes_first() {
        let a = run(&[("read", 10), ("openat", 5), ("close", 5)], 100);
        let b = run(&[("read", 12), ("openat", 9), ("close", 5)], 104);
        let rows = told(&a, &b, &a);
        assert_eq!(
            rows,
            [(
                Subject::Calls,
                [20, 26, 20],
                vec!["openat".to_owned(), "read".to_owned()]
            )],
            "four faults more are chance"
        );
    }

    #[test]
    fn what_a_does_differently_by_itself_is_no_difference() {
        let a = run(&[("futex", 30)], 100);
        let b = run(&[("futex", 41)], 400);
        let again = run(&[("futex", 44)], 390);
        assert!(told(&a, &b, &again).is_empty());
    }

    #[test]
    fn as_many_calls_may_be_others() {
        let a = run(&[("stat", 7)], 1);
        let b = run(&[("lstat", 7)], 1);
        let rows = told(&a, &b, &a);
        assert_eq!(rows[0].2, ["lstat", "stat"]);
    }
}
