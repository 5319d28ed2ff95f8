//! Where the results of a comparison go.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use keelback_bench::session::End;
use keelback_report::{
    Style, bench_csv, bench_html, bench_hyperfine, bench_json, bench_markdown, bench_pyperf,
    bench_svg, bench_text, json, text,
};
use serde_json::Value;

use super::bench::Compared;
use super::bench_args::BenchArgs;
use crate::ui;

/// Prints the results to stdout, the talk to stderr, and writes what was asked
/// for.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(args: &BenchArgs, compared: &Compared) -> Result<()> {
    let outcome = &compared.outcome;
    print(args, compared)?;
    for file in &args.output {
        save(file, &in_format(file, compared)?)?;
    }
    if let Some(file) = &args.html {
        save(file, &page(compared))?;
    }
    if let Some(file) = &args.export_hyperfine {
        let document = match args.hyperfine_schema {
            1 => bench_hyperfine::document(outcome),
            _ => bench_hyperfine::document_2(outcome),
        };
        save(file, &pretty(&document))?;
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

fn print(args: &BenchArgs, compared: &Compared) -> Result<()> {
    let outcome = &compared.outcome;
    let text = match args.common.json {
        true => pretty(&document(compared)),
        false => bench_text::results(outcome) + &explanations(compared),
    };
    tell(&text, &bench_text::remarks(outcome), &outcome.end, "pairs")
}

/// Prints results, what there is to remark, and why they are not all there;
/// `units` are what the results are made of.
pub(super) fn tell(text: &str, remarks: &[String], end: &End, units: &str) -> Result<()> {
    // Not the plain stdout: the text has colours, which a pipe shall not get.
    anstream::stdout().write_all(text.as_bytes())?;
    for remark in remarks {
        ui::note(remark);
    }
    match end {
        End::Failed(error) => ui::warn(&format!(
            "{error}\nThe results are those of the {units} before that."
        )),
        End::Interrupted => ui::warn(&format!(
            "interrupted; the results are those of the {units} before that"
        )),
        End::Decided | End::OutOfPairs => {}
    }
    Ok(())
}

/// The results with what explains them.
fn document(compared: &Compared) -> Value {
    let mut document = bench_json::document(&compared.outcome);
    if !compared.explained.is_empty() {
        let explained = compared.explained.iter();
        document["explain"] = explained
            .map(|it| json::difference(&it.difference, &it.kernel, (&it.a, &it.b)))
            .collect();
    }
    document
}

fn page(compared: &Compared) -> String {
    let told: Vec<String> = explained(compared, &Style::PLAIN).collect();
    bench_html::page(&compared.outcome, &told)
}

fn explanations(compared: &Compared) -> String {
    let style = Style {
        width: ui::Destination::Stdout.width(),
        color: true,
    };
    let told = explained(compared, &style).map(|text| format!("\n{text}"));
    told.collect()
}

/// What each explanation says; with its kernel in front where there are several.
fn explained(compared: &Compared, style: &Style) -> impl Iterator<Item = String> {
    let several = compared.outcome.recording.kernels.len() > 1;
    compared.explained.iter().map(move |it| {
        let told = text::difference(&it.difference, (&it.a, &it.b), style);
        match several {
            true => format!("{}: {told}", it.kernel),
            false => told,
        }
    })
}

fn in_format(file: &Path, compared: &Compared) -> Result<String> {
    let outcome = &compared.outcome;
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => Ok(pretty(&document(compared))),
        Some("html") => Ok(page(compared)),
        Some("md") => Ok(bench_markdown::table(outcome)),
        Some("svg") => Ok(bench_svg::picture(outcome)),
        Some("csv") => Ok(bench_csv::rows(outcome)),
        _ => bail!(
            "{}: no such format; .json, .html, .md, .csv and .svg are known",
            file.display()
        ),
    }
}

fn pretty(document: &Value) -> String {
    format!("{document:#}\n")
}

fn save(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
