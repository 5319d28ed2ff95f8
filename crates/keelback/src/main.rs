//! The command: the only crate that prints, exits, and reads the environment.
#![forbid(unsafe_code)]

mod args;
mod command;
mod exit;
mod last;
mod pythons;
mod recording;
mod render;
mod script;
mod ui;
mod untraced;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let ending = match args::Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => ui::usage(&error),
    };
    exit::leave(ending)
}

fn run(cli: args::Cli) -> exit::Ending {
    ui::set_color(cli.color);
    command::run(cli.command).unwrap_or_else(|failure| ui::fail(&failure))
}
