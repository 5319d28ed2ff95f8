//! Settings changed for measuring, and put back from a journal.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::Files;
use super::knob::{Knob, knobs, value};

/// The journal. In /run, because the settings do not outlive a reboot either.
const JOURNAL: &str = "run/keelback/tuned.json";

/// One change that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What was set.
    pub name: String,
    /// Its file, without the leading slash.
    pub file: PathBuf,
    /// Its value before.
    pub before: String,
    /// The value that was set.
    pub after: String,
}

/// What became of a change when it was made or taken back.
#[derive(Debug)]
pub struct Done {
    /// The change.
    pub change: Change,
    /// How it went.
    pub result: Result<(), TuneError>,
}

/// Why a setting was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// The kernel does not let us.
    #[error("{0} cannot be written: {1}; root may")]
    Write(PathBuf, io::Error),
    /// It was written, and reads as something else.
    #[error("{0} did not take the value")]
    NotTaken(PathBuf),
    /// Somebody set it since.
    #[error("{0} is {1} by now, which keelback did not set: left alone")]
    Changed(PathBuf, String),
    /// What would be forgotten is not changed.
    #[error("the journal {0} cannot be kept: {1}; root may")]
    Journal(PathBuf, io::Error),
}

/// The settings of a machine, and the journal of those that were changed.
#[derive(Debug)]
pub struct Tuning(Files);

impl Tuning {
    /// Of this machine.
    pub fn here() -> Tuning {
        Tuning(Files(PathBuf::from("/")))
    }

    /// What could be better.
    pub fn knobs(&self) -> Vec<Knob> {
        knobs(&self.0)
    }

    /// What was changed and not put back; empty if the journal cannot be read.
    pub fn changes(&self) -> Vec<Change> {
        let text = self.0.text(JOURNAL).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Sets every knob to its better value. Each is written down first: a
    /// change that nobody remembers could not be put back.
    pub fn tune(&self) -> Vec<Done> {
        let knobs = self.knobs();
        knobs.into_iter().map(|knob| self.turn(&knob)).collect()
    }

    fn turn(&self, knob: &Knob) -> Done {
        let change = Change {
            name: knob.name.to_owned(),
            file: knob.file.clone(),
            before: knob.now.clone(),
            after: knob.better.to_owned(),
        };
        let before = self.changes();
        let result = self
            .keep(&with(&before, &change))
            .and_then(|()| self.set(&change.file, &change.after))
            .inspect_err(|_| {
                // Nothing was changed, so there is nothing to remember.
                let _ = self.keep(&before);
            });
        Done { change, result }
    }

    /// Puts back what the journal says, the latest first. What somebody else
    /// has set since is left alone, and forgotten.
    pub fn untune(&self) -> Vec<Done> {
        let mut left = self.changes();
        let mut done = Vec::new();
        let mut failed = Vec::new();
        while let Some(change) = left.pop() {
            let result = self.put_back(&change);
            if let Err(TuneError::Write(..) | TuneError::NotTaken(_)) = result {
                failed.insert(0, change.clone());
            }
            done.push(Done { change, result });
        }
        // What could not be kept was not changed either: the old journal stays.
        let _ = self.keep(&failed);
        done
    }

    fn put_back(&self, change: &Change) -> Result<(), TuneError> {
        let now = value(&self.0, &change.file.to_string_lossy()).unwrap_or_default();
        match now == change.after {
            true => self.set(&change.file, &change.before),
            false => Err(TuneError::Changed(shown(&change.file), now)),
        }
    }

    fn set(&self, file: &Path, to: &str) -> Result<(), TuneError> {
        // Not fs::write: these files are never made, and not truncated.
        let written = File::options().write(true).open(self.0.0.join(file));
        written
            .and_then(|mut open| open.write_all(to.as_bytes()))
            .map_err(|error| TuneError::Write(shown(file), error))?;
        match value(&self.0, &file.to_string_lossy()).as_deref() == Some(to) {
            true => Ok(()),
            false => Err(TuneError::NotTaken(shown(file))),
        }
    }

    /// Replaces the journal whole; an empty one is removed.
    fn keep(&self, changes: &[Change]) -> Result<(), TuneError> {
        let journal = self.0.0.join(JOURNAL);
        let kept = match changes {
            [] => match fs::remove_file(&journal) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
            changes => replace(&journal, changes),
        };
        kept.map_err(|error| TuneError::Journal(shown(Path::new(JOURNAL)), error))
    }
}

/// A journal that was cut off would forget what it had: written beside, synced,
/// then renamed.
fn replace(journal: &Path, changes: &[Change]) -> io::Result<()> {
    let folder = journal.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut file, changes)?;
    file.as_file().sync_all()?;
    file.persist(journal)?;
    Ok(())
}

/// A file that is in the journal already keeps its first value.
fn with(before: &[Change], change: &Change) -> Vec<Change> {
    let mut changes = before.to_vec();
    match changes.iter_mut().find(|it| it.file == change.file) {
        Some(known) => known.after.clone_from(&change.after),
        None => changes.push(change.clone()),
    }
    changes
}

fn shown(file: &Path) -> PathBuf {
    Path::new("/").join(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::files::tests::machine;

    const NUMA: &str = "proc/sys/kernel/numa_balancing";
    const MERGING: &str = "sys/kernel/mm/ksm/run";

    fn two_knobs() -> (tempfile::TempDir, Tuning) {
        let (folder, files) = machine(&[(NUMA, "1"), (MERGING, "1")]);
        (folder, Tuning(files))
    }

    fn read(tuning: &Tuning, file: &str) -> String {
        tuning.0.text(file).unwrap()
    }

    #[test]
    fn what_is_tuned_is_put_back() {
        let (_folder, tuning) = two_knobs();
        assert!(tuning.tune().iter().all(|done| done.result.is_ok()));
        assert_eq!(
            (read(&tuning, NUMA), read(&tuning, MERGING)),
            ("0".into(), "0".into())
        );
        assert!(tuning.knobs().is_empty() && tuning.tune().is_empty());
        let done = tuning.untune();
        assert_eq!(done.len(), 2);
        assert_eq!(done[0].change.file, Path::new(MERGING), "the latest first");
        assert_eq!(
            (read(&tuning, NUMA), read(&tuning, MERGING)),
            ("1".into(), "1".into())
        );
        assert!(tuning.untune().is_empty(), "the journal is gone");
    }

    #[test]
    fn what_others_set_since_is_left_alone() {
        let (folder, tuning) = two_knobs();
        tuning.tune();
        fs::write(folder.path().join(NUMA), "2").unwrap();
        let done = tuning.untune();
        assert!(
            matches!(done[1].result, Err(TuneError::Changed(..))),
            "{done:?}"
        );
        assert_eq!(
            (read(&tuning, NUMA), read(&tuning, MERGING)),
            ("2".into(), "1".into())
        );
    }

    #[test]
    fn a_setting_changed_twice_goes_back_to_where_it_was() {
        let (folder, tuning) = two_knobs();
        tuning.tune();
        fs::write(folder.path().join(NUMA), "3").unwrap();
        tuning.tune();
        tuning.untune();
        assert_eq!(read(&tuning, NUMA), "1", "not 3");
    }

    #[test]
    fn without_a_journal_nothing_is_changed() {
        let (folder, tuning) = two_knobs();
        // A file where the journal's folder should be.
        fs::write(folder.path().join("run"), "").unwrap();
        let done = tuning.tune();
        assert!(
            done.iter()
                .all(|it| matches!(it.result, Err(TuneError::Journal(..)))),
            "{done:?}"
        );
        assert_eq!(read(&tuning, NUMA), "1");
    }
}
