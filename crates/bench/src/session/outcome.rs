//! A session from its rules to its end, for whoever reports it.

use super::play::End;
use super::recording::Recording;
use super::summary::Summary;
use crate::decide::Rule;
use crate::run::Placement;

/// All that is known when a session is over.
#[derive(Debug)]
pub struct Outcome {
    /// What was measured.
    pub recording: Recording,
    /// What follows from it.
    pub summary: Summary,
    /// How it was decided.
    pub rule: Rule,
    /// Why it ended.
    pub end: End,
    /// How the programs' pages were drawn anew.
    pub placement: Placement,
    /// What a reader should know, in sentences.
    pub warnings: Vec<String>,
}

impl Outcome {
    /// Is any side slower than the first, in a session that proves something?
    pub fn has_slower(&self) -> bool {
        use crate::decide::Verdict::Slower;
        let mut comparisons = self.summary.comparisons.iter();
        !self.summary.is_void()
            && comparisons.any(|comparison| comparison.decision.verdict == Slower)
    }
}
