//! The repository keeps its own promises.

use xtask::tidy::{Finding, findings};

#[test]
fn the_repository_is_tidy() {
    let found = findings().expect("the checks run");
    let lines: Vec<String> = found.iter().map(Finding::to_string).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}
