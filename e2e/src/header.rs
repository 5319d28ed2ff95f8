//! What a program says about itself in its header.

use anyhow::{Context, Result, bail};

use crate::expectation::Expectation;

/// The header of a program: its lines `# word: rest`.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The oldest Python it runs on.
    pub needs: (u32, u32),
    /// Does it run on every interpreter, not only on two?
    pub on_every: bool,
    /// Can the interpreter be one that a shell script starts?
    pub launcher: bool,
    /// What is run.
    pub command: String,
    /// Last arguments, one run each; one empty one when there is no choice.
    pub variants: Vec<String>,
    /// The recorder's mode.
    pub mode: String,
    /// May nothing run beside it?
    pub alone: bool,
    /// What must hold, as written.
    pub expect: Vec<String>,
}

impl Default for Header {
    fn default() -> Header {
        Header {
            needs: (2, 7),
            on_every: false,
            launcher: true,
            command: "{python} {program}".into(),
            variants: vec![String::new()],
            mode: "full".into(),
            alone: false,
            expect: Vec::new(),
        }
    }
}

impl Header {
    /// Reads it. A word that is not known is an error: an expectation that
    /// nobody reads holds always.
    pub fn parse(source: &str) -> Result<Header> {
        let mut header = Header::default();
        let lines = source.lines().filter_map(|line| line.strip_prefix("# "));
        for line in lines {
            // A comment of several words is a comment.
            let Some((word, rest)) = line
                .split_once(": ")
                .filter(|(word, _)| !word.contains(' '))
            else {
                continue;
            };
            header
                .take(word, rest.trim())
                .with_context(|| format!("in `# {line}`"))?;
        }
        Ok(header)
    }

    fn take(&mut self, word: &str, rest: &str) -> Result<()> {
        match word {
            "needs" => self.needs = version(rest)?,
            "on" => self.on_every = rest == "every",
            "launcher" => self.launcher = rest != "no",
            "command" => self.command = rest.into(),
            "variants" => self.variants = rest.split_whitespace().map(str::to_owned).collect(),
            "mode" => self.mode = rest.into(),
            "alone" => self.alone = rest == "yes",
            "expect" => self.expect.push(rest.into()),
            _ => bail!("`{word}` means nothing"),
        }
        Ok(())
    }

    /// What must hold for a variant. Two things hold for every program unless
    /// it says otherwise: it ends well, and no event finds the buffer full.
    pub fn expectations(&self, variant: &str) -> Result<Vec<Expectation>> {
        let written = self
            .expect
            .iter()
            .map(|it| it.replace("{variant}", variant));
        let mut all: Vec<Expectation> = written
            .map(|it| Expectation::parse(&it))
            .collect::<Result<_>>()?;
        if !all.iter().any(Expectation::is_ending) {
            all.push(Expectation::Exit(0));
        }
        if !all.iter().any(|it| it.is_loss("ring_full")) {
            all.push(Expectation::parse("loss ring_full = 0")?);
        }
        Ok(all)
    }
}

fn version(text: &str) -> Result<(u32, u32)> {
    let (major, minor) = text.split_once('.').context("a version is like 3.8")?;
    Ok((major.parse()?, minor.parse()?))
}

#[cfg(test)]
mod tests {
    use super::Header;
    use crate::expectation::Expectation;

    #[test]
    fn a_header_is_read() {
        let header = Header::parse(
            "\"\"\"Doc.\"\"\"\n# needs: 3.8\n# on: every\n# variants: a b\n# expect: stdout {variant}\n",
        )
        .expect("it is right");
        assert_eq!((header.needs, header.on_every), ((3, 8), true));
        let expected = header.expectations("b").expect("they are right");
        assert_eq!(expected[0], Expectation::Stdout("b".into()));
        assert_eq!(expected[1], Expectation::Exit(0));
        assert_eq!(expected.len(), 3);
    }

    #[test]
    fn a_word_that_is_not_known_is_refused() {
        assert!(Header::parse("# expcet: exit 7\n").is_err());
        assert!(Header::parse("# Note: that this is no word, but: fine\n").is_err());
        assert!(Header::parse("# Older interpreters: they use C stack\n").is_ok());
    }

    #[test]
    fn every_program_has_a_header_that_can_be_read() {
        let programs = crate::program::all().expect("they can be read");
        assert!(programs.len() > 20);
        for program in programs {
            for variant in &program.header.variants {
                program.header.expectations(variant).expect(&program.name);
            }
        }
    }
}
