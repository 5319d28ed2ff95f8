//! Recordings written as text, for tests that tell a story.
//!
//! ```text
//! process app python app.py
//! python app 3.11.2
//! thread worker app
//! 00.001000 worker out sleeping futex gil.cond gil=main @ spin (app.py:7) < run (app.py:20)
//! 00.006000 worker woken by=main futex gil.cond wake @ spin (app.py:7)
//! 00.006010 worker in
//! repeat 100 10us 00.007000 worker call futex gil.cond wake took=1us
//! ```
//!
//! A process has a first thread of its own name. Every Python has its runtime
//! at the same addresses, so `gil.cond` means the same word in all of them.

mod dictionary;
mod event;
pub(crate) mod script;
