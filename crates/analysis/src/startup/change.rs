//! What got dearer from one start-up to another.

use std::collections::BTreeMap;

use super::report::Startup;

/// Two start-ups side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Their commands.
    pub commands: (String, String),
    /// Their wall times without a recorder, as far as that is known,
    /// nanoseconds.
    pub wall_ns: (u64, u64),
    /// Their system calls.
    pub calls: (u64, u64),
    /// Their page faults, as far as these are known.
    pub faults: (u64, u64),
    /// In the order of phases.
    pub phases: Vec<ChangeRow>,
    /// The largest change of calls first.
    pub purposes: Vec<ChangeRow>,
    /// The largest change of time first.
    pub modules: Vec<ChangeRow>,
}

/// One thing in both; zeroes where it is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeRow {
    /// The phase, purpose or module.
    pub name: String,
    /// Time, nanoseconds: phases' without waiting for a CPU, purposes' in the
    /// kernel, modules' own.
    pub ns: (u64, u64),
    /// System calls.
    pub calls: (u64, u64),
}

impl Change {
    /// From `before` to `after`.
    pub fn between(before: &Startup, after: &Startup) -> Change {
        let mut purposes = rows(before, after, purposes_of);
        purposes.sort_by_key(|row| std::cmp::Reverse(row.calls.0.abs_diff(row.calls.1)));
        let mut modules = rows(before, after, modules_of);
        modules.sort_by_key(|row| std::cmp::Reverse(row.ns.0.abs_diff(row.ns.1)));
        Change {
            commands: (before.facts.command.clone(), after.facts.command.clone()),
            wall_ns: (before.untraced_wall_ns, after.untraced_wall_ns),
            calls: (before.calls(), after.calls()),
            faults: (before.faults.sum(), after.faults.sum()),
            phases: rows(before, after, phases_of),
            purposes,
            modules,
        }
    }
}

/// A name to sort by, a name to show, time, calls.
type Part = (String, String, u64, u64);

fn rows(before: &Startup, after: &Startup, of: fn(&Startup) -> Vec<Part>) -> Vec<ChangeRow> {
    let mut rows: BTreeMap<String, ChangeRow> = BTreeMap::new();
    for (key, name, ns, calls) in of(before) {
        let row = rows.entry(key).or_default();
        row.name = name;
        row.ns.0 += ns;
        row.calls.0 += calls;
    }
    for (key, name, ns, calls) in of(after) {
        let row = rows.entry(key).or_default();
        row.name = name;
        row.ns.1 += ns;
        row.calls.1 += calls;
    }
    rows.into_values().collect()
}

fn phases_of(it: &Startup) -> Vec<Part> {
    let rows = it.phases.iter();
    rows.map(|row| {
        let name = row.phase.name().to_owned();
        (
            format!("{}", row.phase as u8),
            name,
            row.own_ns(),
            row.calls,
        )
    })
    .collect()
}

fn purposes_of(it: &Startup) -> Vec<Part> {
    let rows = it.purposes.iter();
    rows.map(|row| {
        let name = row.purpose.name().to_owned();
        (name.clone(), name, row.calibrated_ns, row.calls)
    })
    .collect()
}

fn modules_of(it: &Startup) -> Vec<Part> {
    let rows = it.imports.iter().filter(|row| !row.module.is_empty());
    rows.map(|row| {
        (
            row.module.clone(),
            row.module.clone(),
            row.own.sum(),
            row.calls,
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::report::{ImportRow, Split};
    use super::*;

    #[test]
    fn a_module_that_is_new_is_all_change() {
        let import = |module: &str, exec_ns| ImportRow {
            module: module.into(),
            own: Split {
                exec_ns,
                ..Split::default()
            },
            ..ImportRow::default()
        };
        let with = |imports| Startup {
            imports,
            ..Startup::default()
        };
        let before = with(vec![import("json", 100)]);
        let after = with(vec![import("json", 110), import("re", 500)]);
        let change = Change::between(&before, &after);
        let told: Vec<_> = change
            .modules
            .iter()
            .map(|it| (it.name.as_str(), it.ns))
            .collect();
        assert_eq!(told, [("re", (0, 500)), ("json", (100, 110))]);
    }
}
