//! A command that links a side anew, in an order that a seed decides.

use std::path::Path;

/// A shell command with places to fill in: `{out}`, the executable to make;
/// `{seed}`, a number for the linker's `--shuffle-sections`; and
/// `{shuffle: FILES}`, words in an order drawn anew, for linkers that cannot
/// shuffle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relink(String);

/// Why a relink command cannot work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelinkError {
    /// It would overwrite the executable of every run with the same name.
    #[error("it has no {{out}}: the name of the executable to make")]
    NoOut,
    /// Every link would be the same.
    #[error("it has neither {{seed}} nor {{shuffle: FILES}}: every link would be the same")]
    NoChance,
    /// A place is not closed.
    #[error("{{shuffle: is not closed")]
    Unclosed,
}

const SHUFFLE: &str = "{shuffle:";

impl Relink {
    /// Takes a command if it has the places it needs.
    ///
    /// # Errors
    /// A place is missing.
    pub fn new(command: &str) -> Result<Relink, RelinkError> {
        if !command.contains("{out}") {
            return Err(RelinkError::NoOut);
        }
        if !command.contains("{seed}") && !command.contains(SHUFFLE) {
            return Err(RelinkError::NoChance);
        }
        if let Some((_, rest)) = command.split_once(SHUFFLE)
            && !rest.contains('}')
        {
            return Err(RelinkError::Unclosed);
        }
        Ok(Relink(command.to_owned()))
    }

    /// The command for one link. The files to shuffle are words, not wildcards:
    /// the shell would put those in order again.
    pub(super) fn command(&self, out: &Path, random: &mut fastrand::Rng) -> String {
        let seed = random.u32(1..1 << 31).to_string();
        let text = self
            .0
            .replace("{seed}", &seed)
            .replace("{out}", &quoted(out));
        match text
            .split_once(SHUFFLE)
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            Some((before, (files, after))) => format!("{before}{}{after}", shuffled(files, random)),
            None => text,
        }
    }
}

fn shuffled(files: &str, random: &mut fastrand::Rng) -> String {
    let mut files: Vec<&str> = files.split_ascii_whitespace().collect();
    random.shuffle(&mut files);
    files.join(" ")
}

/// One word for the shell, whatever is in it.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in() {
        let relink = Relink::new("ld --seed={seed} -o {out} {shuffle: a.o b.o c.o} -lm").unwrap();
        let mut random = fastrand::Rng::with_seed(1);
        let command = relink.command(Path::new("/tmp/it's"), &mut random);
        assert!(command.starts_with("ld --seed="), "{command}");
        assert!(command.contains("-o '/tmp/it'\\''s' "), "{command}");
        assert!(command.ends_with(" -lm"), "{command}");
        assert!(
            ["a.o", "b.o", "c.o"]
                .iter()
                .all(|file| command.contains(file)),
            "{command}"
        );
    }

    #[test]
    fn orders_differ() {
        let relink = Relink::new("ld -o {out} {shuffle: a b c d e f g h}").unwrap();
        let mut random = fastrand::Rng::with_seed(1);
        let [one, two] = [(); 2].map(|()| relink.command(Path::new("x"), &mut random));
        assert_ne!(one, two);
    }

    #[test]
    fn a_command_without_chance_is_refused() {
        assert_eq!(Relink::new("ld -o {out} a.o"), Err(RelinkError::NoChance));
        assert_eq!(Relink::new("ld --seed={seed} a.o"), Err(RelinkError::NoOut));
        assert_eq!(
            Relink::new("ld -o {out} {shuffle: a.o"),
            Err(RelinkError::Unclosed)
        );
    }
}
