//! The commands, and what all of them take.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    Attach, Export, Gil, Keep, Locks, Replay, Report, Run, Startup, Syscalls, View, WhatIf,
};
use crate::command::bench_args::BenchArgs;
use crate::command::layout_args::LayoutArgs;

/// What lies under your Python: the cost of the interpreter and the kernel,
/// pinned on the line that caused it.
#[derive(Debug, Parser)]
#[command(name = "keelback", version, max_term_width = 100, after_long_help = AFTER)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

const AFTER: &str = "\
Exit codes:
  A command that keelback starts passes its exit code on. If a signal ends it,
  keelback ends by the same signal, so that a shell shows 128 + its number.
  125  keelback itself failed, or did not understand its arguments
  126  the command cannot be executed
  127  the command does not exist

Output:
  Reports go to stdout, and talk goes to stderr. Where keelback starts a
  command, stdout is that command's, so the report goes to stderr;
  --report-to FILE sends it elsewhere.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(Run),
    Attach(Attach),
    Report(Report),
    Syscalls(Syscalls),
    Gil(Gil),
    Locks(Locks),
    Whatif(WhatIf),
    View(View),
    Startup(Startup),
    Replay(Replay),
    Export(Export),
    Bench(Box<BenchArgs>),
    Layout(Box<LayoutArgs>),
    Doctor(Doctor),
    Import(Import),
    Generate(Generate),
    /// Record what the standard input orders, for a keelback with fewer rights
    #[command(hide = true)]
    Elevated,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// On terminals
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Say what this machine and this user can record, and how to get the rest
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Measure for some seconds what this machine does to comparisons
    #[arg(long)]
    pub(crate) bench: bool,

    /// Set what makes runs steadier and can be put back; needs root
    #[arg(long, requires = "bench", conflicts_with = "untune")]
    pub(crate) tune: bool,

    /// Put back what --tune set
    #[arg(long, requires = "bench")]
    pub(crate) untune: bool,

    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Make a recording of a log that strace or perf wrote
///
/// The log of strace -f -ttt -T, with or without -k, from a machine on which
/// nothing can be installed. It has system calls and their times, with -k their
/// native stacks; there are no Python stacks in it. Or the text of perf script,
/// whose stacks are Python's if the program ran with -X perf.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The log
    #[arg(value_name = "LOG")]
    pub(crate) log: PathBuf,

    #[command(flatten)]
    pub(crate) keep: Keep,
}

/// Write shell completions or man pages
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(subcommand)]
    pub(crate) shape: Shape,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Shape {
    /// Write the completions of a shell to stdout
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write a man page for every command
    Man {
        /// The folder to write to, which must exist
        #[arg(default_value = ".", value_name = "FOLDER")]
        folder: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    fn run(words: &[&str]) -> Run {
        let cli = Cli::try_parse_from(words).expect("it parses");
        match cli.command {
            Command::Run(run) => run,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_commands_own_options_are_its_own() {
        for words in [
            &["keelback", "run", "-q", "--", "app.py", "-o", "--json"][..],
            &["keelback", "run", "-q", "app.py", "-o", "--json"],
        ] {
            let run = run(words);
            assert_eq!(run.command, ["app.py", "-o", "--json"]);
            assert!(run.quiet && !run.reporting.json);
        }
    }

    #[test]
    fn a_second_double_dash_is_the_commands() {
        let run = run(&["keelback", "run", "--", "env", "--", "true"]);
        assert_eq!(run.command, ["env", "--", "true"]);
    }

    #[test]
    fn a_subject_is_one_thing() {
        let parse = |words: &[&str]| {
            let words = ["keelback", "syscalls"].iter().chain(words);
            Cli::try_parse_from(words).is_ok()
        };
        assert!(parse(&[]) && parse(&["t.kb"]) && parse(&["-p", "1"]));
        assert!(parse(&["--", "app.py", "-v"]));
        assert!(!parse(&["t.kb", "-p", "1"]));
        assert!(!parse(&["t.kb", "--", "app.py"]));
        assert!(!parse(&["-p", "1", "--", "app.py"]));
    }
}
