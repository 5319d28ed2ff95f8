//! The linkers that can put sections in a random order.

use std::process::{Command, Stdio};

/// Who draws the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linker {
    /// mold 1.4 or later: `--shuffle-sections=SEED`.
    Mold,
    /// LLVM's lld 13 or later: `--shuffle-sections=*=SEED`.
    Lld,
    /// Whatever the compiler uses, with the objects in another order: functions
    /// of one object stay together.
    ObjectOrder,
}

impl Linker {
    /// The best that a compiler can use.
    pub fn best_for(compiler: &str) -> Linker {
        [Linker::Mold, Linker::Lld]
            .into_iter()
            .find(|linker| linker.answers(compiler))
            .unwrap_or(Linker::ObjectOrder)
    }

    /// What it is called, in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Linker::Mold => "mold",
            Linker::Lld => "lld",
            Linker::ObjectOrder => "the order of the objects",
        }
    }

    /// What a compiler's command needs for a link in the order of `{seed}`.
    ///
    /// Sections that the compiler marks as hot, cold or start-up stay together,
    /// as GNU ld keeps them: only what no compiler decides is left to chance.
    pub(super) fn arguments(self) -> &'static str {
        match self {
            Linker::Mold => {
                " -fuse-ld=mold -Wl,-z,keep-text-section-prefix,--shuffle-sections={seed}"
            }
            Linker::Lld => {
                " -fuse-ld=lld '-Wl,-z,keep-text-section-prefix,--shuffle-sections=*={seed}'"
            }
            Linker::ObjectOrder => "",
        }
    }

    fn answers(self, compiler: &str) -> bool {
        let name = match self {
            Linker::Mold => "mold",
            Linker::Lld => "lld",
            Linker::ObjectOrder => return true,
        };
        let ask = format!("{compiler} -fuse-ld={name} -Wl,--version");
        Command::new("sh")
            .args(["-c", &ask])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}
