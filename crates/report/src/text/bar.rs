//! Bars of eighths of a character.

/// A bar for `share` (0 to 1) of `width` columns; something is never nothing.
pub(super) fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let eighths = match share > 0.0 {
        true => eighths.max(1),
        false => 0,
    };
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn eighths() {
        assert_eq!(bar(1.0, 4), "████");
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(0.53, 4), "██▏");
        assert_eq!(bar(0.0001, 4), "▏");
        assert_eq!(bar(0.0, 4), "");
    }
}

/// Eight heights, from almost nothing to full.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One character a value; `full` is the tallest, nothing is a space.
pub(super) fn spark(values: &[f64], full: f64) -> String {
    let one = |value: &f64| match value / full {
        share if share.is_nan() || share <= 0.0 => ' ',
        share => HEIGHTS[((share * 8.0) as usize).min(7)],
    };
    values.iter().map(one).collect()
}
