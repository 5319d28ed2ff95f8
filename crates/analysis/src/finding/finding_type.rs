//! What a lint hands in.

/// Something in this recording that costs time or trust.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable name of the lint.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One or two sentences about this very case.
    pub text: String,
    /// The figures behind it.
    pub evidence: Vec<Fact>,
    /// The next command to type; empty when there is none.
    pub next: String,
    /// The measured time it is about, nanoseconds: findings are ranked by it.
    pub size_ns: u64,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Worth a change.
    Warning,
    /// Dominates the run, or the recording cannot be trusted.
    Serious,
}

impl Severity {
    /// Its name in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Serious => "serious",
        }
    }

    /// By how large a share of the time is concerned.
    pub(crate) fn by_share(share: f64) -> Severity {
        match share {
            share if share >= 0.30 => Severity::Serious,
            share if share >= 0.10 => Severity::Warning,
            _ => Severity::Note,
        }
    }
}

/// One figure of a finding's evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its key in `--json`; times end in `_ns`, shares in `_share`.
    pub key: &'static str,
    /// Its value.
    pub value: Value,
}

/// A figure with its unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A name, a line.
    Text(String),
    /// A number of things.
    Count(u64),
    /// Nanoseconds.
    Nanos(u64),
    /// 0 to 1.
    Share(f64),
}

impl Fact {
    /// A name or a line.
    pub(crate) fn text(key: &'static str, value: impl Into<String>) -> Fact {
        let value = Value::Text(value.into());
        Fact { key, value }
    }

    /// A number of things.
    pub(crate) fn count(key: &'static str, value: u64) -> Fact {
        let value = Value::Count(value);
        Fact { key, value }
    }

    /// Nanoseconds.
    pub(crate) fn nanos(key: &'static str, value: u64) -> Fact {
        let value = Value::Nanos(value);
        Fact { key, value }
    }

    /// A share.
    pub(crate) fn share(key: &'static str, value: f64) -> Fact {
        let value = Value::Share(value);
        Fact { key, value }
    }
}
