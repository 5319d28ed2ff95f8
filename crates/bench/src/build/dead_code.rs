//! Functions that nobody calls.
//!
//! They cost nothing when they run, because they do not; but what is linked
//! behind them lies elsewhere. That is how CPython once became slower by code
//! that was never executed.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::BuildError;

/// What every such function's name begins with.
pub const PREFIX: &str = "keelback_dead_";

/// Compiles `count` functions that nobody calls into an object in `folder`.
///
/// # Errors
/// The compiler fails, or is missing.
pub fn compile(compiler: &str, count: u32, folder: &Path) -> Result<PathBuf, BuildError> {
    let failed = |problem: String| BuildError::Compile {
        compiler: compiler.to_owned(),
        problem,
    };
    let source = folder.join(format!("dead{count}.c"));
    let object = source.with_extension("o");
    fs::write(&source, text(count)).map_err(|error| failed(error.to_string()))?;
    let output = Command::new(compiler)
        .args(["-O2", "-fPIC", "-w", "-c"])
        .arg(&source)
        .arg("-o")
        .arg(&object)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    match output.status.success() {
        true => Ok(object),
        false => Err(failed(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}

/// Functions of different lengths, as real ones are: 30 bytes to some hundred.
/// Hidden, because exported names would also move what comes before the code.
fn text(count: u32) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = writeln!(
            text,
            "__attribute__((used, visibility(\"hidden\"))) long {PREFIX}{number}(long x, long *y) {{"
        );
        for step in 0..=number % 7 {
            let _ = writeln!(
                text,
                "    if (x > {step}) {{ x = x * 31 + y[{step}] / (x + {number}); y[{step}] = x; }}"
            );
        }
        text.push_str("    return x;\n}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_a_name_of_its_own() {
        let text = text(3);
        for number in 0..3 {
            let head = format!("long {PREFIX}{number}(");
            assert_eq!(text.matches(&head).count(), 1, "{text}");
        }
    }
}
