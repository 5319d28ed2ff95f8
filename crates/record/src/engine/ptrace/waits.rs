//! Waits that no stop begins, made of a thread's sleeps.
//!
//! What a thread sleeps for may be foreseen at its last stop: one that comes
//! back from a call while another has the GIL asks for it next. What nobody
//! foresaw is looked at while it lasts, from time to time, and the waits between
//! two looks, or samples, are taken to be where those were. As long as a thread
//! hardly runs, its sleeps are one wait; a short one in front of it was a forced
//! switch.

use keelback_trace::{Call, GilView, StackId};

use super::switches::Sleep;

/// How long a thread may run between two sleeps of one wait, ns, and between a
/// stop and the wait that was foreseen there. As in `keelback-analysis`
/// (gil/episode.rs).
const MERGE: u64 = 60_000;
/// A forced switch is over when the next owner runs. Asking for the GIL anew
/// mostly takes a switch interval: what is longer than this is that, ns.
const LONGEST_FORCED: u64 = 2_500_000;
/// The same where the call was not seen, ns.
const LONGEST_UNSEEN: u64 = 150_000;
/// A shorter sleep that nobody foresaw could have been for anything, such as a
/// page: it is told only of a thread that was found waiting lately, ns.
const SHORTEST_UNFORESEEN: u64 = 1_000_000;
/// Not before is a thread looked at again: each look may take it its CPU, ns.
const LOOK_AGAIN: u64 = 25_000_000;
/// For how long what was seen of a thread is good for its other waits, ns.
const LATELY: u64 = 60_000_000;

/// What a thread will wait for, if it sleeps before it runs for long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foreseen {
    pub(super) stack: StackId,
    /// The GIL when that was seen.
    pub(super) gil: GilView,
    /// The call that makes a forced switch, if it is in one.
    pub(super) forced: Option<Call>,
}

impl Foreseen {
    /// A wait for the GIL, whoever has it.
    fn at(stack: StackId) -> Foreseen {
        let (gil, forced) = (GilView::Unknown, None);
        Foreseen { stack, gil, forced }
    }

    /// It came, in this call.
    fn asleep(self, at: u64, call: Call) -> Told {
        let Foreseen { stack, gil, .. } = self;
        Told::Asleep {
            at,
            stack,
            gil,
            call,
        }
    }
}

/// A thread began to wait, or had a CPU again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Asleep {
        at: u64,
        stack: StackId,
        gil: GilView,
        call: Call,
    },
    Awake {
        at: u64,
    },
}

/// What was made out of a thread's sleeps so far.
#[derive(Debug)]
pub(super) struct Waits {
    calls: Calls,
    foreseen: Option<Foreseen>,
    open: Option<Open>,
    /// Where it was seen last, waiting for the GIL or running, and when.
    seen: Option<(StackId, u64)>,
    /// When it was found waiting for the GIL last.
    found: Option<u64>,
    /// Sleeps that are not told yet.
    untold: Option<Untold>,
}

/// Sleeps that nobody foresaw or looked at, one right after the other.
#[derive(Clone, Copy, Debug)]
struct Untold {
    from: u64,
    to: u64,
    /// The first of them ended then,
    first: u64,
    /// and the second began then, if there is one; else 0.
    second: u64,
}

/// How waits look as calls, where no registers were seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls {
    /// For the GIL.
    pub(super) turn: Call,
    /// In a forced switch.
    pub(super) forced: Call,
}

/// A wait that was told of, but not its end.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Its last sleep began then,
    from: u64,
    /// and ended then, if it did.
    woke: Option<u64>,
    is_turn: bool,
}

impl Waits {
    pub(super) fn new(calls: Calls) -> Waits {
        Waits {
            calls,
            foreseen: None,
            open: None,
            seen: None,
            found: None,
            untold: None,
        }
    }

    /// It stands still, about to wait for this if it sleeps.
    pub(super) fn foresee(&mut self, foreseen: Foreseen) {
        self.foreseen = Some(foreseen);
    }

    /// A sleep ended. Could it have been for the GIL, if nobody foresaw it?
    pub(super) fn ended(&mut self, sleep: Sleep, could_be: bool, tell: &mut impl FnMut(Told)) {
        let Some(to) = sleep.to else { return };
        match &mut self.open {
            Some(open) if open.woke.is_none() && open.from == sleep.from => {
                open.woke = Some(to);
                return;
            }
            _ => self.ran_before(sleep, tell),
        }
        if self.goes_on(sleep) {
            return;
        }
        match self.foreseen {
            Some(it) if it.forced.is_some() && to - sleep.from < LONGEST_FORCED => {
                self.forced_switch(sleep.from, to, it, tell);
            }
            Some(it) => self.begin(sleep, it, tell),
            None if !could_be => {}
            None => self.unforeseen(sleep.from, to),
        }
    }

