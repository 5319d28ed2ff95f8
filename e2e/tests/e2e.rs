//! `cargo test -p keelback-e2e [-- WORD...]`: all trials, or those whose name
//! has one of the words in it; `--list` names them.
//!
//! `KEELBACK_BIN` is the binary to try, `KEELBACK_TEST_PYTHONS` a folder with
//! more interpreters. With `KEELBACK_E2E_STRICT=1` a run that recorded nothing
//! fails: CI must not be green because a machine could not record.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test harness talks on its terminal"
)]

use std::process::ExitCode;
use std::time::Instant;

use keelback_e2e::board;
use keelback_e2e::pythons::Pythons;
use keelback_e2e::trials;

fn main() -> ExitCode {
    let start = Instant::now();
    let (options, words): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|word| word.starts_with('-'));
    let mut trials = match trials::every(&Pythons::find()) {
        Ok(trials) => trials,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    trials.retain(|it| words.is_empty() || words.iter().any(|word| it.name.contains(word)));
    if options.iter().any(|option| option == "--list") {
        trials.iter().for_each(|it| println!("{}: test", it.name));
        return ExitCode::SUCCESS;
    }
    println!("running {} tests", trials.len());
    let strict = std::env::var_os("KEELBACK_E2E_STRICT").is_some();
    match board::run(trials).close(strict, start.elapsed()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
