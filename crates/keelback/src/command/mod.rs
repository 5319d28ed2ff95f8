//! One file per command.

mod attach;
mod bench;
pub(crate) mod bench_args;
pub(crate) mod bench_beside;
mod bench_files;
mod bench_output;
mod bench_progress;
mod bench_sides;
mod doctor;
mod elevated;
mod export;
mod generate;
mod gil;
mod import;
mod layout;
pub(crate) mod layout_args;
mod layout_targets;
mod locks;
mod replay;
mod report;
mod run;
mod startup;
mod subject;
mod syscalls;
mod view;
mod whatif;

use crate::args::Command;
use crate::exit::Ending;
use crate::ui::Failure;

/// Does what was asked.
pub(crate) fn run(command: Command) -> Result<Ending, Failure> {
    match command {
        Command::Run(args) => run::run(args),
        Command::Attach(args) => attach::attach(args),
        Command::Report(args) => report::report(args),
        Command::Syscalls(args) => syscalls::syscalls(args),
        Command::Gil(args) => gil::gil(args),
        Command::Locks(args) => locks::locks(args),
        Command::Whatif(args) => whatif::whatif(args),
        Command::View(args) => view::view(args),
        Command::Startup(args) => startup::startup(args),
        Command::Replay(args) => replay::replay(&args),
        Command::Export(args) => export::export(args),
        Command::Bench(args) => bench::bench(&args),
        Command::Layout(args) => layout::layout(&args),
        Command::Doctor(args) => doctor::doctor(&args),
        Command::Import(args) => import::import(args),
        Command::Generate(args) => generate::generate(args),
        Command::Elevated => elevated::elevated(),
    }
}
