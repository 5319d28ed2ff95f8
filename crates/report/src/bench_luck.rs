//! What layouts have to do with a difference, in sentences.

use std::fmt::Write;

use keelback_bench::layout::{Lesson, Moral};
use keelback_bench::session::{Comparison, Outcome};

use crate::bench_words::change;

/// The spread of the layouts, and what follows for the builds at hand.
pub(crate) fn lessons(text: &mut String, outcome: &Outcome) {
    let several = outcome.recording.kernels.len() > 2;
    for lesson in Lesson::all(&outcome.summary) {
        let about = if several {
            about(&lesson.average.kernel)
        } else {
            String::new()
        };
        let _ = writeln!(text, "{about}{}", spread(&lesson));
        for sentence in [moral(&lesson), size(&lesson)].into_iter().flatten() {
            let _ = writeln!(text, "{about}{sentence}");
        }
    }
}

/// `json: `, of `json, average over layouts`.
fn about(kernel: &str) -> String {
    let kernel = kernel.rsplit_once(", ").map_or(kernel, |(name, _)| name);
    format!("{kernel}: ")
}

fn spread(lesson: &Lesson) -> String {
    let Comparison { a, b, .. } = lesson.average;
    let (a_sd, b_sd) = lesson.spread;
    format!(
        "link order alone moves {a} by {:.1} % and {b} by {:.1} % (standard deviation over {} layouts of each)",
        100.0 * a_sd,
        100.0 * b_sd,
        lesson.average.pairs
    )
}

fn moral(lesson: &Lesson) -> Option<String> {
    let b = &lesson.stock.b;
    let stock = change(lesson.stock.decision.effect.as_ref()?);
    match lesson.moral {
        Moral::Agree => None,
        Moral::Luck => Some(format!(
            "{b} as built differs by {stock}, over many layouts it does not: luck of layout"
        )),
        Moral::Unconfirmed => Some(format!(
            "{b} as built differs by {stock}; many layouts do not confirm it: link order alone may be the reason"
        )),
        Moral::Reversed => Some(format!(
            "{b} as built differs by {stock}, over many layouts the other way round: luck of layout hid it"
        )),
        Moral::Hidden => Some(format!(
            "{b} as built does not differ, over many layouts it does: luck of layout hid it"
        )),
    }
}

fn size(lesson: &Lesson) -> Option<String> {
    let effect = lesson.stock.decision.effect.as_ref()?;
    lesson.is_within_layouts().then(|| {
        format!(
            "{}'s {:.1} % is smaller than what link order does to either build",
            lesson.stock.b,
            effect.percent().abs()
        )
    })
}
