//! `keelback export`: the recording in another format.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use keelback_report::{json_events, parquet};
use keelback_trace::file::Trace;

use super::subject::{open, reading};
use crate::args::{Export, Format};
use crate::exit::Ending;
use crate::last::or_last;
use crate::ui::{Failure, note, stdout};

pub(super) fn export(args: Export) -> Result<Ending, Failure> {
    let output = args.output.filter(|it| it.as_os_str() != "-");
    let format = format(args.format, output.as_deref())?;
    let path = or_last(args.trace)?;
    let trace = open(&path)?;
    match (format, output) {
        (Format::Json, None) => reading(&trace, |it| json_events::write(it, &mut stdout()))?,
        (Format::Json, Some(file)) => events(&trace, &file, args.force)?,
        (Format::Parquet, folder) => {
            dataset(
                &trace,
                folder.unwrap_or_else(|| path.with_extension("parquet")),
            )?;
        }
    }
    Ok(Ending::SUCCESS)
}

/// The format that was named, or what the name of the output says.
fn format(named: Option<Format>, output: Option<&Path>) -> Result<Format, Failure> {
    let implied = || match output?.extension()?.to_str()? {
        "json" | "jsonl" | "ndjson" => Some(Format::Json),
        "parquet" => Some(Format::Parquet),
        _ => None,
    };
    named.or_else(implied).ok_or_else(|| {
        Failure::new("the name of the output does not say which format is meant")
            .hint("name it: -f json or -f parquet")
    })
}

fn events(trace: &Trace, file: &Path, force: bool) -> Result<(), Failure> {
    let mut to = BufWriter::new(create(file, force)?);
    reading(trace, |it| json_events::write(it, &mut to))
}

/// Never replaces a file unasked.
fn create(path: &Path, force: bool) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    let options = match force {
        true => options.write(true).create(true).truncate(true),
        false => options.write(true).create_new(true),
    };
    options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(format!("{} exists", path.display()))
            .hint("choose another name, or replace it with --force"),
        _ => Failure::io(format!("cannot write {}", path.display()), &error),
    })
}

/// A dataset is only ever added to, so there is nothing to replace.
fn dataset(trace: &Trace, folder: PathBuf) -> Result<(), Failure> {
    reading(trace, |it| parquet::export(it, &folder))?;
    note(&format!("the dataset is {}", folder.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_output_picks_the_format() {
        let implied = |name: &str| format(None, Some(Path::new(name))).ok();
        assert_eq!(implied("events.json"), Some(Format::Json));
        assert_eq!(implied("events.jsonl"), Some(Format::Json));
        assert_eq!(implied("all.parquet"), Some(Format::Parquet));
        assert_eq!(implied("events"), None);
        assert_eq!(
            format(Some(Format::Parquet), Some(Path::new("x.json"))),
            Ok(Format::Parquet)
        );
    }
}
