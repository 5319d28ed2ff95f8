//! Records into a folder, and packs it into one file at the end.

use std::io;
use std::path::{Path, PathBuf};

use super::event_rows::AnyRow;
use super::meta::Meta;
use super::pack::pack;
use super::partial::{CreateError, Partial, write_error};
use super::table_out::Pending;
use super::tables_out::TablesOut;
use crate::{Definition, Event, Loss, LossKind, Nanos, Provenance, Sink, WriteError};

/// Rows of a table that are written as one batch.
const BATCH_ROWS: usize = 1 << 16;

/// Bytes of text that are written as one batch.
const BATCH_TEXT: usize = 4 << 20;

/// The longest text that is kept, bytes. A command line of Linux is shorter:
/// execve(2) allows arguments of 6 MiB together.
const MAX_TEXT: usize = 16 << 20;

/// A [`Sink`] that keeps a recording on disk.
///
/// While it records, rows go to the folder `PATH.partial`, to one Arrow IPC
/// stream per table. All tables are written out together, definitions first,
/// so the folder holds a prefix of the recording at any time, and opens as a
/// recording even after the writer was killed. [`Writer::finish`] turns it
/// into one file.
///
/// After an error nothing more is taken in, so that a recording never has a
/// hole; what was taken is kept, and [`Writer::finish`] tries again.
pub struct Writer {
    path: PathBuf,
    force: bool,
    partial: Partial,
    meta: Meta,
    tables: TablesOut,
    text_bytes: usize,
    last: Option<Nanos>,
    tie: u32,
    late: u64,
    broken: bool,
}

impl Writer {
    /// Begins the recording that will be the file `path`.
    ///
    /// # Errors
    ///
    /// A recording of that name, finished or not, is only replaced if `force`d;
    /// one that is being written is never.
    pub fn create(path: &Path, force: bool) -> Result<Writer, CreateError> {
        if !force && path.symlink_metadata().is_ok() {
            let path = path.display().to_string();
            return Err(CreateError::Exists { path });
        }
        let partial = Partial::claim(path, force)?;
        let meta = Meta::new();
        match begin(partial.folder(), &meta) {
            Ok(tables) => Ok(Writer::new(path, force, partial, meta, tables)),
            Err(error) => {
                let error = write_error(partial.folder(), error);
                // Nothing is in it; the error above is what matters.
                let _ = partial.remove();
                Err(error.into())
            }
        }
    }

    fn new(path: &Path, force: bool, partial: Partial, meta: Meta, tables: TablesOut) -> Writer {
        Writer {
            path: path.to_owned(),
            force,
            partial,
            meta,
            tables,
            text_bytes: 0,
            last: None,
            tie: 0,
            late: 0,
            broken: false,
        }
    }

    /// Ends the recording and packs it into its file.
    ///
    /// # Errors
    ///
    /// The disk may be full, or a file may have appeared at the path. All that
    /// was written stays in the folder `PATH.partial`, which opens as well; the
    /// error says so.
    pub fn finish(mut self) -> Result<(), WriteError> {
        self.pack().map_err(|error| self.kept(&error))?;
        let folder = self.partial.folder().to_owned();
        self.partial.remove().map_err(|error| {
            let told = format!("it is complete, but its folder cannot be removed: {error}");
            write_error(&folder, io::Error::new(error.kind(), told))
        })
    }

    /// Throws the recording away, as if it had never been begun.
    ///
    /// # Errors
    ///
    /// The folder it grew in cannot be removed.
    pub fn abandon(self) -> Result<(), WriteError> {
        let folder = self.partial.folder().to_owned();
        let removed = self.partial.remove();
        removed.map_err(|error| write_error(&folder, error))
    }

    fn pack(&mut self) -> io::Result<()> {
        self.write_out()?;
        for table in self.tables.all() {
            table.end()?;
        }
        self.meta.complete = true;
        self.meta.write(self.partial.folder())?;
        if !self.force && self.path.symlink_metadata().is_ok() {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "a file of that name has appeared meanwhile",
            ));
        }
        pack(self.partial.folder(), &self.path)
    }

    fn kept(&self, error: &io::Error) -> WriteError {
        let folder = self.partial.folder().display();
        let told =
            format!("{error}; what was recorded is kept in {folder} and can be opened there");
        write_error(&self.path, io::Error::new(error.kind(), told))
    }

    fn write_out(&mut self) -> io::Result<()> {
        if self.late > 0 {
            let loss = Loss {
                kind: LossKind::OutOfOrder,
                count: std::mem::take(&mut self.late),
            };
            self.tables.define(Definition::Loss(loss));
        }
        self.text_bytes = 0;
        let mut tables = self.tables.all().into_iter();
        tables.try_for_each(Pending::write_out)
    }

    /// Writes out when a batch is full.
    fn taken(&mut self, rows: usize) -> Result<(), WriteError> {
        if rows < BATCH_ROWS && self.text_bytes < BATCH_TEXT {
            return Ok(());
        }
        self.try_write_out()
    }

    /// The event's place among those of its time; `None` if it comes too late
    /// to have one.
    fn place(&mut self, at: Nanos) -> Option<u32> {
        match self.last {
            Some(last) if at < last => return None,
            Some(last) if at == last => self.tie += 1,
            _ => self.tie = 0,
        }
        self.last = Some(at);
        Some(self.tie)
    }

    fn try_write_out(&mut self) -> Result<(), WriteError> {
        self.write_out().map_err(|error| {
            self.broken = true;
            write_error(self.partial.folder(), error)
        })
    }

    fn refuse_if_broken(&self) -> Result<(), WriteError> {
        if !self.broken {
            return Ok(());
        }
        let why = io::Error::other("an earlier write failed");
        Err(write_error(self.partial.folder(), why))
    }
}

fn begin(folder: &Path, meta: &Meta) -> io::Result<TablesOut> {
    let tables = TablesOut::create(folder)?;
    meta.write(folder)?;
    Ok(tables)
}

fn text_bytes(definition: &Definition) -> usize {
    match definition {
        Definition::Text(text) => text.len(),
        Definition::Interpreter(it) => it.version.len() + it.file.len() + it.no_frames.len(),
        _ => 0,
    }
}

impl Sink for Writer {
    fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
        self.refuse_if_broken()?;
        let bytes = text_bytes(&definition);
        if bytes > MAX_TEXT {
            self.broken = true;
            let why = io::Error::other(format!("a text of {bytes} bytes is too long to keep"));
            return Err(write_error(self.partial.folder(), why));
        }
        self.text_bytes += bytes;
        let rows = self.tables.define(definition);
        self.taken(rows)
    }

    /// An event that is earlier than the one before is left out and counted as
    /// [`LossKind::OutOfOrder`]: readers rely on the order.
    fn event(&mut self, event: Event) -> Result<(), WriteError> {
        self.refuse_if_broken()?;
        let Some(tie) = self.place(event.at) else {
            self.late += 1;
            return Ok(());
        };
        let rows = self.tables.event(AnyRow::of(&event, tie));
        self.taken(rows)
    }

    fn provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError> {
        self.meta.provenance = provenance.clone();
        let written = self.meta.write(self.partial.folder());
        written.map_err(|error| write_error(self.partial.folder(), error))
    }

    /// Writes out all rows that wait. They survive the death of this process,
    /// not a power cut: the disk is not waited for.
    fn flush(&mut self) -> Result<(), WriteError> {
        self.refuse_if_broken()?;
        self.try_write_out()
    }
}
