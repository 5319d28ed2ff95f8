//! Values that have a unit.

use std::time::Duration;

/// `10s`, `1500ms`, `2m`, `1h`; a bare number is seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let seconds = match unit {
        "" | "s" => 1.0,
        "us" => 1e-6,
        "ms" => 1e-3,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("units are us, ms, s, m and h, as in 10s".into()),
    };
    let number: f64 = number
        .parse()
        .map_err(|_| "a number and a unit, as in 10s")?;
    match Duration::try_from_secs_f64(number * seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("more than nothing and less than for ever".into()),
    }
}

/// Bytes of a ring buffer: `32M`, `512K`; a power of two of at least a page,
/// as the kernel demands.
pub(crate) fn ring_size(text: &str) -> Result<u32, String> {
    let (number, unit) = split(text);
    let shift = match unit.trim_end_matches("iB").trim_end_matches('B') {
        "" => 0,
        "K" | "k" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err("units are K, M and G, as in 32M".into()),
    };
    let number: u64 = number.parse().map_err(|_| "a whole number, as in 32M")?;
    let bytes = number
        .checked_shl(shift)
        .and_then(|it| u32::try_from(it).ok());
    bytes
        .filter(|it| it.is_power_of_two() && *it >= 4096)
        .ok_or_else(|| "a power of two from 4K to 2G".into())
}

/// A number and what follows it.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, milliseconds) in [
            ("10s", 10_000),
            ("1500ms", 1_500),
            ("2000us", 2),
            ("2m", 120_000),
            ("0.5", 500),
            ("1h", 3_600_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in ["", "s", "0s", "10 parsecs", "-1s", "1.2.3s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ring_sizes() {
        assert_eq!(ring_size("32M"), Ok(32 << 20));
        assert_eq!(ring_size("512K"), Ok(512 << 10));
        assert_eq!(ring_size("64MiB"), Ok(64 << 20));
        assert_eq!(ring_size("4096"), Ok(4096));
        for text in ["", "3M", "2K", "8G", "16384G", "1T", "M"] {
            assert!(ring_size(text).is_err(), "{text}");
        }
    }
}
