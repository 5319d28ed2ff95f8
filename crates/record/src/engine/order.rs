//! Puts events in the order of their time.
//!
//! Every CPU stamps an event before it reserves room for it, so events of
//! different CPUs arrive slightly out of order; on a virtual machine a stolen
//! CPU can hold one back for tens of milliseconds. Events are kept for
//! [`HORIZON`] before they are let go. One that comes later still is let go
//! with the time of the last one before it, and counted.

use keelback_trace::{Event, Nanos};

/// How long an event may be under way.
const HORIZON: Nanos = Nanos(100_000_000);

/// Events on their way to the file.
#[derive(Debug, Default)]
pub(crate) struct Order {
    waiting: Vec<Event>,
    newest: Nanos,
    last: Nanos,
    late: u64,
}

impl Order {
    pub(crate) fn push(&mut self, event: Event) {
        self.newest = self.newest.max(event.at);
        self.waiting.push(event);
    }

    /// The events that nothing older can overtake any more.
    pub(crate) fn ready(&mut self) -> Vec<Event> {
        let limit = self.newest.0.saturating_sub(HORIZON.0);
        self.release(Nanos(limit))
    }

    /// Everything, at the end.
    pub(crate) fn rest(&mut self) -> Vec<Event> {
        self.release(Nanos(u64::MAX))
    }

    /// How many came too late to be put in their place.
    pub(crate) fn late(&self) -> u64 {
        self.late
    }

    fn release(&mut self, limit: Nanos) -> Vec<Event> {
        // Nearly sorted already, which the standard sort makes use of.
        self.waiting.sort_by_key(|event| event.at);
        let ready = self.waiting.partition_point(|event| event.at <= limit);
        let mut events: Vec<Event> = self.waiting.drain(..ready).collect();
        for event in &mut events {
            if event.at < self.last {
                event.at = self.last;
                self.late += 1;
            }
            self.last = event.at;
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use keelback_trace::{EventKind, StackId, ThreadId};
    use proptest::prelude::*;

    use super::*;

    fn at(nanos: u64) -> Event {
        let kind = EventKind::SwitchIn { cpu: 0 };
        Event {
            at: Nanos(nanos),
            thread: ThreadId(0),
            stack: StackId::NONE,
            kind,
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_time_never_goes_back(batches in prop::collection::vec(prop::collection::vec(0..1_000_000_000u64, 0..20), 0..20)) {
            let mut order = Order::default();
            let mut out = Vec::new();
            let total: usize = batches.iter().map(Vec::len).sum();
            for batch in batches {
                batch.into_iter().for_each(|nanos| order.push(at(nanos)));
                out.extend(order.ready());
            }
            out.extend(order.rest());
            prop_assert_eq!(out.len(), total);
            prop_assert!(out.is_sorted_by_key(|event| event.at));
        }
    }

    #[test]
    fn an_event_within_the_horizon_finds_its_place() {
        let mut order = Order::default();
        order.push(at(200_000_000));
        order.push(at(150_000_000));
        assert_eq!(order.ready(), []);
        order.push(at(400_000_000));
        assert_eq!(order.ready(), [at(150_000_000), at(200_000_000)]);
        assert_eq!(order.late(), 0);
    }

    #[test]
    fn a_late_event_is_moved_and_counted() {
        let mut order = Order::default();
        order.push(at(400_000_000));
        order.push(at(600_000_000));
        assert_eq!(order.ready(), [at(400_000_000)]);
        order.push(at(1));
        assert_eq!(order.rest()[0], at(400_000_000));
        assert_eq!(order.late(), 1);
    }
}
