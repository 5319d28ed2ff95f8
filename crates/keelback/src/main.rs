//! What lies under your Python.

mod command;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What lies under your Python: the cost of the interpreter and the kernel,
/// pinned on the line that caused it.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Bench(Box<command::bench_args::BenchArgs>),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Bench(args) => ExitCode::from(command::bench::run(&args)),
    }
}
