//! The folder of a finished recording becomes one file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::meta;
use super::partial::beside;
use super::schema::tables;
use super::table_out::file_name;

/// Packs the recording in `folder` into a zip at `path`, which is complete or
/// not there at all. Nothing is compressed: batches are already, and a reader
/// can go straight to the bytes of a table.
pub(super) fn pack(folder: &Path, path: &Path) -> io::Result<()> {
    let packing = beside(path, ".packing");
    let packed = write_zip(folder, &packing).and_then(|()| fs::rename(&packing, path));
    match packed {
        Ok(()) => sync_folder_of(path),
        Err(error) => {
            // Half a zip is of no use to anyone; the error tells the rest.
            let _ = fs::remove_file(&packing);
            Err(error)
        }
    }
}

fn write_zip(folder: &Path, to: &Path) -> io::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(to)?));
    add(&mut zip, folder, meta::FILE_NAME)?;
    for table in tables() {
        add(&mut zip, folder, &file_name(table.name))?;
    }
    let mut file = zip.finish()?;
    file.flush()?;
    file.get_ref().sync_all()
}

fn add<W: Write + io::Seek>(zip: &mut ZipWriter<W>, folder: &Path, name: &str) -> io::Result<()> {
    let mut file = File::open(folder.join(name))?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(file.metadata()?.len() >= u64::from(u32::MAX));
    zip.start_file(name, options)?;
    io::copy(&mut file, zip)?;
    Ok(())
}

/// Makes the rename itself safe from a power cut, where folders can be synced.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::StorageFull => Err(error),
        _ => Ok(()),
    }
}
