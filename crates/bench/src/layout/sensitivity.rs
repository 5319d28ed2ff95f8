//! How much a family of links differs, beyond what running them does.

use super::study::{Arm, Family, Measured};
use crate::decide::scale::{deviation, median};
use crate::run::{Choice, Metric};

/// One build under one kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// The kernel.
    pub kernel: String,
    /// The build.
    pub build: String,
    /// The number of both, as in [`Measured`].
    pub place: (usize, usize),
    /// The standard deviation of one run (log scale).
    pub noise_sd: f64,
    /// Each family that was run.
    pub families: Vec<Spread>,
}

/// How much the links of one family differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Why they should.
    pub family: Family,
    /// Each link against the program as built (log scale, the median of its
    /// rounds; noise included), with its number.
    pub links: Vec<(u32, f64)>,
    /// The standard deviation between links (log scale), noise taken off.
    pub sd: f64,
    /// The chance that links without any difference look as different.
    pub p_value: f64,
}

/// A family "moves" the program when chance would look like it less often than
/// this. Several kernels and families are looked at, hence not 5 %.
pub const CERTAIN: f64 = 0.01;

/// Permutations: the smallest p value is one in a thousand.
const PERMUTATIONS: u32 = 999;

/// Seed of the permutations: the same figures give the same answer.
const SEED: u64 = 0x006c_6179_6f75_7473;

/// Variance of the median of normal values over that of their mean.
const MEDIAN_LOSS: f64 = std::f64::consts::FRAC_PI_2;

impl Sensitivity {
    /// What was measured of a family.
    pub fn family(&self, family: Family) -> Option<&Spread> {
        self.families.iter().find(|spread| spread.family == family)
    }
}

impl Spread {
    /// Do the links differ, by more than the noise of their runs explains?
    pub fn moves(&self) -> bool {
        self.p_value <= CERTAIN && self.sd > 0.0
    }

    /// The links with the least and the most time.
    pub fn ends(&self) -> Option<((u32, f64), (u32, f64))> {
        let by_time = |a: &&(u32, f64), b: &&(u32, f64)| a.1.total_cmp(&b.1);
        let fastest = self.links.iter().min_by(by_time)?;
        let slowest = self.links.iter().max_by(by_time)?;
        Some((*fastest, *slowest))
    }
}

/// Which metric decides, from all that was measured.
pub fn choose(measured: &Measured, asked: Option<Metric>) -> Choice {
    let rounds = measured.kernels.iter().flat_map(|(_, rounds)| rounds);
    Choice::from(rounds.flatten(), asked)
}

/// Every kernel and build that has two whole rounds.
pub fn all(measured: &Measured, metric: Metric) -> Vec<Sensitivity> {
    let builds = 0..measured.builds.len();
    (0..measured.kernels.len())
        .flat_map(|kernel| builds.clone().map(move |build| (kernel, build)))
        .filter_map(|place| of(measured, place, metric))
        .collect()
}

fn of(measured: &Measured, place: (usize, usize), metric: Metric) -> Option<Sensitivity> {
    let (kernel, rounds) = &measured.kernels[place.0];
    if rounds.len() < 2 {
        return None;
    }
    let logs: Vec<Vec<f64>> = rounds
        .iter()
        .map(|round| round.iter().map(|o| metric.of(o).max(1.0).ln()).collect())
        .collect();
    let arms: Vec<(usize, &Arm)> = measured
        .arms
        .iter()
        .enumerate()
        .filter(|(_, arm)| arm.build == place.1)
        .collect();
    let table = Table::of(&logs, &arms);
    let stock = table.stock();
    let families = [Family::Same, Family::Orders, Family::DeadCode];
    Some(Sensitivity {
        kernel: kernel.clone(),
        build: measured.builds[place.1].clone(),
        place,
        noise_sd: table.noise_sd(),
        families: families
            .into_iter()
            .filter_map(|family| table.spread(family, stock))
            .collect(),
    })
}

/// The log times of one build's arms, what a whole round has in common taken
/// off.
struct Table<'a> {
    arms: Vec<&'a Arm>,
    /// By arm, then by round.
    values: Vec<Vec<f64>>,
}

