//! Who may depend on whom: record -> trace -> analysis -> report, never back.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Finding;
use crate::tree::root;

/// Each crate of `crates/` and the crates of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("keelback-trace", &[]),
    ("keelback-python", &[]),
    ("keelback-record", &["keelback-trace", "keelback-python"]),
    ("keelback-analysis", &["keelback-trace"]),
    ("keelback-replay", &["keelback-trace"]),
    ("keelback-bench", &["keelback-trace"]),
    (
        "keelback-report",
        &[
            "keelback-trace",
            "keelback-analysis",
            "keelback-replay",
            "keelback-bench",
        ],
    ),
];

/// Libraries that only some crates may use, because using one is the room's purpose.
const GUARDED: &[(&str, &[&str])] = &[
    ("aya", &["keelback-record"]),
    ("clap", &["keelback", "keelback-benches"]),
    (
        "anyhow",
        &["keelback", "keelback-e2e", "keelback-benches", "xtask"],
    ),
];

/// Compares every `Cargo.toml` with the arrows. Only what ends up in a build
/// counts: tests may use what they like.
pub(super) fn check() -> Result<Vec<Finding>> {
    let packages = metadata()?;
    let packages = packages["packages"]
        .as_array()
        .context("cargo metadata has no packages")?;
    Ok(packages.iter().flat_map(of_package).collect())
}

fn metadata() -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let said = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()?;
    ensure!(said.status.success(), "cargo metadata failed");
    Ok(serde_json::from_slice(&said.stdout)?)
}

fn of_package(package: &Value) -> Vec<Finding> {
    let name = package["name"].as_str().unwrap_or_default();
    let manifest = package["manifest_path"].as_str().unwrap_or_default();
    let manifest = std::path::Path::new(manifest);
    let path = manifest.strip_prefix(root()).unwrap_or(manifest);
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    dependencies
        .filter(|it| it["kind"].is_null())
        .filter_map(|it| refuse(name, it["name"].as_str()?))
        .map(|why| Finding::new(path, 0, why))
        .collect()
}

/// Why `user` may not depend on `used`; `None` when it may.
fn refuse(user: &str, used: &str) -> Option<String> {
    if let Some((_, rooms)) = GUARDED.iter().find(|(library, _)| *library == used) {
        return (!rooms.contains(&user)).then(|| format!("{user} must not use {used}"));
    }
    let ours = ARROWS.iter().any(|(it, _)| *it == used) || used == "keelback";
    let (_, allowed) = ARROWS.iter().find(|(it, _)| *it == user)?;
    (ours && !allowed.contains(&used)).then(|| format!("{user} must not know {used}"))
}

#[cfg(test)]
mod tests {
    use super::refuse;

    #[test]
    fn the_datas_way_has_one_direction() {
        assert_eq!(refuse("keelback-analysis", "keelback-trace"), None);
        assert!(refuse("keelback-analysis", "keelback-record").is_some());
        assert!(refuse("keelback-trace", "keelback-python").is_some());
        assert!(refuse("keelback-report", "keelback").is_some());
        assert_eq!(refuse("keelback", "keelback-record"), None);
    }

    #[test]
    fn bpf_has_one_room() {
        assert_eq!(refuse("keelback-record", "aya"), None);
        assert!(refuse("keelback-analysis", "aya").is_some());
    }
}
