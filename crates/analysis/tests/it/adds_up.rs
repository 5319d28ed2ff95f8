//! Whatever happens, and whatever is missing: a thread's spans touch, its
//! budget sums to its wall time, and the tables agree with the events.

use crate::support::script;
use keelback_analysis::model::{Observer, Scene, Span, watch};
use keelback_analysis::{By, Verdict};
use keelback_trace::{
    Call, Event, EventKind, GilView, Memory, Nanos, OffState, Parked, StackId, TextId, ThreadId,
};
use proptest::prelude::*;

/// Three processes, six threads, two Pythons, some stacks to choose from.
const CAST: &str = "
process app python app.py
process child parent=app python app.py
process other ls
thread worker app
thread blas app
thread late child
python app 3.11.2
python child 3.13.5
00.000000 app sample user @ spin (app.py:2)
00.000000 app sample user @ Thread.join (/usr/lib/python3.11/threading.py:9) < main (app.py:3)
00.000000 app sample user @ acquire (<frozen importlib._bootstrap>:9) < main (app.py:4)
";
const THREADS: u32 = 6;
const STACKS: u32 = 5;

fn any_call() -> impl Strategy<Value = Call> {
    let numbers = prop_oneof![
        Just(202u16),
        Just(0),
        Just(35),
        Just(58),
        Just(257),
        Just(Call::NO_NUMBER),
        any::<u16>(),
    ];
    let words = prop_oneof![
        Just(0x100_0428u64),
        Just(0x100_0480),
        Just(0x100_2000),
        any::<u64>()
    ];
    let ops = prop_oneof![Just(0x189u64), Just(0x80), Just(0x81), Just(0x109)];
    (numbers, words, ops, 0..3u64).prop_map(|(nr, word, op, value)| Call {
        nr,
        args: [word, op, value],
    })
}

fn any_gil() -> impl Strategy<Value = GilView> {
    prop_oneof![
        Just(GilView::Unknown),
        Just(GilView::Free),
        any_thread().prop_map(GilView::Held),
    ]
}

fn any_thread() -> impl Strategy<Value = ThreadId> {
    prop_oneof![4 => (0..THREADS).prop_map(ThreadId), 1 => Just(ThreadId::NONE)]
}

fn any_state() -> impl Strategy<Value = OffState> {
    prop_oneof![
        4 => Just(OffState::Sleeping),
        3 => Just(OffState::Preempted),
        1 => Just(OffState::Uninterruptible),
        1 => Just(OffState::Stopped),
        1 => Just(OffState::Dead),
    ]
}

fn any_kind() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        6 => (any_state(), any_call(), any_gil()).prop_map(|(state, call, gil)| {
            EventKind::SwitchOut { cpu: 0, state, call, parked: Parked::NONE, gil }
        }),
        6 => Just(EventKind::SwitchIn { cpu: 0 }),
        4 => (any_thread(), any_call()).prop_map(|(by, call)| EventKind::Woken { by, call }),
        4 => (any::<bool>(), any_call(), any_gil()).prop_map(|(user, call, gil)| {
            EventKind::Sample { cpu: 0, user, call, gil }
        }),
        4 => (any_call(), -40..40i64, 0..3_000_000u64).prop_map(|(call, ret, took)| {
            EventKind::Call { call, ret, took, path: TextId::NONE }
        }),
        1 => any_thread().prop_map(|by| EventKind::Started { by }),
        1 => Just(EventKind::Exec { exe: TextId::NONE, command: TextId::NONE }),
        1 => Just(EventKind::Exited { status: 0 }),
        1 => (0..1000u64, 0..1000u64).prop_map(|(user_ns, system_ns)| {
            EventKind::Usage { minor_faults: user_ns, major_faults: 0, user_ns, system_ns }
        }),
    ]
}

fn any_recording() -> impl Strategy<Value = Memory> {
    let event = (0..THREADS, 0..STACKS, 0..200_000u64, any_kind());
    (
        prop::collection::vec(event, 0..120),
        any::<bool>(),
        0..5_000_000u64,
    )
        .prop_map(|(events, full, duration_ns)| {
            let mut recording = script::read(CAST);
            recording.events.clear();
            recording.provenance.duration_ns = duration_ns;
            recording.provenance.calibration.call_bias_ns = 800;
            if full {
                recording.provenance.mode = "full".into();
            }
            let mut at = Nanos(1_000);
            for (thread, stack, later, kind) in events {
                at.0 += later;
                let (thread, stack) = (ThreadId(thread), StackId(stack));
                recording.events.push(Event {
                    at,
                    thread,
                    stack,
                    kind,
                });
            }
            recording
        })
}