impl<'a> Table<'a> {
    fn of(rounds: &[Vec<f64>], arms: &[(usize, &'a Arm)]) -> Table<'a> {
        let common: Vec<f64> = rounds
            .iter()
            .map(|round| median(arms.iter().map(|(place, _)| round[*place]).collect()))
            .collect();
        let of_arm = |&(place, _): &(usize, &Arm)| {
            let rounds = rounds.iter().zip(&common);
            rounds
                .map(|(round, common)| round[place] - common)
                .collect()
        };
        Table {
            arms: arms.iter().map(|(_, arm)| *arm).collect(),
            values: arms.iter().map(of_arm).collect(),
        }
    }

    /// Where the program as built lies; without one, the middle of all links.
    fn stock(&self) -> f64 {
        let same = self.family(Family::Same);
        let centers: Vec<f64> = same.iter().map(|(_, values)| center(values)).collect();
        if centers.is_empty() {
            0.0
        } else {
            median(centers)
        }
    }

    /// What is left of every run when its arm's center is taken off; an arm of
    /// n rounds has n - 1 of its variance left.
    fn noise_sd(&self) -> f64 {
        let residuals: Vec<f64> = self
            .values
            .iter()
            .flat_map(|values| {
                let center = mean(values);
                values.iter().map(move |value| value - center)
            })
            .collect();
        let rounds = self.values.first().map_or(2, Vec::len) as f64;
        deviation(&residuals) * (rounds / (rounds - 1.0)).sqrt()
    }

    fn family(&self, family: Family) -> Vec<(u32, &Vec<f64>)> {
        let arms = self.arms.iter().zip(&self.values);
        arms.filter(|(arm, _)| arm.family == family)
            .map(|(arm, values)| (arm.number, values))
            .collect()
    }

    fn spread(&self, family: Family, stock: f64) -> Option<Spread> {
        let members = self.family(family);
        if members.len() < 2 {
            return None;
        }
        let values: Vec<Vec<f64>> = members
            .iter()
            .map(|(_, values)| (*values).clone())
            .collect();
        let rounds = values[0].len() as f64;
        let seen = variance_of_centers(&values);
        let by_chance = MEDIAN_LOSS * self.noise_sd().powi(2) / rounds;
        let links = members
            .iter()
            .map(|(number, values)| (*number, center(values) - stock));
        Some(Spread {
            family,
            links: links.collect(),
            sd: (seen - by_chance).max(0.0).sqrt(),
            p_value: p_value(values, seen),
        })
    }
}

/// How often the same values, dealt anew to the links within every round, differ
/// as much. The order within a round was random, so without a difference every
/// deal was as likely.
fn p_value(mut values: Vec<Vec<f64>>, seen: f64) -> f64 {
    let mut random = fastrand::Rng::with_seed(SEED);
    let reached = (0..PERMUTATIONS).filter(|_| {
        for round in 0..values[0].len() {
            for last in (1..values.len()).rev() {
                let other = random.usize(..=last);
                let swapped = values[last][round];
                values[last][round] = values[other][round];
                values[other][round] = swapped;
            }
        }
        variance_of_centers(&values) >= seen
    });
    (reached.count() as f64 + 1.0) / (f64::from(PERMUTATIONS) + 1.0)
}

fn variance_of_centers(values: &[Vec<f64>]) -> f64 {
    let centers: Vec<f64> = values.iter().map(|values| center(values)).collect();
    let mean = mean(&centers);
    centers
        .iter()
        .map(|center| (center - mean).powi(2))
        .sum::<f64>()
        / (centers.len() - 1) as f64
}

/// The median of a link's rounds.
fn center(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2])
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Observation;

    /// Links whose true log times are given, run `rounds` times with noise.
    fn measured(links: &[(Family, f64)], rounds: usize, noise: f64, seed: u64) -> Measured {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut normal = move || (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
        let arms = (1..).zip(links).map(|(number, (family, _))| Arm {
            build: 0,
            family: *family,
            number,
        });
        let mut round = |drift: f64| {
            let run = |(_, log): &(Family, f64)| Observation {
                user_ns: (1e9 * (log + drift + noise * normal()).exp()) as u64,
                ..Observation::default()
            };
            links.iter().map(run).collect()
        };
        let rounds = (0..rounds).map(|i| round(0.3 * i as f64)).collect();
        Measured {
            builds: vec!["a".to_owned()],
            arms: arms.collect(),
            kernels: vec![("command".to_owned(), rounds)],
        }
    }

    fn links(orders: &[f64]) -> Vec<(Family, f64)> {
        let same = [(Family::Same, 0.0); 4].into_iter();
        same.chain(orders.iter().map(|log| (Family::Orders, *log)))
            .collect()
    }

    fn orders(measured: &Measured) -> Spread {
        let all = all(measured, Metric::Cpu);
        all[0].families[1].clone()
    }

    #[test]
    fn orders_that_differ_are_told_from_noise_under_drift() {
        let logs: Vec<f64> = (0..12).map(|i| 0.01 * f64::from(i)).collect();
        let spread = orders(&measured(&links(&logs), 9, 0.01, 1));
        assert!(spread.moves(), "{spread:?}");
        // The standard deviation of 0, 1, ... 11 is 3.6.
        assert!((0.028..0.044).contains(&spread.sd), "{}", spread.sd);
        let ((fastest, _), (slowest, log)) = spread.ends().unwrap();
        assert!(fastest <= 6 && slowest >= 15, "{fastest} {slowest}");
        assert!((log - 0.11).abs() < 0.03, "{log}");
    }

    #[test]
    fn orders_that_do_not_differ_are_rarely_accused() {
        let moved = (0..100).filter(|&seed| {
            let spread = orders(&measured(&links(&[0.0; 12]), 5, 0.03, seed));
            spread.moves()
        });
        let moved = moved.count();
        assert!(moved <= 5, "{moved} of 100 at a level of 1 %");
    }
}
