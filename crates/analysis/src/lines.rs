//! Lines that cost time: where threads block, and where they run.

use std::collections::HashMap;

use keelback_trace::{Event, EventKind, FrameId, StackId, ThreadId};

use crate::budget::sampled_part;
use crate::futex::NR_FUTEX;
use crate::model::stacks::Role;
use crate::model::{Observer, Scene, Sleep, Span, What};
use crate::part::{Part, PartGroup};
use crate::syscalls::call_name;

/// Sleeps of one kind, in one call, from one place in the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedLine {
    /// What the thread was waiting for.
    pub part: Part,
    /// The system call's name; empty for a page fault.
    pub call: String,
    /// Where Python was: `function (file:line)`, the innermost frame outside
    /// `threading.py`; empty without a Python stack.
    pub site: String,
    /// The innermost frame of the program's own files, when it is another.
    pub caller: String,
    /// Name of the thread that slept longest here.
    pub thread: String,
    /// Its tid.
    pub tid: u32,
    /// How many threads slept here.
    pub threads: u64,
    /// How many sleeps.
    pub count: u64,
    /// Time asleep, nanoseconds.
    pub ns: u64,
    /// The longest sleep, nanoseconds.
    pub max_ns: u64,
    /// Time from wake-up to running, nanoseconds; not in `ns`.
    pub runqueue_ns: u64,
    /// Is it a place where threads wait for work or news (a condition, an
    /// event, a queue) rather than for one another?
    pub waits_for_news: bool,
}

/// A line that was running, by samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotLine {
    /// [`Part::Python`], [`Part::Native`] or [`Part::Kernel`].
    pub part: Part,
    /// In the kernel: the system call; empty for faults and interrupts.
    pub call: String,
    /// As in [`BlockedLine`].
    pub site: String,
    /// As in [`BlockedLine`].
    pub caller: String,
    /// Samples.
    pub samples: u64,
    /// Samples times the sampling period, nanoseconds: an estimate.
    pub ns: u64,
}

/// A place in the program: the frame that is named, and the program's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    site: Option<FrameId>,
    own: Option<FrameId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct SleepKey {
    part: Part,
    nr: u16,
    place: Place,
    news: bool,
    thread: ThreadId,
}

#[derive(Clone, Copy, Debug, Default)]
struct SleepSum {
    count: u64,
    ns: u64,
    max_ns: u64,
    runqueue_ns: u64,
}

/// Sums sleeps and samples by line.
#[derive(Debug, Default)]
pub(crate) struct LineBook {
    sleeps: HashMap<SleepKey, SleepSum>,
    samples: HashMap<(Part, u16, Place), u64>,
}

impl Observer for LineBook {
    fn span(&mut self, span: &Span, scene: &Scene<'_>) {
        let What::Asleep(sleep) = &span.what else {
            return;
        };
        let (asleep, queued) = span.asleep_and_queued(sleep);
        let sum = self
            .sleeps
            .entry(sleep_key(span.thread, sleep, scene))
            .or_default();
        sum.count += 1;
        sum.ns += asleep;
        sum.max_ns = sum.max_ns.max(asleep);
        sum.runqueue_ns += queued;
    }

    fn event(&mut self, event: &Event, scene: &Scene<'_>) {
        let EventKind::Sample {
            user, call, gil, ..
        } = event.kind
        else {
            return;
        };
        let part = sampled_part(event.thread, user, gil, event.stack, scene);
        let nr = if user {
            keelback_trace::Call::NO_NUMBER
        } else {
            call.nr
        };
        let key = (part, nr, Place::of(event.stack, scene));
        *self.samples.entry(key).or_default() += 1;
    }
}

impl LineBook {
    /// Blocked lines, longest first. A line's threads are summed.
    pub(crate) fn blocked(&self, scene: &Scene<'_>) -> Vec<BlockedLine> {
        let mut by_line: HashMap<SleepKey, (BlockedLine, u64)> = HashMap::new();
        let mut sleeps: Vec<_> = self.sleeps.iter().collect();
        sleeps.sort_by_key(|(key, _)| **key);
        for (key, sum) in sleeps {
            let line_key = SleepKey {
                thread: ThreadId::NONE,
                ..*key
            };
            let (line, longest) = by_line
                .entry(line_key)
                .or_insert_with(|| (blocked_line(key, scene), 0));
            line.take(sum);
            if sum.ns > *longest {
                *longest = sum.ns;
                line.tid = scene.tid(key.thread);
                scene.thread_name(key.thread).clone_into(&mut line.thread);
            }
        }
        let mut lines: Vec<_> = by_line.into_values().map(|(line, _)| line).collect();
        lines.sort_by(|a, b| (b.ns, &a.site, a.part).cmp(&(a.ns, &b.site, b.part)));
        lines
    }

    /// Running lines, hottest first.
    pub(crate) fn hot(&self, scene: &Scene<'_>) -> Vec<HotLine> {
        let mut samples: Vec<_> = self.samples.iter().collect();
        samples.sort_by_key(|&(key, &count)| (std::cmp::Reverse(count), *key));
        samples
            .into_iter()
            .map(|(&(part, nr, place), &count)| HotLine {
                part,
                call: name_or_empty(nr),
                site: place.site_label(scene),
                caller: place.caller_label(scene),
                samples: count,
                ns: count * scene.origin.sample_period_ns,
            })
            .collect()
    }
}

impl BlockedLine {
    fn take(&mut self, sum: &SleepSum) {
        self.threads += 1;
        self.count += sum.count;
        self.ns += sum.ns;
        self.max_ns = self.max_ns.max(sum.max_ns);
        self.runqueue_ns += sum.runqueue_ns;
    }

    /// Does it wait on a lock other than the GIL?
    pub fn is_lock(&self) -> bool {
        self.part.group() == PartGroup::Locks
    }
}

impl Place {
    /// The place a stack ends in.
    pub(crate) fn of(stack: StackId, scene: &Scene<'_>) -> Place {
        Place {
            site: scene.stacks().site(stack),
            own: scene.stacks().own(stack),
        }
    }

    /// `function (file:line)` of the frame that is named; empty without one.
    pub(crate) fn site_label(self, scene: &Scene<'_>) -> String {
        scene.frame_label(self.site)
    }

    /// The program's own frame, when it is another; else empty.
    pub(crate) fn caller_label(self, scene: &Scene<'_>) -> String {
        match self.own == self.site {
            true => String::new(),
            false => scene.frame_label(self.own),
        }
    }
}

fn sleep_key(thread: ThreadId, sleep: &Sleep, scene: &Scene<'_>) -> SleepKey {
    SleepKey {
        part: sleep.part,
        nr: sleep.call.nr,
        place: Place::of(sleep.stack, scene),
        news: sleep.call.nr == NR_FUTEX && scene.role(sleep.stack) == Role::News,
        thread,
    }
}

fn blocked_line(key: &SleepKey, scene: &Scene<'_>) -> BlockedLine {
    BlockedLine {
        part: key.part,
        call: name_or_empty(key.nr),
        site: key.place.site_label(scene),
        caller: key.place.caller_label(scene),
        thread: String::new(),
        tid: 0,
        threads: 0,
        count: 0,
        ns: 0,
        max_ns: 0,
        runqueue_ns: 0,
        waits_for_news: key.news,
    }
}

fn name_or_empty(nr: u16) -> String {
    match nr {
        keelback_trace::Call::NO_NUMBER => String::new(),
        nr => call_name(nr),
    }
}
