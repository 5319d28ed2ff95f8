//! A recording becomes a dataset.

use std::collections::HashSet;
use std::path::Path;

use keelback_trace::{Event, Nanos, ReadError, Source, StackId, ThreadId};

use super::columns::{COMMON, EVENT_TABLES, Kind, Value, number, some, table_of};
use super::dataset::{Dataset, Partition, Table};
use super::seen::{Context, Seen};
use super::stacks;

const NS_PER_DAY: u64 = 86_400_000_000_000;

/// Why a recording could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ParquetError {
    /// The recording could not be read on.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file of the dataset could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or folder.
        path: String,
        /// What the system or the encoder said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Adds the recording to the dataset in the folder `dir`, which is made if
/// need be.
///
/// Each family of events is a table, with the names of its threads and its
/// Python functions in every row; `stacks` has the full text of each
/// `stack_id`; `tallies` the calls that were only counted, `losses` what is
/// missing. The files are `TABLE/date=YYYY-MM-DD/host=HOST/pid=PID/part-N.parquet`
/// (UTC). What earlier exports wrote stays, so many recordings make one
/// dataset: `recording_unix_ns`, the recording's start, tells them apart. A
/// table without rows gets a file as well, so that queries find its columns.
/// `views.sql` has some queries for DuckDB.
///
/// One batch of rows per open file is held in memory, and few files are open.
pub fn export(source: &dyn Source, dir: &Path) -> Result<(), ParquetError> {
    let mut export = Export::of(source, dir);
    for event in source.events()? {
        export.event(&event?)?;
    }
    export.tallies()?;
    export.losses()?;
    export.touch_all()?;
    export.dataset.close()?;
    write_views(dir)
}

struct Export<'a> {
    context: Context<'a>,
    events: Vec<Table>,
    stacks: Table,
    tallies: Table,
    losses: Table,
    dataset: Dataset,
    told_stacks: HashSet<(Partition, StackId)>,
    told_tables: HashSet<&'static str>,
}

impl<'a> Export<'a> {
    fn of(source: &'a dyn Source, dir: &Path) -> Export<'a> {
        let provenance = source.provenance();
        Export {
            context: Context::of(provenance, source.dictionary()),
            events: event_tables(),
            stacks: table(
                "stacks",
                &[
                    ("recording_unix_ns", Kind::Int),
                    ("stack_id", Kind::Int),
                    ("text", Kind::Text),
                    ("truncated", Kind::Bool),
                ],
            ),
            tallies: table(
                "tallies",
                &[
                    ("recording_unix_ns", Kind::Int),
                    ("tid", Kind::Int),
                    ("nr", Kind::Int),
                    ("errno", Kind::Int),
                    ("count", Kind::Int),
                    ("time_ns", Kind::Int),
                ],
            ),
            losses: table(
                "losses",
                &[
                    ("recording_unix_ns", Kind::Int),
                    ("kind", Kind::Text),
                    ("count", Kind::Int),
                ],
            ),
            dataset: Dataset::at(dir, &provenance.host),
            told_stacks: HashSet::new(),
            told_tables: HashSet::new(),
        }
    }

    fn partition(&self, at: Nanos, thread: ThreadId) -> Partition {
        Partition {
            day: self.context.unix_ns(at) / NS_PER_DAY,
            pid: self.context.pid(thread),
        }
    }

    /// Where what belongs to no thread goes: to the first process.
    fn home(&self) -> Partition {
        let first = self.context.dictionary.processes.first();
        Partition {
            day: self.context.started / NS_PER_DAY,
            pid: first.map(|process| process.pid),
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), ParquetError> {
        self.context.pass(event);
        let partition = self.partition(event.at, event.thread);
        let (name, own) = &EVENT_TABLES[table_of(event.kind)];
        self.told_tables.insert(name);
        let seen = Seen {
            context: &self.context,
            event,
        };
        let columns = COMMON.iter().chain(own.iter());
        let row = columns.map(|column| (column.value)(seen));
        let table = &self.events[table_of(event.kind)];
        self.dataset.push(table, partition, row)?;
        match seen.stack() {
            Some(stack) => self.stack(partition, stack),
            None => Ok(()),
        }
    }

    /// A stack's text stands once in each partition that uses it.
    fn stack(&mut self, partition: Partition, stack: StackId) -> Result<(), ParquetError> {
        if !self.told_stacks.insert((partition, stack)) {
            return Ok(());
        }
        self.told_tables.insert(self.stacks.name);
        let dictionary = self.context.dictionary;
        let text = stacks::text(dictionary, stack);
        let truncated = dictionary.stack(stack).map(|it| it.truncated);
        let row = [
            some(self.context.started),
            Value::Int(self.context.stacks.id(stack)),
            Value::Text(Some(&text)),
            Value::Bool(truncated),
        ];
        self.dataset.push(&self.stacks, partition, row.into_iter())
    }

    fn tallies(&mut self) -> Result<(), ParquetError> {
        for tally in &self.context.dictionary.tallies {
            let partition = self.partition(Nanos(0), tally.thread);
            self.told_tables.insert(self.tallies.name);
            let row = [
                some(self.context.started),
                number(self.context.tid(tally.thread)),
                number(Some(tally.nr)),
                number(Some(tally.errno)),
                some(tally.count),
                some(tally.time_ns),
            ];
            self.dataset
                .push(&self.tallies, partition, row.into_iter())?;
        }
        Ok(())
    }

    fn losses(&mut self) -> Result<(), ParquetError> {
        for loss in &self.context.dictionary.losses {
            let home = self.home();
            self.told_tables.insert(self.losses.name);
            let row = [
                some(self.context.started),
                Value::Text(Some(loss.kind.name())),
                some(loss.count),
            ];
            self.dataset.push(&self.losses, home, row.into_iter())?;
        }
        Ok(())
    }

    /// Gives every table without rows an empty file.
    fn touch_all(&mut self) -> Result<(), ParquetError> {
        let home = self.home();
        let others = [&self.stacks, &self.tallies, &self.losses];
        for table in self.events.iter().chain(others) {
            if !self.told_tables.contains(table.name) {
                self.dataset.part(table, home)?;
            }
        }
        Ok(())
    }
}

fn table(name: &'static str, columns: &[(&'static str, Kind)]) -> Table {
    Table {
        name,
        columns: columns.to_vec(),
    }
}

fn event_tables() -> Vec<Table> {
    let tables = EVENT_TABLES.iter().map(|(name, own)| Table {
        name,
        columns: COMMON
            .iter()
            .chain(own.iter())
            .map(|column| (column.name, column.kind))
            .collect(),
    });
    tables.collect()
}

fn write_views(dir: &Path) -> Result<(), ParquetError> {
    let path = dir.join("views.sql");
    std::fs::write(&path, include_str!("views.sql")).map_err(|error| ParquetError::Write {
        path: path.display().to_string(),
        source: Box::new(error),
    })
}
