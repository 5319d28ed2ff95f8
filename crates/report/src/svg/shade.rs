//! What the colours of a time line stand for.

use keelback_analysis::chart::What;
use keelback_analysis::{Part, PartGroup};

/// States that share a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// On a CPU with the GIL.
    WithGil,
    /// On a CPU without it, or where there is none.
    Running,
    /// Waiting for the GIL.
    Gil,
    /// Waiting until another thread took it.
    Forced,
    /// Waiting for any other lock.
    Lock,
    /// Waiting for a CPU.
    Queue,
    /// Asleep in a system call or a page fault.
    Blocked,
    /// Stopped, held by a tracer, or not recorded.
    Other,
}

impl Shade {
    /// In the order of the legend, and from the bottom of a row to its top.
    pub(super) const ALL: [Shade; 8] = [
        Shade::WithGil,
        Shade::Running,
        Shade::Gil,
        Shade::Forced,
        Shade::Lock,
        Shade::Queue,
        Shade::Blocked,
        Shade::Other,
    ];

    /// The colour of a state.
    pub(super) fn of(what: What) -> Shade {
        let part = match what {
            What::WithGil => return Shade::WithGil,
            What::Running => return Shade::Running,
            What::Call(_, part) | What::Part(part) => part,
        };
        match part.group() {
            PartGroup::Running => Shade::Running,
            PartGroup::Gil => Shade::Gil,
            PartGroup::ForcedSwitch => Shade::Forced,
            PartGroup::Locks => Shade::Lock,
            PartGroup::Blocked => Shade::Blocked,
            PartGroup::RunQueue => Shade::Queue,
            PartGroup::Other if part == Part::Withheld => Shade::Queue,
            PartGroup::Other => Shade::Other,
        }
    }

    /// Its place in [`Shade::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// Told apart by lightness as well, for those who do not see the hues.
    pub(super) fn color(self) -> &'static str {
        match self {
            Shade::WithGil => "#1b7837",
            Shade::Running => "#5aae61",
            Shade::Gil => "#d6322d",
            Shade::Forced => "#f4a582",
            Shade::Lock => "#762a83",
            Shade::Queue => "#f6c344",
            Shade::Blocked => "#c3ccd6",
            Shade::Other => "#e9ecef",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Shade::WithGil => "running with the GIL",
            Shade::Running => "running",
            Shade::Gil => "waiting for the GIL",
            Shade::Forced => "forced switch",
            Shade::Lock => "waiting for a lock",
            Shade::Queue => "waiting for a CPU",
            Shade::Blocked => "blocked in a call",
            Shade::Other => "stopped or not recorded",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_knows_its_place() {
        for (index, shade) in Shade::ALL.into_iter().enumerate() {
            assert_eq!(shade.index(), index);
        }
    }
}
