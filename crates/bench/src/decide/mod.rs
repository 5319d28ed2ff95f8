//! From log ratios of pairs to a verdict.
//!
//! Everything here is arithmetic on numbers already measured: no clock, no
//! process, no chance but a seeded one.

pub mod apart;
pub mod effect;
pub mod family;
pub mod forecast;
pub mod looks;
pub mod overall;
pub mod power;
pub mod rule;
pub(crate) mod scale;
pub mod signed_rank;
pub mod walsh;

pub use effect::Effect;
pub use family::Family;
pub use looks::{Looks, Spending};
pub use overall::Overall;
pub use power::Power;
pub use rule::{Decision, Rule, Verdict};
