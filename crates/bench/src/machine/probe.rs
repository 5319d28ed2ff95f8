//! What the machine does to a run right now, measured with work of our own.
//!
//! A setting says what may happen; this says what does. It takes a few seconds
//! and needs no privilege.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

use super::window::Window;
use crate::decide::{Power, Rule};

/// What was measured. Shares are 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Probe {
    /// Length of the measurement, nanoseconds.
    pub took_ns: u64,
    /// Pieces of equal work that were timed.
    pub pieces: usize,
    /// CPU time of a piece, median, nanoseconds.
    pub piece_cpu_ns: u64,
    /// Elapsed time of all pieces over their CPU time.
    pub wall_over_cpu: f64,
    /// CPU time of the dearest tenth of the pieces over that of the cheapest.
    pub cpu_spread: f64,
    /// The smallest difference that sessions of 80 pairs of such pieces find
    /// nine times in ten; `None` if none of those tried.
    pub smallest: Option<f64>,
    /// What the kernel counted meanwhile.
    pub window: Window,
    /// A piece beside a busy hardware thread of the same core over a piece
    /// alone; `None` where there is no such thread, or it is not ours to use.
    pub sibling: Option<f64>,
    /// Reading the time once, nanoseconds.
    pub clock_ns: f64,
    /// Page faults for touching memory of [`TOUCHED`] bytes for the first time.
    pub touch_faults: u64,
    /// CPU time of that, nanoseconds.
    pub touch_cpu_ns: u64,
}

/// Memory that is touched, bytes.
pub const TOUCHED: usize = 32 << 20;

/// Pieces of work: enough to tell a tenth of them.
const PIECES: usize = 100;

/// A piece is about this long: more than what reading clocks costs, less than
/// a scheduler's slice is disturbed by.
const PIECE: Duration = Duration::from_millis(10);

/// Pieces with and without a busy sibling.
const SIBLING_PIECES: usize = 15;

impl Probe {
    /// Measures.
    pub fn take() -> Probe {
        let started = Instant::now();
        let turns = calibrate();
        let before = Window::now();
        let pieces: Vec<Piece> = (0..PIECES).map(|_| Piece::run(turns)).collect();
        let window = Window::now().since(&before);
        let (touch_faults, touch_cpu_ns) = touch();
        Probe {
            window,
            touch_faults,
            touch_cpu_ns,
            sibling: sibling(turns),
            clock_ns: clock_ns(),
            took_ns: started.elapsed().as_nanos() as u64,
            ..Probe::of(&pieces)
        }
    }

    fn of(pieces: &[Piece]) -> Probe {
        let mut cpu: Vec<u64> = pieces.iter().map(|piece| piece.cpu_ns).collect();
        let sum = cpu.iter().sum::<u64>().max(1);
        let wall: u64 = pieces.iter().map(|piece| piece.wall_ns).sum();
        let pairs = cpu.chunks_exact(2);
        let ratios: Vec<f64> = pairs
            .map(|pair| (pair[1] as f64 / pair[0].max(1) as f64).ln())
            .collect();
        cpu.sort_unstable();
        let at = |share: f64| cpu[(share * (cpu.len() - 1) as f64) as usize].max(1);
        Probe {
            pieces: pieces.len(),
            piece_cpu_ns: at(0.5),
            wall_over_cpu: wall as f64 / sum as f64,
            cpu_spread: at(0.9) as f64 / at(0.1) as f64,
            smallest: Power::of(&Rule::default(), &ratios, 1).smallest,
            ..Probe::default()
        }
    }
}

/// One piece of work.
#[derive(Clone, Copy, Debug)]
struct Piece {
    wall_ns: u64,
    cpu_ns: u64,
}

impl Piece {
    fn run(turns: u64) -> Piece {
        let (wall, cpu) = (Instant::now(), thread_cpu_ns());
        work(turns);
        Piece {
            cpu_ns: thread_cpu_ns() - cpu,
            wall_ns: wall.elapsed().as_nanos() as u64,
        }
    }
}

/// The same instructions every time (G. Marsaglia, Xorshift RNGs, 2003), and no
/// memory.
fn work(turns: u64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..turns {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    black_box(state);
}

/// How many turns a piece has.
fn calibrate() -> u64 {
    const TRIED: u64 = 200_000;
    let best = (0..9).map(|_| Piece::run(TRIED).cpu_ns).min();
    let wanted = PIECE.as_nanos() as u64;
    (TRIED * wanted / best.unwrap_or(wanted).max(1)).max(1)
}

fn thread_cpu_ns() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec.cast_unsigned() * 1_000_000_000 + now.tv_nsec.cast_unsigned()
}

