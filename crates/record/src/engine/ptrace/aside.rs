//! Makes way for the thread whose CPU the alarm took.
//!
//! The kernel wakes a tracer where it ran last, and looks for an idle CPU only where
//! it expects to find one (kernel/sched/fair.c: select_idle_cpu). Who has the GIL then
//! waits for all that the tracer does, some 130 us, while the CPU of who waits for it
//! idles. To leave takes 40 us.

use super::tracer::Tracer;
use crate::sys::switch_ring::Noted;

/// Who lost its CPU longer ago than this, ns, did not lose it to the alarm.
const JUST_NOW: u64 = 500_000;

impl Tracer<'_> {
    /// The alarm rang. If a thread lost its CPU to that, and another CPU is idle, the
    /// tracer goes there.
    pub(super) fn step_aside(&self, now: u64) {
        let (mut running, mut displaced) = (0, 0);
        let threads = self.table.threads.values();
        for last in threads.filter_map(|it| it.quiet.as_ref()?.last()) {
            match last {
                Noted::On(_) => running += 1,
                Noted::Off {
                    at,
                    preempted: true,
                } if at + JUST_NOW > now => displaced += 1,
                Noted::Off { .. } | Noted::Lost(_) => {}
            }
        }
        if displaced > 0 && running + displaced < self.beside.cpus() {
            self.beside.step_aside();
        }
    }
}
