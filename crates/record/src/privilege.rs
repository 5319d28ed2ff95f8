//! What this machine and this user can record.

/// One thing a recording needs, and whether it is there.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Ability {
    /// What it is, such as `bpf` or `btf`.
    pub name: &'static str,
    /// What it gives, in a few words.
    pub gives: &'static str,
    /// Is it there?
    pub ok: bool,
    /// What was found: a value, an error, a version.
    pub found: String,
    /// The least strong step that would give it; empty when it is there.
    pub remedy: String,
}

