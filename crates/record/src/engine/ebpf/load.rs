//! Loads and attaches the programs. Nothing else knows the loader, so that
//! another one could take its place.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::Path;

use aya::maps::{Array, HashMap, Map, MapData, PerCpuArray, RingBuf};
use aya::programs::perf_event::{PerfEventConfig, PerfEventScope, SamplePolicy, SoftwareEvent};
use aya::programs::uprobe::{UProbeAttachLocation, UProbeAttachPoint, UProbeLink, UProbeScope};
use aya::programs::{BtfTracePoint, PerfEvent, UProbe};
use aya::util::online_cpus;
use aya::{Btf, Ebpf, EbpfLoader};

use keelback_trace::LossKind;

use super::abi;
use crate::session::{Mode, Options, RecordError};
use crate::sys::heir::{Heir, perf_links};
use crate::sys::{bpf, kernel};

/// `cargo xtask bpf` makes it of the sources beside it.
static OBJECT: &[u8] = aya::include_bytes_aligned!("keelback.bpf.o");

/// Tracepoints of both modes, by program.
const ALWAYS: &[(&str, &str)] = &[
    ("on_switch", "sched_switch"),
    ("on_waking", "sched_waking"),
    ("on_fork", "sched_process_fork"),
    ("on_exec", "sched_process_exec"),
    ("on_thread_exit", "sched_process_exit"),
    ("on_rename", "task_rename"),
];

/// Tracepoints of full mode only.
const FULL: &[(&str, &str)] = &[("on_enter", "sys_enter"), ("on_exit", "sys_exit")];

/// How long a known stack's code objects are taken to be the same. In wait
/// mode stacks are rare and can be looked at more closely.
const RECHECK_NS: [u64; 2] = [100_000, 1_000_000];

/// The loaded programs and their maps. Dropping it detaches everything.
pub(crate) struct Programs {
    bpf: Ebpf,
    ring: RingBuf<MapData>,
    builds: Array<MapData, abi::Build>,
    processes: HashMap<MapData, u32, abi::Process>,
    targets: HashMap<MapData, u32, u32>,
    probes: Vec<UProbeLink>,
}

/// Taking probes away takes up to a second: somebody else does it.
impl Drop for Programs {
    fn drop(&mut self) {
        if self.probes.is_empty() {
            return;
        }
        // Without an heir it is only slower.
        let heir = Heir::of(perf_links());
        self.probes.clear();
        drop(heir);
    }
}

impl Programs {
    /// Loads everything and attaches nothing yet.
    pub(crate) fn load(options: &Options, attaching: bool) -> Result<Programs, RecordError> {
        let btf = Btf::from_sys_fs().map_err(|error| RecordError::Unsupported {
            why: format!("it has no type information (BTF): {error}"),
            remedies: vec!["a kernel built with CONFIG_DEBUG_INFO_BTF=y (5.15 or newer)".into()],
        })?;
        let mut bpf = open(&btf, options, attaching)?;
        for (program, tracepoint) in ALWAYS.iter().chain(full(options.mode)) {
            load_tracepoint(&mut bpf, &btf, program, tracepoint)?;
        }
        uprobe(&mut bpf)?
            .load()
            .map_err(refused("the discovery probe"))?;
        perf_event(&mut bpf)?
            .load()
            .map_err(refused("the sampling program"))?;
        Ok(Programs {
            ring: take(&mut bpf, "ring")?,
            builds: take(&mut bpf, "builds")?,
            processes: take(&mut bpf, "processes")?,
            targets: take(&mut bpf, "targets")?,
            probes: Vec::new(),
            bpf,
        })
    }

    /// Attaches every program but the uprobes.
    pub(crate) fn attach(&mut self, options: &Options) -> Result<(), RecordError> {
        for (program, _) in ALWAYS.iter().chain(full(options.mode)) {
            tracepoint(&mut self.bpf, program)?
                .attach()
                .map_err(refused(program))?;
        }
        if options.sample_hz > 0 {
            let period = 1_000_000_000 / u64::from(options.sample_hz);
            self.attach_sampling(period)?;
        }
        Ok(())
    }

