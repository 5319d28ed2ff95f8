//! One table on its way to its file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};
use arrow_ipc::{CompressionType, MetadataVersion};
use arrow_schema::{ArrowError, SchemaRef};

use super::table::Row;

/// Every buffer of a batch begins at a multiple of this, bytes. Arrow allows 8
/// to 64; small batches stay small with 8.
const ALIGNMENT: usize = 8;

/// zstd's fastest ordinary level: the columns are arranged so that higher ones
/// gain little (`examples/ten_million.rs`).
const LEVEL: i32 = 1;

/// A table's file and the rows that wait for it.
pub(super) struct TableOut<R: Row> {
    rows: usize,
    columns: R::Columns,
    schema: SchemaRef,
    encoder: StreamWriter<Vec<u8>>,
    file: File,
    /// Bytes of the file, all of them whole messages.
    length: u64,
}

/// What the writer does with all tables alike.
pub(super) trait Pending {
    /// Writes the rows that wait, as one batch.
    fn write_out(&mut self) -> io::Result<()>;
    /// Writes the end of the stream; no row may follow.
    fn end(&mut self) -> io::Result<()>;
}

impl<R: Row> TableOut<R> {
    /// Creates the table's file and writes its schema to it.
    pub(super) fn create(folder: &Path) -> io::Result<TableOut<R>> {
        let table = R::table();
        let path = folder.join(file_name(table.name));
        let schema = Arc::new(table.arrow_schema());
        let mut out = TableOut {
            rows: 0,
            columns: R::Columns::default(),
            encoder: encoder(&schema).map_err(io_error)?,
            schema,
            file: OpenOptions::new()
                .append(true)
                .create_new(true)
                .open(&path)?,
            length: 0,
        };
        out.write_encoded()?;
        Ok(out)
    }

    /// Takes a row; gives how many wait.
    pub(super) fn push(&mut self, row: R) -> usize {
        row.push(&mut self.columns);
        self.rows += 1;
        self.rows
    }

    fn encode(&mut self) -> Result<(), ArrowError> {
        let columns = R::finish(&mut self.columns);
        self.rows = 0;
        let batch = RecordBatch::try_new(self.schema.clone(), columns)?;
        self.encoder.write(&batch)
    }

    /// Writes what is encoded. Half a message never stays in the file, and
    /// what could not be written is kept for another try.
    fn write_encoded(&mut self) -> io::Result<()> {
        let bytes = self.encoder.get_mut();
        if let Err(error) = self.file.write_all(bytes) {
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length += bytes.len() as u64;
        bytes.clear();
        Ok(())
    }
}

impl<R: Row> Pending for TableOut<R> {
    fn write_out(&mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.encode().map_err(io_error)?;
        }
        self.write_encoded()
    }

    fn end(&mut self) -> io::Result<()> {
        self.encoder.finish().map_err(io_error)?;
        self.write_encoded()
    }
}

/// The name of a table's file, in the folder and in the zip.
pub(super) fn file_name(table: &str) -> String {
    format!("{table}.arrows")
}

fn encoder(schema: &SchemaRef) -> Result<StreamWriter<Vec<u8>>, ArrowError> {
    let options = IpcWriteOptions::try_new(ALIGNMENT, false, MetadataVersion::V5)?
        .try_with_compression(Some(CompressionType::ZSTD))?
        .try_with_compression_level(Some(LEVEL))?;
    StreamWriter::try_new_with_options(Vec::new(), schema, options)
}

fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
