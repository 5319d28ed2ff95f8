//! What calls can be grouped by.

/// A way to group system calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The innermost Python function.
    Function,
    /// The innermost Python line.
    Line,
    /// The innermost Python module.
    Module,
    /// What the call was for.
    Purpose,
    /// Where its path lies.
    PathClass,
    /// The thread.
    Thread,
    /// The process.
    Process,
}

impl By {
    /// Every way, in the order in which help lists them.
    pub const ALL: [By; 7] = [
        By::Function,
        By::Line,
        By::Module,
        By::Purpose,
        By::PathClass,
        By::Thread,
        By::Process,
    ];

    /// Its name on the command line and in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            By::Function => "function",
            By::Line => "line",
            By::Module => "module",
            By::Purpose => "purpose",
            By::PathClass => "path",
            By::Thread => "thread",
            By::Process => "process",
        }
    }

    /// The way with this name.
    pub fn from_name(name: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.name() == name)
    }
}
