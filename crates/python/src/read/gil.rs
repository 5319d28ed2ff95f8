//! The GIL of a running interpreter.

use crate::{Build, GilLayout, GilWords, ReadError, ReadMemory, Source, Walker};

/// `DEFAULT_INTERVAL` (Python/ceval_gil.c): microseconds, by which a GIL that
/// nobody tuned is recognised.
const DEFAULT_INTERVAL: u64 = 5000;

/// `sys.setswitchinterval` beyond this is no interval but something else.
const LONGEST_INTERVAL: u64 = 3_600_000_000;

/// A GIL found in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gil {
    /// Its `struct _gil_runtime_state`.
    pub address: u64,
    /// What is where in it.
    pub words: GilWords,
    /// How its place was known.
    pub source: Source,
}

/// What a GIL says at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GilState {
    /// Does a thread hold it?
    pub locked: bool,
    /// The `PyThreadState` that holds it or held it last; 0 before the first.
    pub last_holder: u64,
    /// Microseconds after which a waiter asks for it.
    pub interval: u64,
    /// How often the holder changed.
    pub switches: u64,
    /// Free-threaded builds: is it in use at all?
    pub enabled: bool,
}

impl Gil {
    /// The main interpreter's GIL of the interpreter whose `_PyRuntime` is at
    /// `runtime`: where the build's layout has it if there is a GIL there,
    /// else where the runtime's bytes look like one, if only one place does.
    ///
    /// `None` before the interpreter has made it, and for builds without one.
    ///
    /// # Errors
    /// When the runtime cannot be read.
    pub fn locate(
        memory: &impl ReadMemory,
        build: &Build,
        runtime: u64,
    ) -> Result<Option<Gil>, ReadError> {
        let (Some(layout), Some(extent)) = (&build.gil, build.runtime) else {
            return Ok(None);
        };
        let expected = Gil {
            address: layout.main.of(runtime),
            words: layout.words,
            source: layout.main.source,
        };
        if expected.plausible(memory)? {
            return Ok(Some(expected));
        }
        let bytes = memory.bytes(runtime, extent.size as usize)?;
        Ok(scan(&bytes, runtime, layout))
    }

    /// Every GIL of an interpreter: the main one, and those of sub-interpreters
    /// that have their own (3.12+).
    ///
    /// # Errors
    /// When the runtime cannot be read.
    pub fn locate_all(
        memory: &impl ReadMemory,
        build: &Build,
        runtime: u64,
    ) -> Result<Vec<Gil>, ReadError> {
        let main = Gil::locate(memory, build, runtime)?;
        let mut gils: Vec<_> = main.into_iter().collect();
        let (Ok(layout), Some(field)) = (&build.layout, build.gil.and_then(|it| it.of_interpreter))
        else {
            return Ok(gils);
        };
        for interpreter in Walker::new(memory, layout, runtime).interpreters()? {
            let address = memory.u64(field.of(interpreter))?;
            if let Some(main) = main.filter(|_| gils.iter().all(|it| it.address != address)) {
                let source = field.source;
                gils.push(Gil {
                    address,
                    source,
                    ..main
                });
            }
        }
        Ok(gils)
    }

    /// What it says now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, memory: &impl ReadMemory) -> Result<GilState, ReadError> {
        let bytes = memory.bytes(self.address, usize::from(self.words.size))?;
        Ok(state(&bytes, &self.words))
    }

    /// Does a thread that sleeps on this futex word wait for a change of holder:
    /// to take the GIL, or to see it taken (`cond`, `switch_cond`)?
    pub fn changes_hands_at(&self, word: u64) -> bool {
        self.lies_in(self.words.cond, word) || self.is_switched_at(word)
    }

    /// Does it, in a forced switch, wait for somebody else to take the GIL
    /// (`switch_cond`)?
    pub fn is_switched_at(&self, word: u64) -> bool {
        self.lies_in(self.words.switch_cond, word)
    }

    /// Is this futex word one of the GIL's own: of its condition variables, or of
    /// the mutexes that guard them?
    pub fn owns(&self, word: u64) -> bool {
        let mutexes = [self.words.mutex, self.words.switch_mutex];
        self.changes_hands_at(word) || mutexes.iter().any(|it| self.lies_in(*it, word))
    }

    fn lies_in(&self, (from, to): (u16, u16), word: u64) -> bool {
        let offset = word.wrapping_sub(self.address);
        (u64::from(from)..u64::from(to)).contains(&offset)
    }

    fn plausible(&self, memory: &impl ReadMemory) -> Result<bool, ReadError> {
        let bytes = memory.bytes(self.address, usize::from(self.words.size))?;
        let interval = state(&bytes, &self.words).interval;
        Ok((1..=LONGEST_INTERVAL).contains(&interval) && looks_like_gil(&bytes, &self.words))
    }
}

