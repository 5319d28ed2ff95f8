//! A command that links a side anew, in an order that a seed decides.

use std::path::Path;

/// A shell command with places to fill in: `{out}`, the file to make;
/// `{seed}`, a number for the linker's `--shuffle-sections`;
/// `{shuffle: FILES}`, words in an order drawn anew, for linkers that cannot
/// shuffle; and `{dead}`, an object of functions that nobody calls, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relink {
    text: String,
    /// The command for a link in order, if it is another one.
    in_order: Option<String>,
    /// The name of the shared library it makes; an executable if `None`.
    library: Option<String>,
}

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

const SEED: &str = "{seed}";
const SHUFFLE: &str = "{shuffle:";
const DEAD: &str = "{dead}";

impl Relink {
    /// Takes a command if it has the places it needs.
    ///
    /// # Errors
    /// A place is missing.
    pub fn new(command: &str) -> Result<Relink, RelinkError> {
        if !command.contains("{out}") {
            return Err(RelinkError::NoOut);
        }
        if !command.contains(SEED) && !command.contains(SHUFFLE) {
            return Err(RelinkError::NoChance);
        }
        if let Some((_, rest)) = command.split_once(SHUFFLE)
            && !rest.contains('}')
        {
            return Err(RelinkError::Unclosed);
        }
        Ok(Relink {
            text: command.to_owned(),
            in_order: None,
            library: None,
        })
    }

    /// The same command, which makes the shared library `name`.
    #[must_use]
    pub fn of_library(self, name: &str) -> Relink {
        Relink {
            library: Some(name.to_owned()),
            ..self
        }
    }

    /// The same command, but links in order are made by another one, which has
    /// the same places.
    #[must_use]
    pub fn in_order_by(self, command: &str) -> Relink {
        Relink {
            in_order: Some(command.to_owned()),
            ..self
        }
    }

    /// The name of the shared library it makes, if it makes one.
    pub fn library(&self) -> Option<&str> {
        self.library.as_deref()
    }

    /// Can functions that nobody calls be linked in?
    pub fn takes_dead_code(&self) -> bool {
        self.text.contains(DEAD)
    }

    /// The command for a link in a new order. The files to shuffle are words,
    /// not wildcards: the shell would put those in order again.
    pub(super) fn shuffled(
        &self,
        out: &Path,
        dead: Option<&Path>,
        random: &mut fastrand::Rng,
    ) -> String {
        let seed = random.u32(1..1 << 31).to_string();
        let text = filled(&self.text.replace(SEED, &seed), out, dead);
        with_files(&text, |files| random.shuffle(files))
    }

    /// The command for the link as it is made without us: words with `{seed}`
    /// are left out, and files stay in their order.
    pub(super) fn in_order(&self, out: &Path, dead: Option<&Path>) -> String {
        let unseeded: String = self
            .in_order
            .as_ref()
            .unwrap_or(&self.text)
            .split_inclusive(char::is_whitespace)
            .filter(|word| !word.contains(SEED))
            .collect();
        with_files(&filled(&unseeded, out, dead), |_| ())
    }
}

fn filled(text: &str, out: &Path, dead: Option<&Path>) -> String {
    text.replace("{out}", &quoted(out))
        .replace(DEAD, &dead.map(quoted).unwrap_or_default())
}

fn with_files(text: &str, order: impl FnOnce(&mut Vec<&str>)) -> String {
    match text
        .split_once(SHUFFLE)
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        Some((before, (files, after))) => {
            let mut files: Vec<&str> = files.split_ascii_whitespace().collect();
            order(&mut files);
            format!("{before}{}{after}", files.join(" "))
        }
        None => text.to_owned(),
    }
}

/// One word for the shell, whatever is in it.
pub(crate) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "ld --seed={seed} -o {out} {dead} {shuffle: a.o b.o c.o} -lm";

    #[test]
    fn places_are_filled_in() {
        let relink = Relink::new(FULL).unwrap();
        let mut random = fastrand::Rng::with_seed(1);
        let command = relink.shuffled(Path::new("/tmp/it's"), None, &mut random);
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
    fn in_order_nothing_is_left_to_chance() {
        let relink = Relink::new(FULL).unwrap();
        let dead = Some(Path::new("dead.o"));
        assert_eq!(
            relink.in_order(Path::new("x"), dead),
            "ld -o 'x' 'dead.o' a.o b.o c.o -lm"
        );
        assert_eq!(
            relink.in_order(Path::new("x"), None),
            "ld -o 'x'  a.o b.o c.o -lm"
        );
    }

    #[test]
    fn orders_differ() {
        let relink = Relink::new("ld -o {out} {shuffle: a b c d e f g h}").unwrap();
        let mut random = fastrand::Rng::with_seed(1);
        let [one, two] = [(); 2].map(|()| relink.shuffled(Path::new("x"), None, &mut random));
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
