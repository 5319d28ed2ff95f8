//! `keelback export`: the recording in another format.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use keelback_report::{
    chrome, collapsed, firefox, json_events, parquet, perfetto, speedscope, svg,
};
use keelback_trace::Source;
use keelback_trace::file::Trace;

use super::subject::{open, reading};
use crate::args::{Export, Format};
use crate::exit::Ending;
use crate::last::or_last;
use crate::ui::{Failure, note, stdout};

pub(super) fn export(args: Export) -> Result<Ending, Failure> {
    let output = args.output.filter(|it| it.as_os_str() != "-");
    if let Some(viztracer) = args.combine {
        let trace = open(&or_last(args.trace)?)?;
        combine(&trace, &viztracer, output.as_deref(), args.force)?;
        return Ok(Ending::SUCCESS);
    }
    let format = format(args.format, output.as_deref())?;
    let path = or_last(args.trace)?;
    let trace = open(&path)?;
    match (format, output) {
        (Format::Json, None) => reading(&trace, |it| json_events::write(it, &mut stdout()))?,
        (Format::Json, Some(file)) => events(&trace, &file, args.force)?,
        (Format::Perfetto, None) => {
            let file = path.with_extension("pftrace");
            picture(&trace, format, Some(&file), args.force)?;
            note(&format!("open {} in ui.perfetto.dev", file.display()));
        }
        (
            Format::Perfetto
            | Format::Chrome
            | Format::Speedscope
            | Format::Collapsed
            | Format::Firefox
            | Format::Svg,
            file,
        ) => picture(&trace, format, file.as_deref(), args.force)?,
        (Format::Parquet, folder) => {
            dataset(
                &trace,
                folder.unwrap_or_else(|| path.with_extension("parquet")),
            )?;
        }
    }
    Ok(Ending::SUCCESS)
}

/// Puts the recording under VizTracer's slices.
pub(super) fn combine(
    trace: &Trace,
    viztracer: &Path,
    file: Option<&Path>,
    force: bool,
) -> Result<(), Failure> {
    let failed = |why: String| {
        Failure::new(format!(
            "cannot combine with {}: {why}",
            viztracer.display()
        ))
    };
    let chart = reading(trace, keelback_analysis::chart)?;
    let mut theirs = File::open(viztracer).map_err(|error| failed(error.to_string()))?;
    let mut both = Vec::new();
    keelback_report::viztracer::combine(&mut theirs, &chart, trace.dictionary(), &mut both)
        .map_err(|error| failed(error.to_string()))?;
    let mut to = writer(file, force)?;
    to.write_all(&both)
        .and_then(|()| to.flush())
        .map_err(|error| failed(error.to_string()))
}

/// A file, or stdout.
fn writer(file: Option<&Path>, force: bool) -> Result<Box<dyn Write>, Failure> {
    Ok(match file {
        Some(file) => Box::new(BufWriter::new(create(file, force)?)),
        None => Box::new(stdout()),
    })
}

/// Writes the recording as a picture; to stdout if no file is named.
pub(super) fn picture(
    trace: &Trace,
    format: Format,
    file: Option<&Path>,
    force: bool,
) -> Result<(), Failure> {
    let chart = reading(trace, keelback_analysis::chart)?;
    let mut to = writer(file, force)?;
    let known = trace.dictionary();
    let written = match format {
        Format::Perfetto => perfetto::write(&chart, known, &mut to),
        Format::Chrome => chrome::write(&chart, known, &mut to),
        Format::Speedscope => speedscope::write(&chart, known, &mut to),
        Format::Collapsed => collapsed::write(&chart, known, &mut to),
        Format::Firefox => firefox::write(&chart, known, &mut to),
        Format::Svg => svg::write(&chart, &mut to),
        Format::Json | Format::Parquet => Ok(()),
    };
    let name = file.map_or("stdout".into(), |file| file.display().to_string());
    written
        .and_then(|()| to.flush())
        .map_err(|error| Failure::new(format!("cannot write {name}: {error}")))
}

/// The format that was named, or what the name of the output says.
fn format(named: Option<Format>, output: Option<&Path>) -> Result<Format, Failure> {
    let implied = || match output?.extension()?.to_str()? {
        "json" | "jsonl" | "ndjson" => Some(Format::Json),
        "parquet" => Some(Format::Parquet),
        "pftrace" | "perfetto-trace" => Some(Format::Perfetto),
        "folded" | "collapsed" => Some(Format::Collapsed),
        "svg" => Some(Format::Svg),
        _ => None,
    };
    named.or_else(implied).ok_or_else(|| {
        Failure::new("the name of the output does not say which format is meant")
            .hint("name it: -f perfetto, or another that keelback export --help lists")
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
        assert_eq!(implied("threads.svg"), Some(Format::Svg));
        assert_eq!(implied("events"), None);
        assert_eq!(
            format(Some(Format::Parquet), Some(Path::new("x.json"))),
            Ok(Format::Parquet)
        );
    }
}
