//! keelback from outside: what it prints where, and how it ends.

mod failures;
mod generate;
mod recording;
mod reports;
mod startup;
mod terminal;
mod world;
