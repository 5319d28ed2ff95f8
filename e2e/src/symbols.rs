//! Where functions lie in a file, by binutils.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::pythons::Python;
use crate::trial::Skip;

/// A file's functions by name.
pub struct Symbols {
    file: PathBuf,
    /// `(address, name)`.
    all: Vec<(u64, String)>,
    /// `(address, size, address - file offset)` of each `PT_LOAD`.
    segments: Vec<(u64, u64, u64)>,
}

impl Symbols {
    /// Reads a file's symbol tables.
    ///
    /// # Errors
    /// [`Skip`] without binutils.
    pub fn of(file: &Path) -> Result<Symbols> {
        let table = said(Command::new("readelf").arg("-sW").arg(file))?;
        let headers = said(Command::new("readelf").arg("-lW").arg(file))?;
        Ok(Symbols {
            file: file.to_owned(),
            all: table.lines().filter_map(symbol).collect(),
            segments: segments(&headers),
        })
    }

    /// The file offset of a function's first instruction. Of a name with
    /// versions, `name@@` is the one that is linked to by default.
    ///
    /// # Errors
    /// [`Skip`] when the compiler cloned or inlined it.
    pub fn offset(&self, name: &str) -> Result<u64> {
        Ok(self.file_offset(self.address(name)?))
    }

    fn address(&self, name: &str) -> Result<u64> {
        let named = |symbol: &str| match name.ends_with("@@") {
            true => symbol.starts_with(name),
            false => symbol.split('.').next() == Some(name),
        };
        let mut found: Vec<u64> = self
            .all
            .iter()
            .filter(|it| named(&it.1))
            .map(|it| it.0)
            .collect();
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [address] => Ok(*address),
            _ => Err(Skip(format!(
                "{name} is no function of its own in {}",
                self.file.display()
            ))
            .into()),
        }
    }

    /// The same for the first instruction that the kernel emulates under a
    /// probe: a push, a jump, a call or a nop. Any other is run alone and traps
    /// behind it, which takes tens of microseconds in virtual machines (kernel
    /// arch/x86/kernel/uprobes.c: push_setup_xol_ops, branch_setup_xol_ops).
    /// It is reached as often as the function is called, with the same first
    /// argument.
    ///
    /// # Errors
    /// [`Skip`] where there is none near.
    pub fn emulated(&self, name: &str) -> Result<u64> {
        let address = self.address(name)?;
        let code = said(
            Command::new("objdump")
                .args(["-d", "--no-show-raw-insn"])
                .arg(format!("--start-address={address:#x}"))
                .arg(format!("--stop-address={:#x}", address + 64))
                .arg(&self.file),
        )?;
        match first_emulated(&code) {
            Some(found) => Ok(self.file_offset(found)),
            None => Err(Skip(format!(
                "{name} of {} begins with nothing that is cheap to probe",
                self.file.display()
            ))
            .into()),
        }
    }

    fn file_offset(&self, address: u64) -> u64 {
        let within = |it: &&(u64, u64, u64)| (it.0..it.0 + it.1).contains(&address);
        address - self.segments.iter().find(within).map_or(0, |it| it.2)
    }
}

/// Reads `   12: 0000000000086cb0   133 FUNC    GLOBAL DEFAULT   16 name@@VERSION`.
fn symbol(line: &str) -> Option<(u64, String)> {
    let mut words = line.split_whitespace();
    let address = u64::from_str_radix(words.nth(1)?, 16).ok()?;
    let is_function = words.nth(1)? == "FUNC";
    let name = words.nth(3)?;
    (is_function && address != 0).then(|| (address, name.to_owned()))
}

/// Reads objdump's `8c373:`, a tab, `push   %rbx`; what comes before it must
/// leave the first argument alone.
fn first_emulated(code: &str) -> Option<u64> {
    let lines = code.lines().filter_map(|line| line.split_once(":\t"));
    let same_argument = |it: &(&str, &str)| !it.1.ends_with("%rdi") && !it.1.ends_with("%edi");
    let cheap = |instruction: &str| {
        let name = instruction.split_whitespace().next().unwrap_or_default();
        name.starts_with('j') || ["push", "call", "nop"].contains(&name)
    };
    let (address, _) = lines.take_while(same_argument).find(|it| cheap(it.1))?;
    u64::from_str_radix(address.trim(), 16).ok()
}

fn segments(headers: &str) -> Vec<(u64, u64, u64)> {
    let loads = headers
        .lines()
        .filter_map(|line| line.trim().strip_prefix("LOAD"));
    let rows = loads.filter_map(|line| {
        let hex = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok();
        let mut words = line.split_whitespace();
        let (offset, address) = (hex(words.next()?)?, hex(words.next()?)?);
        let size = hex(words.nth(1)?)?;
        Some((address, size, address - offset))
    });
    rows.collect()
}

fn said(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|error| Skip(format!("no binutils: {error}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The file that holds the interpreter's functions: libpython beside a Python,
/// if there is one.
pub fn library_of(python: &Path) -> Result<PathBuf> {
    let real = fs::canonicalize(python)?;
    let folder = real.parent().and_then(Path::parent).context("no prefix")?;
    let libraries = fs::read_dir(folder.join("lib"))
        .into_iter()
        .flatten()
        .flatten();
    let named = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|it| it.to_str())
            .unwrap_or_default();
        name.starts_with("libpython3.") && name.ends_with(".so.1.0")
    };
    Ok(libraries.map(|it| it.path()).find(named).unwrap_or(real))
}

/// The C library that a Python runs with.
pub fn libc_of(python: &Python) -> Result<PathBuf> {
    let question = "print([line.split()[-1] for line in open('/proc/self/maps') \
                    if '/libc.so' in line or '/libc-2' in line][0])";
    let said = said(Command::new(&python.path).args(["-c", question]))?;
    let path = PathBuf::from(said.trim());
    match path.is_file() {
        true => Ok(path),
        false => Err(Skip(format!("{python} has no libc.so of glibc's")).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_read() {
        let line = "  1416: 00000000000886a0   750 FUNC    GLOBAL DEFAULT   16 wait@@GLIBC_2.3.2";
        assert_eq!(symbol(line), Some((0x886a0, "wait@@GLIBC_2.3.2".into())));
        let missing = "     7: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND wait@GLIBC_2.3.2";
        assert_eq!(symbol(missing), None);
    }

    #[test]
    fn addresses_become_file_offsets() {
        let headers = "  LOAD  0x001000 0x0000000000002000 0x2000 0x000500 0x000500 R E 0x1000\n";
        let symbols = Symbols {
            file: PathBuf::new(),
            all: vec![
                (0x2100, "f.isra.0".into()),
                (0x2200, "g".into()),
                (0x2300, "g.cold".into()),
            ],
            segments: segments(headers),
        };
        assert_eq!(symbols.offset("f").expect("f"), 0x1100);
        assert!(symbols.offset("g").is_err());
    }

    #[test]
    fn a_probe_goes_where_it_is_cheap() {
        let lock = "\n0000000000098230 <pthread_mutex_lock@@GLIBC_2.2.5>:\n\
                    \x20  98230:\tmov    0x10(%rdi),%edx\n   98233:\tnop\n   98234:\tmov    %edx,%eax\n";
        assert_eq!(first_emulated(lock), Some(0x98233));
        let changed = "   10:\tmov    %rsi,%rdi\n   13:\tpush   %rbx\n";
        assert_eq!(first_emulated(changed), None);
    }
}
