//! The diagnosis for people.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use keelback_record::privilege::Ability;

use super::diagnosis::Diagnosis;
use super::interpreters::Interpreter;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const SOSO: Style = AnsiColor::Yellow.on_default();
const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// The mark and the space around it.
const MARGIN: usize = 7;

/// Two tables and a sentence, in lines of `width` where that is possible.
pub(super) fn text(diagnosis: &Diagnosis, width: usize) -> String {
    let mut out = String::new();
    title(&mut out, "Recording");
    let columns = Columns::of(&diagnosis.abilities, width);
    for ability in &diagnosis.abilities {
        ability_line(&mut out, ability, &columns);
    }
    title(&mut out, "\nPythons");
    for python in &diagnosis.interpreters {
        python_lines(&mut out, python);
    }
    if diagnosis.interpreters.is_empty() {
        line(&mut out, "  none on PATH, in pyenv or in uv");
    }
    line(&mut out, "");
    line(&mut out, &diagnosis.summary);
    out
}

/// Widths of the table of abilities.
struct Columns {
    name: usize,
    found: usize,
    /// Is there room for the explanations? They are the first thing to go.
    gives: bool,
}

impl Columns {
    fn of(abilities: &[Ability], width: usize) -> Columns {
        let widest = |text: fn(&Ability) -> usize| abilities.iter().map(text).max().unwrap_or(0);
        let name = widest(|it| it.name.len()) + 2;
        let found = widest(|it| it.found.chars().count()) + 2;
        Columns {
            name,
            found,
            gives: MARGIN + name + found + widest(|it| it.gives.len()) <= width,
        }
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn title(out: &mut String, text: &str) {
    line(out, &format!("{HEAD}{text}{HEAD:#}"));
}

fn ability_line(out: &mut String, ability: &Ability, columns: &Columns) {
    let (style, mark) = match (ability.ok, ability.required) {
        (true, _) => (GOOD, "yes"),
        (false, true) => (BAD, "no"),
        (false, false) => (SOSO, "part"),
    };
    let cells = match columns.gives {
        true => format!(
            "{:<name$}{:<found$}{FAINT}{}{FAINT:#}",
            ability.name,
            ability.found,
            ability.gives,
            name = columns.name,
            found = columns.found
        ),
        false => format!(
            "{:<name$}{}",
            ability.name,
            ability.found,
            name = columns.name
        ),
    };
    line(out, &format!("  {style}{mark:<5}{style:#}{cells}"));
    if !ability.remedy.is_empty() {
        line(out, &format!("{:MARGIN$}hint: {}", "", ability.remedy));
    }
}

fn python_lines(out: &mut String, python: &Interpreter) {
    let (style, mark) = match python.frames {
        true => (GOOD, "yes"),
        false => (SOSO, "part"),
    };
    let mut traits = Vec::new();
    traits.extend(python.stripped.then_some("stripped"));
    traits.extend(python.free_threaded.then_some("free-threaded"));
    let version = python.version.as_deref().unwrap_or("?");
    let _ = writeln!(
        out,
        "  {style}{mark:<5}{style:#}{version:<9}{:<16}{}",
        traits.join(", "),
        python.file.display()
    );
    if !python.why.is_empty() {
        let _ = writeln!(out, "       {}", python.why);
    }
}

#[cfg(test)]
mod tests {
    use super::super::diagnosis::tests::ability;
    use super::*;

    fn plain(diagnosis: &Diagnosis, width: usize) -> String {
        anstream::adapter::strip_str(&text(diagnosis, width)).to_string()
    }

    #[test]
    fn a_table_says_what_is_missing_and_what_to_do() {
        let abilities = vec![ability("btf", true, true), ability("bpf", true, false)];
        let old = Interpreter {
            file: "/usr/bin/python2.7".into(),
            version: Some("2.7.18".into()),
            stripped: true,
            free_threaded: false,
            frames: false,
            why: "it is too old".into(),
        };
        let diagnosis = Diagnosis::new(abilities, vec![old]);
        assert_eq!(
            plain(&diagnosis, 100),
            "\
Recording
  yes  btf  it was looked for  something
  no   bpf  it was looked for  something
       hint: do this

Pythons
  part 2.7.18   stripped        /usr/bin/python2.7
       it is too old

This user can record here with the ptrace engine, which sees less and costs more; for the full one are missing: bpf.
"
        );
    }

    #[test]
    fn a_narrow_terminal_loses_explanations_only() {
        let diagnosis = Diagnosis::new(vec![ability("btf", true, true)], Vec::new());
        let narrow = plain(&diagnosis, 39);
        assert!(narrow.contains("it was looked for") && !narrow.contains("something"));
    }
}
