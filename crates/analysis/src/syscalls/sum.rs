//! The running sum of a kind of call.

/// Calls with the same key, summed. Times in nanoseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallSum {
    pub(crate) count: u64,
    pub(crate) tallied: u64,
    pub(crate) time_ns: u64,
    pub(crate) calibrated_ns: u64,
    pub(crate) blocked_ns: u64,
    /// By errno; few, so a list.
    errors: Vec<(u16, u64)>,
}

/// What one call, or many alike, add to a sum.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallFigures {
    pub(crate) count: u64,
    pub(crate) tallied: u64,
    /// 0 for success.
    pub(crate) errno: u16,
    pub(crate) time_ns: u64,
    pub(crate) calibrated_ns: u64,
    pub(crate) blocked_ns: u64,
}

impl CallSum {
    /// Adds calls.
    pub(crate) fn add(&mut self, more: &CallFigures) {
        self.count += more.count;
        self.tallied += more.tallied;
        self.time_ns += more.time_ns;
        self.calibrated_ns += more.calibrated_ns;
        self.blocked_ns += more.blocked_ns;
        if more.errno != 0 {
            self.fail(more.errno, more.count);
        }
    }

    /// Adds another sum.
    pub(crate) fn merge(&mut self, other: &CallSum) {
        self.count += other.count;
        self.tallied += other.tallied;
        self.time_ns += other.time_ns;
        self.calibrated_ns += other.calibrated_ns;
        self.blocked_ns += other.blocked_ns;
        for &(errno, count) in &other.errors {
            self.fail(errno, count);
        }
    }

    /// How many failed.
    pub(crate) fn failed(&self) -> u64 {
        self.errors.iter().map(|(_, count)| count).sum()
    }

    /// Failures by errno, most first.
    pub(crate) fn errors(&self) -> Vec<(u16, u64)> {
        let mut errors = self.errors.clone();
        errors.sort_by_key(|&(errno, count)| (std::cmp::Reverse(count), errno));
        errors
    }

    fn fail(&mut self, errno: u16, count: u64) {
        match self.errors.iter_mut().find(|(known, _)| *known == errno) {
            Some((_, sum)) => *sum += count,
            None => self.errors.push((errno, count)),
        }
    }
}
