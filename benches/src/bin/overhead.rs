//! Prints the table of cost: what each tool does to the program, and what the
//! whole command takes. The two are kept apart: a recorder that takes half a
//! second to start and to report slows no program down by that.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its output is its purpose"
)]

use anyhow::Result;
use clap::Parser;

use keelback_benches::options::Options;
use keelback_benches::{plan, table};

fn main() -> Result<()> {
    let options = Options::parse();
    let scratch = std::env::temp_dir().join(format!("keelback-overhead-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let rows = plan::run(&options, &scratch, |said| eprintln!("{said}"));
    std::fs::remove_dir_all(&scratch)?;
    match options.json {
        true => println!("{:#}", table::json(&rows?)),
        false => print!("{}", table::text(&rows?)),
    }
    Ok(())
}
