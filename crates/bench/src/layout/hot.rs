//! Which functions are slower in the slowest order than in the fastest.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::perf::{Note, ROOM, Sampler};
use super::relinkable::Relinkable;
use super::study::{Arm, Study};
use crate::build::functions::{Functions, Lookup, Segments};
use crate::decide::{Effect, walsh::Walsh};
use crate::run::RunError;

/// What sampling says of two links of one build under one kernel.
#[derive(Clone, Debug)]
pub struct Hot {
    /// The kernel.
    pub kernel: String,
    /// The build.
    pub build: String,
    /// The links: the faster one and the slower one.
    pub links: (Arm, Arm),
    /// Samples taken.
    pub samples: u64,
    /// Samples the kernel had no room for.
    pub lost: u64,
    /// How much more user time the slower one takes: shares of the faster one's.
    pub all: Difference,
    /// The functions that take at least a hundredth, longest first.
    pub functions: Vec<HotFunction>,
}

/// One function.
#[derive(Clone, Debug)]
pub struct HotFunction {
    /// Its name; that of its file in brackets where there are no symbols.
    pub name: String,
    /// Its own share of the user time in the faster link.
    pub share: f64,
    /// How much more it takes in the slower link.
    pub change: Difference,
    /// Its address in the faster and the slower link, if it is in the program.
    pub places: Option<(u64, u64)>,
}

