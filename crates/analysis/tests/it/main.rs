//! Tests from the outside: stories, and what holds for any recording.

mod adds_up;
mod stories;
mod support;
mod told;
