//! From a story's text to a recording.

use keelback_trace::define::Tally;
use keelback_trace::provenance::{Calibration, Provenance};
use keelback_trace::{Event, Loss, LossKind, Memory, Nanos};
use syscalls::x86_64::Sysno;

use super::dictionary::Names;
use super::event::{event, nanos, time};

/// Reads a story.
pub(crate) fn read(text: &str) -> Memory {
    let mut story = Story {
        names: Names::new(),
        recording: Memory {
            provenance: origin(),
            ..Memory::default()
        },
    };
    for line in text.lines() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            story.line(line);
        }
    }
    // Each thread may be told on its own; a recording is in order.
    story.recording.events.sort_by_key(|event| event.at);
    story.recording.dictionary = story.names.known;
    story.recording
}

fn origin() -> Provenance {
    Provenance {
        keelback: "0.1.0".into(),
        engine: "ebpf".into(),
        mode: "wait".into(),
        command: "python app.py".into(),
        kernel: "6.18.0 x86_64".into(),
        cpus: 2,
        sample_period_ns: 1_000_000,
        exit_status: Some(0),
        ..Provenance::default()
    }
}

struct Story {
    names: Names,
    recording: Memory,
}

impl Story {
    fn line(&mut self, line: &str) {
        let words: Vec<_> = line.split_whitespace().collect();
        let origin = &mut self.recording.provenance;
        match words[..] {
            ["process", name, ref command @ ..] => {
                let parent = command.first().and_then(|it| it.strip_prefix("parent="));
                let command = command[usize::from(parent.is_some())..].join(" ");
                self.names.process(name, parent, &command);
            }
            ["thread", name, process] => self.names.thread(name, process),
            ["python", process, version, ref marks @ ..] => {
                let since = marks.iter().find_map(|it| it.strip_prefix("since="));
                let since = since.map_or(Nanos(0), time);
                self.names.python(process, version, marks, since);
            }
            ["attached"] => origin.attached = true,
            ["full"] => origin.mode = "full".into(),
            ["bias", bias] => origin.calibration = calibration(nanos(bias)),
            ["end", end] => origin.duration_ns = time(end).0,
            ["lost", kind, count] => self.lost(kind, count),
            ["tally", thread, call, errno, count, ns] => {
                self.names.known.tallies.push(Tally {
                    thread: self.names.thread_id(thread),
                    nr: call.parse::<Sysno>().expect("a system call") as u16,
                    errno: errno.parse().expect("an errno"),
                    count: count.parse().expect("a count"),
                    time_ns: nanos(ns),
                });
            }
            ["repeat", times, every, ref event @ ..] => {
                self.repeat(
                    times.parse().expect("a number"),
                    nanos(every),
                    &event.join(" "),
                );
            }
            _ => self.repeat(1, 0, line),
        }
    }

    fn repeat(&mut self, times: u64, every: u64, line: &str) {
        let first = event(line, &mut self.names);
        let again = (0..times).map(|index| Event {
            at: Nanos(first.at.0 + index * every),
            ..first
        });
        self.recording.events.extend(again);
    }

    fn lost(&mut self, kind: &str, count: &str) {
        self.names.known.losses.push(Loss {
            kind: LossKind::from_name(kind).expect("a kind of loss"),
            count: count.parse().expect("a count"),
        });
    }
}

/// Recording a call costs as much as it adds to the call's own time, and half
/// as much again outside of it.
fn calibration(bias: u64) -> Calibration {
    Calibration {
        call_bias_ns: bias.cast_signed(),
        call_cost_ns: bias + bias / 2,
    }
}
