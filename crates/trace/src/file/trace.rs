//! A recording on disk, opened.

use std::path::Path;
use std::sync::Arc;

use super::blob::Home;
use super::definitions;
use super::events::Events;
use super::partial::folder_of;
use super::schema::{CallRow, FaultsRow, GilRow, LifeRow, SampleRow, SwitchRow, UsageRow, WakeRow};
use super::store::Store;
use crate::{Dictionary, Event, Provenance, ReadError, Source};

/// A recording on disk: a [`Source`] that keeps the definitions in memory, and
/// one batch of events per table while they are read.
pub struct Trace {
    store: Store,
    dictionary: Dictionary,
}

impl Trace {
    /// Opens the recording at `path`: its file; the folder it grows in or was
    /// unpacked to; or, where only `PATH.partial` is there, that.
    ///
    /// What was cut off is left out and counted as
    /// [`LossKind::RowsTorn`](crate::LossKind::RowsTorn).
    pub fn open(path: &Path) -> Result<Trace, ReadError> {
        let partial = folder_of(path);
        let store = if path.is_dir() {
            Store::in_folder(path)?
        } else if !path.exists() && partial.is_dir() {
            Store::in_folder(&partial)?
        } else {
            Store::in_zip(&path.display().to_string(), &Home::File(path.to_owned()))?
        };
        Trace::of(store)
    }

    /// Opens a finished recording in memory; `name` stands for it in errors.
    pub fn from_bytes(name: &str, bytes: impl Into<Arc<[u8]>>) -> Result<Trace, ReadError> {
        Trace::of(Store::in_zip(name, &Home::Memory(bytes.into()))?)
    }

    fn of(store: Store) -> Result<Trace, ReadError> {
        let dictionary = definitions::read(&store)?;
        Ok(Trace { store, dictionary })
    }

    /// Is the end missing, because the recording still runs or was cut off?
    pub fn is_incomplete(&self) -> bool {
        !self.store.meta.complete
    }

    /// How many events there are, before any is read.
    pub fn event_count(&self) -> u64 {
        self.store.count::<LifeRow>()
            + self.store.count::<SwitchRow>()
            + self.store.count::<WakeRow>()
            + self.store.count::<CallRow>()
            + self.store.count::<SampleRow>()
            + self.store.count::<FaultsRow>()
            + self.store.count::<UsageRow>()
            + self.store.count::<GilRow>()
    }
}

impl Source for Trace {
    fn provenance(&self) -> &Provenance {
        &self.store.meta.provenance
    }

    fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    fn events(&self) -> Result<Box<dyn Iterator<Item = Result<Event, ReadError>> + '_>, ReadError> {
        Ok(Box::new(Events::open(&self.store)?))
    }
}
