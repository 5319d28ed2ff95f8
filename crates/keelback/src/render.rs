//! From a conclusion to text, as JSON or for people.

use std::path::Path;

use keelback_analysis::{GilReport, Startup, SyscallTable, Verdict};
use keelback_report::{Style, json, text};
use serde_json::Value;

use crate::args::Reporting;
use crate::ui::Destination;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One JSON document.
    Json,
    /// For people. Colours are always there; the stream that it is written to
    /// takes them out where they are not wanted.
    Text(Style),
}

impl Form {
    /// As asked, or as the name of the file says.
    pub(crate) fn of(reporting: &Reporting, destination: &Destination) -> Form {
        match reporting.json || is_json(destination) {
            true => Form::Json,
            false => Form::Text(Style {
                width: destination.width(),
                color: true,
            }),
        }
    }
}

fn is_json(destination: &Destination) -> bool {
    let Destination::File(path) = destination else {
        return false;
    };
    Path::new(path).extension().is_some_and(|it| it == "json")
}

pub(crate) fn render_verdict(verdict: &Verdict, form: Form) -> String {
    match form {
        Form::Json => document(&json::verdict(verdict)),
        Form::Text(style) => text::verdict(verdict, &style),
    }
}

pub(crate) fn render_syscalls(table: &SyscallTable, form: Form) -> String {
    match form {
        Form::Json => document(&json::syscalls(table)),
        Form::Text(style) => text::syscalls(table, &style),
    }
}

pub(crate) fn render_gil(report: &GilReport, form: Form) -> String {
    match form {
        Form::Json => document(&json::gil(report)),
        Form::Text(style) => text::gil(report, &style),
    }
}

pub(crate) fn render_startup(startup: &Startup, form: Form) -> String {
    match form {
        Form::Json => document(&json::startup(startup)),
        Form::Text(style) => text::startup(startup, &style),
    }
}

fn document(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_file_picks_the_form() {
        let form = |json, path: &str| {
            let reporting = Reporting {
                json,
                report_to: None,
            };
            Form::of(&reporting, &Destination::File(path.into()))
        };
        assert_eq!(form(false, "verdict.json"), Form::Json);
        assert_eq!(form(true, "verdict.txt"), Form::Json);
        assert!(matches!(form(false, "verdict.txt"), Form::Text(_)));
    }
}
