//! The small language of `# expect:` lines; `programs/README.md` has its table.

use anyhow::{Context, Result, bail, ensure};

use crate::keelback::Ended;
use crate::recording::Recording;

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// The recorder ends with the program's exit code.
    Exit(i32),
    /// The recorder ends by the program's signal.
    Signal(String),
    /// The program's output passes through.
    Stdout(String),
    /// System calls of any of these names, summed.
    Syscalls(Vec<String>, Bound),
    /// Futex waits of any of these classes, summed.
    Futex(Vec<String>, Bound),
    /// Parts of a thread's wall time, in percent; of the main thread, or of
    /// each thread of a name.
    Budget(Option<String>, Vec<String>, Bound),
    /// Threads of the recording.
    Threads(Bound),
    /// Processes of the recording.
    Processes(Bound),
    /// Pythons of the recording, told apart by process and version.
    Interpreters(Bound),
    /// A thread had this name.
    Thread(String),
    /// A named loss.
    Loss(String, Bound),
    /// Marked calls, each with the right stack.
    Truth(Bound),
}

impl Expectation {
    /// Reads what stands after `# expect:`.
    pub fn parse(text: &str) -> Result<Expectation> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match word {
            "exit" => Expectation::Exit(rest.parse()?),
            "signal" => Expectation::Signal(rest.into()),
            "stdout" => Expectation::Stdout(rest.into()),
            "thread" => Expectation::Thread(rest.into()),
            "threads" => Expectation::Threads(Bound::parse(rest)?),
            "processes" => Expectation::Processes(Bound::parse(rest)?),
            "interpreters" => Expectation::Interpreters(Bound::parse(rest)?),
            "truth" => Expectation::Truth(Bound::parse(rest)?),
            "syscalls" => alternatives(rest).map(|(names, is)| Expectation::Syscalls(names, is))?,
            "futex" => alternatives(rest).map(|(classes, is)| Expectation::Futex(classes, is))?,
            "loss" => named_bound(rest).map(|(name, bound)| Expectation::Loss(name, bound))?,
            "budget" => budget(rest)?,
            _ => bail!("`{word}` is nothing that can be expected"),
        })
    }

    /// Is it about how the program ends?
    pub fn is_ending(&self) -> bool {
        matches!(self, Expectation::Exit(_) | Expectation::Signal(_))
    }

    /// Is it about this loss?
    pub fn is_loss(&self, name: &str) -> bool {
        matches!(self, Expectation::Loss(it, _) if it == name)
    }

    /// Does it hold for how the run ended?
    pub fn check_ending(&self, ended: &Ended) -> Result<()> {
        match self {
            Expectation::Exit(code) => ended.expect_code(*code),
            Expectation::Signal(name) => ended.expect_signal(name),
            Expectation::Stdout(text) => {
                ensure!(
                    ended.stdout.contains(text),
                    "stdout lacks `{text}`\n{ended}"
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Does it hold for what was recorded?
    pub fn check_recording(&self, recording: &Recording) -> Result<()> {
        match self {
            Expectation::Syscalls(names, bound) => bound.hold("calls", recording.calls(names)?),
            Expectation::Futex(class, bound) => {
                bound.hold(&class.join("|"), recording.futex(class)?)
            }
            Expectation::Threads(bound) => bound.hold("threads", recording.threads()?),
            Expectation::Processes(bound) => bound.hold("processes", recording.processes()?),
            Expectation::Interpreters(bound) => bound.hold("Pythons", recording.interpreters()?),
            Expectation::Loss(name, bound) => bound.hold(name, recording.loss(name)),
            Expectation::Budget(thread, parts, bound) => {
                for budget in recording.budgets(thread.as_deref())? {
                    let percent = budget.percent(parts);
                    let off = recording.tolerance();
                    let near = [percent, percent + off, percent - off];
                    if near.iter().any(|it| bound.holds(*it)) {
                        continue;
                    }
                    bound
                        .hold(&parts.join("+"), percent)
                        .with_context(|| format!("{budget:?}"))?;
                }
                Ok(())
            }
            Expectation::Thread(name) => {
                let names = recording.thread_names();
                ensure!(
                    names.contains(name),
                    "no thread is called {name}: {names:?}"
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// `stat|lstat >= 3` or `import lock >= 1` as its two halves.
fn named_bound(text: &str) -> Result<(String, Bound)> {
    let sign = text.find(['<', '=', '>']).context("a name and a bound")?;
    let (name, bound) = text.split_at(sign);
    Ok((name.trim().to_owned(), Bound::parse(bound)?))
}

/// The same, with several names summed.
fn alternatives(text: &str) -> Result<(Vec<String>, Bound)> {
    let (names, bound) = named_bound(text)?;
    Ok((names.split('|').map(str::to_owned).collect(), bound))
}

/// `python+runqueue >= 90%` or `ticker: gil >= 25%`.
fn budget(text: &str) -> Result<Expectation> {
    let (thread, rest) = match text.split_once(": ") {
        Some((thread, rest)) => (Some(thread.to_owned()), rest),
        None => (None, text),
    };
    let (parts, bound) = named_bound(rest)?;
    let parts = parts.split('+').map(str::to_owned).collect();
    Ok(Expectation::Budget(thread, parts, bound))
}

/// A comparison with a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    sign: Sign,
    limit: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    AtLeast,
    AtMost,
    Equal,
    More,
}

impl Bound {
    fn parse(text: &str) -> Result<Bound> {
        let signs = [
            (">=", Sign::AtLeast),
            ("<=", Sign::AtMost),
            ("=", Sign::Equal),
            (">", Sign::More),
        ];
        let text = text.trim();
        let found = signs
            .into_iter()
            .find_map(|(mark, sign)| Some((sign, text.strip_prefix(mark)?)));
        let (sign, number) = found.with_context(|| format!("`{text}` is no comparison"))?;
        let limit = number.trim().trim_end_matches('%').parse()?;
        Ok(Bound { sign, limit })
    }

    fn holds(self, value: f64) -> bool {
        match self.sign {
            Sign::AtLeast => value >= self.limit,
            Sign::AtMost => value <= self.limit,
            Sign::Equal => value == self.limit,
            Sign::More => value > self.limit,
        }
    }

    /// Fails with the value unless it is within the bound.
    pub fn hold(self, what: &str, value: f64) -> Result<()> {
        let Bound { sign, limit } = self;
        ensure!(
            self.holds(value),
            "{what}: {value}, expected {sign:?} {limit}"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Expectation};

    #[test]
    fn bounds_compare() {
        let holds = |bound: &str, value| Bound::parse(bound).expect("a bound").holds(value);
        assert!(holds(">= 90%", 90.0) && !holds(">= 90%", 89.9));
        assert!(holds("<=3", 3.0) && !holds("<=3", 3.1));
        assert!(holds("= 0", 0.0) && !holds("= 0", 1.0));
        assert!(holds("> 0", 1.0) && !holds("> 0", 0.0));
        assert!(Bound::parse("about 3").is_err());
    }

    #[test]
    fn sentences_are_read() {
        let parse = |text| Expectation::parse(text).expect("a sentence");
        let bound = |text| Bound::parse(text).expect("a bound");
        assert_eq!(parse("exit 7"), Expectation::Exit(7));
        assert_eq!(
            parse("syscalls stat|newfstatat >= 1000"),
            Expectation::Syscalls(vec!["stat".into(), "newfstatat".into()], bound(">= 1000"))
        );
        assert_eq!(
            parse("budget ticker: gil+runqueue >= 25%"),
            Expectation::Budget(
                Some("ticker".into()),
                vec!["gil".into(), "runqueue".into()],
                bound(">= 25")
            )
        );
        assert_eq!(
            parse("futex import lock >= 1"),
            Expectation::Futex(vec!["import lock".into()], bound(">= 1"))
        );
        assert!(Expectation::parse("miracles >= 1").is_err());
        assert!(Expectation::parse("exit soon").is_err());
    }
}
