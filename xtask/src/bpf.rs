//! `cargo xtask bpf`: the BPF programs, from C to the committed object.
//!
//! The object is committed so that nobody needs clang to build keelback. CI
//! compiles it again and compares, so that it cannot go stale. Two compilers
//! give two objects; the version that made the committed one stands beside it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::abi;
use crate::tree::root;

/// One translation unit, which includes all others.
const SOURCE: &str = "crates/record/src/engine/ebpf/bpf/keelback.bpf.c";
/// What is compiled into keelback.
const OBJECT: &str = "crates/record/src/engine/ebpf/keelback.bpf.o";
/// First line of `clang --version` of the compiler that made [`OBJECT`].
const COMPILER: &str = "crates/record/src/engine/ebpf/keelback.bpf.clang";
/// Folders for `#include`; those that do not exist are left out.
const INCLUDES: &[&str] = &["crates/record/src/engine/ebpf/bpf"];
/// Where Debian and its relatives keep `asm/types.h`.
const MULTIARCH: &str = "/usr/include/x86_64-linux-gnu";

/// Compiles the object and writes down who did it.
pub fn build() -> Result<String> {
    let clang = Tool::find("clang")?;
    fs::write(root().join(abi::MODULE), abi_module()?)?;
    compile(&clang, &root().join(OBJECT))?;
    fs::write(root().join(COMPILER), clang.version()? + "\n")?;
    Ok(format!("{OBJECT}: compiled by {}", clang.version()?))
}

/// Compiles the object again and compares it with the committed one.
pub fn check() -> Result<String> {
    ensure!(
        fs::read_to_string(root().join(abi::MODULE))? == abi_module()?,
        "{} is not what {} says; run `cargo xtask bpf` and commit it",
        abi::MODULE,
        abi::HEADER
    );
    let clang = Tool::find("clang")?;
    let fresh = std::env::temp_dir().join(format!("keelback-{}.bpf.o", std::process::id()));
    compile(&clang, &fresh)?;
    let compiled = fs::read(&fresh);
    fs::remove_file(&fresh)?;
    let committed =
        fs::read(root().join(OBJECT)).with_context(|| format!("cannot read {OBJECT}"))?;
    if compiled? == committed {
        return Ok(format!("{OBJECT}: equals what its source compiles to"));
    }
    let author = fs::read_to_string(root().join(COMPILER))?;
    if author.trim() != clang.version()? {
        return Ok(format!(
            "{OBJECT}: compiles, not compared: it was made by {}, this is {}",
            author.trim(),
            clang.version()?
        ));
    }
    bail!("{OBJECT} is not what its source compiles to; run `cargo xtask bpf` and commit it")
}

/// The ABI's Rust half, formatted as the rest of the tree is.
fn abi_module() -> Result<String> {
    let made = abi::rust(&fs::read_to_string(root().join(abi::HEADER))?)?;
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .context("cannot run rustfmt")?;
    rustfmt
        .stdin
        .take()
        .context("no pipe to rustfmt")?
        .write_all(made.as_bytes())?;
    let formatted = rustfmt.wait_with_output()?;
    ensure!(
        formatted.status.success(),
        "rustfmt refuses {}",
        abi::MODULE
    );
    Ok(String::from_utf8(formatted.stdout)?)
}

/// Compiles [`SOURCE`] to `object` and takes the debug sections out; the type
/// information that the kernel and the loader read (BTF) stays.
fn compile(clang: &Tool, object: &Path) -> Result<()> {
    let mut command = Command::new(&clang.0);
    command
        .current_dir(root())
        .args([
            "-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Werror",
        ])
        .arg("-D__TARGET_ARCH_x86")
        // The object must not depend on where the clone lies.
        .arg(format!("-ffile-prefix-map={}=.", root().display()))
        .arg("-fdebug-compilation-dir=.")
        .args(include_flags())
        .args(["-c", SOURCE, "-o"])
        .arg(object);
    succeed(&mut command)?;
    succeed(
        Command::new(&Tool::find("llvm-strip")?.0)
            .arg("-g")
            .arg(object),
    )
}

fn include_flags() -> impl Iterator<Item = String> {
    INCLUDES
        .iter()
        .chain([&MULTIARCH])
        .filter(|folder| root().join(folder).is_dir())
        .map(|folder| format!("-I{folder}"))
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// A program of LLVM.
struct Tool(PathBuf);

impl Tool {
    /// Prefers LLVM 19, which made the committed object; takes what there is.
    fn find(name: &str) -> Result<Tool> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let named = [format!("{name}-19"), name.to_owned()];
        named
            .iter()
            .flat_map(|file| std::env::split_paths(&path).map(move |folder| folder.join(file)))
            .find(|file| file.is_file())
            .map(Tool)
            .with_context(|| format!("{name} is not installed (Debian: clang-19, llvm-19)"))
    }

    /// The first line of `--version`.
    fn version(&self) -> Result<String> {
        let said = Command::new(&self.0).arg("--version").output()?.stdout;
        let said = String::from_utf8(said)?;
        Ok(said.lines().next().unwrap_or_default().to_owned())
    }
}
