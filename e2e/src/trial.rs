//! One thing that is tried: a program on an interpreter, or a way of failing.

use std::fmt;

use crate::scratch::Scratch;

/// What a trial does. It passes, fails, or says with [`Skip`] why it cannot.
/// It can be done again.
pub type Body = Box<dyn Fn(&Scratch) -> anyhow::Result<()> + Send>;

/// One thing that is tried.
pub struct Trial {
    /// Such as `deep on system-3.11`.
    pub name: String,
    /// Does it measure time, so that nothing may run beside it?
    pub alone: bool,
    /// Does it need a machine on which keelback can record?
    pub records: bool,
    /// What it does.
    pub body: Body,
}

impl Trial {
    /// A trial that records, beside which others may run.
    pub fn new(
        name: impl Into<String>,
        body: impl Fn(&Scratch) -> anyhow::Result<()> + Send + 'static,
    ) -> Trial {
        Trial {
            name: name.into(),
            alone: false,
            records: true,
            body: Box::new(body),
        }
    }

    /// The same, with nothing beside it.
    pub fn alone(self, alone: bool) -> Trial {
        Trial { alone, ..self }
    }

    /// The same, for a trial that passes where nothing can be recorded.
    pub fn without_recording(self) -> Trial {
        Trial {
            records: false,
            ..self
        }
    }

    /// A trial that cannot be made here.
    pub fn skipped(name: impl Into<String>, why: impl Into<String>) -> Trial {
        let why = why.into();
        Trial::new(name, move |_| Err(Skip(why.clone()).into())).without_recording()
    }
}

/// The reason for which a trial was not made.
#[derive(Clone, Debug)]
pub struct Skip(pub String);

impl fmt::Display for Skip {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Skip {}