    fn attach_sampling(&mut self, period_ns: u64) -> Result<(), RecordError> {
        let clock = PerfEventConfig::Software(SoftwareEvent::CpuClock);
        let cpus = online_cpus().map_err(|(what, source)| RecordError::System {
            what: what.into(),
            source,
        })?;
        let program = perf_event(&mut self.bpf)?;
        for cpu in cpus {
            let scope = PerfEventScope::AllProcessesOneCpu { cpu };
            program
                .attach(clock, scope, SamplePolicy::Period(period_ns), false)
                .map_err(refused("sampling"))?;
        }
        Ok(())
    }

    /// Tells the programs about a build, by its number.
    pub(crate) fn tell_build(&mut self, index: u32, build: abi::Build) -> io::Result<()> {
        self.builds.set(index, build, 0).map_err(io::Error::other)
    }

    /// Has the programs learn of every start of that build in `file`.
    pub(crate) fn watch(
        &mut self,
        index: u32,
        file: &Path,
        offset: u64,
    ) -> Result<(), RecordError> {
        let point = UProbeAttachPoint {
            location: UProbeAttachLocation::AbsoluteOffset(offset),
            cookie: Some(u64::from(index)),
        };
        let program = uprobe(&mut self.bpf)?;
        let link = program
            .attach(point, file, UProbeScope::AllProcesses)
            .and_then(|link| program.take_link(link))
            .map_err(refused("the discovery probe"))?;
        self.probes.push(link);
        Ok(())
    }

    /// Tells the programs which Python a running process has.
    pub(crate) fn tell_process(&mut self, tgid: u32, process: abi::Process) -> io::Result<()> {
        self.processes
            .insert(tgid, process, 0)
            .map_err(io::Error::other)
    }

    /// Does the kernel side know that process's Python?
    pub(crate) fn knows_process(&self, tgid: u32) -> bool {
        self.processes.get(&tgid, 0).is_ok()
    }

    /// Has every thread of a running process recorded.
    pub(crate) fn take_up(&mut self, tgid: u32) -> io::Result<()> {
        self.targets.insert(tgid, 1, 0).map_err(io::Error::other)
    }

    /// Has a suspended child recorded from its exec on.
    pub(crate) fn expect(&mut self, child: BorrowedFd<'_>) -> io::Result<()> {
        self.mark(child, 1)
    }

    /// Has a child of one thread recorded at once.
    pub(crate) fn record_now(&mut self, child: BorrowedFd<'_>) -> io::Result<()> {
        self.mark(child, 0)
    }

    fn mark(&mut self, child: BorrowedFd<'_>, pending: u8) -> io::Result<()> {
        let Some(Map::Unsupported(threads)) = self.bpf.map("threads") else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let memory = abi::Thread {
            pending,
            ..zerocopy::FromZeros::new_zeroed()
        };
        bpf::update(threads.fd().as_fd(), &child.as_raw_fd(), &memory)
    }

    /// The next record.
    pub(crate) fn next(&mut self) -> Option<impl std::ops::Deref<Target = [u8]>> {
        self.ring.next()
    }

    /// Readable when the kernel side wants to be read at once.
    pub(crate) fn ring_fd(&self) -> BorrowedFd<'_> {
        self.ring.as_fd()
    }

    /// Summed over CPUs, by number.
    pub(crate) fn losses(&self) -> Vec<u64> {
        let Some(Ok(losses)) = self.bpf.map("losses").map(PerCpuArray::<_, u64>::try_from) else {
            return Vec::new();
        };
        let mut counts: Vec<u64> = (0..losses.len())
            .map(|kind| losses.get(&kind, 0).map_or(0, |cpus| cpus.iter().sum()))
            .collect();
        if let Some(busy) = counts.get_mut(LossKind::ProgramBusy as usize) {
            *busy += self.busy();
        }
        counts
    }

    /// Calls that found the ring full.
    pub(crate) fn tallies(&self) -> Vec<(abi::TallyKey, abi::Tally)> {
        let Some(Ok(tallies)) = self
            .bpf
            .map("tallies")
            .map(HashMap::<_, abi::TallyKey, abi::Tally>::try_from)
        else {
            return Vec::new();
        };
        tallies.iter().filter_map(Result::ok).collect()
    }

    /// Runs that the kernel left out because the program was busy on that CPU
    /// (since 5.12; Documentation/bpf: recursion_misses).
    fn busy(&self) -> u64 {
        self.bpf
            .programs()
            .filter_map(|(_, program)| misses(program))
            .sum()
    }

    /// How long the programs ran, nanoseconds, and how often, since they were
    /// loaded; 0 unless the kernel counts.
    pub(crate) fn cost(&self) -> (u64, u64) {
        self.bpf
            .programs()
            .filter_map(|(_, program)| program.info().ok())
            .fold((0, 0), |(ns, runs), info| {
                let time = u64::try_from(info.run_time().as_nanos()).unwrap_or(u64::MAX);
                (ns + time, runs + info.run_count())
            })
    }
}

