//! From events to spans: small state machines.
//!
//! [`timeline`] turns one thread's events into spans that touch and never
//! overlap, so whatever is summed from them adds up to the thread's time.
//! [`scene`] knows who is who at this moment; [`stacks`] what a Python stack
//! is about; [`pass`] reads the events once and shows both to observers.

pub mod pass;
pub mod scene;
pub mod span;
pub mod stacks;
pub mod timeline;

pub use pass::{Observer, watch};
pub use scene::{GilId, Scene};
pub use span::{Sleep, Span, Waker, What};
