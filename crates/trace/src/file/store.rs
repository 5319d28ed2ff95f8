//! The tables of a recording, wherever they lie.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufReader, Seek, SeekFrom};
use std::path::Path;

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::blob::{Blob, Home};
use super::messages::Extent;
use super::meta::{self, Meta};
use super::schema::tables;
use super::table::Row;
use super::table_in::{Place, Rows};
use super::table_out::file_name;
use super::version::LATER;
use crate::ReadError;

/// A recording's description, and where its tables are.
pub(super) struct Store {
    path: String,
    pub(super) meta: Meta,
    tables: HashMap<&'static str, (Blob, Extent)>,
}

impl Store {
    /// A recording that still runs, was cut off, or was unpacked.
    pub(super) fn in_folder(folder: &Path) -> Result<Store, ReadError> {
        let path = folder.display().to_string();
        Store::open(path, |name| {
            let file = folder.join(name);
            let length = fs::metadata(&file)?.len();
            let home = Home::File(file);
            Ok(Blob {
                home,
                start: 0,
                length,
            })
        })
    }

    /// A finished recording.
    pub(super) fn in_zip(path: &str, home: &Home) -> Result<Store, ReadError> {
        let entries = entries(path, home)?;
        Store::open(path.to_owned(), |name| {
            let entry = entries.get(name).cloned();
            entry.ok_or_else(|| io::ErrorKind::NotFound.into())
        })
    }

    fn open(path: String, find: impl Fn(&str) -> io::Result<Blob>) -> Result<Store, ReadError> {
        let meta = read_meta(&path, &find)?;
        let mut found = HashMap::new();
        // Events before definitions: a recording may grow meanwhile, and what
        // its events name must be there.
        for table in tables().iter().rev().map(|table| table.name) {
            let place = Place {
                path: path.clone(),
                table,
            };
            let blob = match find(&file_name(table)) {
                Ok(blob) => blob,
                Err(error) if is_from_before(table, &error) => continue,
                Err(error) => return Err(place.damaged(format!("it cannot be opened: {error}"))),
            };
            let extent = Extent::of(&blob).map_err(|fault| place.error(fault))?;
            let length = extent.length;
            found.insert(table, (Blob { length, ..blob }, extent));
        }
        Ok(Store {
            path,
            meta,
            tables: found,
        })
    }

    /// The whole rows of a table; `None` if not even its schema is whole.
    pub(super) fn rows<R: Row>(&self) -> Result<Option<Rows<R>>, ReadError> {
        match self.tables.get(R::table().name) {
            Some((blob, _)) if blob.length > 0 => Rows::open(&self.path, blob).map(Some),
            _ => Ok(None),
        }
    }

    /// How many rows a table has.
    pub(super) fn count<R: Row>(&self) -> u64 {
        let table = self.tables.get(R::table().name);
        table.map_or(0, |(_, extent)| extent.rows)
    }

    /// Rows that were cut off, in all tables.
    pub(super) fn torn(&self) -> u64 {
        self.tables.values().map(|(_, extent)| extent.torn).sum()
    }
}

fn is_from_before(table: &str, error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound && LATER.contains(&table)
}

fn read_meta(path: &str, find: impl Fn(&str) -> io::Result<Blob>) -> Result<Meta, ReadError> {
    let foreign = |why: &str| ReadError::NotARecording {
        path: path.to_owned(),
        why: why.to_owned(),
    };
    let blob = find(meta::FILE_NAME).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => foreign(&format!("there is no {} in it", meta::FILE_NAME)),
        _ => io_error(path, error),
    })?;
    if blob.length > meta::MAX_BYTES {
        return Err(foreign(&format!("its {} is too long", meta::FILE_NAME)));
    }
    let json = blob.read().and_then(|mut it| it.take(blob.length));
    Meta::parse(path, &json.map_err(|error| io_error(path, error))?)
}

/// The entries of a zip by name: where their bytes lie.
fn entries(path: &str, home: &Home) -> Result<HashMap<String, Blob>, ReadError> {
    let mut input = home.open().map_err(|error| io_error(path, error))?;
    let end = input
        .seek(SeekFrom::End(0))
        .map_err(|error| io_error(path, error))?;
    let mut zip = ZipArchive::new(BufReader::new(input)).map_err(|it| zip_error(path, it))?;
    let mut entries = HashMap::new();
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|it| zip_error(path, it))?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if entry.compression() != CompressionMethod::Stored || entry.encrypted() {
            return Err(repacked(path, &name));
        }
        let start = entry.data_start().unwrap_or(end);
        let blob = Blob {
            home: home.clone(),
            start,
            length: entry.compressed_size().min(end.saturating_sub(start)),
        };
        entries.insert(name, blob);
    }
    Ok(entries)
}

fn repacked(path: &str, entry: &str) -> ReadError {
    ReadError::NotARecording {
        path: path.to_owned(),
        why: format!(
            "its {entry} is compressed or encrypted, so another program has repacked it; \
             unzip it into a folder and open that"
        ),
    }
}

fn zip_error(path: &str, error: ZipError) -> ReadError {
    match error {
        ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            io_error(path, source)
        }
        other => ReadError::NotARecording {
            path: path.to_owned(),
            why: format!("it is no whole zip: {other}"),
        },
    }
}

pub(super) fn io_error(path: &str, source: io::Error) -> ReadError {
    ReadError::Io {
        path: path.to_owned(),
        source,
    }
}
