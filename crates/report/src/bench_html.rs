//! A comparison as a page: one file, no script, nothing from elsewhere.

use std::fmt::Write;

use keelback_bench::session::{Comparison, Outcome};

use crate::bench_svg::picture;
use crate::bench_text::{below, remarks};
use crate::bench_words::{change, figure, label, name, remark, verdict, word};
use crate::markup::escaped;

/// Readable in both colour schemes; the picture keeps its white ground.
const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.3rem .7rem;border-bottom:1px solid #8886}
td.n,th.n{text-align:right;white-space:nowrap}
.faster{color:#1a7f37}.slower{color:#c0362c}.undecided{color:#9a6700}
@media(prefers-color-scheme:dark){.faster{color:#3fb950}.slower{color:#ff7b72}.undecided{color:#d29922}}
strong{font-weight:600}figure{margin:1rem 0}svg{max-width:100%;border-radius:4px}
pre{overflow-x:auto;font-size:13px}.void{border-left:4px solid #c0362c;padding-left:.8rem}
footer,figcaption{opacity:.75;font-size:13px}";

/// The page. `explained` are texts about recorded runs, if any were made.
pub fn page(outcome: &Outcome, explained: &[String]) -> String {
    let title = escaped(&format!("{} compared", sides(outcome)));
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n"
    );
    void(&mut html, outcome);
    comparisons(&mut html, outcome);
    for line in below(outcome).lines() {
        let _ = writeln!(html, "<p>{}</p>", escaped(line));
    }
    let _ = writeln!(
        html,
        "<figure>{}<figcaption>Each dot is a pair: how much longer the second side took than the first. \
         Red: the estimate with its interval. The band is what counts as the same.</figcaption></figure>",
        picture(outcome)
    );
    if let [one] = outcome.summary.comparisons.as_slice() {
        beside(&mut html, one);
    }
    for text in explained {
        let _ = writeln!(html, "<pre>{}</pre>", escaped(text));
    }
    notes(&mut html, outcome);
    html.push_str("</body></html>\n");
    html
}

/// `A and B`, `A, B and C`.
fn sides(outcome: &Outcome) -> String {
    match outcome.recording.sides.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

/// What nobody may overlook.
fn void(html: &mut String, outcome: &Outcome) {
    if outcome.summary.is_void() {
        let _ = writeln!(
            html,
            "<p class=\"void\"><strong>This session is void:</strong> {} differs from itself.</p>",
            escaped(&outcome.recording.sides[0])
        );
    }
}

fn comparisons(html: &mut String, outcome: &Outcome) {
    let sides = outcome.recording.sides.len();
    html.push_str(
        "<table><thead><tr><th>comparison<th class=\"n\">A<th class=\"n\">B<th class=\"n\">change<th>verdict<th></tr></thead><tbody>\n",
    );
    for comparison in &outcome.summary.comparisons {
        let metric = comparison.metric.metric;
        let effect = comparison.decision.effect.as_ref().map(change);
        let _ = writeln!(
            html,
            "<tr><td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td><strong class=\"{}\">{}</strong><td>{}</tr>",
            escaped(&label(comparison, sides)),
            figure(metric, comparison.medians.0),
            figure(metric, comparison.medians.1),
            effect.unwrap_or_default(),
            word(comparison.decision.verdict),
            verdict(&comparison.decision, &outcome.rule),
            escaped(&remark(comparison)),
        );
    }
    html.push_str("</tbody></table>\n");
}

/// The other metrics of the only comparison.
fn beside(html: &mut String, comparison: &Comparison) {
    html.push_str("<table><thead><tr><th>beside<th class=\"n\">A<th class=\"n\">B<th class=\"n\">change</tr></thead><tbody>\n");
    for beside in &comparison.beside {
        let _ = writeln!(
            html,
            "<tr><td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}</tr>",
            name(beside.metric),
            figure(beside.metric, beside.medians.0),
            figure(beside.metric, beside.medians.1),
            change(&beside.effect)
        );
    }
    html.push_str("</tbody></table>\n");
}

/// How the results came about, and on what machine.
fn notes(html: &mut String, outcome: &Outcome) {
    html.push_str("<footer>");
    for remark in remarks(outcome) {
        let _ = writeln!(html, "<p>{}</p>", escaped(&remark));
    }
    html.push_str("<details><summary>The machine</summary><table>\n");
    for fact in &outcome.machine {
        let _ = writeln!(
            html,
            "<tr><td>{}<td>{}<td>{}</tr>",
            escaped(fact.name),
            escaped(&fact.value),
            escaped(fact.means)
        );
    }
    html.push_str("</table></details></footer>\n");
}
