//! `keelback bench` as a script sees it.

mod beside;
mod files;
mod misbehaviour;
mod results;

use std::process::{Command, Output};

use serde_json::Value;

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keelback"));
    command
        .arg("bench")
        .args(arguments)
        .env("PATH", "/usr/bin:/bin");
    command
}

pub(crate) fn bench(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

pub(crate) fn named(name: &str, command: &str) -> String {
    format!("{name}={command}")
}
