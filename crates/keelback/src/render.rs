//! From a conclusion to text, as JSON or for people.

use std::path::Path;

use keelback_analysis::startup::Change;
use keelback_analysis::whatif::{NoGil, OtherInterval};
use keelback_analysis::{Facts, GilReport, LockReport, Startup, SyscallTable, Verdict};
use keelback_replay::Replay;
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

pub(crate) fn render_locks(report: &LockReport, form: Form) -> String {
    match form {
        Form::Json => document(&json::locks(report)),
        Form::Text(style) => text::locks(report, &style),
    }
}

pub(crate) fn render_no_gil(bounds: &NoGil, form: Form) -> String {
    match form {
        Form::Json => document(&json::no_gil(bounds)),
        Form::Text(style) => text::no_gil(bounds, &style),
    }
}

pub(crate) fn render_other_interval(bounds: &OtherInterval, form: Form) -> String {
    match form {
        Form::Json => document(&json::other_interval(bounds)),
        Form::Text(style) => text::other_interval(bounds, &style),
    }
}

pub(crate) fn render_startup(startup: &Startup, form: Form) -> String {
    match form {
        Form::Json => document(&json::startup(startup)),
        Form::Text(style) => text::startup(startup, &style),
    }
}

pub(crate) fn render_change(change: &Change, form: Form) -> String {
    match form {
        Form::Json => document(&json::change(change)),
        Form::Text(style) => text::change(change, &style),
    }
}

pub(crate) fn render_replay(replay: &Replay, facts: &Facts, form: Form) -> String {
    match form {
        Form::Json => document(&json::replay(replay, facts)),
        Form::Text(style) => text::replay(replay, &style),
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
