//! A folder in which make has built CPython.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use object::{Object, ObjectSection};
use tempfile::TempDir;

use super::error::BuildError;
use super::link_line::LinkLine;
use super::linker::Linker;
use super::lto;
use crate::layout::Relink;

/// A build tree of CPython, 3.7 or later, whose objects are still there.
#[derive(Clone, Debug)]
pub struct Tree {
    folder: PathBuf,
    line: LinkLine,
    linker: Linker,
    /// What link-time optimisation made, if it is used.
    code: Option<Arc<TempDir>>,
}

/// What stands for a tree's own link in a command: `{link} -Wl,--icf=all`.
pub const LINK: &str = "{link}";

/// The object with the evaluation loop: every build has it, and it tells how the
/// others were compiled.
const CEVAL: &str = "Python/ceval.o";

impl Tree {
    /// Looks at a folder, and asks its Makefile how python is linked. Nothing
    /// in it is changed. With link-time optimisation its code is made once more,
    /// which takes minutes.
    ///
    /// # Errors
    /// It is no build tree, or it cannot be linked anew.
    pub fn open(folder: &Path) -> Result<Tree, BuildError> {
        if !folder.join("Makefile").is_file() {
            return Err(BuildError::NoMakefile(folder.to_owned()));
        }
        let folder = absolute(folder)?;
        exists(&folder.join("python"), BuildError::NotBuilt)?;
        exists(&folder.join(CEVAL), BuildError::NoObjects)?;
        let line = link_line(&folder)?;
        let mut tree = Tree {
            linker: Linker::best_for(line.compiler()),
            folder,
            line,
            code: None,
        };
        if tree.line.optimises() {
            let (line, code) = lto::compiled(&tree.line_of_objects()?, &tree.folder)?;
            tree.line = line;
            tree.code = Some(Arc::new(code));
        }
        Ok(tree)
    }

    /// The interpreter that make has built.
    pub fn python(&self) -> PathBuf {
        self.folder.join("python")
    }

    /// Where the loader finds the library of a shared build, which is not
    /// installed; `None` for a static build.
    pub fn libraries(&self) -> Option<&Path> {
        self.line.library.as_ref().map(|_| self.folder.as_path())
    }

    /// Who draws its link orders.
    pub fn linker(&self) -> Linker {
        self.linker
    }

    /// The compiler it was linked with.
    pub fn compiler(&self) -> &str {
        self.line.compiler()
    }

    /// How to link it in a new order.
    ///
    /// # Errors
    /// make does not tell the objects.
    pub fn relink(&self) -> Result<Relink, BuildError> {
        self.relink_by(LINK)
    }

    /// How to link it by a command in which [`LINK`] stands for its own link.
    ///
    /// # Errors
    /// make does not tell the objects, or the command lacks a place.
    pub fn relink_by(&self, command: &str) -> Result<Relink, BuildError> {
        let plain = self.line.command(&self.folder);
        let shuffled = match self.linker {
            Linker::ObjectOrder => self.line_of_objects()?.shuffling_objects(&self.folder),
            linker => format!("{plain}{}", linker.arguments()),
        };
        let relink = Relink::new(&command.replace(LINK, &shuffled))
            .map_err(|error| BuildError::Relink(self.folder.clone(), error))?
            .in_order_by(&command.replace(LINK, &plain));
        Ok(match &self.line.library {
            Some(name) => relink.of_library(name),
            None => relink,
        })
    }

    /// What a reader of results should know, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        let folder = self.folder.display();
        if self.linker == Linker::ObjectOrder {
            vec![format!(
                "{folder}: only whole objects move, because {} finds neither mold nor lld; \
                 install mold for orders of functions",
                self.compiler()
            )]
        } else if self.code.is_some() || self.has_function_sections() {
            Vec::new()
        } else {
            vec![format!(
                "{folder}: only whole files move, because it was compiled without -ffunction-sections; \
                 configure with CFLAGS=-ffunction-sections for orders of functions"
            )]
        }
    }

    fn has_function_sections(&self) -> bool {
        let Ok(data) = fs::read(self.folder.join(CEVAL)) else {
            return false;
        };
        object::File::parse(data.as_slice()).is_ok_and(|file| {
            file.sections()
                .any(|section| section.name().is_ok_and(is_of_one_function))
        })
    }

    fn line_of_objects(&self) -> Result<LinkLine, BuildError> {
        let Some(archive) = self.line.archive() else {
            return Ok(self.line.clone());
        };
        let print = "keelback-objects: ; @echo $(LIBRARY_OBJS)";
        let objects = make(&self.folder, &["--eval", print, "keelback-objects"])?;
        Ok(self.line.with_objects(archive, &objects))
    }
}

/// `.text._PyEval_Vector`, not `.text.unlikely`.
fn is_of_one_function(section: &str) -> bool {
    const KINDS: [&str; 5] = ["hot", "unlikely", "startup", "exit", "sorted"];
    section
        .strip_prefix(".text.")
        .is_some_and(|rest| !KINDS.contains(&rest))
}

fn absolute(folder: &Path) -> Result<PathBuf, BuildError> {
    folder.canonicalize().map_err(|source| BuildError::Make {
        folder: folder.to_owned(),
        source,
    })
}

fn exists(file: &Path, error: fn(PathBuf) -> BuildError) -> Result<(), BuildError> {
    match file.is_file() {
        true => Ok(()),
        false => Err(error(file.to_owned())),
    }
}

/// Asks for the commands that a changed main file and evaluation loop would
/// need; `-n` runs none of them.
fn link_line(folder: &Path) -> Result<LinkLine, BuildError> {
    let printed = make(
        folder,
        &["-n", "-W", "Programs/python.o", "-W", CEVAL, "python"],
    )?;
    LinkLine::find(&printed).ok_or_else(|| BuildError::NoLinkLine(folder.to_owned(), String::new()))
}

/// What make prints. An outer make's flags would be its own, too.
fn make(folder: &Path, arguments: &[&str]) -> Result<String, BuildError> {
    let failed = |source| BuildError::Make {
        folder: folder.to_owned(),
        source,
    };
    let output = Command::new("make")
        .arg("--no-print-directory")
        .args(arguments)
        .current_dir(folder)
        .env_remove("MAKEFLAGS")
        .env_remove("MAKELEVEL")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let problem = format!(" It said: {}", said.trim_end());
        return Err(BuildError::NoLinkLine(folder.to_owned(), problem));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_has_a_section_of_its_own() {
        assert!(is_of_one_function(".text._PyEval_Vector"));
        assert!(is_of_one_function(".text.unlikely.fatal_error"));
        assert!(!is_of_one_function(".text.unlikely"));
        assert!(!is_of_one_function(".text"));
    }

    #[test]
    fn an_installation_is_no_build_tree() {
        let folder = tempfile::tempdir().unwrap();
        let error = Tree::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("no Makefile"), "{error}");
        fs::write(folder.path().join("Makefile"), "all:\n").unwrap();
        let error = Tree::open(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("run make in the folder first"), "{error}");
    }
}
