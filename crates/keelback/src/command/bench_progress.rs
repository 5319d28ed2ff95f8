//! How far a comparison is, on stderr, when somebody looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use keelback_bench::layout::study::Step;
use keelback_bench::session::Progress;

/// A bar over the rounds.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// Shows itself only on a terminal.
    pub(crate) fn new() -> Bar {
        let bar = ProgressBar::new(1);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} pairs{msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar(bar)
    }

    /// Moves to where the session is.
    pub(crate) fn show(&self, progress: &Progress) {
        self.0.set_length(progress.most as u64);
        self.0.set_position(progress.rounds as u64);
        self.0.set_message(message(progress));
    }

    /// Leaves nothing behind.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// A bar over the rounds of a study.
pub(crate) struct Steps(ProgressBar);

impl Steps {
    /// Shows itself only on a terminal.
    pub(crate) fn new() -> Steps {
        let bar = ProgressBar::new(1);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} rounds{msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Steps(bar)
    }

    /// Moves to where the study is.
    pub(crate) fn show(&self, step: &Step) {
        self.0.set_length(step.of as u64);
        self.0.set_position(step.done as u64);
        self.0.set_message(format!(", {} left", rough(step.left)));
    }

    /// Leaves nothing behind.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

fn message(progress: &Progress) -> String {
    let (decided, of) = progress.decided;
    let mut text = format!(", at most {} left", rough(progress.at_most));
    if of > 1 {
        text += &format!(", {decided} of {of} decided");
    }
    if progress.kernel != "command" {
        text += &format!(", {}", progress.kernel);
    }
    text
}

/// A duration no more exact than the guess it is.
fn rough(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..=90 => format!("{seconds} s"),
        seconds @ 91..=5400 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{:.1} h", seconds as f64 / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_rough() {
        assert_eq!(rough(Duration::from_secs(42)), "42 s");
        assert_eq!(rough(Duration::from_secs(125)), "3 min");
        assert_eq!(rough(Duration::from_secs(9000)), "2.5 h");
    }
}
