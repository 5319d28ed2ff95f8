//! Chores of this repository; `cargo xtask` lists them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore's output is for the terminal"
)]

use std::process::ExitCode;

use xtask::{bpf, tidy};

const USAGE: &str = "\
cargo xtask bpf [--check]   compile the BPF programs, or compare them with the committed object
cargo xtask tidy            check what ARCHITECTURE.md promises";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["bpf"] => bpf::build(),
        ["bpf", "--check"] => bpf::check(),
        ["tidy"] => tidy::run(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
