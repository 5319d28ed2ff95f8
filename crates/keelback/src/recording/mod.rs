//! Making a recording, whichever command asked for it.

mod careful;
mod engine;
mod make;
mod place;
mod raise;

pub(crate) use make::{Made, Plan, make};
pub(crate) use place::Place;
