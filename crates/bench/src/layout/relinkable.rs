//! Subjects whose sides can run another executable in place of their own.

use crate::kernel::Kernels;
use crate::run::command::Draw;
use crate::run::{Around, Commands, Linked, Observation, RunError};
use crate::session::Subject;

/// A subject whose programs can be replaced, run by run.
pub trait Relinkable: Subject + Around {
    /// The commands behind it.
    fn commands(&self) -> &Commands;

    /// The commands behind it, to run a linker.
    fn commands_mut(&mut self) -> &mut Commands;

    /// Runs one process of `side` for `kernel` with what a linker made.
    ///
    /// # Errors
    /// It gave no observation.
    fn observe_linked(
        &mut self,
        kernel: usize,
        side: usize,
        linked: &Linked,
        draw: Draw,
    ) -> Result<Observation, RunError>;
}

impl Relinkable for Commands {
    fn commands(&self) -> &Commands {
        self
    }

    fn commands_mut(&mut self) -> &mut Commands {
        self
    }

    fn observe_linked(
        &mut self,
        _: usize,
        side: usize,
        linked: &Linked,
        draw: Draw,
    ) -> Result<Observation, RunError> {
        Commands::observe_linked(self, side, linked, &[], draw)
    }
}

impl Relinkable for Kernels {
    fn commands(&self) -> &Commands {
        self.interpreters()
    }

    fn commands_mut(&mut self) -> &mut Commands {
        self.interpreters_mut()
    }

    fn observe_linked(
        &mut self,
        kernel: usize,
        side: usize,
        linked: &Linked,
        draw: Draw,
    ) -> Result<Observation, RunError> {
        self.observe_as(kernel, side, Some(linked), draw)
    }
}