/// A difference in shares of the faster link's user time, with an interval that
/// holds for all functions together at 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The estimate.
    pub center: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Difference {
    /// Is it certain that there is one?
    pub fn is_certain(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Why there are no samples.
#[derive(Debug, thiserror::Error)]
pub enum HotError {
    /// The kernel does not let us look.
    #[error("cannot sample functions: {0}; perf_event_paranoid must be 2 or less")]
    Refused(io::Error),
    /// A run failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A link cannot be read.
    #[error("cannot read the functions of a link: {0}")]
    Symbols(io::Error),
}

/// The finest period: four thousand samples a second disturb less than 1 %.
const PERIOD_NS: u64 = 250_000;

/// Smaller ones are not worth a line.
const SMALLEST_SHARE: f64 = 0.01;

/// CPU time of one run by function, nanoseconds.
type Profile = BTreeMap<String, f64>;

/// Runs two links `pairs` times more, in random order, and samples them.
///
/// These runs are new: the links were chosen as the ends of what was measured,
/// where chance has a hand.
///
/// # Errors
/// The kernel refuses to sample, or a run fails.
pub fn compare<S: Relinkable>(
    study: &mut Study<S>,
    kernel: (usize, &str),
    links: (Arm, Arm),
    cpu_ns: u64,
    pairs: u32,
) -> Result<Hot, HotError> {
    let files = [&links.0, &links.1].map(|arm| study.linked(arm).map(|it| it.file().to_owned()));
    let [Some(fast), Some(slow)] = files else {
        return Err(HotError::Symbols(io::ErrorKind::NotFound.into()));
    };
    let symbols = [Symbols::of(&fast)?, Symbols::of(&slow)?];
    let period = PERIOD_NS.max(cpu_ns / ROOM);
    let mut counts = Counts::default();
    let mut profiles = [Vec::new(), Vec::new()];
    for pair in 0..pairs {
        // Every second pair the other way round: ABBA.
        for place in [pair % 2, 1 - pair % 2] {
            let place = place as usize;
            let arm = [&links.0, &links.1][place];
            let sampler = Sampler::start(period).map_err(HotError::Refused)?;
            study.observe(kernel.0, arm)?;
            let notes = sampler.finish();
            profiles[place].push(counts.profile(&notes, &symbols[place], period));
        }
    }
    let (all, functions) = differences(&profiles, &symbols);
    Ok(Hot {
        kernel: kernel.1.to_owned(),
        build: study.subject().sides()[links.0.build].clone(),
        links,
        samples: counts.samples,
        lost: counts.lost,
        all,
        functions,
    })
}

/// What is needed to name an address of a link.
struct Symbols {
    /// The last part of the file's name, under which it runs.
    name: String,
    functions: Functions,
    lookup: Lookup,
    segments: Segments,
}

impl Symbols {
    fn of(file: &Path) -> Result<Symbols, HotError> {
        let functions = Functions::of(file).map_err(HotError::Symbols)?;
        Ok(Symbols {
            name: base(&file.to_string_lossy()).to_owned(),
            lookup: Lookup::of(&functions),
            functions,
            segments: Segments::of(file).map_err(HotError::Symbols)?,
        })
    }

    fn function(&self, file: &str, offset: u64) -> String {
        let name = (base(file) == self.name)
            .then(|| self.lookup.name(self.segments.address(offset)?))
            .flatten();
        match name {
            Some(name) => name.to_owned(),
            None => format!("[{}]", base(file)),
        }
    }
}

fn base(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

#[derive(Default)]
struct Counts {
    samples: u64,
    lost: u64,
}

impl Counts {
    fn profile(&mut self, notes: &[Note], symbols: &Symbols, period: u64) -> Profile {
        let mut profile = Profile::new();
        for note in notes {
            match note {
                Note::Lost(count) => self.lost += count,
                Note::Sample { process, address } => {
                    self.samples += 1;
                    let name = name(notes, symbols, *process, *address);
                    *profile.entry(name).or_default() += period as f64;
                }
                Note::Mapped { .. } => {}
            }
        }
        profile
    }
}

/// A child shares its parent's mappings until it executes something else; then
/// it has its own.
fn name(notes: &[Note], symbols: &Symbols, process: u32, address: u64) -> String {
    let holds = |of: Option<u32>| {
        notes.iter().rev().find_map(|note| match note {
            Note::Mapped {
                process,
                start,
                length,
                offset,
                file,
            } if of.is_none_or(|of| of == *process)
                && (*start..start + length).contains(&address) =>
            {
                Some(symbols.function(file, address - start + offset))
            }
            _ => None,
        })
    };
    holds(Some(process))
        .or_else(|| holds(None))
        .unwrap_or_else(|| "[unknown]".to_owned())
}

fn differences(
    profiles: &[Vec<Profile>; 2],
    symbols: &[Symbols; 2],
) -> (Difference, Vec<HotFunction>) {
    let total = |profile: &Profile| profile.values().sum::<f64>();
    let whole = profiles[0].iter().map(total).sum::<f64>() / profiles[0].len().max(1) as f64;
    let share = |place: usize, name: &str| {
        let own = profiles[place].iter().map(|profile| of(profile, name));
        own.sum::<f64>() / profiles[place].len().max(1) as f64 / whole.max(1.0)
    };
    let names: BTreeSet<&String> = profiles.iter().flatten().flat_map(Profile::keys).collect();
    let hot: Vec<&String> = names
        .into_iter()
        .filter(|name| share(0, name).max(share(1, name)) >= SMALLEST_SHARE)
        .collect();
    let error = 0.05 / hot.len().max(1) as f64;
    let mut functions: Vec<HotFunction> = hot
        .into_iter()
        .map(|name| HotFunction {
            share: share(0, name),
            change: difference(profiles, |profile| of(profile, name) / whole, error),
            places: Option::zip(
                symbols[0].functions.address(name),
                symbols[1].functions.address(name),
            ),
            name: name.clone(),
        })
        .collect();
    functions.sort_by(|a, b| b.share.total_cmp(&a.share));
    let all = difference(profiles, |profile| total(profile) / whole, 0.05);
    (all, functions)
}

fn of(profile: &Profile, name: &str) -> f64 {
    profile.get(name).copied().unwrap_or_default()
}

/// Hodges and Lehmann's estimate over the pairs, with its interval.
fn difference(
    profiles: &[Vec<Profile>; 2],
    figure: impl Fn(&Profile) -> f64,
    error: f64,
) -> Difference {
    let pairs = profiles[0].iter().zip(&profiles[1]);
    let differences: Vec<f64> = pairs
        .map(|(fast, slow)| figure(slow) - figure(fast))
        .collect();
    if differences.is_empty() {
        return Difference {
            center: 0.0,
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
        };
    }
    let Effect {
        log_ratio: center,
        low,
        high,
    } = Walsh::of(&differences).effect(error);
    Difference { center, low, high }
}
