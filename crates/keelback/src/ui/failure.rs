//! A failure in words: what, why, and the least strong remedy first.

use std::fmt;
use std::io;

use keelback_record::RecordError;
use keelback_report::json_events::JsonError;
use keelback_report::parquet::ParquetError;
use keelback_trace::file::CreateError;
use keelback_trace::{ReadError, WriteError};

use crate::exit::{NOT_EXECUTABLE, NOT_FOUND, OVER_BUDGET, OWN_FAILURE};

/// Why keelback could not do its work.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What and why, one sentence without a full stop.
    pub(crate) message: String,
    /// Remedies, the least strong first.
    pub(crate) hints: Vec<String>,
    /// The exit code.
    pub(crate) code: u8,
    /// Did the reader of a pipe go away? That is no error to talk about.
    pub(crate) pipe_closed: bool,
}

impl Failure {
    /// A failure of keelback's own.
    pub(crate) fn new(message: impl fmt::Display) -> Failure {
        Failure {
            message: without_errno(&message.to_string()),
            code: OWN_FAILURE,
            ..Failure::default()
        }
    }

    /// Adds a remedy.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }

    /// `what` could not be done because of `error`.
    pub(crate) fn io(what: impl fmt::Display, error: &io::Error) -> Failure {
        Failure {
            pipe_closed: error.kind() == io::ErrorKind::BrokenPipe,
            ..Failure::new(format!("{what}: {error}"))
        }
    }

    /// More than was allowed; the command itself is well.
    pub(crate) fn over_budget(message: impl fmt::Display) -> Failure {
        Failure::new(message).code(OVER_BUDGET)
    }

    fn code(self, code: u8) -> Failure {
        Failure { code, ..self }
    }

    fn hints(self, hints: &[String]) -> Failure {
        Failure {
            hints: hints.to_vec(),
            ..self
        }
    }
}

/// Takes ` (os error 13)` out, which Rust appends to what the system says: the
/// words before it mean the same.
pub(super) fn without_errno(message: &str) -> String {
    let Some((before, after)) = message.split_once(" (os error ") else {
        return message.to_owned();
    };
    let number = after.trim_start_matches(|c: char| c.is_ascii_digit());
    match number.strip_prefix(')') {
        Some(rest) => format!("{before}{rest}"),
        None => message.to_owned(),
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Failure {
        let failure = Failure::new(&error);
        match error {
            RecordError::NotFound(_) => failure.code(NOT_FOUND),
            RecordError::NotExecutable { .. } => failure.code(NOT_EXECUTABLE),
            RecordError::NoProcess(_) => failure.hint("ps -e lists the processes you can name"),
            RecordError::NotPermitted { remedies, .. } => failure
                .hints(&remedies)
                .hint("keelback doctor says what else is there and what is missing"),
            RecordError::Unsupported { remedies, .. } => failure.hints(&remedies),
            RecordError::Write(_) | RecordError::System { .. } => failure,
        }
    }
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Failure {
        let failure = Failure::new(&error);
        match error {
            CreateError::Write(_) => failure.hint("choose another place with -o FILE"),
            _ => failure,
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Failure {
        Failure {
            pipe_closed: error.source.kind() == io::ErrorKind::BrokenPipe,
            ..Failure::new(&error)
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Failure {
        let failure = Failure::new(&error);
        match error {
            ReadError::Io { .. } | ReadError::NotARecording { .. } => {
                failure.hint("keelback run -- COMMAND makes a recording")
            }
            ReadError::Version { found, newest, .. } if found > newest => {
                failure.hint("read it with the keelback that wrote it, or a later one")
            }
            ReadError::Version { .. } | ReadError::Damaged { .. } => failure,
        }
    }
}

impl From<JsonError> for Failure {
    fn from(error: JsonError) -> Failure {
        match error {
            JsonError::Read(error) => error.into(),
            JsonError::Write(error) => Failure::io("cannot write the events", &error),
        }
    }
}

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Failure {
        match error {
            ParquetError::Read(error) => error.into(),
            ParquetError::Write { .. } => Failure::new(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errno_is_told_in_words() {
        let error = io::Error::from_raw_os_error(13);
        let failure = Failure::io("cannot read it", &error);
        assert_eq!(failure.message, "cannot read it: Permission denied");
        assert_eq!(Failure::new("x (os error y").message, "x (os error y");
    }

    #[test]
    fn codes_are_those_of_env() {
        let code = |error: RecordError| Failure::from(error).code;
        assert_eq!(code(RecordError::NotFound("x".into())), 127);
        let source = io::ErrorKind::PermissionDenied.into();
        let command = "x".into();
        assert_eq!(code(RecordError::NotExecutable { command, source }), 126);
        assert_eq!(code(RecordError::NoProcess(1)), 125);
    }

    #[test]
    fn remedies_come_least_strong_first_and_doctor_last() {
        let failure = Failure::from(RecordError::NotPermitted {
            what: "w".into(),
            why: "y".into(),
            remedies: vec!["a".into(), "b".into()],
        });
        assert_eq!(failure.hints[..2], ["a", "b"]);
        assert!(failure.hints[2].contains("doctor"));
    }
}
