//! `keelback doctor`: what this machine and this user can record.

mod diagnosis;
mod interpreters;
mod table;

pub(super) use diagnosis::doctor;
