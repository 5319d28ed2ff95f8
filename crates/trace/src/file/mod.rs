//! The recording as a file.
//!
//! A finished recording is one zip whose entries are stored as they are:
//! `meta.json` and an Arrow IPC stream per table (`calls.arrows`, ...), which
//! any Arrow reader opens. A recording that still runs, or was cut off, is a
//! folder with the same files. [`tables`] says what is in them.

mod blob;
mod cell;
mod definition_rows;
mod definitions;
mod event_rows;
mod events;
mod guard;
mod messages;
mod meta;
mod pack;
mod partial;
mod schema;
mod store;
mod table;
mod table_in;
mod table_out;
mod tables_out;
mod trace;
mod version;
mod writer;

pub use partial::CreateError;
pub use schema::tables;
pub use table::{Column, Table};
pub use trace::Trace;
pub use version::{FORMAT, OLDEST};
pub use writer::Writer;
