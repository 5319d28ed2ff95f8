//! From arguments to sides.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use keelback_bench::build::Tree;
use keelback_bench::layout::Relink;
use keelback_bench::run::{Environment, Side};

use super::bench_args::BenchArgs;

/// The sides that the arguments name, the baseline first.
///
/// # Errors
/// The arguments name none, or contradict each other.
pub(crate) fn sides(
    args: &BenchArgs,
    trees: &[(String, Tree)],
    inherited: &Environment,
) -> Result<Vec<Side>> {
    let mut named = named_commands(args)?;
    named.extend(trees.iter().map(|(name, tree)| {
        let python = tree.python().into_os_string();
        (name.clone(), vec![python])
    }));
    named.extend(bare_commands(&args.commands)?);
    if args.aa {
        named = against_itself(named)?;
    }
    ensure!(
        named.len() >= 2,
        "nothing to compare: name two sides, as in\n  keelback bench -n A='python3.12 app.py' -n B='python3.13 app.py'"
    );
    check_names(&named)?;
    let names: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
    let mut sides: Vec<Side> = named
        .into_iter()
        .map(|(name, argv)| side(args, &names, name, argv, inherited))
        .collect::<Result<_>>()?;
    for (side, (_, tree)) in sides.iter_mut().zip(trees.iter().cycle()) {
        with_libraries(&mut side.env, tree);
    }
    Ok(sides)
}

/// The library of a build that is not installed is found by name only.
pub(crate) fn with_libraries(env: &mut Environment, tree: &Tree) {
    if let Some(folder) = tree.libraries() {
        env.prepend("LD_LIBRARY_PATH", folder.as_os_str());
    }
}

/// The build trees that the arguments name.
///
/// # Errors
/// A folder is none, or cannot be linked anew.
pub(crate) fn trees(args: &BenchArgs) -> Result<Vec<(String, Tree)>> {
    args.builds
        .iter()
        .map(|text| {
            let (name, folder) = text.split_once('=').with_context(|| {
                format!("{text}: write a name, an equals sign and a folder, as in --build A={text}")
            })?;
            Ok((name.to_owned(), Tree::open(Path::new(folder))?))
        })
        .collect()
}

type Named = (String, Vec<OsString>);

fn named_commands(args: &BenchArgs) -> Result<Vec<Named>> {
    args.pythons
        .iter()
        .chain(&args.sides)
        .map(|text| {
            let (name, command) = text.split_once('=').with_context(|| {
                format!("{text}: write a name, an equals sign and a command, as in -n A='{text}'")
            })?;
            Ok((name.to_owned(), words(command, args.shell)?))
        })
        .collect()
}

/// What follows `--`: commands apart by further `--`, called A, B, C, ...
fn bare_commands(words: &[OsString]) -> Result<Vec<Named>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let names = ('A'..='Z').map(String::from);
    names
        .zip(words.split(|word| word == OsStr::new("--")))
        .map(|(name, command)| {
            ensure!(!command.is_empty(), "the command of {name} is empty");
            Ok((name, command.to_vec()))
        })
        .collect()
}

/// A command line as words: the shell's quotes, but none of its magic.
fn words(command: &str, shell: bool) -> Result<Vec<OsString>> {
    if shell {
        return Ok(["sh", "-c", command].map(OsString::from).to_vec());
    }
    let words =
        shlex::split(command).with_context(|| format!("{command}: a quote is not closed"))?;
    ensure!(!words.is_empty(), "a command is empty");
    if let Some(magic) = words
        .iter()
        .find(|word| ["|", "&&", "||", ";", ">", "<", "&"].contains(&word.as_str()))
    {
        bail!("{command}: '{magic}' needs a shell; add --shell");
    }
    Ok(words.into_iter().map(OsString::from).collect())
}

fn against_itself(mut named: Vec<Named>) -> Result<Vec<Named>> {
    ensure!(
        !named.is_empty(),
        "--aa compares a side with itself: name one, as in -n A='python3 app.py'"
    );
    named.truncate(1);
    let (name, argv) = named[0].clone();
    named.push((format!("{name}'"), argv));
    Ok(named)
}

