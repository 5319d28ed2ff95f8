//! Reads a recording into a picture.

use keelback_trace::{
    Event, EventKind, GilView, Nanos, ProcessId, ReadError, Source, StackId, ThreadId,
};

use super::counters::Counters;
use super::stacks::Stacks;
use super::states::{slices, split};
use super::types::{
    Chart, ChartProcess, ChartThread, Flow, OwnerSlice, SampleAt, StateSlice, What,
};
use crate::futex::FutexClass;
use crate::gil::{Owner, Ownership, Stretch, releases};
use crate::model::{Observer, Scene, Span, watch};
use crate::part::Part;

/// The recording as a picture.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn chart(source: &dyn Source) -> Result<Chart, ReadError> {
    let mut collector = Collector::of(source);
    let (scene, end) = watch(source, &mut [&mut collector])?;
    Ok(collector.finish(&scene, end))
}

#[derive(Default)]
struct Collector {
    states: Vec<Vec<StateSlice>>,
    owners: Vec<Vec<OwnerSlice>>,
    stacks: Vec<Stacks>,
    samples: Vec<SampleAt>,
    flows: Vec<Flow>,
    /// By thread: who woke it with the GIL, and when.
    gifts: Vec<Option<(ThreadId, Nanos)>>,
    counters: Counters,
    ownership: Ownership,
}

impl Collector {
    fn of(source: &dyn Source) -> Collector {
        let known = source.dictionary();
        Collector {
            states: vec![Vec::new(); known.threads.len()],
            owners: vec![Vec::new(); known.processes.len()],
            stacks: vec![Stacks::default(); known.threads.len()],
            gifts: vec![None; known.threads.len()],
            ..Collector::default()
        }
    }

    fn finish(mut self, scene: &Scene<'_>, end: Nanos) -> Chart {
        let owners = &mut self.owners;
        self.ownership
            .finish(end, &mut |stretch| own(owners, &stretch));
        let states = self.states.into_iter().enumerate().map(|(index, states)| {
            let thread = ThreadId(index as u32);
            let owners = self.owners.get(scene.process_of(thread).index());
            split(states, thread, owners.map_or(&[], Vec::as_slice))
        });
        let states: Vec<_> = states.collect();
        let ends = states.iter().map(|all| all.last().map_or(end, |it| it.to));
        let stacks = self.stacks.into_iter().zip(ends);
        Chart {
            command: scene.origin.command.clone(),
            started_monotonic_ns: scene.origin.started_monotonic_ns,
            started_unix_ns: scene.origin.started_unix_ns,
            end,
            sample_period_ns: scene.origin.sample_period_ns,
            processes: processes(scene),
            threads: threads(scene),
            stacks: stacks.map(|(it, end)| it.finish(end)).collect(),
            states,
            owners: self.owners,
            samples: self.samples,
            flows: self.flows,
            counters: self.counters.finish(),
        }
    }

    fn gift(&mut self, event: &Event, scene: &Scene<'_>) {
        let Some(gift) = self.gifts.get_mut(event.thread.index()) else {
            return;
        };
        match event.kind {
            EventKind::Woken { by, call } if releases(by, call, scene) => {
                *gift = Some((by, event.at));
            }
            EventKind::SwitchIn { .. } => {
                if let Some((from, from_at)) = gift.take() {
                    self.flows.push(Flow {
                        from,
                        from_at,
                        to: event.thread,
                        to_at: event.at,
                    });
                }
            }
            _ => {}
        }
    }
}

impl Observer for Collector {
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        let Some(states) = self.states.get_mut(span.thread.index()) else {
            return;
        };
        for slice in slices(span) {
            if slice.what == What::Part(Part::Futex(FutexClass::Gil)) {
                let process = scene.process_of(span.thread);
                self.counters.waited(process, slice.from, slice.to);
            }
            states.push(slice);
        }
    }

    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        let owners = &mut self.owners;
        let mut emit = |stretch: Stretch| own(owners, &stretch);
        self.ownership.event(event, scene, &mut emit);
        self.gift(event, scene);
        if event.stack != StackId::NONE
            && !matches!(event.kind, EventKind::Woken { .. })
            && let Some(stacks) = self.stacks.get_mut(event.thread.index())
        {
            stacks.seen(event.stack, event.at, scene.known);
        }
        match event.kind {
            EventKind::Sample { gil, .. } => self.samples.push(SampleAt {
                at: event.at,
                thread: event.thread,
                stack: event.stack,
                with_gil: gil == GilView::Held(event.thread),
            }),
            EventKind::Call { .. } => {
                self.counters
                    .called(scene.process_of(event.thread), event.at);
            }
            _ => {}
        }
    }
}

/// Stretches that only differ by the stack are one slice. A sub-interpreter's
/// own GIL has no track: two owners at a time would not fit on the process's.
fn own(owners: &mut [Vec<OwnerSlice>], stretch: &Stretch) {
    if !stretch.gil.is_of(stretch.process) {
        return;
    }
    let (Owner::Thread(thread), Some(all)) =
        (stretch.owner, owners.get_mut(stretch.process.index()))
    else {
        return;
    };
    match all.last_mut() {
        Some(last)
            if last.to == stretch.from
                && (last.thread, last.on_cpu) == (thread, stretch.on_cpu) =>
        {
            last.to = stretch.to;
        }
        _ => all.push(OwnerSlice {
            from: stretch.from,
            to: stretch.to,
            thread,
            on_cpu: stretch.on_cpu,
        }),
    }
}

fn processes(scene: &Scene<'_>) -> Vec<ChartProcess> {
    let ids = (0..scene.known.processes.len()).map(|index| ProcessId(index as u32));
    ids.map(|id| ChartProcess {
        pid: scene.pid(id),
        command: scene.command(id).to_owned(),
    })
    .collect()
}

fn threads(scene: &Scene<'_>) -> Vec<ChartThread> {
    let ids = (0..scene.known.threads.len()).map(|index| ThreadId(index as u32));
    ids.map(|id| ChartThread {
        tid: scene.tid(id),
        process: scene.process_of(id),
        name: scene.thread_name(id).to_owned(),
    })
    .collect()
}
