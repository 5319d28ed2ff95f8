//! Any recording a recorder could make, however unlikely.

use keelback_trace::define::{Code, Frame, GilWords, Interpreter, Process, Stack, Tally, Thread};
use keelback_trace::{
    Call, CodeId, Definition, Event, EventKind, FrameId, GilView, Loss, LossKind, Nanos, OffState,
    Parked, ProcessId, StackId, TextId, ThreadId,
};
use proptest::prelude::*;

use super::Deed;

/// Definitions, events in the order of their time, and flushes.
pub(crate) fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    prop::collection::vec(rough_deed(), 0..120).prop_map(put_right)
}

/// Some recordings, always the same.
pub(crate) fn sample_deeds(seed: u8) -> Vec<Deed> {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let tree = prop::collection::vec(rough_deed(), 200).new_tree(&mut runner);
    put_right(tree.expect("a recording").current())
}

/// Times become steps from event to event, and stacks name earlier ones.
fn put_right(mut deeds: Vec<Deed>) -> Vec<Deed> {
    let (mut now, mut stacks) = (0u64, 0u32);
    for deed in &mut deeds {
        match deed {
            Deed::See(event) => {
                now = now.saturating_add(event.at.0);
                event.at = Nanos(now);
            }
            Deed::Define(Definition::Stack(stack)) => {
                stack.parent = StackId(stack.parent.0 % (stacks + 1));
                stacks += 1;
            }
            _ => {}
        }
    }
    deeds
}

fn rough_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => event().prop_map(Deed::See),
        3 => definition().prop_map(Deed::Define),
        1 => Just(Deed::Flush),
    ]
}

fn text() -> impl Strategy<Value = TextId> {
    any::<u32>().prop_map(TextId)
}

fn thread() -> impl Strategy<Value = ThreadId> {
    prop_oneof![any::<u32>().prop_map(ThreadId), Just(ThreadId::NONE)]
}

fn time() -> impl Strategy<Value = Nanos> {
    any::<u64>().prop_map(Nanos)
}

/// Often none at all: events of the same instant.
fn step() -> impl Strategy<Value = Nanos> {
    prop_oneof![
        4 => Just(0),
        8 => 0..5_000u64,
        2 => 0..20_000_000_000u64,
        1 => 0..u64::MAX / 8,
    ]
    .prop_map(Nanos)
}

fn call() -> impl Strategy<Value = Call> {
    (any::<u16>(), any::<[u64; 3]>()).prop_map(|(nr, args)| Call { nr, args })
}

fn gil() -> impl Strategy<Value = GilView> {
    prop_oneof![
        Just(GilView::Unknown),
        Just(GilView::Free),
        thread().prop_map(GilView::Held),
    ]
}

fn parked() -> impl Strategy<Value = Parked> {
    (any::<u64>(), text()).prop_map(|(address, type_name)| Parked { address, type_name })
}

fn off_state() -> impl Strategy<Value = OffState> {
    prop::sample::select(vec![
        OffState::Preempted,
        OffState::Sleeping,
        OffState::Uninterruptible,
        OffState::Stopped,
        OffState::Dead,
    ])
}

fn event() -> impl Strategy<Value = Event> {
    (step(), thread(), any::<u32>(), kind()).prop_map(|(at, thread, stack, kind)| Event {
        at,
        thread,
        stack: StackId(stack),
        kind,
    })
}

fn kind() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        (any::<u16>(), off_state(), call(), parked(), gil()).prop_map(
            |(cpu, state, call, parked, gil)| EventKind::SwitchOut {
                cpu,
                state,
                call,
                parked,
                gil
            }
        ),
        any::<u16>().prop_map(|cpu| EventKind::SwitchIn { cpu }),
        (thread(), call()).prop_map(|(by, call)| EventKind::Woken { by, call }),
        (call(), any::<i64>(), any::<u64>(), text()).prop_map(|(call, ret, took, path)| {
            EventKind::Call {
                call,
                ret,
                took,
                path,
            }
        }),
        (any::<u16>(), any::<bool>(), call(), gil()).prop_map(|(cpu, user, call, gil)| {
            EventKind::Sample {
                cpu,
                user,
                call,
                gil,
            }
        }),
        thread().prop_map(|by| EventKind::Started { by }),
        (text(), text()).prop_map(|(exe, command)| EventKind::Exec { exe, command }),
        text().prop_map(|name| EventKind::Named { name }),
        any::<u64>().prop_map(|gil| EventKind::UnderGil { gil }),
        any::<i32>().prop_map(|status| EventKind::Exited { status }),
        any::<[u64; 2]>().prop_map(|[minor, major]| EventKind::Faults { minor, major }),
        any::<[u64; 4]>().prop_map(|[minor_faults, major_faults, user_ns, system_ns]| {
            EventKind::Usage {
                minor_faults,
                major_faults,
                user_ns,
                system_ns,
            }
        }),
    ]
}

fn definition() -> impl Strategy<Value = Definition> {
    prop_oneof![
        ".{0,40}".prop_map(Definition::Text),
        process().prop_map(Definition::Process),
        (any::<u32>(), any::<u32>(), time(), text()).prop_map(|(tid, process, start, name)| {
            Definition::Thread(Thread {
                tid,
                process: ProcessId(process),
                start,
                name,
            })
        }),
        (text(), text(), any::<u32>()).prop_map(|(name, file, first_line)| {
            Definition::Code(Code {
                name,
                file,
                first_line,
            })
        }),
        any::<(u32, u32)>().prop_map(|(code, line)| {
            Definition::Frame(Frame {
                code: CodeId(code),
                line,
            })
        }),
        any::<(u32, u32, bool)>().prop_map(|(parent, frame, truncated)| {
            Definition::Stack(Stack {
                parent: StackId(parent),
                frame: FrameId(frame),
                truncated,
            })
        }),
        interpreter().prop_map(Definition::Interpreter),
        (thread(), any::<(u16, u16, u64, u64)>()).prop_map(
            |(thread, (nr, errno, count, time_ns))| {
                Definition::Tally(Tally {
                    thread,
                    nr,
                    errno,
                    count,
                    time_ns,
                })
            }
        ),
        (prop::sample::select(LossKind::ALL), any::<u64>())
            .prop_map(|(kind, count)| Definition::Loss(Loss { kind, count })),
    ]
}

fn process() -> impl Strategy<Value = Process> {
    (any::<u32>(), any::<u32>(), time(), text(), text()).prop_map(
        |(pid, parent, start, exe, command)| Process {
            pid,
            parent: ProcessId(parent),
            start,
            exe,
            command,
        },
    )
}

fn interpreter() -> impl Strategy<Value = Interpreter> {
    let texts = (".{0,9}", ".{0,9}", ".{0,9}");
    let words = any::<[u16; 8]>();
    (
        any::<u32>(),
        texts,
        any::<[bool; 2]>(),
        any::<[u64; 4]>(),
        words,
    )
        .prop_map(
            |(process, (version, file, no_frames), [stripped, free_threaded], numbers, words)| {
                let [since, runtime, runtime_size, gil] = numbers;
                Interpreter {
                    process: ProcessId(process),
                    since: Nanos(since),
                    version,
                    file,
                    stripped,
                    free_threaded,
                    runtime,
                    runtime_size,
                    gil,
                    gil_words: GilWords {
                        cond: (words[0], words[1]),
                        mutex: (words[2], words[3]),
                        switch_cond: (words[4], words[5]),
                        switch_mutex: (words[6], words[7]),
                    },
                    no_frames,
                }
            },
        )
}