fn check_names(named: &[Named]) -> Result<()> {
    for (index, (name, _)) in named.iter().enumerate() {
        ensure!(!name.is_empty(), "a side has no name");
        ensure!(
            !name.contains('/'),
            "{name}: a side's name becomes a file name, so it has no slash"
        );
        let twice = named[..index].iter().any(|(earlier, _)| earlier == name);
        ensure!(!twice, "two sides are called {name}");
    }
    Ok(())
}

fn side(
    args: &BenchArgs,
    names: &[String],
    name: String,
    argv: Vec<OsString>,
    inherited: &Environment,
) -> Result<Side> {
    // The second arm of --aa is the first in all but name.
    let own = if args.aa { &names[0] } else { &name };
    let last = |values| for_side(values, own, names).last();
    let helper = |values| last(values).map(|command| words(command, true)).transpose();
    let mut env = inherited.clone();
    for variable in for_side(&args.env, own, names) {
        let (key, value) = variable
            .split_once('=')
            .with_context(|| format!("--env {variable}: write KEY=VALUE"))?;
        env.set(key, value);
    }
    Ok(Side {
        setup: helper(&args.setup)?,
        prepare: helper(&args.prepare)?,
        cwd: last(&args.cwd).map(PathBuf::from),
        name,
        argv,
        env,
    })
}

/// How each side is relinked; `None` when no side is.
///
/// # Errors
/// Only some sides have a command, or one cannot work.
pub(crate) fn relinks(
    args: &BenchArgs,
    trees: &[(String, Tree)],
    sides: &[Side],
) -> Result<Option<Vec<Relink>>> {
    if !trees.is_empty() {
        // The second arm of --aa is the first in all but name.
        let trees = trees.iter().cycle().take(sides.len());
        let relinks = trees.map(|(_, tree)| Ok(tree.relink()?));
        return relinks.collect::<Result<Vec<_>>>().map(Some);
    }
    if args.relink.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = sides.iter().map(|side| side.name.clone()).collect();
    let relinks = sides.iter().map(|side| {
        let own = if args.aa { &names[0] } else { &side.name };
        let command = for_side(&args.relink, own, &names)
            .last()
            .with_context(|| {
                format!("--relink is missing for {own}: all sides need new layouts, or none")
            })?;
        Relink::new(command).with_context(|| format!("--relink {command}"))
    });
    relinks.collect::<Result<Vec<_>>>().map(Some)
}

/// The values meant for a side: those without a prefix, and those with its own.
fn for_side<'a>(
    values: &'a [String],
    own: &'a str,
    names: &'a [String],
) -> impl Iterator<Item = &'a str> {
    values
        .iter()
        .filter_map(move |value| match value.split_once(':') {
            Some((prefix, rest)) if prefix == own => Some(rest),
            Some((prefix, _)) if names.iter().any(|name| name == prefix) => None,
            _ => Some(value.as_str()),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_the_side_they_name() {
        let names = ["A".to_owned(), "B".to_owned()];
        let values = [
            "X=1".to_owned(),
            "A:Y=2".to_owned(),
            "B:Y=3".to_owned(),
            "P=/a:/b".to_owned(),
        ];
        let for_b: Vec<&str> = for_side(&values, "B", &names).collect();
        assert_eq!(for_b, ["X=1", "Y=3", "P=/a:/b"]);
    }

    #[test]
    fn commands_are_apart_by_dashes() {
        let words: Vec<OsString> = ["./a", "-x", "--", "./b"].map(OsString::from).to_vec();
        let commands = bare_commands(&words).unwrap();
        assert_eq!(
            commands[0],
            ("A".to_owned(), vec!["./a".into(), "-x".into()])
        );
        assert_eq!(commands[1], ("B".to_owned(), vec!["./b".into()]));
    }

    #[test]
    fn a_pipe_asks_for_the_shell() {
        let error = words("a | b", false).unwrap_err().to_string();
        assert_eq!(error, "a | b: '|' needs a shell; add --shell");
        assert_eq!(words("a | b", true).unwrap(), ["sh", "-c", "a | b"]);
    }
}
