//! Names of modules, from the files they were loaded from.

use std::collections::HashSet;

use keelback_trace::Dictionary;

use super::tree::Node;
use crate::path_class::PathClass;

/// What the import system's own files lead to.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// Folders whose `__init__` was loaded.
    packages: HashSet<String>,
}

impl Modules {
    pub(super) fn read(nodes: &[Node], known: &Dictionary) -> Modules {
        let files = nodes.iter().map(|node| file_of(node, known));
        let packages = files.filter_map(|file| {
            let (folder, name) = file.rsplit_once('/')?;
            name.starts_with("__init__.").then(|| folder.to_owned())
        });
        Modules {
            packages: packages.collect(),
        }
    }

    /// `json.decoder`; empty for a file that is not known.
    pub(super) fn name(&self, file: &str) -> String {
        if let Some(frozen) = frozen(file) {
            return frozen.into();
        }
        let Some(inside) = self.inside(file) else {
            return String::new();
        };
        let (folder, name) = inside.rsplit_once('/').unwrap_or(("", &inside));
        let stem = name.split('.').next().unwrap_or(name);
        let parts = folder.split('/').filter(|it| !it.is_empty());
        let parts: Vec<_> = match stem {
            "__init__" => parts.collect(),
            stem => parts.chain([stem]).collect(),
        };
        parts.join(".")
    }

    /// The path below its `sys.path` entry.
    fn inside(&self, file: &str) -> Option<String> {
        entry_of(file)
            .and_then(|entry| file.get(entry.len() + 1..))
            .map(str::to_owned)
            .or_else(|| self.below_packages(file))
    }

    fn below_packages(&self, file: &str) -> Option<String> {
        let (mut folder, name) = file.rsplit_once('/')?;
        let mut inside = name.to_owned();
        while self.packages.contains(folder) {
            let (above, own) = folder.rsplit_once('/')?;
            inside = format!("{own}/{inside}");
            folder = above;
        }
        Some(inside)
    }
}

/// The `sys.path` entry of a file in a place that is known as one.
pub(super) fn entry_of(path: &str) -> Option<&str> {
    for place in ["/site-packages", "/dist-packages", "/lib-dynload"] {
        if let Some(at) = path.rfind(place) {
            let end = at + place.len();
            if path[end..].starts_with('/') || path.len() == end {
                return Some(&path[..end]);
            }
        }
    }
    if PathClass::of(path) != PathClass::Stdlib {
        return None;
    }
    let at = path.find("/python")?;
    let end = path[at + 1..]
        .find('/')
        .map_or(path.len(), |it| at + 1 + it);
    // `/opt/python/lib/python3.11`: the versioned one.
    match path[at..end].contains(|c: char| c.is_ascii_digit()) {
        true => Some(&path[..end]),
        false => {
            let next = path[end..].find("/python")? + end;
            let stop = path[next + 1..]
                .find('/')
                .map_or(path.len(), |it| next + 1 + it);
            Some(&path[..stop])
        }
    }
}

/// The file of a module's code, or the one that was read for it.
pub(super) fn file_of(node: &Node, known: &Dictionary) -> String {
    let file = known.text(node.file);
    match file {
        "" => source_of(known.text(node.read)),
        file => file.to_owned(),
    }
}

/// `a/b.py` for `a/__pycache__/b.cpython-311.pyc` (PEP 3147).
fn source_of(read: &str) -> String {
    let Some((folder, name)) = read.rsplit_once("/__pycache__/") else {
        return read.to_owned();
    };
    let stem = name.split('.').next().unwrap_or(name);
    format!("{folder}/{stem}.py")
}

fn frozen(file: &str) -> Option<&str> {
    file.strip_prefix("<frozen ")?.strip_suffix('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let mut modules = Modules::default();
        modules.packages.insert("/home/ann/app/crawl".into());
        let cases = [
            ("/usr/lib/python3.11/json/decoder.py", "json.decoder"),
            ("/usr/lib/python3.11/json/__init__.py", "json"),
            (
                "/v/lib/python3.11/site-packages/a/b.cpython-311-x86_64-linux-gnu.so",
                "a.b",
            ),
            (
                "/usr/lib/python3.11/lib-dynload/_json.cpython-311.so",
                "_json",
            ),
            ("<frozen os>", "os"),
            ("/home/ann/app/crawl/fetch.py", "crawl.fetch"),
            ("/home/ann/app/crawl/__init__.py", "crawl"),
            ("/home/ann/app/settings.py", "settings"),
            ("", ""),
        ];
        for (file, name) in cases {
            assert_eq!(modules.name(file), name, "{file}");
        }
    }

    #[test]
    fn sources() {
        assert_eq!(source_of("/a/__pycache__/b.cpython-311.pyc"), "/a/b.py");
        assert_eq!(source_of("/a/_c.so"), "/a/_c.so");
    }
}
