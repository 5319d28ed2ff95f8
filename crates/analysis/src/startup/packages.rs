//! Imports summed by package.

use std::collections::HashMap;

use super::report::{ImportRow, PackageRow};

/// By the first part of the modules' names, dearest first.
pub(super) fn packages(imports: &[ImportRow]) -> Vec<PackageRow> {
    let mut rows: HashMap<&str, PackageRow> = HashMap::new();
    for it in imports {
        let package = it.module.split('.').next().unwrap_or_default();
        let row = rows.entry(package).or_insert_with(|| PackageRow {
            package: package.to_owned(),
            ..PackageRow::default()
        });
        row.modules += 1;
        row.self_ns += it.own.sum();
        row.calls += it.calls;
        row.kernel_ns += it.kernel_ns;
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.sort_by(|a, b| (b.self_ns, &a.package).cmp(&(a.self_ns, &b.package)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::startup::Split;

    #[test]
    fn submodules_count_for_their_package() {
        let import = |module: &str, exec_ns, calls| ImportRow {
            module: module.into(),
            own: Split {
                exec_ns,
                ..Split::default()
            },
            calls,
            ..ImportRow::default()
        };
        let rows = packages(&[
            import("json", 1, 10),
            import("email.utils", 5, 7),
            import("json.decoder", 2, 11),
        ]);
        let told = rows
            .iter()
            .map(|it| (&*it.package, it.modules, it.self_ns, it.calls));
        let expected = [("email", 1, 5, 7), ("json", 2, 3, 21)];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
