//! The phases' times, as the main thread goes through them.

use super::faults::FaultCount;
use super::phase::Phase;
use super::place::Place;
use super::report::PhaseRow;
use crate::ended_call::EndedCall;

/// Sums by phase.
#[derive(Debug)]
pub(super) struct Phases {
    rows: [PhaseRow; 7],
    now: Phase,
    /// What came after the last sight of the program: its end, unless the
    /// program is seen again.
    tail: PhaseRow,
    /// The phase in which page faults were read last.
    counted: Phase,
    /// Page faults between two readings in different phases.
    between: FaultCount,
    /// Those between such a phase and the tail.
    into_tail: (Phase, FaultCount),
}

impl Phases {
    pub(super) fn new() -> Phases {
        Phases {
            rows: Phase::ALL.map(PhaseRow::of),
            now: Phase::default(),
            tail: PhaseRow::of(Phase::Finalize),
            counted: Phase::default(),
            between: FaultCount::default(),
            into_tail: Default::default(),
        }
    }

    /// The phase that is going on.
    pub(super) fn now(&self) -> Phase {
        self.now
    }

    /// Its sums.
    pub(super) fn row(&mut self) -> &mut PhaseRow {
        match self.now {
            Phase::Finalize => &mut self.tail,
            phase => &mut self.rows[phase as usize],
        }
    }

    /// The thread was seen somewhere after a stretch outside of calls, of
    /// which it was on a CPU for `running`. A stretch between two phases is
    /// half of each.
    pub(super) fn reach(&mut self, place: &Place, gap: u64, running: u64) {
        let next = self.now.then(place);
        self.add(gap / 2, running / 2);
        self.enter(next);
        self.add(gap - gap / 2, running - running / 2);
    }

    fn add(&mut self, wall: u64, cpu: u64) {
        let row = self.row();
        row.wall_ns += wall;
        row.cpu_ns += cpu;
    }

    /// From now on it is this phase.
    pub(super) fn enter(&mut self, phase: Phase) {
        if phase != Phase::Finalize && self.now == Phase::Finalize {
            // It was not the end: the program was seen again.
            let tail = std::mem::replace(&mut self.tail, PhaseRow::of(Phase::Finalize));
            let more = match phase {
                Phase::Site => phase,
                _ => Phase::Main,
            };
            self.rows[more as usize].add(&tail);
            self.untail_faults(more);
        }
        self.now = phase;
    }

    /// So many page faults since they were read last; now it is this phase.
    pub(super) fn count(&mut self, phase: Phase, faults: FaultCount) {
        match (self.counted == phase, phase) {
            (true, Phase::Finalize) => self.tail.faults.add(faults),
            (true, _) => self.rows[phase as usize].faults.add(faults),
            (false, Phase::Finalize) => {
                let into_tail = (self.counted, faults);
                let (_, before) = std::mem::replace(&mut self.into_tail, into_tail);
                self.between.add(before);
            }
            (false, _) => self.between.add(faults),
        }
        self.counted = phase;
    }

    /// A phase begins at the very instant at which page faults were read.
    pub(super) fn begin(&mut self, phase: Phase) {
        self.enter(phase);
        self.counted = phase;
    }

    /// The tail was part of this phase.
    fn untail_faults(&mut self, phase: Phase) {
        let (from, faults) = std::mem::take(&mut self.into_tail);
        match from == phase {
            true => self.rows[phase as usize].faults.add(faults),
            false => self.between.add(faults),
        }
        if self.counted == Phase::Finalize {
            self.counted = phase;
        }
    }

    /// Page faults that may belong to either of two phases.
    pub(super) fn between(&self) -> FaultCount {
        self.between
    }

    /// A call ended, which took so long since the thread was last seen.
    pub(super) fn call(&mut self, it: &EndedCall, took: u64, calibrated_ns: u64) {
        let row = self.row();
        row.wall_ns += took;
        row.cpu_ns += took.saturating_sub(it.off_ns());
        row.queued_ns += it.queued_ns;
        row.kernel_ns += calibrated_ns;
        row.calls += 1;
    }

    /// An earlier exec was a launcher's, if another one follows it.
    pub(super) fn demote(&mut self) {
        let fresh = PhaseRow::of(Phase::Loader);
        let loader = std::mem::replace(&mut self.rows[Phase::Loader as usize], fresh);
        self.rows[Phase::Launcher as usize].add(&loader);
    }

    /// Closes what is open.
    pub(super) fn finish(&mut self) {
        let tail = std::mem::replace(&mut self.tail, PhaseRow::of(Phase::Finalize));
        self.rows[Phase::Finalize as usize].add(&tail);
        self.between.add(std::mem::take(&mut self.into_tail).1);
    }

    /// Those that took time, in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = &PhaseRow> {
        self.rows.iter().filter(|it| it.wall_ns > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes through these phases, reading page faults in each; gives those of
    /// each phase, and those of none.
    fn read(readings: &[(Phase, u64)]) -> (Vec<(Phase, u64)>, u64) {
        let mut phases = Phases::new();
        for (phase, minor) in readings.iter().copied() {
            phases.enter(phase);
            phases.count(phase, FaultCount { minor, major: 0 });
        }
        phases.finish();
        let rows = phases.rows.iter().map(|it| (it.phase, it.faults.minor));
        let rows = rows.filter(|(_, faults)| *faults > 0).collect();
        (rows, phases.between().minor)
    }

    #[test]
    fn faults_between_two_readings_in_a_phase_are_its_own() {
        use Phase::{Imports, Main, Site};
        let readings = [
            (Site, 1),
            (Site, 10),
            (Imports, 2),
            (Imports, 20),
            (Main, 4),
        ];
        let (rows, between) = read(&readings);
        assert_eq!(rows, [(Site, 10), (Imports, 20)]);
        assert_eq!(between, 1 + 2 + 4);
    }

    #[test]
    fn an_end_that_was_none_is_the_programs() {
        use Phase::{Finalize, Imports, Main};
        let readings = [(Main, 0), (Finalize, 5), (Finalize, 50), (Imports, 3)];
        let (rows, between) = read(&readings);
        assert_eq!(rows, [(Main, 55)]);
        assert_eq!(between, 3);
        // A sample shows an import in between.
        let mut phases = Phases::new();
        for (phase, minor) in [(Finalize, 5), (Imports, 3), (Finalize, 2)] {
            phases.enter(Finalize);
            phases.count(phase, FaultCount { minor, major: 0 });
        }
        phases.finish();
        assert_eq!(phases.between().minor, 10);
        let readings = [(Main, 0), (Finalize, 5), (Finalize, 50)];
        let (rows, between) = read(&readings);
        assert_eq!(rows, [(Finalize, 50)]);
        assert_eq!(between, 5);
    }

    #[test]
    fn a_phase_that_begins_at_a_reading_has_all_after_it() {
        let faults = |minor| FaultCount { minor, major: 0 };
        let mut phases = Phases::new();
        phases.begin(Phase::Loader);
        phases.count(Phase::Loader, faults(7));
        phases.begin(Phase::Init);
        phases.count(Phase::Init, faults(8));
        assert_eq!(phases.between(), FaultCount::default());
        assert_eq!(phases.rows[Phase::Init as usize].faults, faults(8));
    }
}
