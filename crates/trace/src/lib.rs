//! The vocabulary of a recording, and the file it is kept in.
//!
//! An [`Event`] is something *seen* at one instant on one thread; it is never a
//! conclusion. A [`Definition`] gives a small id to something that events name
//! again and again: a thread, a stack, a path. Conclusions (spans, blame,
//! budgets) are made in `keelback-analysis`.
//!
//! This crate knows no operating system, no BPF and no terminal: it builds and
//! reads recordings anywhere.
#![forbid(unsafe_code)]

pub mod define;
pub mod event;
pub mod file;
pub mod id;
pub mod loss;
pub mod provenance;
pub mod stream;

pub use define::{Definition, Dictionary};
pub use event::{Call, Event, EventKind, GilView, OffState, Parked};
pub use id::{CodeId, FrameId, Nanos, ProcessId, StackId, TextId, ThreadId};
pub use loss::{Loss, LossKind};
pub use provenance::Provenance;
pub use stream::{Memory, ReadError, Sink, Source, WriteError};
