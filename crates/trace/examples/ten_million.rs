//! Writes and reads 10^7 events of a made-up but likely program, and prints
//! what they cost: `cargo run --release -p keelback-trace --example ten_million
//! [EVENTS] [FILE]`.
//!
//! The program: 12 threads take turns; each runs loops of a few system calls
//! from 300 stacks, on few descriptors, buffers, paths and futexes. Times and
//! results vary from call to call. Tables are mixed as full mode mixes them:
//! four calls to one switch, now and then a wake, a sample.
#![expect(clippy::print_stdout, reason = "it prints its figures")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use keelback_trace::define::{Code, Frame, Process, Stack, Thread};
use keelback_trace::file::{Trace, Writer};
use keelback_trace::{
    Call, CodeId, Definition, Event, EventKind, FrameId, GilView, Nanos, OffState, Parked,
    ProcessId, Sink, Source, StackId, TextId, ThreadId,
};

type Failure = Box<dyn std::error::Error>;

const THREADS: u32 = 12;
const STACKS: u32 = 300;
const PATHS: u32 = 500;
const FIRST_PATH: u32 = 1 + STACKS;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(Ok(10_000_000), |it| it.parse())?;
    let path = arguments.next().map_or_else(default_path, PathBuf::from);
    let before = peak_rss();
    report_write(&path, count, write(&path, count)?)?;
    let after_write = peak_rss();
    report_read(&path, count)?;
    println!("peak RSS before        {:>8.1} MiB", mib(before));
    println!("peak RSS after write   {:>8.1} MiB", mib(after_write));
    println!("peak RSS after read    {:>8.1} MiB", mib(peak_rss()));
    std::fs::remove_file(&path)?;
    Ok(())
}

fn default_path() -> PathBuf {
    std::env::temp_dir().join(format!("ten_million-{}.kb", std::process::id()))
}

/// Seconds spent in the writer's `event`, and in `finish`.
struct Written {
    events: f64,
    finish: f64,
}

fn write(path: &Path, count: u64) -> Result<Written, Failure> {
    let mut writer = Writer::create(path, true)?;
    define(&mut writer)?;
    let mut program = Program::new();
    let mut seconds = 0.0;
    let mut block = Vec::with_capacity(1 << 12);
    let mut left = count;
    while left > 0 {
        block.clear();
        block.extend((0..left.min(1 << 12)).map(|_| program.event()));
        left -= block.len() as u64;
        let start = Instant::now();
        for event in &block {
            writer.event(*event)?;
        }
        seconds += start.elapsed().as_secs_f64();
    }
    let start = Instant::now();
    writer.finish()?;
    Ok(Written {
        events: seconds,
        finish: start.elapsed().as_secs_f64(),
    })
}

fn report_write(path: &Path, count: u64, took: Written) -> Result<(), Failure> {
    let bytes = std::fs::metadata(path)?.len();
    println!("events                 {count:>8}");
    println!("bytes                  {bytes:>8}");
    println!(
        "bytes per event        {:>8.2}",
        bytes as f64 / count as f64
    );
    println!("write                  {:>8.2} s", took.events);
    println!(
        "write                  {:>8.2} M events/s",
        count as f64 / took.events / 1e6
    );
    println!("finish (pack, fsync)   {:>8.2} s", took.finish);
    for (name, bytes) in entries(path)? {
        println!("  {name:<20} {bytes:>8} bytes");
    }
    Ok(())
}

fn entries(path: &Path) -> Result<Vec<(String, u64)>, Failure> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path)?)?;
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        entries.push((entry.name()?.into_owned(), entry.size()));
    }
    Ok(entries)
}

fn report_read(path: &Path, count: u64) -> Result<(), Failure> {
    let start = Instant::now();
    let trace = Trace::open(path)?;
    println!(
        "open                   {:>8.3} s",
        start.elapsed().as_secs_f64()
    );
    let start = Instant::now();
    let mut read = 0;
    let mut last = Nanos(0);
    for event in trace.events()? {
        let event = event?;
        assert!(event.at >= last, "in order");
        last = event.at;
        read += 1;
    }
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(read, count, "every event comes back");
    println!("read                   {seconds:>8.2} s");
    println!(
        "read                   {:>8.2} M events/s",
        count as f64 / seconds / 1e6
    );
    Ok(())
}

fn define(sink: &mut dyn Sink) -> Result<(), Failure> {
    sink.define(Definition::Text(String::new()))?;
    for number in 0..STACKS {
        sink.define(Definition::Text(format!(
            "package.module.function_{number}"
        )))?;
    }
    for number in 0..PATHS {
        let path = format!("/usr/lib/python3/dist-packages/package/module_{number}.py");
        sink.define(Definition::Text(path))?;
    }
    sink.define(Definition::Process(Process {
        pid: 4711,
        parent: ProcessId::NONE,
        start: Nanos(0),
        exe: TextId(1),
        command: TextId(1),
    }))?;
    (0..THREADS).try_for_each(|number| sink.define(thread(number)))?;
    (0..STACKS).try_for_each(|number| define_stack(sink, number))
}