    /// It is kept until somebody looks where it is, or it is over.
    fn unforeseen(&mut self, from: u64, to: u64) {
        let new = Untold {
            from,
            to,
            first: to,
            second: 0,
        };
        let before = self.untold.map(|it| it.with(from));
        self.untold = Some(before.map_or(new, |it| Untold { to, ..it }));
    }

    /// It sleeps now. Must somebody look for what?
    pub(super) fn sleeps(&mut self, sleep: Sleep, now: u64, tell: &mut impl FnMut(Told)) -> bool {
        let is_told = |it: &Open| it.woke.is_none() && it.from == sleep.from;
        if self.open.as_ref().is_some_and(is_told) {
            return false;
        }
        self.ran_before(sleep, tell);
        if self.goes_on(sleep) {
            return false;
        }
        let for_now = now.saturating_sub(sleep.from);
        match self.foreseen {
            Some(it) if it.forced.is_some() && for_now < LONGEST_FORCED => false,
            Some(it) => {
                self.begin(sleep, it, tell);
                false
            }
            None => self
                .found
                .is_none_or(|found| found.saturating_add(LOOK_AGAIN) < now),
        }
    }

    /// It was there, waiting for the GIL or running.
    pub(super) fn seen_at(&mut self, stack: StackId, at: u64) {
        self.seen = Some((stack, at));
    }

    /// It was looked at in its sleep: it is in this call, there.
    pub(super) fn looked(
        &mut self,
        sleep: Sleep,
        call: Call,
        is_turn: bool,
        stack: StackId,
        tell: &mut impl FnMut(Told),
    ) {
        let at = sleep.from;
        if let Some(open) = self.open.take() {
            let at = open.woke.unwrap_or(at);
            tell(Told::Awake { at });
        }
        let before = self.untold.take().filter(|_| is_turn);
        if is_turn {
            self.seen_at(stack, at);
            self.found = Some(at);
        }
        let at = match before {
            Some(it) => self.forced_before(it.with(at), stack, tell),
            None => at,
        };
        self.open_with(sleep, is_turn);
        tell(Foreseen::at(stack).asleep(at, call));
    }

    /// The recording ends.
    pub(super) fn finish(
        &mut self,
        going_on: Option<Sleep>,
        now: u64,
        tell: &mut impl FnMut(Told),
    ) {
        match going_on {
            Some(sleep) if self.untold.is_some() => {
                let stack = self.last_stack(sleep.from);
                self.looked(sleep, self.calls.turn, true, stack, tell);
            }
            Some(_) => {}
            None => self.close(now, tell),
        }
    }

    /// It does not sleep now.
    pub(super) fn is_awake(&mut self, now: u64, tell: &mut impl FnMut(Told)) {
        let woke = self.open.and_then(|it| it.woke);
        let last = woke.or(self.untold.map(|it| it.to));
        if last.is_some_and(|last| last.saturating_add(MERGE) < now) {
            self.close(now, tell);
        }
    }

    /// It stands still: whatever it waited for, it has got.
    pub(super) fn close(&mut self, now: u64, tell: &mut impl FnMut(Told)) {
        self.foreseen = None;
        self.tell_untold(tell);
        if let Some(open) = self.open.take() {
            let at = open.woke.unwrap_or(now);
            tell(Told::Awake { at });
        }
    }

    /// Who has run for long before it sleeps had the GIL.
    fn ran_before(&mut self, sleep: Sleep, tell: &mut impl FnMut(Told)) {
        if sleep.ran >= MERGE {
            self.close(sleep.from, tell);
        }
    }

    /// Another sleep of the wait that was told of?
    fn goes_on(&mut self, sleep: Sleep) -> bool {
        let is_turn = self.open.is_some_and(|it| it.is_turn);
        if is_turn {
            self.open_with(sleep, true);
        }
        is_turn
    }

    fn begin(&mut self, sleep: Sleep, it: Foreseen, tell: &mut impl FnMut(Told)) {
        self.close(sleep.from, tell);
        self.open_with(sleep, true);
        tell(it.asleep(sleep.from, self.calls.turn));
    }

