//! Which engine records, and why.

use keelback_record::{Engine, RecordError, privilege};

use crate::args;

/// An engine, and why it is this one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) engine: Engine,
    /// Empty when it was asked for, or is the better one.
    pub(super) reason: String,
    /// The least strong step to the better one; empty when there is none.
    remedy: String,
}

/// The engine that was asked for, or the best that this user may use.
///
/// # Errors
/// Why the eBPF engine cannot record, if that one was asked for.
pub(super) fn choose(asked: args::Engine) -> Result<Chosen, RecordError> {
    match asked {
        args::Engine::Ptrace => Ok(Chosen::plain(Engine::Ptrace)),
        args::Engine::Ebpf => privilege::check().map(|()| Chosen::plain(Engine::Ebpf)),
        args::Engine::Auto => match privilege::check() {
            Ok(()) => Ok(Chosen::plain(Engine::Ebpf)),
            Err(error) => Chosen::instead(error),
        },
    }
}

impl Chosen {
    fn plain(engine: Engine) -> Chosen {
        Chosen {
            engine,
            reason: String::new(),
            remedy: String::new(),
        }
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
        })
    }

    /// What the user should know about it, in one line.
    pub(super) fn line(&self) -> Option<String> {
        if self.reason.is_empty() {
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
        let chosen = choose(args::Engine::Ptrace).expect("anyone may");
        assert_eq!(chosen, Chosen::plain(Engine::Ptrace));
        assert_eq!(chosen.line(), None);
    }
}
