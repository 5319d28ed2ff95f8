//! Signals that reach a recorder of a real command: from kill(2) and from the
//! keyboard of a pseudoterminal.
//!
//! A harness of its own, because the part of the recorder must be played on a
//! main thread, with no other thread to take its signals.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use keelback_record::Stop;
use keelback_record::launch::{Running, Suspended};
use keelback_record::signals::{Relay, Signals, die_of};
use libtest_mimic::Trial;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

/// Long enough for a busy machine; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() {
    if let Some(script) = std::env::var_os("KEELBACK_TEST_SCRIPT") {
        return recorder(script);
    }
    let arguments = libtest_mimic::Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit();
}

fn trials() -> Vec<Trial> {
    let trial = |name, test: fn()| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    vec![
        trial(
            "passed_on",
            a_signal_sent_to_the_recorder_reaches_the_command,
        ),
        trial("death", the_commands_death_becomes_the_recorders),
        trial("twice", a_second_interrupt_ends_the_recording_alone),
        trial(
            "ctrl_c",
            ctrl_c_reaches_the_command_once_and_the_recorder_stays,
        ),
        trial("ctrl_z", ctrl_z_stops_both_and_fg_continues_both),
    ]
}

/// The recorder in the tests below, in a process of its own. Says how the
/// recording ended, then dies the command's death.
fn recorder(script: OsString) {
    let signals = Signals::catch().expect("signals");
    let mut running = Suspended::spawn(&["sh".into(), "-c".into(), script])
        .and_then(Suspended::go)
        .expect("sh starts");
    let status = watch(&mut running, &signals);
    drop(signals);
    let end = status.map_or("stopped".into(), |status| status.to_string());
    writeln!(std::io::stdout(), "recorder: {end}").expect("standard output");
    if let Some(signal) = status.and_then(|status| status.signal()) {
        die_of(signal);
    }
}

fn watch(running: &mut Running, signals: &Signals) -> Option<std::process::ExitStatus> {
    let (stop, mut relay) = (Stop::default(), Relay::to_command(running.pid()));
    loop {
        relay.turn(signals, &stop);
        if stop.asked() {
            return None;
        }
        if let Some(status) = running.try_wait().expect("a wait") {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A recorder in a process of its own, and what it and its command print.
struct Recorder {
    process: Child,
    keyboard: Option<File>,
    lines: Receiver<u8>,
    seen: String,
}

impl Recorder {
    fn of(script: &str) -> Recorder {
        let mut process = recorder_command(&[], script)
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = pump(process.stdout.take().expect("a pipe"));
        Recorder {
            process,
            keyboard: None,
            lines,
            seen: String::new(),
        }
    }

    /// On a terminal of its own, as the job of a shell.
    fn on_terminal(shell: &str, script: &str) -> Recorder {
        let pty = nix::pty::openpty(None, None).expect("a pseudoterminal");
        let slave = || Stdio::from(pty.slave.try_clone().expect("a descriptor"));
        let process =
            recorder_command(&["setsid", "--ctty", "--wait", "bash", "-c", shell], script)
                .stdin(slave())
                .stdout(slave())
                .stderr(slave())
                .spawn()
                .expect("it starts");
        let screen = File::from(pty.master.try_clone().expect("a descriptor"));
        Recorder {
            process,
            keyboard: Some(File::from(pty.master)),
            lines: pump(screen),
            seen: String::new(),
        }
    }

    fn press(&mut self, key: u8) {
        let keyboard = self.keyboard.as_mut().expect("a terminal");
        keyboard.write_all(&[key]).expect("a key press");
    }

    fn send(&self, signal: Signal) {
        kill(Pid::from_raw(self.process.id().cast_signed()), signal).expect("a signal");
    }

    /// Reads on until `text` was printed.
    fn prints(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.seen.contains(text) {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(byte) => self.seen.push(char::from(byte)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("no {text:?} in {:?}", self.seen)
                }
            }
        }
    }

    fn ends(mut self) -> Option<i32> {
        self.process.wait().expect("an end").signal()
    }
}

/// A test that failed leaves no process behind: its group is killed, and the
/// end of a terminal ends what runs on it.
impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = killpg(
            Pid::from_raw(self.process.id().cast_signed()),
            Signal::SIGKILL,
        );
    }
}

fn recorder_command(wrapper: &[&str], script: &str) -> Command {
    let this = std::env::current_exe().expect("a path");
    // The tests may run as a background job, which ignores Ctrl-C.
    let mut words = vec![OsString::from("env"), OsString::from("--default-signal")];
    words.extend(wrapper.iter().map(OsString::from));
    words.push(this.into());
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .env("KEELBACK_TEST_SCRIPT", script);
    command
}

/// Reads on another thread, so that a test can give up waiting.
fn pump(mut from: impl Read + Send + 'static) -> Receiver<u8> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut byte = [0];
        while from.read(&mut byte).is_ok_and(|length| length == 1) && sender.send(byte[0]).is_ok() {
        }
    });
    receiver
}

const WAITS: &str = "echo ready; while :; do sleep 0.01; done";

fn a_signal_sent_to_the_recorder_reaches_the_command() {
    for (signal, name) in [
        (Signal::SIGTERM, "TERM"),
        (Signal::SIGHUP, "HUP"),
        (Signal::SIGINT, "INT"),
    ] {
        let mut recorder = Recorder::of(&format!("trap 'exit 5' {name}; {WAITS}"));
        recorder.prints("ready");
        recorder.send(signal);
        recorder.prints("recorder: exit status: 5");
        assert_eq!(recorder.ends(), None);
    }
}

fn the_commands_death_becomes_the_recorders() {
    let mut recorder = Recorder::of(WAITS);
    recorder.prints("ready");
    recorder.send(Signal::SIGTERM);
    recorder.prints("recorder: signal: 15");
    assert_eq!(recorder.ends(), Some(libc::SIGTERM));
}

fn a_second_interrupt_ends_the_recording_alone() {
    let mut recorder = Recorder::of(&format!(
        "trap 'echo got one' INT; (sleep 1; kill -KILL $$) & {WAITS}"
    ));
    recorder.prints("ready");
    recorder.send(Signal::SIGINT);
    recorder.prints("got one");
    // Apart enough not to be taken for an echo.
    std::thread::sleep(Duration::from_millis(200));
    recorder.send(Signal::SIGINT);
    recorder.prints("recorder: stopped");
    assert_eq!(recorder.ends(), None);
}

fn ctrl_c_reaches_the_command_once_and_the_recorder_stays() {
    let script = format!("n=0; trap 'n=$((n+1)); sleep 0.3; exit $n' INT; {WAITS}");
    let mut recorder = Recorder::on_terminal(r#""$0" "$@""#, &script);
    recorder.prints("ready");
    recorder.press(0x03);
    recorder.prints("recorder: exit status: 1");
    recorder.ends();
}

fn ctrl_z_stops_both_and_fg_continues_both() {
    let shell = r#"set -m; "$0" "$@"; echo stopped=$?; fg; echo ended=$?"#;
    let script = "echo ready; read word; echo got $word";
    let mut recorder = Recorder::on_terminal(shell, script);
    recorder.prints("ready");
    recorder.press(0x1a);
    // 128 + SIGTSTP: the shell saw its whole job stop.
    recorder.prints("stopped=148");
    for key in b"word\n" {
        recorder.press(*key);
    }
    recorder.prints("got word");
    recorder.prints("recorder: exit status: 0");
    recorder.prints("ended=0");
}
