//! The events of all tables in one line, in the order of their time.

use super::cell::At;
use super::event_rows::EventRow;
use super::schema::{CallRow, FaultsRow, GilRow, LifeRow, SampleRow, SwitchRow, UsageRow, WakeRow};
use super::store::Store;
use super::table_in::Rows;
use crate::{Event, ReadError};

type Next = Option<Result<(At, Event), ReadError>>;
type Table = Box<dyn Iterator<Item = Result<(At, Event), ReadError>> + Send>;

/// Merges the event tables; holds one batch of each.
pub(super) struct Events {
    tables: Vec<Table>,
    /// The first event of each table that is not given out yet.
    heads: Vec<Next>,
}

impl Events {
    /// Begins with the first event.
    pub(super) fn open(store: &Store) -> Result<Events, ReadError> {
        let mut tables = Vec::new();
        add::<LifeRow>(store, &mut tables)?;
        add::<GilRow>(store, &mut tables)?;
        add::<SwitchRow>(store, &mut tables)?;
        add::<WakeRow>(store, &mut tables)?;
        add::<CallRow>(store, &mut tables)?;
        add::<SampleRow>(store, &mut tables)?;
        add::<FaultsRow>(store, &mut tables)?;
        add::<UsageRow>(store, &mut tables)?;
        let heads = tables.iter_mut().map(Iterator::next).collect();
        Ok(Events { tables, heads })
    }

    /// The table whose head comes first; an error comes before all events.
    fn first(&self) -> Option<usize> {
        let heads = self.heads.iter().enumerate();
        let waiting = heads.filter_map(|(table, head)| {
            let at = head.as_ref()?.as_ref().ok().map(|(at, _)| *at);
            Some((at, table))
        });
        Some(waiting.min()?.1)
    }
}

impl Iterator for Events {
    type Item = Result<Event, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.first()?;
        let head = self.heads[first].take()?;
        match head {
            Ok((_, event)) => {
                self.heads[first] = self.tables[first].next();
                Some(Ok(event))
            }
            Err(error) => {
                self.heads.clear();
                Some(Err(error))
            }
        }
    }
}

fn add<R: EventRow + Send + 'static>(store: &Store, to: &mut Vec<Table>) -> Result<(), ReadError>
where
    R::View: Send,
{
    if let Some(rows) = store.rows::<R>()? {
        to.push(Box::new(Ordered { rows, last: None }));
    }
    Ok(())
}

/// The events of one table, held to their order: the merge stands on it.
struct Ordered<R: EventRow> {
    rows: Rows<R>,
    last: Option<At>,
}

impl<R: EventRow> Iterator for Ordered<R> {
    type Item = Result<(At, Event), ReadError>;

    fn next(&mut self) -> Next {
        let row = match self.rows.next()? {
            Ok(row) => row,
            Err(error) => return Some(Err(error)),
        };
        let at = row.at();
        if self.last.is_some_and(|last| at < last) {
            let why = format!("the row at {} ns is earlier than the one before", at.time);
            return Some(Err(self.rows.place().damaged(why)));
        }
        self.last = Some(at);
        let event = row.event().map(|event| (at, event));
        Some(event.map_err(|why| self.rows.place().damaged(why)))
    }
}
