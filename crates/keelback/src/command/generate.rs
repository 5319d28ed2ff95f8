//! `keelback generate`: what packagers install beside the program.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::{Cli, Generate, Shape};
use crate::exit::Ending;
use crate::ui::{Destination, Failure};

pub(super) fn generate(args: Generate) -> Result<Ending, Failure> {
    match args.shape {
        Shape::Completions { shell } => Destination::Stdout.write(&completions(shell))?,
        Shape::Man { folder } => man_pages(&folder)?,
    }
    Ok(Ending::SUCCESS)
}

fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "keelback", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// `keelback.1`, `keelback-run.1` and so on.
fn man_pages(folder: &Path) -> Result<(), Failure> {
    clap_mangen::generate_to(Cli::command(), folder).map_err(|error| {
        Failure::io(
            format!("cannot write man pages to {}", folder.display()),
            &error,
        )
    })
}
