//! Long texts in little room.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text without what would end the line or command the terminal.
pub(super) fn one_line(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => '⏎',
        c if c.is_control() => '·',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// `text` in at most `width` columns. A frame `function (file:line)` loses the
/// beginning of its path, anything else its end.
pub(super) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    match text.split_once(" (") {
        Some((function, file)) if function.width() + 12 <= width => {
            let room = width - function.width() - 3;
            format!("{function} (…{}", tail(file, room))
        }
        _ => format!("{}…", head(text, width.saturating_sub(1))),
    }
}

fn head(text: &str, width: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    text.chars().take_while(fits).collect()
}

fn tail(text: &str, width: usize) -> &str {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    let kept = text.chars().rev().take_while(fits).map(char::len_utf8);
    let tail = &text[text.len() - kept.sum::<usize>()..];
    // Whole folders only, where there is a choice.
    tail.find('/').map_or(tail, |slash| &tail[slash..])
}

/// Words filled into lines of at most `width` columns, each after `indent`.
pub(super) fn wrap(text: &str, indent: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in &words(text) {
        let line = lines.last_mut().expect("there is always a last line");
        let room = line.is_empty() || indent.width() + line.width() + 1 + word.width() <= width;
        match (line.is_empty(), room) {
            (true, _) => line.push_str(word),
            (false, true) => {
                line.push(' ');
                line.push_str(word);
            }
            (false, false) => lines.push(word.clone()),
        }
    }
    let lines = lines.iter().map(|line| format!("{indent}{line}\n"));
    lines.collect()
}

/// Words; a number keeps its unit.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let bare = word.trim_end_matches([',', '.', ';', ':', ')']);
        match words.last_mut() {
            Some(last) if UNITS.contains(&bare) && last.ends_with(|it: char| it.is_numeric()) => {
                *last = format!("{last} {word}");
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// Of times and shares, as `words::duration` and `words::percent` have them.
const UNITS: &[&str] = &["%", "ns", "us", "ms", "s"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_many_lines_stays_on_one() {
        assert_eq!(one_line("python -c 'a\nb\x1b[2J'"), "python -c 'a⏎b·[2J'");
    }

    #[test]
    fn a_frame_keeps_its_function_and_its_line() {
        let frame = "spin (/home/ann/app/app.py:7)";
        assert_eq!(shorten(frame, 40), frame);
        assert_eq!(shorten(frame, 24), "spin (…/app/app.py:7)");
        assert_eq!(shorten("a long command line", 8), "a long …");
    }

    #[test]
    fn lines_are_filled() {
        assert_eq!(wrap("one two three", "  ", 9), "  one two\n  three\n");
        assert_eq!(wrap("one two 3.4 %, so", "", 11), "one two\n3.4 %, so\n");
    }
}
