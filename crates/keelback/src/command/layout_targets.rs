//! From arguments to what is linked and run.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use keelback_bench::build::Tree;
use keelback_bench::build::tree::LINK;
use keelback_bench::kernel::suite;
use keelback_bench::layout::Relink;
use keelback_bench::run::{Environment, Side};

use super::bench_sides::with_libraries;
use super::layout_args::LayoutArgs;

/// A program, and how it is linked.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) side: Side,
    pub(super) relink: Relink,
    /// Compiles dead code for it.
    pub(super) compiler: String,
    pub(super) warnings: Vec<String>,
    /// What its link needs is gone when the last copy is.
    pub(super) tree: Option<Tree>,
}

/// Our own kernels that measure code rather than threads, files or start-up.
const KERNELS: [&str; 5] = ["calls", "nbody", "richards", "json_round", "words"];

/// The builds that the arguments name, the first one first.
///
/// # Errors
/// A folder is no build tree, or a command cannot link.
pub(super) fn targets(args: &LayoutArgs) -> Result<Vec<Target>> {
    let first = match (&args.tree, &args.relink) {
        (Some(folder), _) => of_tree(name_of(folder), folder)?,
        (None, Some(command)) => of_command(&args.program, "program".to_owned(), command)?,
        (None, None) => anyhow::bail!("name a build tree, or --relink CMD -- PROGRAM"),
    };
    let others = args.also.iter().map(|text| {
        let (name, what) = text
            .split_once('=')
            .with_context(|| format!("--also {text}: write NAME=FOLDER, or NAME=COMMAND"))?;
        match &args.tree {
            Some(folder) if what.contains(LINK) => of_other_link(name, folder, what),
            Some(_) => of_tree(name.to_owned(), Path::new(what)),
            None => of_command(&args.program, name.to_owned(), what),
        }
    });
    let targets: Vec<Target> = std::iter::once(Ok(first))
        .chain(others)
        .collect::<Result<_>>()?;
    check_names(&targets)?;
    if args.dead_code.is_some() {
        ensure!(
            targets[0].relink.takes_dead_code(),
            "--dead-code wants a place to link it in: write {{dead}} in front of the objects of --relink"
        );
    }
    Ok(targets)
}

/// The same program as it is, and as it will be with dead code.
pub(super) fn twice(mut targets: Vec<Target>) -> Vec<Target> {
    targets.truncate(1);
    let mut second = targets[0].clone();
    second.warnings.clear();
    second.side.name = "with dead code".to_owned();
    targets[0].side.name = "as it is".to_owned();
    targets.push(second);
    targets
}

/// The kernel files to time.
///
/// # Errors
/// A file does not exist, or ours cannot be written.
pub(super) fn kernels(args: &LayoutArgs, scratch: &Path) -> Result<Vec<PathBuf>> {
    if !args.kernels.is_empty() {
        let absolute = |file: &PathBuf| {
            fs::canonicalize(file).with_context(|| format!("cannot read {}", file.display()))
        };
        return args.kernels.iter().map(absolute).collect();
    }
    let own = suite::write_own(scratch)?;
    let is_wanted = |file: &PathBuf| {
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        stem.is_some_and(|stem| KERNELS.contains(&stem))
    };
    Ok(own.into_iter().filter(is_wanted).collect())
}

/// The same tree, linked in a way of the user's.
fn of_other_link(name: &str, folder: &Path, command: &str) -> Result<Target> {
    let tree = Tree::open(folder)?;
    Ok(Target {
        relink: tree.relink_by(command)?,
        warnings: Vec::new(),
        ..target(name.to_owned(), &tree)?
    })
}

fn of_tree(name: String, folder: &Path) -> Result<Target> {
    target(name, &Tree::open(folder)?)
}

fn target(name: String, tree: &Tree) -> Result<Target> {
    let mut side = side(name, vec![tree.python().into_os_string()]);
    with_libraries(&mut side.env, tree);
    Ok(Target {
        side,
        relink: tree.relink()?,
        compiler: tree.compiler().to_owned(),
        warnings: tree.warnings(),
        tree: Some(tree.clone()),
    })
}

fn of_command(program: &[OsString], name: String, command: &str) -> Result<Target> {
    ensure!(!program.is_empty(), "name the program after --");
    Ok(Target {
        side: side(name, program.to_vec()),
        relink: Relink::new(command).with_context(|| format!("relink {command}"))?,
        compiler: "cc".to_owned(),
        warnings: Vec::new(),
        tree: None,
    })
}

fn side(name: String, argv: Vec<OsString>) -> Side {
    Side::new(name, argv, Environment::new(std::env::vars_os()))
}

/// The folder's own name: it says which build it is.
fn name_of(folder: &Path) -> String {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    match absolute.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => "build".to_owned(),
    }
}

fn check_names(targets: &[Target]) -> Result<()> {
    for (index, target) in targets.iter().enumerate() {
        let name = &target.side.name;
        let twice = targets[..index]
            .iter()
            .any(|earlier| earlier.side.name == *name);
        ensure!(!twice, "two builds are called {name}");
    }
    Ok(())
}
