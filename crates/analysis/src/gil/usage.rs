//! The GIL over time.

use keelback_trace::Nanos;

use super::ownership::{Owner, Stretch};

/// How many columns a recording's time is told in.
pub const COLUMNS: usize = 60;

/// The GIL in one column of time, all processes together. Nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageColumn {
    /// Somebody had it, on a CPU.
    pub held_ns: u64,
    /// Somebody had it, off the CPU.
    pub held_off_cpu_ns: u64,
    /// Nobody had it.
    pub free_ns: u64,
    /// It is not known.
    pub unknown_ns: u64,
    /// Threads' time spent waiting for it, summed.
    pub waiting_ns: u64,
}

/// Columns that double in width when the recording is longer than they are:
/// the length of one that was cut is not known before its end.
#[derive(Debug)]
pub(super) struct Usage {
    width_ns: u64,
    columns: Vec<UsageColumn>,
}

impl Usage {
    pub(super) fn of(duration_ns: u64) -> Usage {
        Usage {
            // The last events come a little after the end that was noted.
            width_ns: duration_ns.div_ceil(COLUMNS as u64 - 1).max(1_000),
            columns: vec![UsageColumn::default(); COLUMNS],
        }
    }

    pub(super) fn stretch(&mut self, stretch: &Stretch) {
        let what: fn(&mut UsageColumn) -> &mut u64 = match (stretch.owner, stretch.on_cpu) {
            (Owner::Thread(_), true) => |column| &mut column.held_ns,
            (Owner::Thread(_), false) => |column| &mut column.held_off_cpu_ns,
            (Owner::Free, _) => |column| &mut column.free_ns,
            (Owner::Unknown, _) => |column| &mut column.unknown_ns,
        };
        self.spread(stretch.from, stretch.to, what);
    }

    pub(super) fn wait(&mut self, from: Nanos, to: Nanos) {
        self.spread(from, to, |column| &mut column.waiting_ns);
    }

    /// The width of a column, and the columns up to `end`.
    pub(super) fn columns(&self, end: Nanos) -> (u64, Vec<UsageColumn>) {
        let used = (end.0.div_ceil(self.width_ns) as usize).min(self.columns.len());
        (self.width_ns, self.columns[..used].to_vec())
    }

    fn spread(&mut self, from: Nanos, to: Nanos, what: impl Fn(&mut UsageColumn) -> &mut u64) {
        while to.0 > self.width_ns * self.columns.len() as u64 {
            self.widen();
        }
        let mut at = from.0;
        while at < to.0 {
            let index = (at / self.width_ns) as usize;
            let end = to.0.min((index as u64 + 1) * self.width_ns);
            *what(&mut self.columns[index]) += end - at;
            at = end;
        }
    }

    fn widen(&mut self) {
        let halved = self.columns.chunks(2).map(|pair| match *pair {
            [a, b] => a.and(b),
            [a] => a,
            _ => UsageColumn::default(),
        });
        let mut halved: Vec<_> = halved.collect();
        halved.resize(self.columns.len(), UsageColumn::default());
        self.columns = halved;
        self.width_ns *= 2;
    }
}

impl UsageColumn {
    fn and(self, other: UsageColumn) -> UsageColumn {
        UsageColumn {
            held_ns: self.held_ns + other.held_ns,
            held_off_cpu_ns: self.held_off_cpu_ns + other.held_off_cpu_ns,
            free_ns: self.free_ns + other.free_ns,
            unknown_ns: self.unknown_ns + other.unknown_ns,
            waiting_ns: self.waiting_ns + other.waiting_ns,
        }
    }

    /// The share of the time in which somebody had it, of what is known.
    pub fn used(&self) -> f64 {
        let held = self.held_ns + self.held_off_cpu_ns;
        crate::words::share(held, held + self.free_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_widen_until_the_time_fits() {
        let mut usage = Usage::of(59_000);
        usage.wait(Nanos(500), Nanos(2_500));
        usage.wait(Nanos(100_000), Nanos(101_000));
        let (width, columns) = usage.columns(Nanos(101_000));
        assert_eq!((width, columns.len()), (2_000, 51));
        let waited: Vec<_> = columns.iter().map(|column| column.waiting_ns).collect();
        assert_eq!((waited[0], waited[1], waited[50]), (1_500, 500, 1_000));
    }
}
