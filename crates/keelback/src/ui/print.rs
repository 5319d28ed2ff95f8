//! The one place that writes to the terminal. stdout is data, stderr is talk.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};

use super::failure::{Failure, without_errno};
use crate::args::{Color, Reporting};
use crate::exit::{Ending, OWN_FAILURE};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const NOTE: Style = Style::new().bold();

/// Lines no longer than this where there is no terminal to measure.
const WIDTH: usize = 100;

/// Decides about colours once, for both streams. `auto` looks at the terminal,
/// NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
pub(crate) fn set_color(color: Color) {
    match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// What clap has to say: help and version are data, the rest is a failure.
pub(crate) fn usage(message: &clap::Error) -> Ending {
    // Nobody is left to tell if this fails.
    let _ = message.print();
    match message.use_stderr() {
        true => Ending::Code(OWN_FAILURE),
        false => Ending::SUCCESS,
    }
}

/// Says why keelback failed, in uv's form: the error, a blank line, hints.
pub(crate) fn fail(failure: &Failure) -> Ending {
    if failure.pipe_closed {
        return Ending::Signal(nix::libc::SIGPIPE);
    }
    let mut text = format!("{ERROR}error{ERROR:#}: {}\n", failure.message);
    if !failure.hints.is_empty() {
        text.push('\n');
    }
    for hint in &failure.hints {
        text += &format!("{HINT}hint{HINT:#}: {hint}\n");
    }
    say(&text);
    Ending::Code(failure.code)
}

/// Says something by the way.
pub(crate) fn note(text: &str) {
    say(&format!("{NOTE}keelback{NOTE:#}: {text}\n"));
}

/// Says that something went wrong, though not wrong enough to fail.
pub(crate) fn warn(text: &str) {
    let text = without_errno(text);
    say(&format!("{WARNING}warning{WARNING:#}: {text}\n"));
}

/// Nobody is left to tell if this fails, so it cannot.
fn say(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Stdout,
    Stderr,
    File(PathBuf),
}

impl Destination {
    /// Of a report about something that owns stdout or does not.
    pub(crate) fn of(reporting: &Reporting, stdout_is_taken: bool) -> Destination {
        match &reporting.report_to {
            Some(path) if path.as_os_str() == "-" => Destination::Stdout,
            Some(path) => Destination::File(path.clone()),
            None if stdout_is_taken => Destination::Stderr,
            None => Destination::Stdout,
        }
    }

    /// Columns that a line may have.
    pub(crate) fn width(&self) -> usize {
        match self {
            Destination::Stdout => width_of_stdout(),
            Destination::Stderr => width_of_stderr(),
            Destination::File(_) => WIDTH,
        }
    }

    /// Writes a report there.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        let failed = |error| Failure::io(format!("cannot write the report to {self}"), &error);
        match self {
            Destination::Stdout => all(&mut anstream::stdout().lock(), text),
            Destination::Stderr => all(&mut anstream::stderr().lock(), text),
            Destination::File(path) => all(&mut plain(path).map_err(failed)?, text),
        }
        .map_err(failed)
    }
}

impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Destination::Stdout => f.write_str("stdout"),
            Destination::Stderr => f.write_str("stderr"),
            Destination::File(path) => path.display().fmt(f),
        }
    }
}

fn all(to: &mut dyn Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}

/// A file without colours.
fn plain(path: &Path) -> io::Result<impl Write> {
    File::create(path).map(anstream::StripStream::new)
}

/// stdout for much data.
pub(crate) fn stdout() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

pub(crate) fn width_of_stdout() -> usize {
    columns(terminal_size::terminal_size_of(io::stdout()))
}

pub(crate) fn width_of_stderr() -> usize {
    columns(terminal_size::terminal_size_of(io::stderr()))
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(WIDTH, |(width, _)| usize::from(width.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reporting(to: Option<&str>) -> Reporting {
        Reporting {
            json: false,
            report_to: to.map(PathBuf::from),
        }
    }

    #[test]
    fn a_launched_command_keeps_its_stdout() {
        let of = |to, taken| Destination::of(&reporting(to), taken);
        assert_eq!(of(None, true), Destination::Stderr);
        assert_eq!(of(None, false), Destination::Stdout);
        assert_eq!(of(Some("-"), true), Destination::Stdout);
        assert_eq!(of(Some("x"), false), Destination::File("x".into()));
    }
}
