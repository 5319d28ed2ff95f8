//! What two recorded runs do differently, for a terminal.

use keelback_analysis::difference::{Difference, Part, Row, Subject};
use keelback_analysis::words::{count, duration, grouped};

use super::table::{Align, Table, cell, plain};
use crate::style::{Role, Style};

/// Parts of a row beyond these are in `--json`.
const SHOWN: usize = 4;

/// The subjects that differ; a sentence if none does.
pub fn difference(difference: &Difference, (a, b): (&str, &str), style: &Style) -> String {
    let heading = format!("What {b} does differently, by one recorded run of each");
    let heading = style.paint(Role::Heading, &heading);
    let body = match difference.differing().next() {
        Some(_) => table(difference, (a, b), style),
        None => format!(
            "  nothing that a recording shows: as many system calls, imports and faults, as much waiting;\n  \
             what differs is the code that runs, or the memory it lies in\n{}",
            table(difference, (a, b), style)
        ),
    };
    let lost = match difference.lost {
        0 => String::new(),
        lost => format!(
            "  the recordings lack {}: counts may be too small\n",
            count(lost, "event")
        ),
    };
    format!("{heading}\n{body}{lost}")
}

fn table(difference: &Difference, (a, b): (&str, &str), style: &Style) -> String {
    use Align::{Flexible, Left, Right};
    let mut table = Table::new(&[Left, Right, Right, Right, Flexible]);
    table.head(&["", a, b, &format!("{a} again"), ""]);
    let differs = difference.differing().next().is_some();
    let rows = difference.rows.iter().filter(|row| row.differs == differs);
    for row in rows.filter(|row| row.counts != [0; 3]) {
        let [a, b, again] = row.counts.map(|it| figure(row.subject, it));
        table.row(vec![
            plain(row.subject.label()),
            plain(a),
            cell(Role::Kernel, b),
            cell(Role::Dim, again),
            plain(parts(row)),
        ]);
    }
    table.render(style)
}

/// `openat +60, read -3, 12 more`.
fn parts(row: &Row) -> String {
    let one = |part: &Part| match part.counts {
        // A module is there or not: a number would say nothing.
        [0, 1, _] if row.subject == Subject::Imports => format!("+{}", part.name),
        [1, 0, _] if row.subject == Subject::Imports => format!("-{}", part.name),
        counts => format!("{} {}", part.name, signed(row.subject, counts)),
    };
    let mut told: Vec<String> = row.parts.iter().take(SHOWN).map(one).collect();
    let more = row.parts.len().saturating_sub(SHOWN);
    if more > 0 {
        told.push(format!("{more} more"));
    }
    told.join(", ")
}

fn signed(subject: Subject, [a, b, _]: [u64; 3]) -> String {
    let sign = if b < a { "-" } else { "+" };
    format!("{sign}{}", figure(subject, a.abs_diff(b)))
}

fn figure(subject: Subject, value: u64) -> String {
    match subject.is_time() {
        true => duration(value),
        false => grouped(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: Subject, counts: [u64; 3], parts: &[(&str, [u64; 3])]) -> Row {
        Row {
            subject,
            counts,
            differs: counts[0] != counts[1],
            parts: parts
                .iter()
                .map(|(name, counts)| Part {
                    name: (*name).to_owned(),
                    counts: *counts,
                })
                .collect(),
        }
    }

    #[test]
    fn what_differs_stands_beside_what_is_chance() {
        let difference = Difference {
            rows: vec![
                row(
                    Subject::Calls,
                    [204, 270, 204],
                    &[("openat", [40, 100, 40]), ("read", [9, 15, 9])],
                ),
                row(Subject::GilTime, [0, 2_300_000, 0], &[]),
                row(Subject::Imports, [30, 31, 30], &[("json", [0, 1, 0])]),
                row(Subject::Faults, [900, 900, 905], &[]),
            ],
            lost: 0,
        };
        let told = super::difference(&difference, ("old", "new"), &Style::PLAIN);
        assert_eq!(
            told,
            "\
What new does differently, by one recorded run of each
                      old      new  old again
  system calls        204      270        204  openat +60, read +6
  time in GIL waits  0 ns  2.30 ms       0 ns
  imports              30       31         30  +json
"
        );
    }

    #[test]
    fn no_difference_is_said() {
        let difference = Difference {
            rows: vec![row(Subject::Calls, [204, 204, 204], &[])],
            lost: 3,
        };
        let told = super::difference(&difference, ("A", "B"), &Style::PLAIN);
        assert!(told.contains("nothing that a recording shows"), "{told}");
        assert!(told.contains("system calls  204  204"), "{told}");
        assert!(told.contains("lack 3 events"), "{told}");
    }
}
