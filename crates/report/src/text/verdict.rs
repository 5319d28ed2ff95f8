//! The verdict, top to bottom.

use keelback_analysis::Verdict;

use super::budget::budget;
use super::findings::findings;
use super::header::header;
use super::lines::{blocked, hot};
use super::threads::{processes, threads};
use crate::style::Style;

/// A recording's verdict.
pub fn verdict(verdict: &Verdict, style: &Style) -> String {
    [
        header(&verdict.facts, style),
        budget(verdict, style),
        processes(verdict, style),
        threads(verdict, style),
        blocked(verdict, style),
        hot(verdict, style),
        findings(&verdict.findings, style),
    ]
    .concat()
}
