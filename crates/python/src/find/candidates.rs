//! The interpreters that a command might start.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::script::{env_command, named_paths, shebang};
use crate::needed_libpython;

/// A script that starts another script that starts a script: enough.
const DEEPEST: u8 = 4;

/// Of a script so much is looked at.
const SCRIPT_BYTES: u64 = 64 << 10;

/// More files than this are not opened, whatever is installed.
const MOST_FILES: usize = 512;

/// Where version managers keep a directory a Python, below the home directory:
/// pyenv, uv, mise, asdf and conda's environments.
const MANAGERS: [&str; 6] = [
    ".pyenv/versions",
    ".local/share/uv/python",
    ".local/share/mise/installs/python",
    ".asdf/installs/python",
    "miniconda3/envs",
    ".conda/envs",
];

/// Arguments after these are data, not commands.
const MOST_WORDS: usize = 64;

/// Where else to look than at the words of a command. The default is nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'a> {
    /// `PATH`.
    pub path: Option<&'a OsStr>,
    /// The home directory.
    pub home: Option<&'a Path>,
    /// `PYENV_ROOT`; `~/.pyenv` if unset.
    pub pyenv_root: Option<&'a Path>,
}

impl Places<'_> {
    fn path(&self) -> impl Iterator<Item = PathBuf> {
        self.path.into_iter().flat_map(std::env::split_paths)
    }

    /// `bin` of every Python that a version manager has installed.
    fn installed(&self) -> impl Iterator<Item = PathBuf> {
        let root = self.pyenv_root.map(|it| it.join("versions"));
        let below_home = MANAGERS.iter().filter_map(|it| Some(self.home?.join(it)));
        let versions = root
            .into_iter()
            .chain(below_home)
            .filter_map(|it| fs::read_dir(it).ok());
        versions.flat_map(|it| it.flatten().map(|it| it.path().join("bin")))
    }
}

/// Files that hold the Python that a command might start, likely ones first:
/// what its words name, through scripts and their first lines; every `python*`
/// on `PATH`; what version managers installed. An executable that is linked to a
/// libpython is given as that library.
///
/// A guess in both directions: not every file holds a Python (ask
/// [`Build::read`](crate::Build::read)), and a program may start any other.
pub fn candidates(words: &[OsString], places: &Places<'_>) -> Vec<PathBuf> {
    let mut search = Search::new(places);
    for word in words.iter().take(MOST_WORDS) {
        search.word(word);
    }
    for directory in places.path() {
        search.directory(&directory);
    }
    for directory in places.installed() {
        search.directory(&directory);
    }
    search.found
}

struct Search<'a> {
    places: &'a Places<'a>,
    seen: HashSet<PathBuf>,
    found: Vec<PathBuf>,
}

