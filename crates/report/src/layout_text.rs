//! How sensitive builds are to layout, on the terminal.

use std::fmt::Write;

use keelback_bench::decide::effect::percent;
use keelback_bench::layout::hot::{Difference, HotFunction};
use keelback_bench::layout::{Answer, Family, Hot, Sensitivity, Spread};
use unicode_width::UnicodeWidthStr;

use crate::bench_words::{name, signed};

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
            format!("{} .. {} %", signed(percent(low)), signed(percent(high)))
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
    let of_build = answer.sensitivities.iter().filter(|s| s.build == build);
    let noise = of_build
        .filter(|s| s.family(family).is_some())
        .map(|s| s.noise_sd)
        .reduce(f64::max)?;
    let what = match family {
        Family::Orders => "link order alone",
        Family::DeadCode => "code that is never called",
        Family::Same => return None,
    };
    Some(match answer.most_moved(build, family) {
        Some((sensitivity, spread)) => {
            let of = match sensitivity.kernel.as_str() {
                "command" => String::new(),
                kernel => format!(" ({kernel})"),
            };
            let sd = 100.0 * spread.sd;
            format!("{what} moves {build} by up to {sd:.1} %{of}\n")
        }
        None => format!(
            "{what} was not seen to move {build}; single runs vary by {:.1} %, more --rounds see smaller differences\n",
            100.0 * noise
        ),
    })
}

#[cfg(test)]
mod tests {
    use keelback_bench::layout::study::Arm;
    use keelback_bench::layout::{Measured, Size};
    use keelback_bench::run::{Metric, Observation};
    use keelback_bench::session::End;

    use super::*;

    /// Links of given log times, each run eight times with noise of a thousandth.
    fn answer(links: &[(Family, u32, f64)]) -> Answer {
        let arms = links.iter().map(|&(family, number, _)| Arm {
            build: 0,
            family,
            number,
        });
        let round = |round: usize| {
            let run = |(place, (_, _, log)): (usize, &(Family, u32, f64))| Observation {
                user_ns: (1e9 * (log + noise(round * links.len() + place)).exp()) as u64,
                ..Observation::default()
            };
            links.iter().enumerate().map(run).collect()
        };
        let measured = Measured {
            builds: vec!["build".to_owned()],
            arms: arms.collect(),
            kernels: vec![("json".to_owned(), (0..8).map(round).collect())],
        };
        let size = Size {
            copies: 2,
            orders: 4,
            rounds: 8,
        };
        Answer::of(measured, size, Some(Metric::Cpu), End::Decided, Vec::new())
    }

    /// Golden-ratio steps spread without chance.
    fn noise(place: usize) -> f64 {
        0.001 * ((place as f64 * 0.618_034).fract() - 0.5)
    }

    #[test]
    fn what_moves_a_build_is_told_from_what_does_not() {
        use Family::{DeadCode, Orders, Same};
        let answer = answer(&[
            (Same, 1, 0.0),
            (Same, 2, 0.0),
            (Orders, 1, -0.02),
            (Orders, 2, 0.0),
            (Orders, 3, 0.03),
            (Orders, 4, 0.05),
            (DeadCode, 1, 0.0),
            (DeadCode, 9, 0.0),
        ]);
        assert_eq!(
            results(&answer),
            "\
json  the same file 2 times    sd 0.0 %  +0.0 .. +0.0 %    no difference seen (p 0.040)
      4 link orders            sd 3.1 %  -2.0 .. +5.1 %    they differ (p 0.001)
      2 amounts of dead code   sd 0.0 %  -0.1 .. +0.0 %    no difference seen (p 0.048)
link order alone moves build by up to 3.1 % (json)
code that is never called was not seen to move build; single runs vary by 0.0 %, more --rounds see smaller differences
"
        );
    }
}
