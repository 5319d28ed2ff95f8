//! The tracer's process: waits for stops, looks, lets go.
//!
//! It has one thread, because only the thread that seized a tracee may ask
//! about it. An alarm interrupts its waiting, for what has to be done in time:
//! telling, sampling, looking for Pythons.

use std::cell::RefCell;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::Duration;

use keelback_python::Builds;
use keelback_trace::{Definition, Event, Provenance, Sink, WriteError};

use super::beside::Beside;
use super::calls::{Meaning, meaning};
use super::filter::OURS;
use super::message::{Message, Outbox, Summary};
use super::passing::Passing;
use super::rhythm::Rhythm;
use super::status::{Reason, Status, decode};
use super::table::Table;
use super::teller::Teller;
use super::tracee::Stopped;
use crate::cost::{self, monotonic};
use crate::sys::alarm;
use crate::sys::ptrace::{self, CallStop, Until};

/// What the tracer is to do.
#[derive(Debug)]
pub(super) struct Plan {
    /// The recording's first instant, `CLOCK_MONOTONIC`.
    pub(super) started: u64,
    /// Is every call recorded, or only what blocks?
    pub(super) full: bool,
    /// A thread is sampled after so long on a CPU, ns; never for 0.
    pub(super) sample_period: u64,
    /// What passes the filter.
    pub(super) passing: Passing,
    /// May busy threads be kept on the tracer's CPU?
    pub(super) beside: bool,
    /// Processes that run already; empty for a command, whose pid comes over
    /// the line.
    pub(super) attach: Vec<u32>,
    /// Files that were read before.
    pub(super) builds: Builds,
    /// How long a call that does not sleep can take between its two stops, ns.
    pub(super) awake_ns: u64,
}

/// How often the alarm rings: each time takes a CPU for some 60 us, mostly that
/// of a thread that computes.
pub(super) const TURN_HZ: u32 = 32;
/// What is due is told this often, ns: whoever writes it down needs a CPU.
const TELLING: u64 = 200_000_000;

/// The state of a tracer.
pub(super) struct Tracer<'a> {
    pub(super) plan: Plan,
    pub(super) teller: Teller<'a>,
    pub(super) table: Table,
    /// The command's pid; 0 at an attach.
    pub(super) command: u32,
    /// When the command called execve, before it is traced.
    pub(super) execve_at: u64,
    /// Do threads stop at every call? Else a filter says at which.
    pub(super) every_call: bool,
    /// Is `/proc` that of this PID namespace?
    pub(super) proc_is_ours: bool,
    pub(super) stops: u64,
    pub(super) beside: Beside,
    /// When to look next for threads that run on after a silent call.
    pub(super) round_at: u64,
    outbox: Shared,
    pub(super) rhythm: Rhythm,
    turned: u64,
    told: u64,
    over: bool,
}

/// The outbox, which both the teller and the tracer use.
#[derive(Clone)]
struct Shared(Rc<RefCell<Outbox>>);

impl Sink for Shared {
    fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
        self.0.borrow_mut().define(definition)
    }

    fn event(&mut self, event: Event) -> Result<(), WriteError> {
        self.0.borrow_mut().event(event)
    }

    fn provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError> {
        self.0.borrow_mut().provenance(provenance)
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.0.borrow_mut().flush()
    }
}

/// The whole life of the tracer's process.
pub(super) fn live(line: OwnedFd, plan: Plan) {
    // Without its line it has nobody to work for.
    let _ = work(UnixStream::from(line), plan);
}

fn work(line: UnixStream, plan: Plan) -> io::Result<()> {
    let mut orders = line.try_clone()?;
    let command = match plan.attach.is_empty() {
        true => read_pid(&mut orders)?,
        false => 0,
    };
    let outbox = Shared(Rc::new(RefCell::new(Outbox::new(line)?)));
    let mut sink = outbox.clone();
    let every_call = plan.full || command == 0;
    let teller = Teller::new(&mut sink, plan.started).map_err(|it| it.source)?;
    let beside = Beside::new(plan.beside);
    let mut tracer = Tracer {
        rhythm: Rhythm::new(TURN_HZ, plan.started),
        plan,
        teller,
        table: Table::default(),
        command,
        execve_at: 0,
        every_call,
        proc_is_ours: proc_is_ours(),
        stops: 0,
        beside,
        round_at: 0,
        outbox: outbox.clone(),
        turned: monotonic(),
        told: 0,
        over: false,
    };
    if let Err(error) = tracer.begin() {
        let errno = error.raw_os_error().unwrap_or(libc::EPERM);
        outbox.0.borrow_mut().say(&Message::Refused(errno));
        outbox.0.borrow_mut().send_all();
        return Ok(());
    }
    tracer.trace(&mut orders).map_err(|it| it.source)?;
    let stays = tracer.finish().map_err(|it| it.source)?;
    drop(tracer);
    drop(outbox);
    if stays { keep() } else { Ok(()) }
}