fn thread(number: u32) -> Definition {
    Definition::Thread(Thread {
        tid: 4711 + number,
        process: ProcessId(0),
        start: Nanos(0),
        name: TextId(1 + number),
    })
}

fn define_stack(sink: &mut dyn Sink, number: u32) -> Result<(), Failure> {
    sink.define(Definition::Code(Code {
        name: TextId(1 + number),
        file: TextId(FIRST_PATH + number),
        first_line: 10,
    }))?;
    sink.define(Definition::Frame(Frame {
        code: CodeId(number),
        line: 10 + number,
    }))?;
    sink.define(Definition::Stack(Stack {
        parent: StackId(number / 2),
        frame: FrameId(number),
        truncated: false,
    }))?;
    Ok(())
}

/// xorshift64*: the same figures on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    /// About `typical`, with a long tail: how times are spread.
    fn spread(&mut self, typical: u64) -> u64 {
        let tail = if self.below(20) == 0 { 8 } else { 1 };
        typical / 2 + self.below(typical * tail)
    }
}

/// The made-up program: where each thread is in its loop.
struct Program {
    random: Random,
    now: u64,
    thread: u32,
    places: [u32; THREADS as usize],
}

impl Program {
    fn new() -> Program {
        Program {
            random: Random(42),
            now: 0,
            thread: 0,
            places: [0; THREADS as usize],
        }
    }

    fn event(&mut self) -> Event {
        self.now += self.random.spread(900);
        let kind = match self.random.below(100) {
            0..72 => self.call(),
            72..80 => self.switch_out(),
            80..88 => self.switch_in(),
            88..96 => self.woken(),
            _ => self.sample(),
        };
        Event {
            at: Nanos(self.now),
            thread: ThreadId(self.thread),
            stack: StackId(self.stack()),
            kind,
        }
    }

    /// Loops of eight stacks; a thread moves to another loop now and then.
    fn stack(&self) -> u32 {
        1 + self.places[self.thread as usize] % STACKS
    }

    fn step(&mut self) {
        let jump = self.random.below(40) == 0;
        let to = self.random.below(u64::from(STACKS)) as u32;
        let place = &mut self.places[self.thread as usize];
        *place = match jump {
            true => to,
            false => *place / 8 * 8 + (*place + 1) % 8,
        };
    }

    /// What a stack does is always the same; on what, varies a little.
    fn call(&mut self) -> EventKind {
        self.step();
        let site = u64::from(self.stack());
        let buffer = 0x7f3a_5c00_0000 + site * 0x1040 + self.random.below(4) * 0x200;
        let took = self.random.spread(600 + site * 7);
        let path = TextId(FIRST_PATH + self.random.below(u64::from(PATHS)) as u32);
        let descriptor = 3 + site % 9 + self.random.below(2);
        let (nr, args, ret, path) = match site % 5 {
            0 => (
                0,
                [descriptor, buffer, 8192],
                self.random.below(8192) as i64,
                TextId::NONE,
            ),
            1 => (
                1,
                [descriptor, buffer, 64 + site],
                64 + site as i64,
                TextId::NONE,
            ),
            2 => (262, [0xffff_ff9c, buffer, buffer + 0x90], 0, path),
            3 => (257, [0xffff_ff9c, buffer, 0o2_000_000], -2, path),
            _ => (
                202,
                [0x55d0_1234_5000 + site * 16, 0x189, 0],
                0,
                TextId::NONE,
            ),
        };
        EventKind::Call {
            call: Call { nr, args },
            ret,
            took,
            path,
        }
    }

    fn futex(&mut self) -> Call {
        let word = 0x55d0_1234_5000 + self.random.below(6) * 16;
        Call {
            nr: 202,
            args: [word, 0x189, 0],
        }
    }

    fn gil(&mut self) -> GilView {
        match self.random.below(4) {
            0 => GilView::Free,
            _ => GilView::Held(ThreadId(self.random.below(u64::from(THREADS)) as u32)),
        }
    }

    fn switch_out(&mut self) -> EventKind {
        EventKind::SwitchOut {
            cpu: self.random.below(8) as u16,
            state: OffState::Sleeping,
            call: self.futex(),
            parked: Parked::NONE,
            gil: self.gil(),
        }
    }

    fn switch_in(&mut self) -> EventKind {
        self.thread = self.random.below(u64::from(THREADS)) as u32;
        EventKind::SwitchIn {
            cpu: self.random.below(8) as u16,
        }
    }

    fn woken(&mut self) -> EventKind {
        EventKind::Woken {
            by: ThreadId(self.random.below(u64::from(THREADS)) as u32),
            call: self.futex(),
        }
    }

    fn sample(&mut self) -> EventKind {
        EventKind::Sample {
            cpu: self.random.below(8) as u16,
            user: self.random.below(3) > 0,
            call: Call::NONE,
            gil: self.gil(),
        }
    }
}

/// The largest resident size of this process so far, bytes (proc(5)); 0 where
/// the system does not tell.
fn peak_rss() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
