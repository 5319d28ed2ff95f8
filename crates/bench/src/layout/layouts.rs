//! Sides that are relinked for every run.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use super::relink::Relink;
use crate::run::command::Draw;
use crate::run::{Commands, Observation, RunError};
use crate::session::Subject;

/// Commands whose programs are also run from new layouts.
#[derive(Debug)]
pub struct Layouts {
    commands: Commands,
    relinks: Vec<Relink>,
    random: fastrand::Rng,
}

/// The kernel that is the programs as they are.
pub const STOCK: &str = "stock build";

/// The kernel that is a new layout for every run.
pub const AVERAGE: &str = "average over layouts";

impl Layouts {
    /// Takes commands and, for each side, how to link its program.
    ///
    /// # Errors
    /// A relink command fails: each is tried once.
    pub fn new(commands: Commands, relinks: Vec<Relink>, seed: u64) -> Result<Layouts, RunError> {
        let random = fastrand::Rng::with_seed(seed);
        let mut layouts = Layouts {
            commands,
            relinks,
            random,
        };
        for side in 0..layouts.relinks.len() {
            let program = layouts.relink(side)?;
            let _ = fs::remove_file(program);
        }
        Ok(layouts)
    }

    /// The commands as they are.
    pub fn commands(&self) -> &Commands {
        &self.commands
    }

    /// The commands as they are, to run them for something else.
    pub fn commands_mut(&mut self) -> &mut Commands {
        &mut self.commands
    }

    fn relink(&mut self, side: usize) -> Result<PathBuf, RunError> {
        let out = self
            .commands
            .scratch()
            .join(format!("{:016x}", self.random.u64(..)));
        let command = self.relinks[side].command(&out, &mut self.random);
        let argv = ["sh", "-c", command.as_str()].map(OsString::from);
        self.commands
            .run_helper(side, &argv, "its relink command")?;
        Ok(out)
    }

    /// A linker leaves its output in pages of its own kind; a copy lies as the
    /// copies of all other runs do.
    fn observe_layout(&mut self, side: usize, draw: Draw) -> Result<Observation, RunError> {
        let linked = self.relink(side)?;
        let copy = linked.with_extension("run");
        fs::copy(&linked, &copy).map_err(RunError::system("copy a linked program"))?;
        let observation = self.commands.observe_file(side, copy.clone(), draw);
        let _ = fs::remove_file(linked);
        let _ = fs::remove_file(copy);
        observation
    }
}

impl Subject for Layouts {
    fn sides(&self) -> Vec<String> {
        self.commands.sides()
    }

    fn kernels(&self) -> Vec<String> {
        [STOCK, AVERAGE].map(str::to_owned).into()
    }

    fn observe(&mut self, kernel: usize, side: usize, draw: Draw) -> Result<Observation, RunError> {
        if kernel == 0 {
            self.commands.observe(0, side, draw)
        } else {
            self.observe_layout(side, draw)
        }
    }
}