/// `/proc/self` of another PID namespace names another process, or none.
pub(super) fn proc_is_ours() -> bool {
    let me = std::fs::read_link("/proc/self").unwrap_or_default();
    me.to_str() == Some(std::process::id().to_string().as_str())
}

fn read_pid(orders: &mut UnixStream) -> io::Result<u32> {
    let mut pid = [0; 4];
    orders.read_exact(&mut pid)?;
    Ok(u32::from_ne_bytes(pid))
}

impl Tracer<'_> {
    fn begin(&mut self) -> io::Result<()> {
        match self.command {
            0 => self.attach()?,
            command => self.seize_command(command)?,
        }
        if !self.proc_is_ours {
            self.teller.remark(
                "/proc shows another PID namespace than the program's, so there are no Python \
                 stacks, names or samples; mount it anew in the namespace (unshare --mount-proc)"
                    .into(),
            );
        }
        alarm::hear();
        self.rhythm.set()?;
        self.outbox.0.borrow_mut().say(&Message::Ready);
        self.outbox.0.borrow_mut().send();
        Ok(())
    }

    /// The child allows this tracer where Yama asks for it (`PR_SET_PTRACER`);
    /// it may need a moment to get there.
    fn seize_command(&self, pid: u32) -> io::Result<()> {
        let patience = monotonic() + 1_000_000_000;
        while let Err(error) = ptrace::seize(pid) {
            if error.raw_os_error() != Some(libc::EPERM) || monotonic() > patience {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        match self.every_call {
            true => ptrace::interrupt(pid),
            false => Ok(()),
        }
    }

    fn trace(&mut self, orders: &mut UnixStream) -> Result<(), WriteError> {
        while !self.over {
            let mut rang = false;
            match ptrace::wait() {
                Ok((tid, status)) => self.handle(decode(tid, status), tid)?,
                Err(error) => match error.raw_os_error() {
                    Some(libc::EINTR) => rang = true,
                    _ => self.over = true,
                },
            }
            if rang || monotonic() >= self.turned + self.rhythm.period() {
                self.turn(orders, rang)?;
            }
        }
        Ok(())
    }

    /// What has to be done in time. Did the alarm ring while no thread was stopped?
    /// Samples are taken then only: after a stop they would find every thread where
    /// it stops.
    fn turn(&mut self, orders: &mut UnixStream, rang: bool) -> Result<(), WriteError> {
        self.turned = monotonic();
        if rang {
            self.step_aside(self.turned);
        }
        self.follow_all(self.turned)?;
        if rang {
            // If it cannot be set anew it goes on at even times.
            let _ = self.rhythm.set();
            self.sample(self.turned)?;
        }
        self.let_go_in_time(self.turned);
        self.look_for_pythons(self.turned);
        self.tell_sleepers(self.turned)?;
        self.ask_the_silent(self.turned);
        self.adopt_orphans(self.turned)?;
        if self.proc_is_ours {
            self.teller.name_threads(self.turned)?;
        }
        if self.turned >= self.told + TELLING {
            self.told = self.turned;
            self.teller.release()?;
        }
        // An end of file is the order to end; the line is not blocking.
        self.over |= matches!(orders.read(&mut [0]), Ok(0)) || self.outbox.0.borrow().is_closed();
        Ok(())
    }

    fn handle(&mut self, status: Status, tid: u32) -> Result<(), WriteError> {
        match status {
            Status::Gone(status) => {
                self.over |= tid == self.command;
                self.gone(tid, status)
            }
            Status::Stopped(thread, reason) => {
                self.stops += 1;
                self.stopped(thread, reason, monotonic())
            }
        }
    }

    fn stopped(&mut self, thread: Stopped, reason: Reason, at: u64) -> Result<(), WriteError> {
        if !self.table.threads.contains_key(&thread.tid()) {
            return self.stranger(thread, reason, at);
        }
        self.end_silence(thread.tid(), at)?;
        self.catch_up(thread.tid(), at)?;
        match reason {
            Reason::Filtered | Reason::Call => {
                self.step(thread.tid(), at);
                return self.call(thread, at);
            }
            Reason::Signal => {
                let until = self.until(thread.tid());
                thread.deliver(until);
            }
            Reason::Group => self.held(thread, at)?,
            Reason::Asked => {
                self.goes_on(&thread, at);
                self.run(thread);
            }
            Reason::Bore => return self.bore(thread, at),
            Reason::Exec => return self.exec(thread, at),
            Reason::Exit => return self.exit(thread, at),
            Reason::VforkDone | Reason::Other => self.run(thread),
        }
        Ok(())
    }

    /// A thread that nobody announced: a newborn, or the command to be.
    fn stranger(&mut self, thread: Stopped, reason: Reason, at: u64) -> Result<(), WriteError> {
        let is_command = thread.tid() == self.command;
        match reason {
            Reason::Exec => return self.exec(thread, at),
            Reason::Asked if !is_command => {
                self.table.early.insert(thread.tid(), (thread, at));
            }
            Reason::Signal => thread.deliver(self.until(0)),
            Reason::Group => thread.stay(),
            _ => {
                let execve = matches!(thread.call(), CallStop::Entry { .. });
                if is_command && execve {
                    self.execve_at = monotonic();
                }
                self.run(thread);
            }
        }
        Ok(())
    }

    fn call(&mut self, thread: Stopped, at: u64) -> Result<(), WriteError> {
        match thread.call() {
            CallStop::Entry { by: Some(by), .. } if by != OURS => {
                let until = self.until(thread.tid());
                thread.refuse(until);
                Ok(())
            }
            // It stops there once more.
            CallStop::Entry {
                nr, args, by: None, ..
            } if self.is_filtered(nr, &args) => {
                thread.run(Until::Event);
                Ok(())
            }
            CallStop::Entry {
                nr, args, stack, ..
            } => self.entered(thread, nr, args, stack, at),
            CallStop::Exit { ret } => self.ended(thread, ret, at),
            CallStop::Other => {
                self.run(thread);
                Ok(())
            }
        }
    }

    /// Will a thread that is about to make this call stop at a filter, too?
    fn is_filtered(&self, nr: u64, args: &[u64; 6]) -> bool {
        let passes = nr == libc::SYS_futex as u64 && self.plan.passing.holds(args);
        !self.every_call && meaning(nr, args) != Meaning::Plain && !passes
    }

    /// Lets a thread run to what is to be seen next.
    pub(super) fn run(&self, thread: Stopped) {
        let until = self.until(thread.tid());
        thread.run(until);
    }

    /// How far a thread runs that is in no call whose end is wanted.
    pub(super) fn until(&self, tid: u32) -> Until {
        let tracee = self.table.threads.get(&tid);
        match self.every_call || tracee.is_some_and(|it| it.every_call) {
            true => Until::Call,
            false => Until::Event,
        }
    }

    /// Tells the rest. Must the tracer stay?
    fn finish(&mut self) -> Result<bool, WriteError> {
        self.end_all_silences(monotonic())?;
        self.end_all_notes(monotonic())?;
        self.tell_sleepers(u64::MAX)?;
        self.tell_usage(monotonic())?;
        self.let_all_go(monotonic());
        self.tell_of_keeping(monotonic());
        for process in self.table.processes.values_mut() {
            process.python.tell(&mut self.teller)?;
        }
        let lost = self.outbox.0.borrow().lost();
        self.teller.lose_events(lost);
        self.teller.finish()?;
        self.table.early.clear();
        let stays = !self.table.threads.is_empty() && !self.every_call;
        let summary = Message::Finished(Summary {
            remarks: self.teller.remarks(),
            stays,
            stops: self.stops,
            cpu_ns: cost::process_cpu(),
            max_rss: cost::max_rss(),
        });
        let mut outbox = self.outbox.0.borrow_mut();
        outbox.say(&summary);
        outbox.send_all();
        Ok(stays)
    }
}

/// Stays with the rest of the program and lets everything pass: a filtered call
/// without a tracer fails with ENOSYS.
fn keep() -> io::Result<()> {
    alarm::set(Duration::ZERO, Duration::ZERO)?;
    loop {
        let (tid, status) = ptrace::wait()?;
        match decode(tid, status) {
            Status::Gone(_) => {}
            Status::Stopped(thread, Reason::Signal) => thread.deliver(Until::Event),
            Status::Stopped(thread, Reason::Group) => thread.stay(),
            Status::Stopped(thread, Reason::Filtered) => match thread.call() {
                CallStop::Entry { by: Some(by), .. } if by != OURS => thread.refuse(Until::Event),
                _ => thread.run(Until::Event),
            },
            Status::Stopped(thread, _) => thread.run(Until::Event),
        }
    }
}
