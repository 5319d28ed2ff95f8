//! The libpython that an executable is linked to.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::elf::{Dynamic, Elf};

/// Where ld.so(8) looks when the file does not say: the directories of
/// `/etc/ld.so.cache` on common systems.
const SYSTEM: [&str; 7] = [
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
    "/usr/local/lib",
];

/// The file that a dynamically linked executable loads its Python from, by
/// `DT_NEEDED`, `DT_RUNPATH`, `DT_RPATH` and `$ORIGIN`; else from the `lib`
/// next to its `bin` or the system's directories. `None` when it needs no
/// libpython or has none.
pub fn needed_libpython(executable: &Path) -> Option<PathBuf> {
    let executable = executable.canonicalize().ok()?;
    let dynamic = dynamic_of(&executable)?;
    let name = libpython(&dynamic)?;
    let origin = executable.parent()?;
    // A needed library with a slash in it is a path already: so are those of
    // the interpreters that uv installs.
    if name.contains('/') {
        return expand(name, origin).canonicalize().ok();
    }
    directories(origin, &dynamic.search)
        .map(|it| it.join(name))
        .find_map(|it| it.canonicalize().ok())
}

/// Does the executable load its Python from some libpython?
pub(crate) fn needs_libpython(executable: &Path) -> bool {
    dynamic_of(executable).is_some_and(|it| libpython(&it).is_some())
}

fn dynamic_of(executable: &Path) -> Option<Dynamic> {
    let elf = Elf::read(File::open(executable).ok()?).ok()??;
    Some(elf.dynamic)
}

fn libpython(dynamic: &Dynamic) -> Option<&String> {
    let needed = dynamic.needed.iter();
    needed
        .into_iter()
        .find(|it| file_name(it).starts_with("libpython"))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn directories<'a>(origin: &'a Path, search: &'a [String]) -> impl Iterator<Item = PathBuf> + 'a {
    let own = search.iter().map(|it| expand(it, origin));
    let sibling = std::iter::once(origin.join("../lib"));
    own.chain(sibling).chain(SYSTEM.iter().map(PathBuf::from))
}

fn expand(entry: &str, origin: &Path) -> PathBuf {
    let origin = origin.to_string_lossy();
    PathBuf::from(
        entry
            .replace("${ORIGIN}", &origin)
            .replace("$ORIGIN", &origin),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_own_directories_come_first() {
        let search = ["$ORIGIN/../lib".to_owned(), "/opt/py/lib".to_owned()];
        let found: Vec<_> = directories(Path::new("/usr/bin"), &search)
            .take(3)
            .collect();
        assert_eq!(
            found,
            ["/usr/bin/../lib", "/opt/py/lib", "/usr/bin/../lib"].map(PathBuf::from)
        );
    }

    #[test]
    fn what_is_no_executable_needs_nothing() {
        assert_eq!(needed_libpython(Path::new("/etc/passwd")), None);
        assert_eq!(needed_libpython(Path::new("/no/such/file")), None);
        assert!(!needs_libpython(Path::new("/etc/passwd")));
        assert!(!needs_libpython(Path::new("/bin/sh")));
    }
}
