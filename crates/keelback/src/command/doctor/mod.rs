//! `keelback doctor`: what this machine and this user can record.

mod diagnosis;
mod interpreters;
mod measuring;
mod table;

pub(super) use diagnosis::doctor;
pub(super) use measuring::bench;
