//! One reading of the events, shown to any number of observers.

use keelback_trace::{Event, EventKind, Nanos, OffState, ReadError, Source, ThreadId};

use super::scene::Scene;
use super::span::{Sleep, Span, What};
use super::timeline::Timeline;
use crate::blocked::Blocked;
use crate::futex::{self, FutexUse, NR_FUTEX};
use crate::part::Part;

/// Something that sums up what it is shown. Its memory may grow with threads,
/// stacks and keys, never with events.
pub trait Observer {
    /// An event; the scene already knows it, and spans it ended were shown.
    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        let _ = (event, scene);
    }

    /// A span that has ended, its sleep classed.
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        let _ = (span, scene);
    }
}

/// Reads a recording once, from its first event to its end. Gives back the
/// scene as it is at the end, and the last instant.
///
/// # Errors
/// Whatever the source says about a file it cannot read.
pub fn watch<'a>(
    source: &'a dyn Source,
    observers: &mut [&mut dyn Observer],
) -> Result<(Scene<'a>, Nanos), ReadError> {
    let mut scene = Scene::new(source.dictionary(), source.provenance());
    let mut threads = Threads::of(source.dictionary().threads.len());
    let mut end = Nanos(source.provenance().duration_ns);
    for event in source.events()? {
        let event = event?;
        end = end.max(event.at);
        scene.step(&event);
        threads.step(&event, &mut |span| show(span, &scene, observers));
        for observer in observers.iter_mut() {
            observer.event(&event, &scene);
        }
    }
    threads.finish(end, &mut |span| show(span, &scene, observers));
    Ok((scene, end))
}

/// The time lines of all threads, by id.
struct Threads(Vec<Option<Timeline>>);

impl Threads {
    fn of(known: usize) -> Threads {
        Threads(vec![None; known])
    }

    /// Events of a thread that the dictionary does not know (a torn file) say
    /// nothing about anyone.
    fn step(&mut self, event: &Event, emit: &mut impl FnMut(Span)) {
        if let Some(slot) = self.0.get_mut(event.thread.index()) {
            let timeline = slot.get_or_insert_with(|| Timeline::begin(event));
            timeline.step(event, emit);
        }
        if let EventKind::Woken { by, .. } = event.kind
            && let Some(Some(waker)) = self.0.get_mut(by.index())
        {
            waker.ran(event.at, emit);
        }
    }

    fn finish(&mut self, end: Nanos, emit: &mut impl FnMut(Span)) {
        for timeline in self.0.iter_mut().flatten() {
            timeline.finish(end, emit);
        }
    }
}

fn show(mut span: Span, scene: &Scene<'_>, observers: &mut [&mut dyn Observer]) {
    if let What::Asleep(sleep) | What::Unseen(Some(sleep)) = &mut span.what {
        sleep.part = part_of(span.thread, sleep, scene);
    }
    for observer in observers.iter_mut() {
        observer.span(&span, scene);
    }
}

fn part_of(thread: ThreadId, sleep: &Sleep, scene: &Scene<'_>) -> Part {
    match (sleep.part, sleep.state) {
        (Part::Blocked(Blocked::BeforeAttach), _) => sleep.part,
        (_, OffState::Stopped) => Part::Stopped,
        _ if sleep.call.nr == NR_FUTEX => {
            let futex = FutexUse {
                thread,
                call: sleep.call,
                parked: sleep.parked,
                stack: sleep.stack,
            };
            Part::Futex(futex::classify(&futex, scene).class)
        }
        _ => Part::Blocked(Blocked::of(sleep.call, sleep.state)),
    }
}
