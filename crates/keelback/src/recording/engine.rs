//! Which engine records, and why.

use std::ffi::{OsStr, OsString};

use keelback_record::{Engine, RecordError, privilege};

use super::raise;
use crate::args;
use crate::ui::Failure;

/// An engine, and why it is this one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) engine: Engine,
    /// Empty when it was asked for, or is the better one.
    pub(super) reason: String,
    /// The least strong step to the better one; empty when there is none.
    remedy: String,
    /// What starts a recorder with more rights; empty when none is needed.
    pub(super) raise: Vec<OsString>,
}

/// The engine that was asked for, or the best that this user may use.
///
/// # Errors
/// Why the eBPF engine cannot record, if that one was asked for, or that
/// nothing is there to raise it.
pub(super) fn choose(asked: args::Engine, elevate: Option<&OsStr>) -> Result<Chosen, Failure> {
    match (asked, elevate) {
        (args::Engine::Ptrace, Some(_)) => Err(Failure::new(
            "--elevate raises the eBPF engine; ptrace needs no more rights",
        )),
        (args::Engine::Ptrace, None) => Ok(Chosen::plain(Engine::Ptrace)),
        (args::Engine::Ebpf | args::Engine::Auto, _) => match (privilege::check(), elevate) {
            (Ok(()), _) => Ok(Chosen::plain(Engine::Ebpf)),
            (Err(RecordError::NotPermitted { .. }), Some(with)) => Chosen::raised(with),
            (Err(error), _) if asked == args::Engine::Auto => Ok(Chosen::instead(error)?),
            (Err(error), _) => Err(error.into()),
        },
    }
}

impl Chosen {
    fn plain(engine: Engine) -> Chosen {
        Chosen {
            engine,
            reason: String::new(),
            remedy: String::new(),
            raise: Vec::new(),
        }
    }

    /// The better one, in a process with more rights.
    fn raised(with: &OsStr) -> Result<Chosen, Failure> {
        let raise = raise::words(with)?;
        let by = raise.first().map(|it| it.to_string_lossy().into_owned());
        Ok(Chosen {
            reason: format!(
                "the recorder alone was raised, with {}; the command ran as its caller",
                by.unwrap_or_default()
            ),
            raise,
            ..Chosen::plain(Engine::Ebpf)
        })
    }

    /// The tracer instead of programs that may not be loaded.
    fn instead(error: RecordError) -> Result<Chosen, RecordError> {
        let (reason, remedies) = match error {
            RecordError::NotPermitted { why, remedies, .. }
            | RecordError::Unsupported { why, remedies } => (why, remedies),
            other => return Err(other),
        };
        Ok(Chosen {
            engine: Engine::Ptrace,
            reason,
            remedy: remedies.into_iter().next().unwrap_or_default(),
            raise: Vec::new(),
        })
    }

    /// What the user should know about it, in one line.
    pub(super) fn line(&self) -> Option<String> {
        if self.engine == Engine::Ebpf || self.reason.is_empty() {
            return None;
        }
        let remedy = match self.remedy.as_str() {
            "" => String::new(),
            remedy => format!("; to see all, and at less cost: {remedy}"),
        };
        Some(format!(
            "the ptrace engine records, because of {}; it cannot see waiting for a CPU, nor who \
             woke whom{remedy}",
            self.reason
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_why_what_is_different_and_what_to_do() {
        let chosen = Chosen::instead(RecordError::NotPermitted {
            what: "this user may not record here".into(),
            why: "cap_bpf (loading BPF programs): not held".into(),
            remedies: vec!["sudo setcap cap_bpf+ep keelback".into(), "sudo".into()],
        });
        let line = chosen.expect("another engine").line().expect("a line");
        for word in ["ptrace", "cap_bpf", "waiting for a CPU", "sudo setcap"] {
            assert!(line.contains(word), "{line}");
        }
        assert!(!line.contains('\n'));
    }

    #[test]
    fn what_was_asked_for_needs_no_word() {
        let chosen = choose(args::Engine::Ptrace, None).expect("anyone may");
        assert_eq!(chosen, Chosen::plain(Engine::Ptrace));
        assert_eq!(chosen.line(), None);
        assert!(choose(args::Engine::Ptrace, Some(OsStr::new(""))).is_err());
    }
}
