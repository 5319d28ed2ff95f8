//! Where the results of a comparison go.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use keelback_bench::session::{End, Outcome};
use keelback_report::{
    bench_csv, bench_hyperfine, bench_json, bench_markdown, bench_pyperf, bench_svg, bench_text,
};

use super::bench_args::BenchArgs;
use crate::ui;

/// Prints the results to stdout, the talk to stderr, and writes what was asked
/// for.
///
/// # Errors
/// A file cannot be written.
pub(crate) fn write(args: &BenchArgs, outcome: &Outcome) -> Result<()> {
    print(args, outcome)?;
    for file in &args.output {
        save(file, &in_format(file, outcome)?)?;
    }
    if let Some(file) = &args.export_hyperfine {
        save(file, &pretty(&bench_hyperfine::document(outcome)))?;
    }
    if let Some(folder) = &args.export_pyperf {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for (side, name) in outcome.recording.sides.iter().enumerate() {
            let file = folder.join(format!("{name}.json"));
            save(&file, &pretty(&bench_pyperf::document(outcome, side)))?;
        }
    }
    Ok(())
}

fn print(args: &BenchArgs, outcome: &Outcome) -> Result<()> {
    let text = match args.json {
        true => pretty(&bench_json::document(outcome)),
        false => bench_text::results(outcome),
    };
    // Not the plain stdout: the text has colours, which a pipe shall not get.
    anstream::stdout().write_all(text.as_bytes())?;
    for remark in bench_text::remarks(outcome) {
        ui::note(&remark);
    }
    match &outcome.end {
        End::Failed(error) => ui::warn(&format!(
            "{error}\nThe results are those of the pairs before that."
        )),
        End::Interrupted => ui::warn("interrupted; the results are those of the pairs before that"),
        End::Decided | End::OutOfPairs => {}
    }
    Ok(())
}

fn in_format(file: &Path, outcome: &Outcome) -> Result<String> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => Ok(pretty(&bench_json::document(outcome))),
        Some("md") => Ok(bench_markdown::table(outcome)),
        Some("svg") => Ok(bench_svg::picture(outcome)),
        Some("csv") => Ok(bench_csv::rows(outcome)),
        _ => bail!(
            "{}: no such format; .json, .md, .csv and .svg are known",
            file.display()
        ),
    }
}

fn pretty(document: &serde_json::Value) -> String {
    format!("{document:#}\n")
}

fn save(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
