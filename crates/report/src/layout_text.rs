//! How sensitive builds are to layout, on the terminal.

use std::fmt::Write;

use keelback_bench::decide::effect::percent;
use keelback_bench::layout::hot::{Difference, HotFunction};
use keelback_bench::layout::{Answer, Family, Hot, Sensitivity, Spread};
use unicode_width::UnicodeWidthStr;

use crate::bench_words::name;

/// One block per kernel and build, then one sentence per build and family.
pub fn results(answer: &Answer) -> String {
    let mut text = String::new();
    let width = labels(answer).iter().map(|label| label.width()).max();
    for (sensitivity, label) in answer.sensitivities.iter().zip(labels(answer)) {
        rows(&mut text, sensitivity, &label, width.unwrap_or(0));
    }
    for build in &answer.measured.builds {
        for family in [Family::Orders, Family::DeadCode] {
            text.extend(sentence(answer, build, family));
        }
    }
    for hot in &answer.hot {
        self::hot(&mut text, hot);
    }
    if answer.is_void() {
        text.push_str("the same file differs from itself: this study is void\n");
    }
    text
}

/// The functions that are certain to differ, or that none is.
fn hot(text: &mut String, hot: &Hot) {
    let kernel = match hot.kernel.as_str() {
        "command" => String::new(),
        kernel => format!("{kernel}, "),
    };
    let _ = writeln!(
        text,
        "{kernel}{}: order {} against order {}, sampled anew: {} user time",
        hot.build,
        hot.links.1.number,
        hot.links.0.number,
        points(&hot.all, "%")
    );
    let certain: Vec<&HotFunction> = hot
        .functions
        .iter()
        .filter(|function| function.change.is_certain())
        .collect();
    if certain.is_empty() {
        text.push_str("  no single function is certain to differ\n");
    }
    for function in certain {
        let _ = writeln!(
            text,
            "  {:<40} {:4.1} % of it  {}",
            function.name,
            100.0 * function.share,
            points(&function.change, "points")
        );
    }
}

fn points(difference: &Difference, unit: &str) -> String {
    let Difference { center, low, high } = difference;
    let center = format!("{:+.1} {unit}", 100.0 * center);
    if low.is_finite() && high.is_finite() {
        format!("{center} [{:+.1}, {:+.1}]", 100.0 * low, 100.0 * high)
    } else {
        center
    }
}

/// How the figures came about.
pub fn remarks(answer: &Answer) -> Vec<String> {
    let mut remarks = answer.warnings.clone();
    remarks.push(format!(
        "{} decides; every link ran {} times, each time as a new copy; \
         standard deviations are between links, the noise of a run taken off",
        name(answer.metric.metric),
        answer.size.rounds
    ));
    remarks
}

/// What distinguishes the blocks: the kernel, the build, or both.
fn labels(answer: &Answer) -> Vec<String> {
    let several_builds = answer.measured.builds.len() > 1;
    let of = |s: &Sensitivity| match (s.kernel.as_str(), several_builds) {
        ("command", _) => s.build.clone(),
        (kernel, false) => kernel.to_owned(),
        (kernel, true) => format!("{kernel}, {}", s.build),
    };
    answer.sensitivities.iter().map(of).collect()
}

fn rows(text: &mut String, sensitivity: &Sensitivity, label: &str, width: usize) {
    for (row, spread) in sensitivity.families.iter().enumerate() {
        let label = if row == 0 { label } else { "" };
        let pad = " ".repeat(width - label.width());
        let _ = writeln!(text, "{label}{pad}  {}", line(spread));
    }
}

fn line(spread: &Spread) -> String {
    let what = match spread.family {
        Family::Same => format!("the same file {} times", spread.links.len()),
        Family::Orders => format!("{} link orders", spread.links.len()),
        Family::DeadCode => format!("{} amounts of dead code", spread.links.len()),
    };
    let range = spread
        .ends()
        .map_or_else(String::new, |((_, low), (_, high))| {
            format!("{:+.1} .. {:+.1} %", percent(low), percent(high))
        });
    let said = match (spread.moves(), spread.family) {
        (true, Family::Same) => "differs from itself",
        (true, _) => "they differ",
        (false, _) => "no difference seen",
    };
    let sd = format!("sd {:.1} %", 100.0 * spread.sd);
    format!(
        "{what:<24} {sd:<9} {range:<17} {said} (p {:.3})",
        spread.p_value
    )
}

fn sentence(answer: &Answer, build: &str, family: Family) -> Option<String> {
    let measured = answer
        .sensitivities
        .iter()
        .any(|s| s.family(family).is_some());
    let what = match family {
        Family::Orders => "link order alone",
        Family::DeadCode => "code that is never called",
        Family::Same => return None,
    };
    match answer.most_moved(build, family) {
        Some((sensitivity, spread)) => {
            let of = match sensitivity.kernel.as_str() {
                "command" => String::new(),
                kernel => format!(" ({kernel})"),
            };
            let sd = 100.0 * spread.sd;
            Some(format!("{what} moves {build} by up to {sd:.1} %{of}\n"))
        }
        None if measured => Some(format!("{what} was not seen to move {build}\n")),
        None => None,
    }
}
