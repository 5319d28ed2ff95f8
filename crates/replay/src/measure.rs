//! Rounds of all modes, each round in another order.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::fs::{Advice, Mode as Bits, OFlags};
use rustix::time::{ClockId, clock_gettime};

use crate::look_ups::{self, LookUps};
use crate::mode::Mode;
use crate::plain::{Plain, open};
use crate::ring::{Kind, Memory};
use crate::script::{Act, Op, Script};
use crate::uring;

/// How long a polling thread is waited for: this often, so long.
const MOST_WAITS: u32 = 200;
const WAIT: Duration = Duration::from_millis(1);

/// How to measure.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Rounds; each makes all calls in every mode.
    pub rounds: u32,
    /// With caches emptied before each mode.
    pub cold: bool,
}

/// How caches were emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cold {
    /// They were not.
    Warm,
    /// All of the machine's, by `drop_caches`.
    DropCaches,
    /// Pages of the files alone, by posix_fadvise(2): names stay known.
    Fadvise,
}

/// What one mode takes. Times in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The mode.
    pub mode: Mode,
    /// Median of the wall times.
    pub median_ns: u64,
    /// Lower bound of the median, 95 %, by order statistics.
    pub low_ns: u64,
    /// Upper bound of the median.
    pub high_ns: u64,
    /// Median CPU time of the whole process: with the kernel's workers and
    /// polling threads, which are its threads since Linux 5.12.
    pub cpu_ns: u64,
    /// `median_ns` by that of the mode's base.
    pub ratio: f64,
    /// `cpu_ns` by that of the mode's base.
    pub cpu_ratio: f64,
    /// Times the ring was entered; 0 without one.
    pub enters: u64,
    /// Why it could not be measured; empty if it was.
    pub refused: String,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// By mode.
    pub modes: Vec<Measured>,
    /// How caches were emptied.
    pub cold: Cold,
    /// `None` without caches, where a look-up is the disk's, and where there
    /// is no io_uring.
    pub look_ups: Option<LookUps>,
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what}: {source}")]
pub struct ReplayError {
    /// What was tried.
    pub what: &'static str,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

struct Bench<'a> {
    script: &'a Script,
    plain: Plain<'a>,
    lean: Vec<Op>,
    memory: Memory,
    packed: OwnedFd,
    packed_bytes: usize,
}

#[derive(Clone, Debug, Default)]
struct Times {
    wall: Vec<u64>,
    cpu: Vec<u64>,
    enters: u64,
    refused: String,
}

/// Measures every mode.
///
/// # Errors
/// When the packed file cannot be made.
pub fn measure(script: &Script, options: &Options) -> Result<Figures, ReplayError> {
    let dearer = look_ups::dearer(script);
    let mut benches = [Bench::new(script)?, Bench::new(&dearer)?];
    let jobs = jobs(options.cold);
    let mut times = vec![Times::default(); jobs.len()];
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    let mut cold = Cold::Warm;
    let mut luck = 0x9E37_79B9_7F4A_7C15_u64;
    // The first round warms up and is not kept.
    for round in 0..=options.rounds {
        shuffle(&mut order, &mut luck);
        for &index in &order {
            if options.cold {
                cold = chill(script);
            }
            let mut unkept = Times::default();
            let kept = if round == 0 {
                &mut unkept
            } else {
                &mut times[index]
            };
            let (which, mode) = jobs[index];
            benches[which].time(mode, kept);
        }
    }
    Ok(Figures {
        modes: told(&times[..Mode::ALL.len()]),
        cold,
        look_ups: look_ups::look_ups(
            script,
            |mode| median_of(&jobs, &times, (NEAR, mode)),
            |mode| median_of(&jobs, &times, (FAR, mode)),
        ),
    })
}

/// Positions of the benches: the script as it is, and with longer paths.
const NEAR: usize = 0;
const FAR: usize = 1;

/// A mode on a bench.
type Job = (usize, Mode);

/// All modes in their order, and with longer paths what tells of look-ups.
fn jobs(cold: bool) -> Vec<Job> {
    let far: &[Mode] = if cold { &[] } else { &look_ups::MODES };
    let near = Mode::ALL.iter().map(|mode| (NEAR, *mode));
    near.chain(far.iter().map(|mode| (FAR, *mode))).collect()
}

/// `None` where it was not measured.
fn median_of(jobs: &[Job], times: &[Times], job: Job) -> Option<u64> {
    let times = &times[jobs.iter().position(|it| *it == job)?];
    (!times.wall.is_empty()).then(|| interval(&times.wall).1)
}