impl<'a> Search<'a> {
    fn new(places: &'a Places<'a>) -> Search<'a> {
        Search {
            places,
            seen: HashSet::new(),
            found: Vec::new(),
        }
    }

    fn word(&mut self, word: &OsStr) {
        if word.as_bytes().contains(&b' ') {
            // What a shell is told to do.
            self.named(&word.to_string_lossy(), Path::new("."), 0);
        }
        if word.as_bytes().contains(&b'/') {
            return self.file(Path::new(word), 0);
        }
        match self.on_path(word) {
            Some(file) => self.file(&file, 0),
            // A script in the current directory, given to an interpreter.
            None => self.file(Path::new(word), 0),
        }
    }

    fn on_path(&self, name: &OsStr) -> Option<PathBuf> {
        if name.is_empty() {
            return None;
        }
        self.places
            .path()
            .map(|it| it.join(name))
            .find(|it| it.is_file())
    }

    fn directory(&mut self, directory: &Path) {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries.filter(|it| is_python(&it.file_name())) {
            self.file(&entry.path(), 0);
        }
    }

    fn file(&mut self, path: &Path, depth: u8) {
        if depth == DEEPEST || self.seen.len() >= MOST_FILES {
            return;
        }
        self.base_of_venv(path, depth);
        let Ok(real) = path.canonicalize() else {
            return;
        };
        if !self.seen.insert(real.clone()) || !real.is_file() {
            return;
        }
        match start(&real) {
            Some(bytes) if bytes.starts_with(b"\x7fELF") => self.executable(real),
            Some(bytes) => self.script(&String::from_utf8_lossy(&bytes), &real, depth),
            None => {}
        }
    }

    fn executable(&mut self, file: PathBuf) {
        let holder = needed_libpython(&file).unwrap_or(file);
        if !self.found.contains(&holder) {
            self.found.push(holder);
        }
    }

    fn script(&mut self, text: &str, path: &Path, depth: u8) {
        if let Some(words) = shebang(text) {
            self.interpreter(&words, depth);
        }
        self.named(text, path, depth);
    }

    fn interpreter(&mut self, words: &[&str], depth: u8) {
        let name = Path::new(words[0]).file_name().unwrap_or_default();
        match env_command(&words[1..]).filter(|_| name == "env") {
            Some(command) => {
                if let Some(file) = self.on_path(command.as_ref()) {
                    self.file(&file, depth + 1);
                }
            }
            None => self.file(Path::new(words[0]), depth + 1),
        }
    }

    /// Pythons that a script names.
    fn named(&mut self, text: &str, script: &Path, depth: u8) {
        for file in named_paths(text, script) {
            self.file(&file, depth + 1);
        }
    }

    /// The interpreter that a virtual environment with a copied one came from.
    fn base_of_venv(&mut self, path: &Path, depth: u8) {
        let Some(root) = path.parent().and_then(Path::parent) else {
            return;
        };
        let settings = root.join("pyvenv.cfg");
        if !self.seen.insert(settings.clone()) {
            return;
        }
        if let Some(home) = fs::read_to_string(settings)
            .ok()
            .as_deref()
            .and_then(venv_home)
        {
            self.file(&home.join("python3"), depth + 1);
        }
    }
}

/// `home = /usr/bin` of a `pyvenv.cfg` (PEP 405).
fn venv_home(settings: &str) -> Option<PathBuf> {
    let mut lines = settings.lines().filter_map(|it| it.split_once('='));
    lines
        .find(|(key, _)| key.trim() == "home")
        .map(|(_, value)| PathBuf::from(value.trim()))
}

/// `python`, `python3.13t`, but not `python3-config`.
fn is_python(name: &OsStr) -> bool {
    let rest = name.as_bytes().strip_prefix(b"python");
    rest.is_some_and(|it| {
        it.iter()
            .all(|it| it.is_ascii_digit() || b".tdm".contains(it))
    })
}

/// A file's first bytes: all of them if it may be a small script. Some have no
/// first line that says so.
fn start(file: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(file).ok()?;
    let mut mark = [0; 2];
    file.read_exact(&mut mark).ok()?;
    let more = if mark == *b"\x7fE" { 2 } else { SCRIPT_BYTES };
    let mut bytes = mark.to_vec();
    file.take(more).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpreters_are_told_from_their_tools() {
        for name in ["python", "python3", "python3.13t", "python2.7"] {
            assert!(is_python(name.as_ref()), "{name}");
        }
        for name in [
            "python3-config",
            "python3.11-gdb.py",
            "pytest",
            "python-build",
        ] {
            assert!(!is_python(name.as_ref()), "{name}");
        }
    }

    #[test]
    fn a_venv_says_where_it_came_from() {
        let settings =
            "include-system-site-packages = false\nhome = /opt/py/bin\nversion = 3.12.1\n";
        assert_eq!(venv_home(settings), Some(PathBuf::from("/opt/py/bin")));
        assert_eq!(venv_home("version = 3.12.1"), None);
    }
}