#[derive(Default)]
struct Spans(Vec<Span>);

impl Observer for Spans {
    fn span(&mut self, span: &Span, _: &Scene<'_>) {
        self.0.push(*span);
    }
}

/// The thread's first and last instant, worked out from its events alone.
fn life(recording: &Memory, thread: ThreadId) -> Option<(Nanos, Nanos)> {
    let own = || recording.events.iter().filter(|it| it.thread == thread);
    let first = own().next()?;
    let is_dead = |it: &&Event| {
        matches!(
            it.kind,
            EventKind::SwitchOut {
                state: OffState::Dead,
                ..
            }
        )
    };
    let exited = own().any(|it| matches!(it.kind, EventKind::Exited { .. }));
    let end = match own().find(is_dead) {
        Some(dead) => dead.at,
        None if exited => own().next_back()?.at,
        None => recording
            .events
            .last()?
            .at
            .max(Nanos(recording.provenance.duration_ns)),
    };
    Some((first.at, end))
}

fn sums(verdict: &Verdict) -> Vec<(u64, u64)> {
    let threads = verdict.threads.iter().map(|it| &it.budget);
    let processes = verdict.processes.iter().map(|it| &it.total);
    let budgets = threads.chain(processes).chain([&verdict.total]);
    budgets
        .map(|it| (it.wall_ns, it.slices.iter().map(|slice| slice.ns).sum()))
        .collect()
}

proptest! {
    #[test]
    fn spans_touch_from_the_first_instant_to_the_last(recording in any_recording()) {
        let mut spans = Spans::default();
        watch(&recording, &mut [&mut spans]).expect("memory can be read");
        for thread in (0..THREADS).map(ThreadId) {
            let own: Vec<_> = spans.0.iter().filter(|it| it.thread == thread).collect();
            prop_assert!(own.windows(2).all(|pair| pair[0].to == pair[1].from));
            let (Some((first, end)), Some(head), Some(tail)) =
                (life(&recording, thread), own.first(), own.last()) else { continue };
            prop_assert_eq!(head.from, first);
            prop_assert_eq!(tail.to, end);
        }
    }

    #[test]
    fn budgets_sum_to_wall_time(recording in any_recording()) {
        let verdict = keelback_analysis::verdict(&recording).expect("memory can be read");
        for (wall_ns, sum) in sums(&verdict) {
            prop_assert_eq!(wall_ns, sum);
        }
        let lives = (0..THREADS).filter_map(|id| life(&recording, ThreadId(id)));
        let wall_ns: u64 = lives.map(|(first, end)| end.since(first).0).sum();
        prop_assert_eq!(verdict.total.wall_ns, wall_ns);
    }

    #[test]
    fn groups_sum_to_the_table(recording in any_recording(), by in 0..By::ALL.len()) {
        let by = By::ALL[by];
        let table = keelback_analysis::syscalls(&recording, Some(by)).expect("memory can be read");
        prop_assert_eq!(table.groups.iter().map(|it| it.count).sum::<u64>(), table.total.count);
        let time: u64 = table.groups.iter().map(|it| it.calibrated_ns).sum();
        prop_assert_eq!(time, table.total.calibrated_ns);
        prop_assert!(table.calls.iter().all(|it| it.blocked_ns <= it.calibrated_ns));
        if table.every_call {
            let calls = recording.events.iter().filter(|it| matches!(it.kind, EventKind::Call { .. }));
            prop_assert_eq!(table.total.count, calls.count() as u64);
        }
    }

    #[test]
    fn gil_waits_are_told_alike_by_thread_and_by_line(recording in any_recording()) {
        let report = keelback_analysis::gil(&recording).expect("memory can be read");
        let by_thread: u64 = report.threads.iter().map(|it| it.gil_wait_ns).sum();
        prop_assert_eq!(report.waits.iter().map(|it| it.total_ns).sum::<u64>(), by_thread);
        prop_assert!(report.threads.iter().all(|it| it.gil_wait_ns <= it.wall_ns));
        prop_assert!(report.handovers.known <= report.handovers.total);
    }
}