fn shuffle(order: &mut [usize], luck: &mut u64) {
    for last in (1..order.len()).rev() {
        // xorshift64 (Marsaglia 2003): good enough for an order.
        *luck ^= *luck << 13;
        *luck ^= *luck >> 7;
        *luck ^= *luck << 17;
        order.swap(last, (*luck % (last as u64 + 1)) as usize);
    }
}

/// Empties caches as far as one may.
fn chill(script: &Script) -> Cold {
    rustix::fs::sync();
    let all = OpenOptions::new()
        .write(true)
        .open("/proc/sys/vm/drop_caches");
    if all.and_then(|mut file| file.write_all(b"3")).is_ok() {
        return Cold::DropCaches;
    }
    for file in script.read_files() {
        if let Ok(fd) = open(file) {
            // Advice that is not taken makes the run warmer, no worse.
            let _ = rustix::fs::fadvise(&fd, 0, None, Advice::DontNeed);
        }
    }
    Cold::Fadvise
}

impl<'a> Bench<'a> {
    fn new(script: &'a Script) -> Result<Bench<'a>, ReplayError> {
        let mut plain = Plain::new(script);
        let (packed, packed_bytes) = pack(script, &mut plain).map_err(|source| ReplayError {
            what: "make the packed file",
            source,
        })?;
        Ok(Bench {
            script,
            plain,
            lean: lean(script),
            memory: Memory::new(),
            packed,
            packed_bytes,
        })
    }

    fn time(&mut self, mode: Mode, times: &mut Times) {
        let cpu = cpu_now();
        let start = Instant::now();
        let ran = self.run(mode);
        let wall = start.elapsed().as_nanos() as u64;
        let own = match mode {
            Mode::RingAllPoll => outlive_poller(),
            _ => 0,
        };
        match ran {
            Ok(enters) => {
                times.wall.push(wall);
                times.cpu.push(cpu_now().saturating_sub(cpu + own));
                times.enters = enters;
            }
            Err(error) => times.refused = error.to_string(),
        }
    }

    fn run(&mut self, mode: Mode) -> io::Result<u64> {
        let script = self.script;
        let memory = &mut self.memory;
        let ran = match mode {
            Mode::Recorded => return Ok(self.plain(|_, _| true)),
            Mode::Convertible => return Ok(self.plain(|script, op| script.converts(op))),
            Mode::NoRedundant => return Ok(self.lean()),
            Mode::Threads2 => return Ok(threads(script, 2)),
            Mode::Threads8 => return Ok(threads(script, 8)),
            Mode::Index => return Ok(self.index()),
            Mode::Packed => return Ok(self.packed()),
            Mode::RingAlone => uring::alone(memory)?,
            Mode::RingOne => uring::one(script, memory)?,
            Mode::RingChain => uring::chains(script, 1, Kind::Bare, memory)?,
            Mode::RingWaves => uring::waves(script, memory)?,
            Mode::RingAll => uring::chains(script, uring::ALL, Kind::Bare, memory)?,
            Mode::RingAllDefer => uring::chains(script, uring::ALL, Kind::Defer, memory)?,
            Mode::RingAllPoll => uring::chains(script, uring::ALL, Kind::Poll, memory)?,
            Mode::RingIndex => uring::reads(script, memory)?,
        };
        Ok(ran.enters)
    }

    fn plain(&mut self, wanted: impl Fn(&Script, &Op) -> bool) -> u64 {
        for op in &self.script.ops {
            if wanted(self.script, op) {
                self.plain.make(op);
            }
        }
        0
    }

    fn lean(&mut self) -> u64 {
        for op in &self.lean {
            self.plain.make(op);
        }
        self.index()
    }

    fn index(&mut self) -> u64 {
        for file in self.script.read_files() {
            // A file that is gone is among the differences.
            let _ = self.plain.fetch(file);
        }
        0
    }

    fn packed(&mut self) -> u64 {
        let _ = self.plain.stream(&self.packed, self.packed_bytes);
        0
    }
}

/// Each question once, each folder listed once; files are read apart.
fn lean(script: &Script) -> Vec<Op> {
    let mut seen = std::collections::HashSet::new();
    let mut folders = std::collections::HashSet::new();
    let mut kept = std::collections::HashSet::new();
    let ops = script.ops.iter().filter(|op| match &op.act {
        Act::Stat(path) | Act::Access(path, _) | Act::Readlink(path) => seen.insert(path.clone()),
        Act::OpenFails(path, _) => seen.insert(path.clone()),
        Act::Open(slot) => {
            let file = &script.files[*slot];
            let new = file.folder && folders.insert(file.path.clone());
            new && kept.insert(*slot)
        }
        Act::List(slot, _) | Act::Close(slot) => kept.contains(slot),
        _ => false,
    });
    ops.cloned().collect()
}

fn threads(script: &Script, count: usize) -> u64 {
    let files: Vec<_> = script.read_files().collect();
    let most = files.iter().map(|file| file.bytes).max().unwrap_or(0);
    std::thread::scope(|scope| {
        for first in 0..count {
            let mine = files.iter().skip(first).step_by(count);
            scope.spawn(move || {
                let mut buffer = vec![0; most];
                for file in mine {
                    if let Ok(fd) = open(file) {
                        let _ = rustix::io::read(&fd, &mut buffer[..file.bytes]);
                    }
                }
            });
        }
    });
    0
}

/// One file as long as all files together, on a disk so that it can be cold.
/// It has no name, so nothing is left behind.
fn pack(script: &Script, plain: &mut Plain<'_>) -> io::Result<(OwnedFd, usize)> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let packed = rustix::fs::open("/var/tmp", flags, Bits::RUSR | Bits::WUSR)?;
    let mut bytes = 0;
    for file in script.read_files() {
        if let Ok(read) = plain.fetch(file) {
            bytes += rustix::io::write(&packed, plain.bytes(read))?;
        }
    }
    rustix::fs::fsync(&packed)?;
    Ok((packed, bytes))
}

/// Waits for the end of a ring's polling thread: it goes on for a while after
/// the ring is gone, and what it takes is its mode's, not the next one's. Says
/// what the waiting itself took, nanoseconds of CPU.
fn outlive_poller() -> u64 {
    let began = nanos(ClockId::ThreadCPUTime);
    for _ in 0..MOST_WAITS {
        if !polls() {
            break;
        }
        std::thread::sleep(WAIT);
    }
    nanos(ClockId::ThreadCPUTime).saturating_sub(began)
}

/// Has this process a polling thread? (io_uring/sqpoll.c: `io_sq_thread`.)
fn polls() -> bool {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else {
        return false;
    };
    tasks.flatten().any(|task| {
        let name = std::fs::read(task.path().join("comm"));
        name.is_ok_and(|it| it.starts_with(b"iou-sqp"))
    })
}

fn cpu_now() -> u64 {
    nanos(ClockId::ProcessCPUTime)
}

fn nanos(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

fn told(times: &[Times]) -> Vec<Measured> {
    let position = |mode: Mode| Mode::ALL.iter().position(|it| *it == mode).unwrap_or(0);
    let row = |(mode, times_of): (Mode, &Times)| {
        let base = &times[position(mode.base())];
        let (low_ns, median_ns, high_ns) = interval(&times_of.wall);
        let cpu_ns = interval(&times_of.cpu).1;
        Measured {
            mode,
            median_ns,
            low_ns,
            high_ns,
            cpu_ns,
            ratio: ratio(median_ns, interval(&base.wall).1),
            cpu_ratio: ratio(cpu_ns, interval(&base.cpu).1),
            enters: times_of.enters,
            refused: times_of.refused.clone(),
        }
    };
    Mode::ALL.into_iter().zip(times).map(row).collect()
}

fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b.max(1) as f64
}

/// The median and its 95 % interval from ranks of the binomial distribution,
/// by its normal approximation.
fn interval(values: &[u64]) -> (u64, u64, u64) {
    let mut values = values.to_vec();
    values.sort_unstable();
    let count = values.len();
    if count == 0 {
        return (0, 0, 0);
    }
    let reach = (0.98 * (count as f64).sqrt()).ceil() as usize;
    let low = (count / 2).saturating_sub(reach);
    let high = (count / 2 + reach).min(count - 1);
    (values[low], values[count / 2], values[high])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_median() {
        let values: Vec<u64> = (1..=25).collect();
        assert_eq!(interval(&values), (8, 13, 18));
        assert_eq!(interval(&[7]), (7, 7, 7));
        assert_eq!(interval(&[]), (0, 0, 0));
    }

    /// A kernel without io_uring refuses, and leaves none either.
    #[test]
    fn no_polling_thread_is_left_to_the_next_mode() {
        let script = Script {
            ops: vec![Op {
                act: Act::Stat(c"/".into()),
                recorded: 0,
            }],
            ..Script::default()
        };
        let mut bench = Bench::new(&script).expect("a file in /var/tmp");
        let mut times = Times::default();
        bench.time(Mode::RingAllPoll, &mut times);
        assert!(!polls());
        assert_eq!(times.refused.is_empty(), times.wall.len() == 1);
    }

    #[test]
    fn an_order_keeps_everything() {
        let mut order: Vec<usize> = (0..15).collect();
        shuffle(&mut order, &mut 1);
        order.sort_unstable();
        assert_eq!(order, (0..15).collect::<Vec<_>>());
    }
}
