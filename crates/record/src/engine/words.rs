//! Command lines: words as the kernel keeps them, and as a shell would take them.

/// NUL-terminated words.
pub(crate) fn words(bytes: &[u8]) -> Vec<std::ffi::OsString> {
    use std::os::unix::ffi::OsStrExt;
    let trimmed = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    trimmed
        .split(|byte| *byte == 0)
        .map(|word| std::ffi::OsStr::from_bytes(word).to_owned())
        .collect()
}

/// The words as a shell would take them.
pub(crate) fn shell_words(words: &[std::ffi::OsString]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| quote(&word.to_string_lossy()))
        .collect();
    quoted.join(" ")
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./=:,@%+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_a_shell_needs_them() {
        let words = words(b"python3\0-c\0print('a b')\0\0");
        assert_eq!(shell_words(&words), r"python3 -c 'print('\''a b'\'')' ''");
    }
}
