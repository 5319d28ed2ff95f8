//! Where a recording is kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use keelback_trace::file::{CreateError, Writer};
use tempfile::TempDir;

use crate::args::Keep;
use crate::script::short_name;
use crate::ui::Failure;

/// Where a recording is kept: by name, by a name made up for it, or until its
/// report is made.
pub(crate) enum Place {
    /// Here, as asked.
    Named { path: PathBuf, force: bool },
    /// In the current folder, under a name that starts like this.
    MadeUp { stem: String, force: bool },
    /// Not at all.
    Passing,
}

/// A place that was taken. A passing one is cleared away when this is dropped.
pub(super) struct Taken {
    pub(super) path: PathBuf,
    pub(super) writer: Writer,
    pub(super) passing: Option<TempDir>,
}

/// So many recordings of one process are told apart by a number.
const MOST: u32 = 100;

impl Place {
    /// Of a command: `keelback-PROGRAM-PID.kb` with keelback's own pid, because
    /// the file is made before the command exists.
    pub(crate) fn of_command(keep: Keep, words: &[OsString]) -> Place {
        let stem = format!("keelback-{}-{}", short_name(words), std::process::id());
        Place::named_or(keep, stem)
    }

    /// Of a running process: `keelback-PROGRAM-PID.kb` with its pid.
    pub(crate) fn of_process(keep: Keep, pid: u32) -> Place {
        Place::named_or(keep, format!("keelback-{}-{pid}", name_of(pid)))
    }

    /// Only if asked for.
    pub(crate) fn if_named(keep: Keep) -> Place {
        match keep.output {
            None => Place::Passing,
            Some(path) => Place::Named {
                path,
                force: keep.force,
            },
        }
    }

    fn named_or(keep: Keep, stem: String) -> Place {
        let force = keep.force;
        match keep.output {
            Some(path) => Place::Named { path, force },
            None => Place::MadeUp { stem, force },
        }
    }

    /// Makes the file. Nothing is ever overwritten that was not `force`d; a
    /// name that was made up gives way instead.
    pub(super) fn take(self) -> Result<Taken, Failure> {
        match self {
            Place::Named { path, force } => Ok(create(path, force)?),
            Place::MadeUp { stem, force } => Ok(make_up(&stem, force)?),
            Place::Passing => {
                let folder = tempfile::Builder::new().prefix("keelback-").tempdir();
                let folder = folder
                    .map_err(|error| Failure::io("cannot make a temporary folder", &error))?;
                let taken = create(folder.path().join("recording.kb"), false)?;
                Ok(Taken {
                    passing: Some(folder),
                    ..taken
                })
            }
        }
    }
}

fn create(path: PathBuf, force: bool) -> Result<Taken, CreateError> {
    Ok(Taken {
        writer: Writer::create(&path, force)?,
        path,
        passing: None,
    })
}

fn make_up(stem: &str, force: bool) -> Result<Taken, CreateError> {
    let mut taken = create(format!("{stem}.kb").into(), force);
    for number in 2..=MOST {
        if let Ok(_) | Err(CreateError::Write(_)) = taken {
            break;
        }
        taken = create(format!("{stem}-{number}.kb").into(), force);
    }
    taken
}

fn name_of(pid: u32) -> String {
    let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<OsString> = command
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(|word| String::from_utf8_lossy(word).into_owned().into())
        .collect();
    match words.is_empty() {
        true => "process".into(),
        false => short_name(&words),
    }
}

/// The folder that a recording stays in when it could not be finished.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}
