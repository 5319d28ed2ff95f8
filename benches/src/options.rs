//! What can be asked for on the command line.

use anyhow::{Context, Result, bail};

/// Options of `overhead`.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How often each tool runs each workload.
    pub rounds: usize,
    /// JSON instead of a table.
    pub json: bool,
    /// The interpreter.
    pub python: String,
    /// Only workloads and tools with one of these words in their names.
    pub workloads: Vec<String>,
    /// The same for tools; `nothing` always runs.
    pub tools: Vec<String>,
}

/// What `--help` says.
pub const HELP: &str = "\
overhead [--rounds N] [--json] [--python PATH] [--workload WORD]... [--tool WORD]...
  Runs each workload under each tool, N rounds (7) in random order, and prints
  what the program itself measured and what the whole command took.";

impl Options {
    /// Reads the words of a command line.
    pub fn parse(words: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options {
            rounds: 7,
            json: false,
            python: "python3".into(),
            workloads: Vec::new(),
            tools: Vec::new(),
        };
        let mut words = words;
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .with_context(|| format!("{word} needs a value"))
            };
            match word.as_str() {
                "--rounds" => options.rounds = value()?.parse()?,
                "--json" => options.json = true,
                "--python" => options.python = value()?,
                "--workload" => options.workloads.push(value()?),
                "--tool" => options.tools.push(value()?),
                _ => bail!("{HELP}"),
            }
        }
        Ok(options)
    }

    /// Is a name among those asked for? All are when none was.
    pub fn wants(words: &[String], name: &str) -> bool {
        words.is_empty() || words.iter().any(|word| name.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(text: &str) -> Option<Options> {
        Options::parse(text.split_whitespace().map(str::to_owned)).ok()
    }

    #[test]
    fn options_are_read() {
        let options = parse("--rounds 3 --tool wait --tool full --json").expect("right");
        assert_eq!((options.rounds, options.json), (3, true));
        assert!(Options::wants(&options.tools, "keelback wait"));
        assert!(!Options::wants(&options.tools, "strace -f -c"));
        assert!(Options::wants(&options.workloads, "anything"));
        assert!(parse("--rounds").is_none());
        assert!(parse("--help").is_none());
    }
}
