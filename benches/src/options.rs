//! What can be asked for on the command line.

use clap::Parser;

/// What each tool does to a program, and what the whole command takes
///
/// Runs each workload under each tool, in random order, round by round.
#[derive(Clone, Debug, PartialEq, Parser)]
#[command(name = "overhead")]
pub struct Options {
    /// How often each tool runs each workload
    #[arg(long, default_value_t = 7)]
    pub rounds: usize,

    /// JSON instead of a table
    #[arg(long)]
    pub json: bool,

    /// The interpreter; VizTracer and the like are looked for beside it
    #[arg(long, value_name = "PATH", default_value = "python3")]
    pub python: String,

    /// Only workloads with one of these words in their names
    #[arg(long = "workload", value_name = "WORD")]
    pub workloads: Vec<String>,

    /// The same for tools; nothing at all is always run, too
    #[arg(long = "tool", value_name = "WORD")]
    pub tools: Vec<String>,
}

impl Options {
    /// Is a name among those asked for? All are when none was.
    pub fn wants(words: &[String], name: &str) -> bool {
        words.is_empty() || words.iter().any(|word| name.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Options;

    fn parse(text: &str) -> Option<Options> {
        let words = std::iter::once("overhead").chain(text.split_whitespace());
        Options::try_parse_from(words).ok()
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
