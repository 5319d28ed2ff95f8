//! The rows of one table, read batch by batch.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::Range;

use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::RecordBatchDecoder;
use arrow_schema::{Schema, SchemaRef};

use super::blob::Blob;
use super::guard;
use super::messages::{Fault, Message, Messages};
use super::table::Row;
use crate::ReadError;

/// A table of a recording, for errors.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The recording.
    pub(super) path: String,
    /// The table.
    pub(super) table: &'static str,
}

impl Place {
    /// What is wrong there.
    pub(super) fn error(&self, fault: Fault) -> ReadError {
        let why = match fault {
            Fault::Damaged(why) => why,
            Fault::Torn => "it ends within a batch".to_owned(),
            Fault::Io(source) => {
                return ReadError::Io {
                    path: self.path.clone(),
                    source,
                };
            }
        };
        ReadError::Damaged {
            path: self.path.clone(),
            table: self.table.to_owned(),
            why,
        }
    }

    /// The table says something impossible.
    pub(super) fn damaged(&self, why: String) -> ReadError {
        self.error(Fault::Damaged(why))
    }
}

/// The rows of a table, holding one batch at a time.
pub(super) struct Rows<R: Row> {
    place: Place,
    messages: Messages,
    schema: SchemaRef,
    /// Where each of our columns is among the file's.
    columns: Vec<usize>,
    batch: Option<R::View>,
    rows: Range<usize>,
    row: PhantomData<R>,
}

impl<R: Row> Rows<R> {
    /// Begins with the first row.
    pub(super) fn open(path: &str, blob: &Blob) -> Result<Rows<R>, ReadError> {
        let place = Place {
            path: path.to_owned(),
            table: R::table().name,
        };
        let opened = Messages::of(blob).map_err(Fault::from).and_then(|mut it| {
            let schema = read_schema(&mut it)?;
            let columns = find_columns::<R>(&schema)?;
            Ok((it, schema, columns))
        });
        let (messages, schema, columns) = opened.map_err(|fault| place.error(fault))?;
        Ok(Rows {
            place,
            messages,
            schema: schema.into(),
            columns,
            batch: None,
            rows: 0..0,
            row: PhantomData,
        })
    }

    /// The table that is read.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Reads the next batch; `false` at the end.
    fn advance(&mut self) -> Result<bool, Fault> {
        self.batch = None;
        while let Some(message) = self.messages.next()? {
            if message.batch().is_none() {
                // Dictionaries belong to columns that are not ours.
                self.messages.skip_body(&message)?;
                continue;
            }
            let (view, rows) = self.decode(&message)?;
            self.batch = Some(view);
            self.rows = 0..rows;
            return Ok(true);
        }
        Ok(false)
    }

    fn decode(&mut self, message: &Message) -> Result<(R::View, usize), Fault> {
        let body = self.messages.body(message)?;
        let damaged = |why: &str| Fault::Damaged(why.to_owned());
        let batch = message.batch().ok_or_else(|| damaged("no batch"))?;
        guard::check(&self.schema, batch, &body)?;
        let version = message.header.as_ref().version();
        let none = HashMap::new();
        let batch = RecordBatchDecoder::try_new(&body, batch, self.schema.clone(), &none, &version)
            .and_then(|it| it.with_projection(Some(&self.columns)).read_record_batch())
            .map_err(|error| damaged(&error.to_string()))?;
        let view = R::view(batch.columns()).ok_or_else(|| damaged("a value is null"))?;
        Ok((view, batch.num_rows()))
    }
}

impl<R: Row> Iterator for Rows<R> {
    type Item = Result<R, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let (Some(batch), Some(row)) = (&self.batch, self.rows.next()) {
                return Some(Ok(R::get(batch, row)));
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(fault) => return Some(Err(self.place.error(fault))),
            }
        }
    }
}

fn read_schema(messages: &mut Messages) -> Result<Schema, Fault> {
    let missing = || Fault::Damaged("it does not begin with a schema".to_owned());
    let message = messages.next()?.filter(Message::is_schema);
    let message = message.ok_or_else(missing)?;
    messages.skip_body(&message)?;
    let header = message.header.as_ref();
    let schema = header.header_as_schema().ok_or_else(missing)?;
    try_fb_to_schema(schema).map_err(|error| Fault::Damaged(error.to_string()))
}

/// Other columns may be there too: a newer keelback wrote them.
fn find_columns<R: Row>(schema: &Schema) -> Result<Vec<usize>, Fault> {
    let columns = R::table().columns.into_iter().map(|column| {
        let (place, field) = schema
            .column_with_name(&column.name)
            .ok_or_else(|| Fault::Damaged(format!("column `{}` is missing", column.name)))?;
        if field.data_type() == &column.data_type {
            return Ok(place);
        }
        Err(Fault::Damaged(format!(
            "column `{}` is {}, not {}",
            column.name,
            field.data_type(),
            column.data_type
        )))
    });
    columns.collect()
}
