//! Sides that are relinked for every run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::link::{self, Order};
use super::relink::Relink;
use super::relinkable::Relinkable;
use crate::run::command::Draw;
use crate::run::{Around, Linked, Observation, RunError};
use crate::session::Subject;

/// A subject whose programs are also run from new layouts.
///
/// Each of its kernels becomes two: the programs as they are built, and a new
/// layout for every run.
#[derive(Debug)]
pub struct Layouts<S> {
    subject: S,
    sides: Vec<Side>,
    random: fastrand::Rng,
}

/// How a side is linked, and what was made of it.
#[derive(Debug)]
struct Side {
    relink: Relink,
    /// Runs as the stock build in place of the side's own program.
    stock: Option<Linked>,
    /// Linked in front, always.
    dead: Option<PathBuf>,
    drawn: Option<Drawn>,
}

/// A layout, and which kernels have run in it: one link serves several kernels,
/// but no kernel sees a layout twice.
#[derive(Debug)]
struct Drawn {
    linked: Linked,
    seen_by: Vec<usize>,
}

/// Links that must all be equal before a linker is said not to shuffle: two
/// objects have but two orders.
const TRIES: u32 = 20;

/// The kernel that is the programs as they are.
pub const STOCK: &str = "stock build";

/// The kernel that is a new layout for every run.
pub const AVERAGE: &str = "average over layouts";

/// Is this the name of a kernel that ran the programs as they are built, in a
/// session that also drew layouts?
pub fn is_stock(kernel: &str) -> bool {
    kernel.ends_with(STOCK)
}

/// Is this the name of a kernel that drew a layout for every run?
pub fn is_average(kernel: &str) -> bool {
    kernel.ends_with(AVERAGE)
}

impl<S: Relinkable> Layouts<S> {
    /// Takes a subject and, for each side, how to link its program.
    ///
    /// # Errors
    /// A relink command fails, or gives the same file for every order.
    pub fn new(subject: S, relinks: Vec<Relink>, seed: u64) -> Result<Layouts<S>, RunError> {
        let sides = relinks.into_iter().map(|relink| Side {
            relink,
            stock: None,
            dead: None,
            drawn: None,
        });
        let mut layouts = Layouts {
            sides: sides.collect(),
            subject,
            random: fastrand::Rng::with_seed(seed),
        };
        for side in 0..layouts.sides.len() {
            layouts.try_side(side)?;
        }
        Ok(layouts)
    }

    /// What is run.
    pub fn subject(&self) -> &S {
        &self.subject
    }

    /// Runs `side`, as built and in all its layouts, with the functions of an
    /// object file in front that nobody calls; the others as the same command
    /// links them.
    ///
    /// # Errors
    /// A link fails.
    pub fn put_dead_code_into(&mut self, side: usize, dead: &Path) -> Result<(), RunError> {
        self.sides[side].dead = Some(dead.to_owned());
        for side in 0..self.sides.len() {
            let Side { relink, dead, .. } = &self.sides[side];
            let commands = self.subject.commands_mut();
            let stock = link::link(commands, side, relink, Order::Stock, dead.as_deref())?;
            self.sides[side].stock = Some(stock);
        }
        Ok(())
    }

    /// The files that exist now: for each side its stock link, if it is run, and
    /// the latest of its layouts.
    pub fn links(&self) -> Vec<Vec<PathBuf>> {
        let of = |side: &Side| {
            let stock = side.stock.iter();
            stock
                .chain(side.drawn.iter().map(|drawn| &drawn.linked))
                .map(|linked| linked.file().to_owned())
                .collect()
        };
        self.sides.iter().map(of).collect()
    }

    fn try_side(&mut self, side: usize) -> Result<(), RunError> {
        let first = self.relink(side)?;
        let mut equal = true;
        for _ in 0..TRIES {
            let next = self.relink(side)?;
            equal = link::are_equal(&first, &next)?;
            link::discard(&next);
            if !equal {
                break;
            }
        }
        link::discard(&first);
        match equal {
            false => Ok(()),
            true => Err(RunError::Runner {
                side: self.subject.sides()[side].clone(),
                problem: "the relink command makes the same file for every order: \
                          its linker does not shuffle"
                    .to_owned(),
            }),
        }
    }

    fn relink(&mut self, side: usize) -> Result<Linked, RunError> {
        let Side { relink, dead, .. } = &self.sides[side];
        let order = Order::Drawn(&mut self.random);
        link::link(
            self.subject.commands_mut(),
            side,
            relink,
            order,
            dead.as_deref(),
        )
    }

    /// A layout of `side` that `kernel` has not run in yet.
    fn draw(&mut self, kernel: usize, side: usize) -> Result<Linked, RunError> {
        if let Some(drawn) = &mut self.sides[side].drawn
            && !drawn.seen_by.contains(&kernel)
        {
            drawn.seen_by.push(kernel);
            return Ok(drawn.linked.clone());
        }
        let linked = self.relink(side)?;
        let drawn = Drawn {
            linked: linked.clone(),
            seen_by: vec![kernel],
        };
        if let Some(old) = self.sides[side].drawn.replace(drawn) {
            link::discard(&old.linked);
        }
        Ok(linked)
    }
}

/// Layouts do not change what is executed: the programs as they are run under
/// other programs.
impl<S: Relinkable> Around for Layouts<S> {
    fn scratch(&self) -> &Path {
        self.subject.scratch()
    }

    fn prepare(&mut self, side: usize) -> Result<(), RunError> {
        self.subject.prepare(side)
    }

    fn run_around(
        &mut self,
        kernel: usize,
        side: usize,
        around: &[OsString],
        what: &'static str,
    ) -> Result<(), RunError> {
        self.subject.run_around(kernel / 2, side, around, what)
    }
}

impl<S: Relinkable> Subject for Layouts<S> {
    fn sides(&self) -> Vec<String> {
        self.subject.sides()
    }

    fn kernels(&self) -> Vec<String> {
        let of = |kernel: String| match kernel.as_str() {
            "command" => [STOCK, AVERAGE].map(str::to_owned),
            _ => [STOCK, AVERAGE].map(|what| format!("{kernel}, {what}")),
        };
        self.subject.kernels().into_iter().flat_map(of).collect()
    }

    fn observe(&mut self, kernel: usize, side: usize, draw: Draw) -> Result<Observation, RunError> {
        let (kernel, is_stock) = (kernel / 2, kernel.is_multiple_of(2));
        let linked = match (is_stock, &self.sides[side].stock) {
            (true, None) => return self.subject.observe(kernel, side, draw),
            (true, Some(stock)) => stock.clone(),
            (false, _) => self.draw(kernel, side)?,
        };
        self.subject.observe_linked(kernel, side, &linked, draw)
    }
}
