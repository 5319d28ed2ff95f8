//! Findings: one paragraph each, its evidence, the next command.

use keelback_analysis::words::{duration, grouped, percent};
use keelback_analysis::{Fact, Finding, Severity, Value};

use super::frame::wrap;
use crate::style::{Role, Style};

/// All findings, or one line that there are none.
pub(super) fn findings(found: &[Finding], style: &Style) -> String {
    let heading = style.paint(Role::Heading, "Findings");
    if found.is_empty() {
        return format!("\n{heading}\n  nothing stands out\n");
    }
    let found: String = found
        .iter()
        .enumerate()
        .map(|(index, finding)| one(index + 1, finding, style))
        .collect();
    format!("\n{heading}\n{found}")
}

fn one(number: usize, finding: &Finding, style: &Style) -> String {
    let severity = style.paint(role_of(finding.severity), finding.severity.name());
    let id = style.paint(Role::Dim, finding.id);
    let mut text = format!("  {number}. {severity} · {id}\n");
    text += &wrap(&finding.text, "     ", style.columns());
    let evidence = evidence(&finding.evidence);
    if !evidence.is_empty() {
        let lines = wrap(&evidence, "     ", style.columns());
        text += &style.paint(Role::Dim, &lines);
    }
    if !finding.next.is_empty() {
        let next = style.paint(Role::Command, &finding.next);
        text += &format!("     next: {next}\n");
    }
    text
}

fn role_of(severity: Severity) -> Role {
    match severity {
        Severity::Note => Role::Plain,
        Severity::Warning => Role::Warning,
        Severity::Serious => Role::Serious,
    }
}

/// Figures only: names and lines are in the sentence already.
fn evidence(facts: &[Fact]) -> String {
    let facts: Vec<_> = facts.iter().filter_map(figure).collect();
    facts.join(" · ")
}

fn figure(fact: &Fact) -> Option<String> {
    let value = match &fact.value {
        Value::Text(_) => return None,
        Value::Count(count) => grouped(*count),
        Value::Nanos(ns) => duration(*ns),
        Value::Share(share) => percent(*share),
    };
    let key = fact.key;
    let key = key.strip_suffix("_ns").unwrap_or(key);
    Some(format!("{} {value}", key.replace('_', " ")))
}
