//! The command line, as clap understands it.

mod cli;
mod record;
mod replay;
mod report;
mod startup;
mod values;

pub(crate) use cli::{Cli, Color, Command, Doctor, Generate, Import, Shape};
pub(crate) use record::{Attach, Engine, Keep, Mode, Recording, Run};
pub(crate) use replay::Replay;
pub(crate) use report::{
    Export, Format, Gil, Locks, Report, Reporting, Subject, Syscalls, View, WhatIf,
};
pub(crate) use startup::Startup;
