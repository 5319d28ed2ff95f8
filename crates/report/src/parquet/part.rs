//! One file of the dataset.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError as Failure;
use parquet::file::properties::WriterProperties;

use super::columns::{Kind, Value};

/// Rows that are handed to the Parquet writer together.
const BATCH_ROWS: usize = 4096;

/// Rows of a row group: what a Parquet writer holds in memory.
const GROUP_ROWS: usize = 1 << 16;

/// Bytes of a column's dictionary, which is held in memory as well.
const DICTIONARY_BYTES: usize = 256 << 10;

enum Builder {
    Int(Int64Builder),
    Text(StringBuilder),
    Bool(BooleanBuilder),
}

impl Builder {
    fn of(kind: Kind) -> Builder {
        match kind {
            Kind::Int => Builder::Int(Int64Builder::new()),
            Kind::Text => Builder::Text(StringBuilder::new()),
            Kind::Bool => Builder::Bool(BooleanBuilder::new()),
        }
    }

    /// A value of another kind than the column's cannot be: both come from one
    /// table of columns. It would be null.
    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Builder::Int(to), Value::Int(value)) => to.append_option(value),
            (Builder::Text(to), Value::Text(value)) => to.append_option(value),
            (Builder::Bool(to), Value::Bool(value)) => to.append_option(value),
            (Builder::Int(to), _) => to.append_null(),
            (Builder::Text(to), _) => to.append_null(),
            (Builder::Bool(to), _) => to.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Int(from) => Arc::new(from.finish()),
            Builder::Text(from) => Arc::new(from.finish()),
            Builder::Bool(from) => Arc::new(from.finish()),
        }
    }
}

/// A Parquet file that rows are added to.
pub(super) struct Part {
    pub(super) path: PathBuf,
    schema: SchemaRef,
    builders: Vec<Builder>,
    rows: usize,
    writer: ArrowWriter<File>,
}

impl Part {
    /// Creates `part-N.parquet` in `folder`, N being the first that is free:
    /// what earlier exports wrote stays.
    pub(super) fn create(folder: &Path, columns: &[(&'static str, Kind)]) -> Result<Part, Failure> {
        fs::create_dir_all(folder)?;
        let (path, file) = create_next(folder)?;
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, kind)| Field::new(*name, data_type(*kind), true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        Ok(Part {
            writer: ArrowWriter::try_new(file, schema.clone(), Some(properties()?))?,
            path,
            schema,
            builders: columns.iter().map(|(_, kind)| Builder::of(*kind)).collect(),
            rows: 0,
        })
    }

    /// Adds a row: a value for each column, in their order.
    pub(super) fn push<'a>(&mut self, row: impl Iterator<Item = Value<'a>>) -> Result<(), Failure> {
        for (builder, value) in self.builders.iter_mut().zip(row) {
            builder.push(value);
        }
        self.rows += 1;
        match self.rows < BATCH_ROWS {
            true => Ok(()),
            false => self.write_batch(),
        }
    }

    fn write_batch(&mut self) -> Result<(), Failure> {
        let columns = self.builders.iter_mut().map(Builder::finish).collect();
        self.rows = 0;
        let batch = RecordBatch::try_new(self.schema.clone(), columns)?;
        self.writer.write(&batch)
    }

    /// Ends the file.
    pub(super) fn close(mut self) -> Result<(), Failure> {
        if self.rows > 0 {
            self.write_batch()?;
        }
        self.writer.close().map(|_| ())
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Int => DataType::Int64,
        Kind::Text => DataType::Utf8,
        Kind::Bool => DataType::Boolean,
    }
}

fn properties() -> Result<WriterProperties, Failure> {
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_created_by(concat!("keelback ", env!("CARGO_PKG_VERSION")).to_owned())
        .build())
}

fn create_next(folder: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0;
    loop {
        let path = folder.join(format!("part-{number}.parquet"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}
