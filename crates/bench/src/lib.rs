//! Is A really faster than B, or was it luck of layout, order, or noise?
//!
//! One process is one observation. Observations come in pairs, one of each
//! side, in an order drawn anew for every pair; so whatever the machine does
//! meanwhile, under "no difference" the sign of a pair's log ratio is a fair
//! coin, and the tests in [`decide`] hold by construction and not by the hope
//! of a quiet machine.
//!
//! [`run`] starts processes and measures them, [`kernel`] times functions inside
//! interpreters, [`build`] knows how a program was linked and [`layout`] links it
//! anew, [`session`] says which one is
//! next and when to stop, [`decide`] turns pairs into verdicts.

pub mod build;
pub mod decide;
pub mod history;
pub mod kernel;
pub mod layout;
pub mod machine;
pub mod run;
pub mod session;
mod sys;
