//! Layout luck taken out: every pair runs newly linked executables.
//!
//! Where the linker happens to put a function moves programs by several percent
//! (T. Mytkowicz et al., Producing wrong data without doing anything obviously
//! wrong!, ASPLOS 2009). One build of each side is one draw of that lottery; a
//! new section order for every run makes the lottery part of the noise, which
//! is what the test is about.

pub mod answer;
pub mod hot;
pub mod layouts;
pub mod lesson;
mod link;
mod perf;
pub mod relink;
mod relinkable;
pub mod sensitivity;
pub mod spread;
pub mod study;

pub use answer::Answer;
pub use hot::Hot;
pub use layouts::Layouts;
pub use lesson::{Lesson, Moral};
pub use relink::Relink;
pub use relinkable::Relinkable;
pub use sensitivity::{Sensitivity, Spread};
pub use study::{Build, Family, Measured, Size, Study};
