//! Modules that were compiled, for want of valid byte code.

use super::case::Case;
use crate::finding::{Fact, Finding};
use crate::syscalls::errno_name;
use crate::words::{count, duration, percent};

pub(super) fn check(case: &Case<'_>) -> Option<Finding> {
    let rows = &case.report.imports;
    let compiled: Vec<_> = rows.iter().filter(|row| row.compiled).collect();
    let dearest = compiled.iter().max_by_key(|row| row.own.compile_ns)?;
    let size_ns = compiled.iter().map(|row| row.own.compile_ns).sum();
    let nodes = &case.book.tree.nodes[1..];
    let written = nodes.iter().filter(|it| it.compiled && it.written).count() as u64;
    let error = nodes.iter().find(|it| it.compiled && it.write_error != 0);
    let modules = compiled.len() as u64;
    let why = match error {
        _ if written == modules => {
            " Their .pyc were missing or stale and are written now: the next start is faster."
                .to_owned()
        }
        Some(node) => format!(
            " The .pyc cannot be written ({}), so every start does it again. Compile them where \
             one may write: python -m compileall FOLDER, or set PYTHONPYCACHEPREFIX.",
            errno_name(node.write_error)
        ),
        None => " No .pyc was written (PYTHONDONTWRITEBYTECODE, or a loader that does not), so \
                 every start does it again."
            .to_owned(),
    };
    Some(Finding {
        id: "stale-bytecode",
        severity: case.severity(size_ns),
        text: format!(
            "{} compiled from source, which took {}, {} of the start-up; longest {}.{why}",
            match modules {
                1 => "1 module was".to_owned(),
                many => format!("{} were", count(many, "module")),
            },
            duration(size_ns),
            percent(case.report.share(size_ns)),
            dearest.module,
        ),
        evidence: vec![
            Fact::count("modules", modules),
            Fact::count("written", written),
            Fact::nanos("compile_ns", size_ns),
            Fact::text("module", &dearest.module),
            Fact::text("file", &dearest.file),
        ],
        next: String::new(),
        size_ns,
    })
}