    /// The switch is told of; behind it, the thread asks for the GIL again.
    fn forced_switch(&mut self, from: u64, to: u64, it: Foreseen, tell: &mut impl FnMut(Told)) {
        self.close(from, tell);
        tell(it.asleep(from, it.forced.unwrap_or(self.calls.forced)));
        tell(Told::Awake { at: to });
        self.foreseen = Some(Foreseen::at(it.stack));
    }

    /// If the first of these sleeps was a forced switch, tells it. Says when the
    /// wait began.
    fn forced_before(&self, it: Untold, stack: StackId, tell: &mut impl FnMut(Told)) -> u64 {
        if it.second == 0 || it.first - it.from > LONGEST_UNSEEN {
            return it.from;
        }
        tell(Foreseen::at(stack).asleep(it.from, self.calls.forced));
        tell(Told::Awake { at: it.first });
        it.second
    }

    /// They are over.
    fn tell_untold(&mut self, tell: &mut impl FnMut(Told)) {
        let Some(it) = self.untold.take() else { return };
        let is_lately = |found: u64| it.from.abs_diff(found) < LATELY;
        if it.to - it.from >= SHORTEST_UNFORESEEN || self.found.is_some_and(is_lately) {
            let stack = self.last_stack(it.from);
            let from = self.forced_before(it, stack, tell);
            tell(Foreseen::at(stack).asleep(from, self.calls.turn));
            tell(Told::Awake { at: it.to });
        }
    }

    fn open_with(&mut self, sleep: Sleep, is_turn: bool) {
        let Sleep { from, to: woke, .. } = sleep;
        self.open = Some(Open {
            from,
            woke,
            is_turn,
        });
    }

    fn last_stack(&self, at: u64) -> StackId {
        let recent = self.seen.filter(|it| at.abs_diff(it.1) < LATELY);
        recent.map_or(StackId::NONE, |it| it.0)
    }
}

