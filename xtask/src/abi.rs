//! `abi.h` as Rust: what BPF programs and recorder tell each other is written
//! once, in C, and this makes the other half.
//!
//! The grammar is the little that `abi.h` promises to keep to. Anything else
//! is refused with its line.

use std::fmt::Write;

use anyhow::{Context, Result, bail};

/// The C header, relative to the root.
pub const HEADER: &str = "crates/record/src/engine/ebpf/bpf/abi.h";
/// The Rust module made of it.
pub const MODULE: &str = "crates/record/src/engine/ebpf/abi.rs";

const PREAMBLE: &str = "\
//! Made from `bpf/abi.h` by `cargo xtask bpf`; do not edit.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};
";

/// The Rust module for a header's text.
pub fn rust(header: &str) -> Result<String> {
    let mut out = String::from(PREAMBLE);
    let text = without_comments(header)?;
    let mut lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    while let Some(line) = lines.next() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["#pragma", ..] => {}
            ["#define", name, number] => constant(&mut out, name, number),
            ["enum", _, "{"] => enumeration(&mut out, body(&mut lines))?,
            ["struct", name, "{"] => structure(&mut out, name, body(&mut lines))?,
            _ => bail!("abi.h: cannot translate `{line}`"),
        }
    }
    Ok(out)
}

fn without_comments(header: &str) -> Result<String> {
    let mut out = String::new();
    let mut rest = header;
    while let Some((code, comment)) = rest.split_once("/*") {
        out.push_str(code);
        rest = comment
            .split_once("*/")
            .context("abi.h: a comment has no end")?
            .1;
    }
    Ok(out + rest)
}

fn body<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    lines.take_while(|line| *line != "};").collect()
}

fn constant(out: &mut String, name: &str, number: &str) {
    let _ = write!(out, "\npub const {name}: u32 = {number};");
}

fn enumeration(out: &mut String, members: Vec<&str>) -> Result<()> {
    for member in members {
        let (name, number) = member
            .trim_end_matches(',')
            .split_once('=')
            .with_context(|| format!("abi.h: `{member}` has no number"))?;
        constant(out, name.trim(), number.trim());
    }
    out.push('\n');
    Ok(())
}

fn structure(out: &mut String, name: &str, fields: Vec<&str>) -> Result<()> {
    let derives = "#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout)]";
    let _ = write!(
        out,
        "\n{derives}\n#[repr(C)]\npub struct {} {{\n",
        camel(name)
    );
    for field in fields {
        let (kind, name) = field
            .trim_end_matches(';')
            .rsplit_once(' ')
            .with_context(|| format!("abi.h: `{field}` is no field"))?;
        let (name, kind) = match name.split_once('[') {
            Some((name, length)) => (name, format!("[{}; {}]", scalar(kind)?, length_of(length))),
            None => (name, scalar(kind)?),
        };
        let _ = writeln!(out, "    pub {name}: {kind},");
    }
    out.push_str("}\n");
    Ok(())
}

fn length_of(length: &str) -> String {
    let length = length.trim_end_matches(']');
    match length.parse::<u32>() {
        Ok(number) => number.to_string(),
        Err(_) => format!("{length} as usize"),
    }
}

fn scalar(kind: &str) -> Result<String> {
    Ok(match kind {
        "__u8" => "u8".into(),
        "__u16" => "u16".into(),
        "__u32" => "u32".into(),
        "__u64" => "u64".into(),
        "__s64" => "i64".into(),
        _ => camel(
            kind.strip_prefix("struct ")
                .with_context(|| format!("abi.h: type `{kind}`"))?,
        ),
    })
}

fn camel(name: &str) -> String {
    name.split('_')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::rust;

    #[test]
    fn translates_what_the_header_promises() {
        let header = "#define N 3\nenum e {\n\tA = 1,\n};\nstruct two_words {\n\t__u64 a; /* c */\n\t__u8 b[N];\n\tstruct other o;\n};";
        let made = rust(header).unwrap();
        for expected in [
            "pub const N: u32 = 3;",
            "pub const A: u32 = 1;",
            "pub struct TwoWords {\n    pub a: u64,\n    pub b: [u8; N as usize],\n    pub o: Other,\n}",
        ] {
            assert!(made.contains(expected), "{expected} in {made}");
        }
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(rust("typedef int x;").is_err());
        assert!(rust("struct a {\n\tfloat f;\n};").is_err());
    }
}