/// The only place that looks like a GIL with the default interval.
fn scan(bytes: &[u8], runtime: u64, layout: &GilLayout) -> Option<Gil> {
    let words = layout.words;
    let size = usize::from(words.size);
    let mut hits = (0..bytes.len().saturating_sub(size))
        .step_by(8)
        .filter(|at| {
            let there = &bytes[*at..at + size];
            state(there, &words).interval == DEFAULT_INTERVAL && looks_like_gil(there, &words)
        });
    let (first, second) = (hits.next()?, hits.next());
    second.is_none().then_some(Gil {
        address: runtime + first as u64,
        words,
        source: Source::Scan,
    })
}

/// `locked` is 0 or 1 once it exists and `last_holder` is a pointer or null.
fn looks_like_gil(bytes: &[u8], words: &GilWords) -> bool {
    let holder = word(bytes, words.last_holder);
    let pointer = holder == 0 || (0x1000..1 << 47).contains(&holder) && holder.is_multiple_of(8);
    // The four bytes after the int `locked` are padding, and zero.
    let locked = word(bytes, words.locked);
    let counted = word(bytes, words.switch_number) < 1 << 48;
    pointer && locked <= 1 && counted
}

fn state(bytes: &[u8], words: &GilWords) -> GilState {
    GilState {
        locked: word(bytes, words.locked) & 0xffff_ffff == 1,
        last_holder: word(bytes, words.last_holder),
        interval: word(bytes, words.interval),
        switches: word(bytes, words.switch_number),
        enabled: words
            .enabled
            .is_none_or(|it| word(bytes, it) & 0xffff_ffff != 0),
    }
}

fn word(bytes: &[u8], at: u16) -> u64 {
    bytes[usize::from(at)..]
        .first_chunk()
        .map_or(0, |it| u64::from_le_bytes(*it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Snapshot};

    const WORDS: usize = 400;
    const RUNTIME: u64 = 0x10_0000;

    fn layout() -> GilLayout {
        GilLayout {
            main: Field {
                offset: 0,
                source: Source::Scan,
            },
            of_interpreter: None,
            words: GilWords::new(false),
        }
    }

    /// A runtime of all ones with a GIL at each of these words.
    fn runtime(gils: &[usize]) -> Vec<u8> {
        let mut words = vec![u64::MAX; WORDS];
        for at in gils {
            words[*at..at + 4].copy_from_slice(&[DEFAULT_INTERVAL, 0x7f00_1000, 1, 9]);
        }
        words.into_iter().flat_map(u64::to_le_bytes).collect()
    }

    #[test]
    fn one_place_that_looks_like_a_gil_is_one() {
        let found = scan(&runtime(&[100]), RUNTIME, &layout()).unwrap();
        assert_eq!(found.address, RUNTIME + 800);
        let mut memory = Snapshot::default();
        memory.insert(RUNTIME, runtime(&[100]));
        let state = found.read(&memory).unwrap();
        let expected = GilState {
            locked: true,
            last_holder: 0x7f00_1000,
            interval: DEFAULT_INTERVAL,
            switches: 9,
            enabled: true,
        };
        assert_eq!(state, expected);
    }

    #[test]
    fn two_places_are_none() {
        assert_eq!(scan(&runtime(&[100, 300]), RUNTIME, &layout()), None);
        assert_eq!(scan(&runtime(&[]), RUNTIME, &layout()), None);
        assert_eq!(scan(&[], RUNTIME, &layout()), None);
    }
}
