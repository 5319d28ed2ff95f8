//! When the pairs are looked at, and how much error each look may spend.

/// Looks at the data after given numbers of pairs.
///
/// Each look spends a share of the allowed error. Whichever look stops the
/// session, the sum of what was spent bounds the chance of a false alarm (the
/// union bound): no assumption about how the looks depend on each other.
///
/// Early looks spend little. What they can find is large and needs no more;
/// small differences are found at the end or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// Numbers of pairs, ascending.
    sizes: Vec<usize>,
    spending: Spending,
}

/// How much of the error is spent by when.
///
/// The amount grows with a power of the share of pairs seen (the family of
/// K. Kim and D. DeMets, Biometrika 74, 1987), and some is kept for the last
/// look. Which power and how much is a choice that costs pairs and never
/// validity; `tests/recorded_noise.rs` makes it, on one half of what was
/// recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spending {
    /// The power of the share of pairs seen.
    pub power: f64,
    /// The share kept for the last look.
    pub kept: f64,
}

impl Default for Spending {
    fn default() -> Self {
        Spending {
            power: 1.0,
            kept: 0.25,
        }
    }
}

/// The looks of a session of 80 pairs; other lengths keep the proportions.
const EIGHTY: [usize; 6] = [10, 20, 30, 40, 60, 80];

/// Below this many pairs a session has a single look at its end: the share of
/// an early look would be too small to convince anybody.
const FEWEST_FOR_SEVERAL: usize = 20;

impl Looks {
    /// The looks of a session of at most `pairs` pairs.
    pub fn up_to(pairs: usize) -> Looks {
        if pairs < FEWEST_FOR_SEVERAL {
            return Looks::once(pairs);
        }
        let mut sizes: Vec<usize> = EIGHTY
            .iter()
            .map(|look| (look * pairs).div_ceil(80))
            .filter(|&look| look >= EIGHTY[0])
            .collect();
        sizes.dedup();
        Looks {
            sizes,
            spending: Spending::default(),
        }
    }

    /// A single look, after `pairs` pairs.
    pub fn once(pairs: usize) -> Looks {
        Looks {
            sizes: vec![pairs],
            spending: Spending::default(),
        }
    }

    /// The same looks, spending otherwise.
    pub fn spending(self, spending: Spending) -> Looks {
        Looks { spending, ..self }
    }

    /// The numbers of pairs, ascending.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The number of pairs at the last look.
    pub fn most(&self) -> usize {
        self.sizes.last().copied().unwrap_or(0)
    }

    /// Each look's number of pairs and share of the error; the shares sum to 1.
    pub fn shares(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let mut spent = 0.0;
        self.sizes.iter().map(move |&size| {
            let share = self.spent_by(size) - spent;
            spent += share;
            (size, share)
        })
    }

    fn spent_by(&self, size: usize) -> f64 {
        if size >= self.most() {
            return 1.0;
        }
        let Spending { power, kept } = self.spending;
        (1.0 - kept) * (size as f64 / self.most() as f64).powf(power)
    }

    /// The share that the last look spends.
    pub fn last_share(&self) -> f64 {
        self.shares().last().map_or(1.0, |(_, share)| share)
    }

    /// The first look after `pairs` pairs; `None` when all are over.
    pub fn next_after(&self, pairs: usize) -> Option<usize> {
        self.sizes.iter().copied().find(|&size| size > pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_keep_the_proportions() {
        assert_eq!(Looks::up_to(80).sizes(), EIGHTY);
        assert_eq!(Looks::up_to(160).sizes(), [20, 40, 60, 80, 120, 160]);
        assert_eq!(Looks::up_to(40).sizes(), [10, 15, 20, 30, 40]);
        assert_eq!(Looks::up_to(12).sizes(), [12]);
    }

    #[test]
    fn ten_pairs_that_agree_suffice_for_the_first_look() {
        let (pairs, share) = Looks::up_to(80).shares().next().unwrap();
        let all_on_one_side = 2.0 * 0.5f64.powi(pairs as i32);
        assert!(all_on_one_side <= 0.05 * share, "{share}");
    }

    #[test]
    fn shares_sum_to_one() {
        for pairs in [1, 6, 20, 33, 80, 1000] {
            let sum: f64 = Looks::up_to(pairs).shares().map(|(_, share)| share).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{pairs}: {sum}");
        }
    }
}
