//! Is the byte code of an interpreter's library there, and fresh?

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::child;

/// The modules that an interpreter loads at its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bytecode {
    /// Those made from a source file.
    pub modules: u64,
    /// Those whose byte code is missing, or of another source: they are
    /// compiled at every start, or at one and then written in the middle of a
    /// session.
    pub stale: u64,
    /// What compiling those takes, nanoseconds of CPU time.
    pub compile_ns: u64,
}

/// Asks the interpreter itself: its version decides what byte code is called
/// and how it is tied to its source (PEP 3147, PEP 552). What is imported to
/// look is not counted.
const ASK: &str = r#"
import sys
files = [getattr(m, "__file__", None) or "" for m in list(sys.modules.values())]
import importlib.util, json, os, time
def fresh(source):
    try:
        with open(importlib.util.cache_from_source(source), "rb") as f:
            head = f.read(16)
        if head[:4] != importlib.util.MAGIC_NUMBER:
            return False
        if int.from_bytes(head[4:8], "little"):
            return True
        stat = os.stat(source)
        number = lambda at: int.from_bytes(head[at:at + 4], "little")
        return number(8) == int(stat.st_mtime) & 0xFFFFFFFF and number(12) == stat.st_size & 0xFFFFFFFF
    except OSError:
        return False
sources = sorted({f for f in files if f.endswith(".py") and os.path.exists(f)})
stale = [f for f in sources if not fresh(f)]
start = time.process_time()
for f in stale:
    with open(f, "rb") as source:
        compile(source.read(), f, "exec", dont_inherit=True)
took = int((time.process_time() - start) * 1e9)
print(json.dumps({"modules": len(sources), "stale": len(stale), "compile_ns": took}))
"#;

/// Looks at what `python` loads at its start; `None` if it does not answer.
/// Nothing is written: an interpreter that compiles to look would cure what it
/// looks for.
pub fn bytecode(python: &Path) -> Option<Bytecode> {
    let words = ["-B".as_ref(), "-c".as_ref(), ASK.as_ref()];
    serde_json::from_slice(&child::output(python, &words)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_module_without_byte_code_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sitecustomize.py"), "X = 1\n").unwrap();
        let python = folder.path().join("python");
        let script = format!(
            "#!/bin/sh\nPYTHONPATH={} exec python3 \"$@\"\n",
            folder.path().display()
        );
        std::fs::write(&python, script).unwrap();
        std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
        let before = bytecode(Path::new("python3")).unwrap();
        let after = bytecode(&python).unwrap();
        assert!(before.modules > 5, "{before:?}");
        assert!(after.stale > before.stale, "{before:?} {after:?}");
        assert!(after.compile_ns > 0);
    }
}
