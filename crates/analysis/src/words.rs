//! How figures are written, in findings and in reports alike.

/// `part` of `whole`, 0 to 1 (above 1 where parts overlap); 0 of nothing.
pub fn share(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        whole => part as f64 / whole as f64,
    }
}

/// `49.9 %`; small shares do not become zero.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".into(),
        few if few < 0.05 => "<0.1 %".into(),
        all if (99.95..100.05).contains(&all) => "100 %".into(),
        percent => format!("{percent:.1} %"),
    }
}

/// A duration with three figures and its unit: `1.20 s`, `593 ms`, `12.4 us`.
pub fn duration(ns: u64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "s"), (1e6, "ms"), (1e3, "us")];
    let value = ns as f64;
    // A value that rounds up to the next unit's 1 is written in that unit.
    let unit = UNITS.into_iter().find(|(size, _)| value >= size * 0.9995);
    match unit {
        Some((size, name)) => format!("{} {name}", three_figures(value / size)),
        None => format!("{ns} ns"),
    }
}

fn three_figures(value: f64) -> String {
    match value {
        small if small < 9.995 => format!("{small:.2}"),
        middle if middle < 99.95 => format!("{middle:.1}"),
        large => format!("{large:.0}"),
    }
}

/// `1 wait`, `2 waits`.
pub fn count(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{} {thing}s", grouped(number)),
    }
}

/// `300 000`: digits in groups of three once there are five of them.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_figures() {
        let cases = [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_234, "1.23 us"),
            (12_345, "12.3 us"),
            (999_960, "1.00 ms"),
            (593_000_000, "593 ms"),
            (1_203_000_000, "1.20 s"),
            (754_000_000_000, "754 s"),
        ];
        for (ns, text) in cases {
            assert_eq!(duration(ns), text);
        }
    }

    #[test]
    fn shares_and_counts() {
        assert_eq!(percent(share(1, 3)), "33.3 %");
        assert_eq!(percent(share(1, 100_000)), "<0.1 %");
        assert_eq!(percent(share(7, 7)), "100 %");
        assert_eq!(percent(share(0, 0)), "0 %");
        assert_eq!(count(1, "wait"), "1 wait");
        assert_eq!(count(300_000, "call"), "300 000 calls");
        assert_eq!(grouped(9_999), "9999");
    }
}
