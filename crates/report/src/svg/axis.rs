//! The scale of time below the rows.

use std::fmt::Write;

use super::{LEFT, RIGHT};
use keelback_analysis::words::duration;

/// Marks at most this many steps.
const STEPS: u64 = 8;

/// Thin lines through all rows, and under them the time since the first instant.
pub(super) fn draw(svg: &mut String, length: u64, top: f64, bottom: f64) {
    let step = step(length);
    for at in (0..=length).step_by(step as usize) {
        let x = LEFT + (RIGHT - LEFT) * at as f64 / length.max(1) as f64;
        let label = if at == 0 { "0".into() } else { duration(at) };
        let _ = writeln!(
            svg,
            r##"<path d="M{x:.1} {top}V{:.1}" stroke="#dfe3e8"/><text x="{x:.1}" y="{:.1}" text-anchor="middle" fill="#57606a">{label}</text>"##,
            bottom + 4.0,
            bottom + 16.0,
        );
    }
}

/// A round number of nanoseconds: 1, 2 or 5 times a power of ten.
fn step(length: u64) -> u64 {
    let least = length.div_ceil(STEPS).max(1);
    let power = 10_u64.pow(least.ilog10());
    let steps = [1, 2, 5, 10].map(|it| it * power);
    steps.into_iter().find(|it| *it >= least).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn steps_are_round() {
        assert_eq!(
            [0, 8, 9, 800, 1_000, 3_000].map(step),
            [1, 1, 2, 100, 200, 500]
        );
    }
}
