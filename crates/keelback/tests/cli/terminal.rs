//! A pseudoterminal with a shell, and keelback as its job.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::world::World;

/// Long enough for a busy machine; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// Closing it ends what runs on it.
pub(crate) struct Terminal {
    shell: Child,
    keyboard: File,
    screen: Receiver<u8>,
    seen: String,
}

impl Terminal {
    /// Records `script` into t.kb, then shows `code=` and keelback's exit code.
    pub(crate) fn running(world: &World, script: &str) -> Terminal {
        let pty = nix::pty::openpty(None, None).expect("a pseudoterminal");
        let slave = || Stdio::from(pty.slave.try_clone().expect("a descriptor"));
        let keelback = world.command(&["run", "-o", "t.kb", "--", "sh", "-c", script]);
        // The tests may run as a background job, which ignores Ctrl-C.
        let shell = Command::new("env")
            .args(["--default-signal", "setsid", "--ctty", "--wait"])
            .args(["bash", "-c"])
            .arg(r#"set -m; "$0" "$@"; echo code=$?"#)
            .arg(keelback.get_program())
            .args(keelback.get_args())
            .envs(
                keelback
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .current_dir(world.path(""))
            .stdin(slave())
            .stdout(slave())
            .stderr(slave())
            .spawn()
            .expect("a shell");
        let screen = File::from(pty.master.try_clone().expect("a descriptor"));
        Terminal {
            shell,
            keyboard: File::from(pty.master),
            screen: pump(screen),
            seen: String::new(),
        }
    }

    pub(crate) fn press(&mut self, key: u8) {
        self.keyboard.write_all(&[key]).expect("a key press");
    }

    /// Waits for the shell.
    pub(crate) fn ends(mut self) -> ExitStatus {
        self.shell.wait().expect("an end")
    }

    /// Reads on until `text` is shown.
    pub(crate) fn shows(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.seen.contains(text) {
            let patience = end.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(patience) {
                Ok(byte) => self.seen.push(char::from(byte)),
                Err(_) => panic!("no {text:?} in {:?}", self.seen),
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
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
