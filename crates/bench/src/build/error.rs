//! Why a build tree cannot be linked anew.

use std::io;
use std::path::PathBuf;

use crate::layout::relink::RelinkError;

/// Why a folder is no build tree that can be linked anew, or an object cannot
/// be compiled.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is nothing to ask how it was linked.
    #[error(
        "{0}: no Makefile. Name the folder in which make built CPython; an installation does not have the objects"
    )]
    NoMakefile(PathBuf),
    /// There is nothing to compare layouts with.
    #[error("{0} does not exist: run make in the folder first")]
    NotBuilt(PathBuf),
    /// make cannot be asked.
    #[error("cannot ask make how {folder} was linked: {source}")]
    Make {
        /// The build tree.
        folder: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The Makefile is not one of CPython's that we know.
    #[error("{0}: make does not tell how it links python; is it a CPython build?{1}")]
    NoLinkLine(PathBuf, String),
    /// Link-time optimisation would compile the whole program for every link.
    #[error(
        "{0}: built with link-time optimisation by a compiler that does not keep the code it makes (gcc does); \
         every order would take minutes. Configure a tree with --with-lto=no"
    )]
    LinkTimeOptimised(PathBuf),
    /// A command that is to link it in another way cannot.
    #[error("{0}: the command to link it cannot work: {1}")]
    Relink(PathBuf, RelinkError),
    /// The objects are gone.
    #[error("{0} does not exist: the objects were removed after the build; run make again")]
    NoObjects(PathBuf),
    /// The compiler refuses.
    #[error("cannot compile functions that nobody calls with {compiler}: {problem}")]
    Compile {
        /// The compiler.
        compiler: String,
        /// What it said.
        problem: String,
    },
}
