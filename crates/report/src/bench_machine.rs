//! What the machine does to measurements, as a list.

use std::fmt::Write;

use keelback_bench::machine::Fact;
use unicode_width::UnicodeWidthStr;

/// One line per fact; those that mean something say what.
pub fn list(facts: &[Fact]) -> String {
    let names = facts
        .iter()
        .map(|fact| fact.name.width())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for fact in facts {
        let pad = " ".repeat(names - fact.name.width());
        let _ = write!(text, "{}{pad}  {}", fact.name, fact.value);
        if !fact.means.is_empty() {
            let _ = write!(text, "\n{}  -> {}", " ".repeat(names), fact.means);
        }
        text.push('\n');
    }
    text
}
