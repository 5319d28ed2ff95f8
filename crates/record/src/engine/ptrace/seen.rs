//! A thread's stacks at its last looks, one for each place that it calls from.
//!
//! A loop that reads and writes has two stacks, which are the same each time:
//! at a place that was looked at lately mostly nothing has changed.

use keelback_trace::{LossKind, StackId};

use super::look::Trail;
use super::table::InCall;
use super::teller::Teller;

/// Places that are remembered.
const MOST: usize = 4;

/// From where in its native code a thread makes which call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Site {
    stack: u64,
    nr: u16,
}

/// A thread's stack when it was looked at last.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) trail: Trail,
    pub(super) stack: StackId,
    /// Were there more frames than are walked?
    pub(super) truncated: bool,
}

/// The places of a thread.
#[derive(Debug, Default)]
pub(super) struct Places {
    kept: Vec<(Site, Seen)>,
    recent: usize,
}

impl Site {
    pub(super) fn of(call: &InCall) -> Site {
        Site {
            stack: call.stack,
            nr: call.call.nr,
        }
    }
}

impl Seen {
    pub(super) fn tell(&self, teller: &mut Teller<'_>) -> StackId {
        if self.truncated {
            teller.lose(LossKind::StackTruncated);
        }
        self.stack
    }
}

impl Places {
    /// The trail of this place; for a new one that of the last look, which lies
    /// near it.
    pub(super) fn trail(&mut self, site: Site) -> Trail {
        match self.kept.iter_mut().find(|it| it.0 == site) {
            Some((_, seen)) => std::mem::take(&mut seen.trail),
            None => self
                .kept
                .get(self.recent)
                .map_or_else(Trail::default, |it| it.1.trail.clone()),
        }
    }

    /// Nothing has changed at this place since it was seen.
    pub(super) fn same(&mut self, site: Site, trail: Trail) -> &Seen {
        let found = self.kept.iter().position(|it| it.0 == site);
        let from = found.unwrap_or(self.recent);
        // The trail of a new place is that of the last one, and so is its stack.
        let (stack, truncated) = match self.kept.get(from) {
            Some((_, seen)) => (seen.stack, seen.truncated),
            None => (StackId::NONE, false),
        };
        self.keep(
            site,
            Seen {
                trail,
                stack,
                truncated,
            },
        )
    }

    /// What was seen at this place.
    pub(super) fn keep(&mut self, site: Site, seen: Seen) -> &Seen {
        self.recent = self.place(site);
        self.kept[self.recent].1 = seen;
        &self.kept[self.recent].1
    }

    /// Where it is kept; in the place of the one after the last, if there is no
    /// room.
    fn place(&mut self, site: Site) -> usize {
        if let Some(at) = self.kept.iter().position(|it| it.0 == site) {
            return at;
        }
        let at = match self.kept.len() {
            MOST => (self.recent + 1) % MOST,
            room => room,
        };
        let new = (site, Seen::default());
        match self.kept.get_mut(at) {
            Some(old) => *old = new,
            None => self.kept.push(new),
        }
        at
    }
}
