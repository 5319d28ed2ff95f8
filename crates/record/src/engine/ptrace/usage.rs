//! What `/proc` says of a thread, without stopping it.

use std::fs;

use keelback_trace::EventKind;

use super::meter::Meter;

/// `/proc/PID/task/TID/stat` (proc_pid_stat(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// `R` runs or could, `S` and `D` sleep, `t` is stopped by a tracer.
    pub(super) state: char,
    minor_faults: u64,
    major_faults: u64,
    /// Clock ticks in user space and in the kernel.
    pub(super) user: u64,
    pub(super) system: u64,
    /// The CPU it runs on, or ran on last.
    pub(super) cpu: u16,
}

impl Look {
    pub(super) fn at(tgid: u32, tid: u32) -> Option<Look> {
        Look::parse(&fs::read_to_string(format!("/proc/{tgid}/task/{tid}/stat")).ok()?)
    }

    pub(super) fn parse(stat: &str) -> Option<Look> {
        // The name is in parentheses and may hold any character, `)` too.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Look {
            state: fields.first()?.chars().next()?,
            minor_faults: number(7)?,
            major_faults: number(9)?,
            user: number(11)?,
            system: number(12)?,
            cpu: u16::try_from(number(36)?).ok()?,
        })
    }

    /// Page faults without and with I/O, since the thread's birth.
    pub(super) fn faults(&self) -> (u64, u64) {
        (self.minor_faults, self.major_faults)
    }
}

/// A thread's totals since its birth.
pub(super) fn of_thread(tgid: u32, tid: u32) -> Option<EventKind> {
    let look = Look::at(tgid, tid)?;
    let meter = Meter::of(tgid, tid);
    let ran = meter.and_then(|it| it.read()).map_or(0, |it| it.ran);
    let (user_ns, system_ns) = split(ran, look.user, look.system);
    Some(EventKind::Usage {
        minor_faults: look.minor_faults,
        major_faults: look.major_faults,
        user_ns,
        system_ns,
    })
}

/// Time on a CPU, which is exact, divided as the ticks are (kernel/sched/
/// cputime.c: cputime_adjust).
fn split(ran: u64, user: u64, system: u64) -> (u64, u64) {
    match u128::from(user + system) {
        0 => (ran, 0),
        ticks => {
            let of_system = u128::from(ran) * u128::from(system) / ticks;
            let of_system = u64::try_from(of_system).unwrap_or(ran);
            (ran - of_system, of_system)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "7 (a) R b) S 1 2 3 4 5 6 70 8 90 10 110 120 13 14 15 16 17 18 19 20 21 22 23 \
                    24 25 26 27 28 29 30 31 32 33 34 35 3 37";
        let look = Look::parse(stat).expect("it is whole");
        assert_eq!(
            (look.state, look.minor_faults, look.major_faults),
            ('S', 70, 90)
        );
        assert_eq!((look.user, look.system, look.cpu), (110, 120, 3));
    }

    #[test]
    fn exact_time_is_split_as_the_ticks_are() {
        assert_eq!(split(1000, 3, 1), (750, 250));
        assert_eq!(split(1000, 0, 0), (1000, 0));
    }

    #[test]
    fn this_very_thread_runs() {
        let me = std::process::id();
        assert!(Look::at(me, me).is_some() && of_thread(me, me).is_some());
    }
}
