//! From a conclusion to text, as JSON or for people.

use keelback_analysis::startup::Change;
use keelback_analysis::whatif::{NoGil, OtherInterval};
use keelback_analysis::{Chart, Facts, GilReport, LockReport, Startup, SyscallTable, Verdict};
use keelback_replay::Replay;
use keelback_report::{Style, json, page, svg, text};
use serde_json::Value;

use crate::args::Reporting;
use crate::ui::Destination;

/// Columns of a page: a browser has room.
const PAGE: usize = 140;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One JSON document.
    Json,
    /// For people. Colours are always there; the stream that it is written to
    /// takes them out where they are not wanted.
    Text(Style),
    /// A page for a browser, of the same text.
    Page(Style),
}

impl Form {
    /// As asked, or as the name of the file says.
    pub(crate) fn of(reporting: &Reporting, destination: &Destination) -> Form {
        let style = Style {
            width: destination.width(),
            color: true,
        };
        match extension(destination) {
            Some("json") => Form::Json,
            _ if reporting.json => Form::Json,
            Some("html") => Form::Page(Style {
                width: PAGE,
                ..style
            }),
            _ => Form::Text(style),
        }
    }

    fn render(self, json: impl FnOnce() -> Value, text: impl FnOnce(&Style) -> String) -> String {
        match self {
            Form::Json => format!("{:#}\n", json()),
            Form::Text(style) | Form::Page(style) => text(&style),
        }
    }

    /// A report as it is written: a page needs a frame around it, and has the
    /// threads as a picture below.
    pub(crate) fn bound(self, report: String, threads: Option<Chart>) -> String {
        match (self, threads) {
            (Form::Json | Form::Text(_), _) => report,
            (Form::Page(_), None) => page::page("keelback", &report, ""),
            (Form::Page(_), Some(chart)) => {
                page::page(&chart.command, &report, &svg::picture(&chart))
            }
        }
    }
}

fn extension(destination: &Destination) -> Option<&str> {
    match destination {
        Destination::File(path) => path.extension()?.to_str(),
        Destination::Stdout | Destination::Stderr => None,
    }
}

pub(crate) fn render_verdict(verdict: &Verdict, form: Form) -> String {
    form.render(
        || json::verdict(verdict),
        |style| text::verdict(verdict, style),
    )
}

pub(crate) fn render_syscalls(table: &SyscallTable, form: Form) -> String {
    form.render(
        || json::syscalls(table),
        |style| text::syscalls(table, style),
    )
}

pub(crate) fn render_gil(report: &GilReport, form: Form) -> String {
    form.render(|| json::gil(report), |style| text::gil(report, style))
}

pub(crate) fn render_locks(report: &LockReport, form: Form) -> String {
    form.render(|| json::locks(report), |style| text::locks(report, style))
}

pub(crate) fn render_no_gil(bounds: &NoGil, form: Form) -> String {
    form.render(|| json::no_gil(bounds), |style| text::no_gil(bounds, style))
}

pub(crate) fn render_other_interval(bounds: &OtherInterval, form: Form) -> String {
    form.render(
        || json::other_interval(bounds),
        |style| text::other_interval(bounds, style),
    )
}

pub(crate) fn render_startup(startup: &Startup, form: Form) -> String {
    form.render(
        || json::startup(startup),
        |style| text::startup(startup, style),
    )
}

pub(crate) fn render_change(change: &Change, form: Form) -> String {
    form.render(|| json::change(change), |style| text::change(change, style))
}

pub(crate) fn render_replay(replay: &Replay, facts: &Facts, form: Form) -> String {
    form.render(
        || json::replay(replay, facts),
        |style| text::replay(replay, style),
    )
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
        assert!(matches!(form(false, "verdict.html"), Form::Page(_)));
    }
}
