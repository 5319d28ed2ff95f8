//! A recorder with more rights than its user, for a command without them.
//!
//! The user's keelback makes the command, as its own child, with its own
//! environment, folder, terminal, groups and limits, and holds it back. It has
//! sudo (or the like) start another keelback, which is told a pid over its
//! standard input, loads its BPF programs, and says on its standard output what
//! it sees. The first one lets the command go and writes the recording. So root
//! executes nothing of the user's, and writes no file.

mod client;
mod server;
mod wire;

pub use client::record;
pub use server::serve;
