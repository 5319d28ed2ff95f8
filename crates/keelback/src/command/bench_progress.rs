//! How far a comparison is, on stderr, when somebody looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use keelback_bench::layout::study::Step;
use keelback_bench::session::Progress;

/// A bar over the rounds.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// Shows itself only on a terminal. `units` are what it counts.
    pub(crate) fn of(units: &str) -> Bar {
        let bar = ProgressBar::new(1);
        let template = format!("{{bar:24}} {{pos}}/{{len}} {units}{{msg}}");
        let style = ProgressStyle::with_template(&template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar(bar)
    }

    /// Moves to where a session is.
    pub(crate) fn show(&self, progress: &Progress) {
        self.move_to(progress.rounds, progress.most, message(progress));
    }

    /// Moves to where a study is.
    pub(crate) fn show_step(&self, step: &Step) {
        self.move_to(step.done, step.of, format!(", {} left", rough(step.left)));
    }

    /// Leaves nothing behind.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }

    fn move_to(&self, done: usize, of: usize, message: String) {
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
        self.0.set_message(message);
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
