//! What the stock builds and the layouts teach together.

use super::layouts::is_stock;
use crate::decide::Verdict;
use crate::session::{Comparison, Summary};

/// A comparison of the stock builds beside that of their layouts, for one
/// kernel and one side.
#[derive(Clone, Copy, Debug)]
pub struct Lesson<'a> {
    /// The programs as they are built.
    pub stock: &'a Comparison,
    /// The average over layouts.
    pub average: &'a Comparison,
    /// The standard deviation of each side's layouts (log scale).
    pub spread: (f64, f64),
    /// What follows.
    pub moral: Moral,
}

/// What follows from three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moral {
    /// The layouts differ as the builds do, or both do not.
    Agree,
    /// The builds differ; over layouts there is no difference.
    Luck,
    /// The builds differ; the layouts do not confirm it.
    Unconfirmed,
    /// The builds say the opposite of what the layouts say.
    Reversed,
    /// The builds hide a difference that the layouts have.
    Hidden,
}

impl Moral {
    fn of(stock: Verdict, average: Verdict) -> Moral {
        use Verdict::{Faster, Same, Slower, Undecided};
        match (stock, average) {
            (Faster | Slower, Same) => Moral::Luck,
            (Faster | Slower, Undecided) => Moral::Unconfirmed,
            (Faster, Slower) | (Slower, Faster) => Moral::Reversed,
            (Same, Faster | Slower) => Moral::Hidden,
            (Faster, Faster) | (Slower, Slower) | (Undecided, _) | (Same, Same | Undecided) => {
                Moral::Agree
            }
        }
    }
}

impl<'a> Lesson<'a> {
    /// Every comparison whose layouts' spread is known, beside its stock pair.
    pub fn all(summary: &'a Summary) -> impl Iterator<Item = Lesson<'a>> {
        let averages = summary.comparisons.iter().enumerate();
        averages.filter_map(|(place, average)| {
            let earlier = summary.comparisons[..place].iter().rev();
            let stock = earlier
                .filter(|c| is_stock(&c.kernel))
                .find(|c| c.b == average.b)?;
            Some(Lesson {
                stock,
                average,
                spread: average.layout_sd?,
                moral: Moral::of(stock.decision.verdict, average.decision.verdict),
            })
        })
    }

    /// Is what the stock builds differ by smaller than what link order does to
    /// either build?
    pub fn is_within_layouts(&self) -> bool {
        let (a, b) = self.spread;
        let effect = self.stock.decision.effect;
        effect.is_some_and(|effect| effect.log_ratio.abs() < a.min(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_the_builds_alone_is_luck() {
        use Verdict::{Faster, Same, Slower, Undecided};
        let cases = [
            ((Slower, Same), Moral::Luck),
            ((Slower, Undecided), Moral::Unconfirmed),
            ((Slower, Faster), Moral::Reversed),
            ((Same, Faster), Moral::Hidden),
            ((Slower, Slower), Moral::Agree),
            ((Undecided, Slower), Moral::Agree),
        ];
        for ((stock, average), moral) in cases {
            assert_eq!(Moral::of(stock, average), moral, "{stock:?} {average:?}");
        }
    }
}