fn clock_ns() -> f64 {
    const READS: u32 = 20_000;
    let before = thread_cpu_ns();
    for _ in 0..READS {
        black_box(Instant::now());
    }
    (thread_cpu_ns() - before) as f64 / f64::from(READS)
}

/// Faults and CPU time of touching new memory once a page.
fn touch() -> (u64, u64) {
    let (faults, cpu) = (minor_faults(), thread_cpu_ns());
    // Zeroed memory of this size comes from the kernel, untouched.
    let mut memory = vec![0_u8; TOUCHED];
    for page in memory.chunks_mut(4096) {
        page[0] = 1;
    }
    black_box(&memory);
    (minor_faults() - faults, thread_cpu_ns() - cpu)
}

/// The tenth field of stat (proc(5)), of this thread.
fn minor_faults() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let field = after_name.split_ascii_whitespace().nth(7);
    field.and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// What a busy hardware thread of the same core costs, by turns with and
/// without.
fn sibling(turns: u64) -> Option<f64> {
    let (own, other) = siblings()?;
    std::thread::spawn(move || {
        pin(own)?;
        let mut times = [Vec::new(), Vec::new()];
        for turn in 0..2 * SIBLING_PIECES {
            let piece = match turn % 2 {
                0 => Piece::run(turns),
                _ => beside(other, || Piece::run(turns)),
            };
            times[turn % 2].push(piece.cpu_ns);
        }
        let [alone, beside] = times.map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        });
        Some(beside as f64 / alone.max(1) as f64)
    })
    .join()
    .ok()?
}

/// Does something while another CPU is kept busy.
fn beside<T>(cpu: usize, something: impl FnOnce() -> T) -> T {
    let (busy, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = pin(cpu);
            while !stop.load(Ordering::Relaxed) {
                busy.store(true, Ordering::Relaxed);
                work(10_000);
            }
        });
        while !busy.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        let done = something();
        stop.store(true, Ordering::Relaxed);
        done
    })
}

fn pin(cpu: usize) -> Option<()> {
    let mut set = CpuSet::new();
    set.set(cpu);
    sched_setaffinity(None, &set).ok()
}

/// Two hardware threads of one core that are both ours to use.
fn siblings() -> Option<(usize, usize)> {
    let allowed = sched_getaffinity(None).ok()?;
    let mine = (0..CpuSet::MAX_CPU).filter(|&cpu| allowed.is_set(cpu));
    mine.filter_map(|cpu| {
        let file = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
        let list = std::fs::read_to_string(file).ok()?;
        let other = list
            .trim()
            .split([',', '-'])
            .filter_map(|it| it.parse().ok())
            .find(|&other: &usize| other != cpu && allowed.is_set(other))?;
        Some((cpu, other))
    })
    .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pieces_say() {
        let piece = |wall_ns, cpu_ns| Piece { wall_ns, cpu_ns };
        // Every tenth piece is half dearer; the wall saw twice the CPU time.
        let pieces: Vec<Piece> = (0..100)
            .map(|i| if i % 10 < 2 { 150 } else { 100 })
            .map(|cpu| piece(2 * cpu, cpu))
            .collect();
        let probe = Probe::of(&pieces);
        assert_eq!(probe.piece_cpu_ns, 100);
        assert!((probe.wall_over_cpu - 2.0).abs() < 1e-9);
        assert!((probe.cpu_spread - 1.5).abs() < 1e-9);
    }

    #[test]
    fn a_quiet_machine_sees_smaller_differences() {
        let noisy = |width: u64| -> Vec<Piece> {
            let mut random = fastrand::Rng::with_seed(1);
            let mut cpu = move || 1_000_000 + random.u64(..width);
            (0..100)
                .map(|_| Piece {
                    wall_ns: 1_000_000,
                    cpu_ns: cpu(),
                })
                .collect()
        };
        let [quiet, loud] = [5_000, 300_000].map(|width| Probe::of(&noisy(width)).smallest);
        assert!(quiet.unwrap() < loud.unwrap(), "{quiet:?} {loud:?}");
    }

    #[test]
    fn a_piece_is_real_work() {
        let turns = calibrate();
        let [one, four] =
            [turns, 4 * turns].map(|turns| (0..5).map(|_| Piece::run(turns).cpu_ns).min().unwrap());
        assert!(four > 2 * one, "{one} ns, four times as much: {four} ns");
        assert!(touch().0 >= 16, "new memory takes faults");
    }
}