/// `/proc/self/fdinfo` of a program has a line for it (kernel/bpf/syscall.c:
/// bpf_prog_show_fdinfo).
fn misses(program: &aya::programs::Program) -> Option<u64> {
    let fd = program.fd().ok()?.as_fd().as_raw_fd();
    let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{fd}")).ok()?;
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("recursion_misses:"))?;
    line.trim().parse().ok()
}

fn full(mode: Mode) -> &'static [(&'static str, &'static str)] {
    match mode {
        Mode::Wait => &[],
        Mode::Full => FULL,
    }
}

fn open(btf: &Btf, options: &Options, attaching: bool) -> Result<Ebpf, RecordError> {
    let paths = crate::engine::paths::path_arguments();
    EbpfLoader::new()
        .btf(Some(btf))
        // aya has no interface for task storage; the programs only need it to
        // exist.
        .allow_unsupported_maps()
        .map_max_entries("ring", options.ring_bytes)
        .override_global("attaching", &u32::from(attaching), true)
        .override_global("has_prev_state", &u32::from(kernel::at_least(5, 18)), true)
        .override_global("recheck_ns", &RECHECK_NS[options.mode as usize], true)
        .override_global("path_argument", &paths[..], true)
        .load(OBJECT)
        .map_err(|error| not_loaded("the programs' maps", &error))
}

fn load_tracepoint(
    bpf: &mut Ebpf,
    btf: &Btf,
    program: &str,
    name: &str,
) -> Result<(), RecordError> {
    tracepoint(bpf, program)?
        .load(name, btf)
        .map_err(refused(program))
}

fn tracepoint<'a>(bpf: &'a mut Ebpf, name: &str) -> Result<&'a mut BtfTracePoint, RecordError> {
    program(bpf, name)
}

fn uprobe(bpf: &mut Ebpf) -> Result<&mut UProbe, RecordError> {
    program(bpf, "on_python_start")
}

fn perf_event(bpf: &mut Ebpf) -> Result<&mut PerfEvent, RecordError> {
    program(bpf, "on_sample")
}

fn program<'a, P>(bpf: &'a mut Ebpf, name: &str) -> Result<&'a mut P, RecordError>
where
    &'a mut P: TryFrom<&'a mut aya::programs::Program, Error = aya::programs::ProgramError>,
{
    let missing = || RecordError::System {
        what: format!("BPF program {name}"),
        source: io::ErrorKind::NotFound.into(),
    };
    let program = bpf.program_mut(name).ok_or_else(missing)?;
    program.try_into().map_err(refused(name))
}

fn take<M>(bpf: &mut Ebpf, name: &str) -> Result<M, RecordError>
where
    M: TryFrom<Map, Error = aya::maps::MapError>,
{
    bpf.take_map(name)
        .ok_or(io::Error::from(io::ErrorKind::NotFound))
        .and_then(|map| M::try_from(map).map_err(io::Error::other))
        .map_err(RecordError::system(format!("BPF map {name}")))
}

/// What to say of a program that the kernel did not take.
fn refused(what: &str) -> impl Fn(aya::programs::ProgramError) -> RecordError {
    let what = what.to_owned();
    move |error| not_loaded(&what, &error)
}

fn not_loaded(what: &str, error: &(dyn std::error::Error + 'static)) -> RecordError {
    let why = chain(error);
    if permission_denied(error) {
        return RecordError::NotPermitted {
            what: format!("the kernel does not let this user load BPF programs ({what})"),
            why,
            remedies: crate::privilege::bpf_remedies(),
        };
    }
    RecordError::Unsupported {
        why: format!("{what}: {why}"),
        remedies: Vec::new(),
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

fn permission_denied(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::PermissionDenied)
}