impl Untold {
    /// With one sleep more.
    fn with(self, from: u64) -> Untold {
        let second = match self.second {
            0 => from,
            second => second,
        };
        Untold { second, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: u64 = 1_000;
    const MS: u64 = 1_000_000;
    const TURN: Call = Call {
        nr: 202,
        args: [0x1000, 0x89, 0],
    };
    const FORCED: Call = Call {
        nr: 202,
        args: [0x2000, 0x80, 0],
    };
    const CALLS: Calls = Calls {
        turn: TURN,
        forced: FORCED,
    };
    const HERE: StackId = StackId(7);

    /// Plays a thread's story: `(from, to, ran)` are sleeps that ended.
    fn told(foreseen: Option<Foreseen>, sleeps: &[(u64, u64, u64)], until: u64) -> Vec<String> {
        let (mut waits, mut all) = (Waits::new(CALLS), Vec::new());
        let mut tell = |it| {
            all.push(match it {
                Told::Asleep {
                    at, stack, call, ..
                } => {
                    let what = if call == TURN { "asks" } else { "forced" };
                    let stack = if stack == HERE { "" } else { " somewhere" };
                    format!("{} {what}{stack}", at / US)
                }
                Told::Awake { at } => format!("{} runs", at / US),
            });
        };
        if let Some(it) = foreseen {
            waits.foresee(it);
        }
        for (from, to, ran) in sleeps.iter().copied() {
            let to = Some(to);
            waits.ended(Sleep { from, to, ran }, true, &mut tell);
        }
        waits.is_awake(until, &mut tell);
        all
    }

    fn foreseen(forced: Option<Call>) -> Option<Foreseen> {
        let (stack, gil) = (HERE, GilView::Free);
        Some(Foreseen { stack, gil, forced })
    }

    #[test]
    fn timed_waits_are_one_wait() {
        let sleeps = [
            (MS, 6 * MS, 5 * US),
            (6 * MS + 10 * US, 9 * MS, 10 * US),
            (9 * MS + 20 * US, 9 * MS + 50 * US, 20 * US),
        ];
        let all = told(foreseen(None), &sleeps, 20 * MS);
        assert_eq!(all, ["1000 asks", "9050 runs"]);
    }

    #[test]
    fn a_forced_switch_comes_before_its_wait() {
        let sleeps = [(MS, MS + 80 * US, 5 * US), (MS + 90 * US, 6 * MS, 10 * US)];
        let all = told(foreseen(Some(FORCED)), &sleeps, 20 * MS);
        assert_eq!(all, ["1000 forced", "1080 runs", "1090 asks", "6000 runs"]);
        // Somebody else was faster, and nobody slept in the switch.
        let all = told(foreseen(Some(FORCED)), &[(MS, 6 * MS, 5 * US)], 20 * MS);
        assert_eq!(all, ["1000 asks", "6000 runs"]);
    }

    #[test]
    fn what_nobody_foresaw_must_be_long() {
        let sleeps = [(MS, MS + 90 * US, 9 * MS), (5 * MS, 9 * MS, 3 * MS)];
        let all = told(None, &sleeps, 20 * MS);
        assert_eq!(all, ["5000 asks somewhere", "9000 runs"]);
    }

    #[test]
    fn a_short_sleep_before_a_wait_was_a_forced_switch() {
        let forced = (MS, MS + 90 * US, 9 * MS);
        let sleeps = [forced, (MS + 95 * US, 5 * MS, 5 * US)];
        let all = told(None, &sleeps, 20 * MS);
        let both = [
            "1000 forced somewhere",
            "1090 runs",
            "1095 asks somewhere",
            "5000 runs",
        ];
        assert_eq!(all, both);
        // It ran on between them.
        let sleeps = [forced, (2 * MS, 5 * MS, 900 * US)];
        let all = told(None, &sleeps, 20 * MS);
        assert_eq!(all, ["2000 asks somewhere", "5000 runs"]);
    }

    #[test]
    fn many_short_sleeps_are_a_wait() {
        let sleeps: Vec<(u64, u64, u64)> = (0..9)
            .map(|it| MS + it * 200 * US)
            .map(|from| (from, from + 180 * US, 20 * US))
            .collect();
        let all = told(None, &sleeps, 20 * MS);
        assert_eq!(all, ["1000 asks somewhere", "2780 runs"]);
    }

    #[test]
    fn short_sleeps_are_waits_of_who_was_found_waiting() {
        let (mut waits, mut all) = (Waits::new(CALLS), Vec::new());
        let sleep = |from, to, ran| Sleep { from, to, ran };
        let mut tell = |it| all.push(it);
        let short = |from| sleep(from, Some(from + 30 * US), 70 * US);
        waits.ended(short(MS), true, &mut tell);
        waits.ended(short(2 * MS), true, &mut tell);
        waits.close(3 * MS, &mut tell);
        waits.looked(sleep(4 * MS, None, MS), TURN, true, HERE, &mut tell);
        waits.ended(sleep(4 * MS, Some(5 * MS), MS), true, &mut tell);
        waits.ended(short(6 * MS), true, &mut tell);
        waits.ended(short(6 * MS + LATELY), true, &mut tell);
        waits.close(7 * MS + LATELY, &mut tell);
        let ends = all.iter().filter_map(|it| match it {
            Told::Awake { at } => Some(*at),
            Told::Asleep { .. } => None,
        });
        assert!(ends.eq([5 * MS, 6 * MS + 30 * US]), "{all:?}");
    }

    #[test]
    fn who_ran_for_long_had_got_it() {
        let sleeps = [(MS, 6 * MS, 5 * US), (11 * MS, 15 * MS, 5 * MS)];
        let all = told(foreseen(None), &sleeps, 15 * MS + 10 * US);
        assert_eq!(all, ["1000 asks", "6000 runs"], "the other may go on");
        let all = told(foreseen(None), &sleeps, 16 * MS);
        assert_eq!(all[2..], ["11000 asks somewhere", "15000 runs"]);
    }

    #[test]
    fn a_wait_is_told_of_while_it_lasts() {
        let (mut waits, mut all) = (Waits::new(CALLS), Vec::new());
        let (from, ran) = (MS, 9 * MS);
        let asleep = Sleep {
            from,
            to: None,
            ran,
        };
        assert!(waits.sleeps(asleep, 3 * MS, &mut |it| all.push(it)));
        waits.looked(asleep, TURN, true, HERE, &mut |it| all.push(it));
        assert!(!waits.sleeps(asleep, 4 * MS, &mut |it| all.push(it)));
        let to = Some(6 * MS);
        waits.ended(Sleep { from, to, ran }, true, &mut |it| all.push(it));
        waits.close(9 * MS, &mut |it| all.push(it));
        assert_eq!(all.len(), 2, "{all:?}");
        assert_eq!(all[1], Told::Awake { at: 6 * MS });
    }
}
