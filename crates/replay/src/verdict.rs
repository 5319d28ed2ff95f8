//! What the figures come to, as a share of the start-up.

use std::collections::BTreeMap;

use crate::check::Difference;
use crate::look_ups::LookUps;
use crate::measure::{Cold, Measured};
use crate::mode::Mode;

/// A replay, measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The command that was recorded.
    pub command: String,
    /// Its wall time without a recorder, nanoseconds: shares are of this.
    pub startup_ns: u64,
    /// Rounds.
    pub rounds: u32,
    /// How caches were emptied.
    pub cold: Cold,
    /// Calls that were made again.
    pub calls: u64,
    /// Files that were read, and their bytes.
    pub files: (u64, u64),
    /// Calls that are not made again, by name.
    pub refused: BTreeMap<String, u64>,
    /// Calls for which io_uring has no operation, by name.
    pub without_opcode: BTreeMap<&'static str, u64>,
    /// Calls that io_uring hands to a kernel worker, by name.
    pub punted: BTreeMap<&'static str, u64>,
    /// What is done when the program's own code begins, imports included, as a
    /// share of the start-up, 0 to 1: the most that a fork of a process which
    /// has done it can save. `None` where phases are not known.
    pub prepared: Option<f64>,
    /// Calls that return something else now.
    pub differences: Vec<Difference>,
    /// By mode.
    pub modes: Vec<Measured>,
    /// What a look-up costs, and must cost for io_uring to be faster; `None`
    /// where that was not measured.
    pub look_ups: Option<LookUps>,
    /// One or two sentences.
    pub verdict: String,
}

/// Says what would be saved: of the start-up, or without caches of the
/// recorded calls alone, because the start-up that was recorded had them.
///
/// `prepared` is [`Replay::prepared`].
pub fn verdict(modes: &[Measured], startup_ns: u64, prepared: Option<f64>, cold: Cold) -> String {
    let by = |mode: Mode| modes.iter().find(|it| it.mode == mode);
    let (Some(base), Some(recorded)) = (by(Mode::Convertible), by(Mode::Recorded)) else {
        return String::new();
    };
    let whole = match cold {
        Cold::Warm => Whole {
            ns: startup_ns,
            name: "the start-up",
        },
        Cold::DropCaches | Cold::Fadvise => Whole {
            ns: recorded.median_ns,
            name: "what the recorded calls take without caches",
        },
    };
    let rings = modes
        .iter()
        .filter(|it| it.mode.is_ring() && it.refused.is_empty());
    let best = rings.min_by_key(|it| it.median_ns);
    let ring = best.map_or("io_uring cannot be used here".into(), |best| {
        ring(best, base, &whole)
    });
    let one = by(Mode::RingOne).filter(|it| it.refused.is_empty());
    let one = one.map_or(String::new(), |it| {
        format!(
            "; as an interpreter would use it, one op an enter, the calls take {:.1}x",
            it.ratio
        )
    });
    let saved = |mode| by(mode).map_or(0.0, |it| share(recorded, it, whole.ns));
    let all = match cold {
        Cold::Warm => format!(
            "; all these calls together are {:.1} %",
            percent(recorded.median_ns, whole.ns)
        ),
        Cold::DropCaches | Cold::Fadvise => {
            format!(", eight threads {:.1} %", saved(Mode::Threads8))
        }
    };
    let fork = prepared.map_or(String::new(), |share| {
        format!(
            " A fork server, whose children begin with all imports done, would save up to {:.0} % \
             of the start-up.",
            share * 100.0
        )
    });
    format!(
        "{ring}{one}. Of {}, a path index would save {:.1} %, a packed file {:.1} %, leaving out \
         what is redundant {:.1} %{all}.{fork}",
        whole.name,
        saved(Mode::Index),
        saved(Mode::Packed),
        saved(Mode::NoRedundant),
    )
}

/// What savings are a share of.
struct Whole {
    ns: u64,
    name: &'static str,
}

/// The gain counts if the intervals do not meet.
fn ring(best: &Measured, base: &Measured, whole: &Whole) -> String {
    let gain = share(base, best, whole.ns);
    let faster = best.high_ns < base.low_ns;
    let word = match (faster, gain) {
        (true, gain) if gain >= 5.0 => "worth a try",
        _ => "not worth it",
    };
    let wall = match faster {
        true => format!("{gain:.1} % faster on wall"),
        false => "no faster on wall".into(),
    };
    format!(
        "{}: {wall}, {:.1}x the CPU: {word}",
        best.mode.name(),
        best.cpu_ratio
    )
}

/// Per cent of the start-up that `after` saves of `before`.
fn share(before: &Measured, after: &Measured, startup_ns: u64) -> f64 {
    percent(before.median_ns, startup_ns) - percent(after.median_ns, startup_ns)
}

fn percent(ns: u64, startup_ns: u64) -> f64 {
    ns as f64 * 100.0 / startup_ns.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(mode: Mode, median_ns: u64, cpu_ratio: f64, ratio: f64) -> Measured {
        Measured {
            mode,
            median_ns,
            low_ns: median_ns - median_ns / 50,
            high_ns: median_ns + median_ns / 50,
            cpu_ns: 0,
            ratio,
            cpu_ratio,
            enters: 0,
            refused: String::new(),
        }
    }

    #[test]
    fn without_caches_the_calls_are_the_whole() {
        let modes = [
            measured(Mode::Recorded, 100_000, 1.0, 1.0),
            measured(Mode::Convertible, 90_000, 1.0, 1.0),
            measured(Mode::RingWaves, 30_000, 1.1, 0.33),
            measured(Mode::Threads8, 25_000, 0.5, 0.25),
            measured(Mode::Index, 60_000, 0.6, 0.6),
            measured(Mode::Packed, 8_000, 0.1, 0.1),
        ];
        assert_eq!(
            verdict(&modes, 50_000, None, Cold::DropCaches),
            "io_uring: waves: 60.0 % faster on wall, 1.1x the CPU: worth a try. Of what the \
             recorded calls take without caches, a path index would save 40.0 %, a packed file \
             92.0 %, leaving out what is redundant 0.0 %, eight threads 75.0 %."
        );
    }

    #[test]
    fn a_small_gain_at_more_cpu_is_not_worth_it() {
        let modes = [
            measured(Mode::Recorded, 3_700, 1.0, 1.0),
            measured(Mode::Convertible, 3_000, 1.0, 1.0),
            measured(Mode::RingOne, 42_000, 21.0, 14.0),
            measured(Mode::RingAll, 2_700, 1.7, 0.9),
            measured(Mode::Index, 1_350, 0.4, 0.4),
            measured(Mode::Packed, 555, 0.2, 0.15),
        ];
        assert_eq!(
            verdict(&modes, 100_000, Some(0.975), Cold::Warm),
            "io_uring: all in one submit: 0.3 % faster on wall, 1.7x the CPU: not worth it; as an \
             interpreter would use it, one op an enter, the calls take 14.0x. Of the start-up, a \
             path index would save 2.4 %, a packed file 3.1 %, leaving out what is redundant 0.0 \
             %; all these calls together are 3.7 %. A fork server, whose children begin with all \
             imports done, would save up to 98 % of the start-up."
        );
    }
}
