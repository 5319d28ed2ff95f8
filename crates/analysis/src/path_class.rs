//! Where a path lies, told by the path alone.

/// The kinds of place that matter for what a program does with files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathClass {
    /// The standard library.
    Stdlib,
    /// Installed packages.
    SitePackages,
    /// What the interpreter reads to find itself: `pyvenv.cfg`, `*._pth`, the
    /// zipped library.
    Config,
    /// `/proc`.
    Proc,
    /// `/sys`.
    Sys,
    /// `/dev`.
    Dev,
    /// Temporary files.
    Tmp,
    /// Shared libraries and the loader's caches.
    SharedLibrary,
    /// Locale and character set tables.
    Locale,
    /// A home directory.
    Home,
    /// Anywhere else, relative paths included.
    Other,
    /// The call has no path.
    NoPath,
}

impl PathClass {
    /// Every class, in the order of their numbers.
    pub const ALL: [PathClass; 12] = [
        PathClass::Stdlib,
        PathClass::SitePackages,
        PathClass::Config,
        PathClass::Proc,
        PathClass::Sys,
        PathClass::Dev,
        PathClass::Tmp,
        PathClass::SharedLibrary,
        PathClass::Locale,
        PathClass::Home,
        PathClass::Other,
        PathClass::NoPath,
    ];

    /// The class of a path. The kind of file goes before the place: a shared
    /// library in site-packages is a shared library.
    pub fn of(path: &str) -> PathClass {
        match path {
            "" => PathClass::NoPath,
            _ if is_shared_library(path) => PathClass::SharedLibrary,
            _ if is_config(path) => PathClass::Config,
            _ if is_locale(path) => PathClass::Locale,
            _ => by_place(path),
        }
    }

    /// Its name in reports and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            PathClass::Stdlib => "stdlib",
            PathClass::SitePackages => "site-packages",
            PathClass::Config => "venv/config",
            PathClass::Proc => "/proc",
            PathClass::Sys => "/sys",
            PathClass::Dev => "/dev",
            PathClass::Tmp => "tmp",
            PathClass::SharedLibrary => "shared library",
            PathClass::Locale => "locale",
            PathClass::Home => "home",
            PathClass::Other => "other",
            PathClass::NoPath => "no path",
        }
    }
}

fn by_place(path: &str) -> PathClass {
    const PLACES: [(&str, PathClass); 7] = [
        ("/proc", PathClass::Proc),
        ("/sys", PathClass::Sys),
        ("/dev", PathClass::Dev),
        ("/tmp", PathClass::Tmp),
        ("/var/tmp", PathClass::Tmp),
        ("/home", PathClass::Home),
        ("/root", PathClass::Home),
    ];
    if is_under_site_packages(path) {
        return PathClass::SitePackages;
    }
    if is_stdlib(path) {
        return PathClass::Stdlib;
    }
    let lies = |place: &str| path.strip_prefix(place).is_some_and(is_end_or_slash);
    let found = PLACES.into_iter().find(|(place, _)| lies(place));
    found.map_or(PathClass::Other, |(_, class)| class)
}

fn is_end_or_slash(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// `…/site-packages/…`, and Debian's `…/dist-packages/…`.
fn is_under_site_packages(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.any(|part| part == "site-packages" || part == "dist-packages")
}

/// `…/lib/python3.11/…` (also `lib64`, and `python3.13t`).
fn is_stdlib(path: &str) -> bool {
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let next = parts.peek().copied().unwrap_or_default();
        if (part == "lib" || part == "lib64") && is_versioned_python(next) {
            return true;
        }
    }
    false
}

fn is_versioned_python(part: &str) -> bool {
    let version = part.strip_prefix("python").unwrap_or_default();
    version.starts_with(|c: char| c.is_ascii_digit()) && !version.ends_with(".zip")
}

fn is_shared_library(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    file.ends_with(".so")
        || file.contains(".so.")
        || path.contains("glibc-hwcaps")
        || path.starts_with("/etc/ld.so")
}

fn is_config(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    let zipped = file.starts_with("python") && file.ends_with(".zip");
    matches!(file, "pyvenv.cfg" | "pybuilddir.txt" | "Setup.local")
        || file.ends_with("._pth")
        || zipped
}

fn is_locale(path: &str) -> bool {
    path.starts_with("/usr/lib/locale")
        || path.starts_with("/usr/share/locale")
        || path.starts_with("/usr/share/i18n")
        || path.split('/').any(|part| part == "gconv")
}

#[cfg(test)]
mod tests {
    use super::PathClass::{self, *};

    #[test]
    fn numbers_are_positions() {
        for (position, class) in PathClass::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, position);
        }
    }

    #[test]
    fn classes() {
        let cases = [
            ("/usr/lib/python3.11/json/__init__.py", Stdlib),
            ("/opt/py/lib/python3.13t/os.py", Stdlib),
            (
                "/usr/lib/python3/dist-packages/yaml/__init__.py",
                SitePackages,
            ),
            (
                "/v/lib/python3.11/site-packages/requests/api.py",
                SitePackages,
            ),
            (
                "/v/lib/python3.11/site-packages/numpy/core/_m.cpython-311.so",
                SharedLibrary,
            ),
            ("/lib/x86_64-linux-gnu/libc.so.6", SharedLibrary),
            ("/etc/ld.so.cache", SharedLibrary),
            ("/v/pyvenv.cfg", Config),
            ("/usr/lib/python311.zip", Config),
            ("/usr/lib/locale/locale-archive", Locale),
            ("/proc/self/maps", Proc),
            ("/process/x", Other),
            ("/tmp", Tmp),
            ("/home/ann/app.py", Home),
            ("app.py", Other),
            ("", NoPath),
        ];
        for (path, class) in cases {
            assert_eq!(PathClass::of(path), class, "{path}");
        }
    }
}
