//! Which kernel this is.

/// Is the running kernel of this release or a newer one?
pub(crate) fn at_least(major: u32, minor: u32) -> bool {
    release_of(&rustix::system::uname().release().to_string_lossy()) >= (major, minor)
}

fn release_of(text: &str) -> (u32, u32) {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::release_of;

    #[test]
    fn reads_what_distributions_call_their_kernels() {
        for (text, release) in [
            ("6.18.44-cloud", (6, 18)),
            ("5.15.0-105-generic", (5, 15)),
            ("6.1", (6, 1)),
            ("", (0, 0)),
        ] {
            assert_eq!(release_of(text), release, "{text}");
        }
    }
}
