//! `strace -f -c`, the outside reference for counts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Calls by name.
pub type Counts = BTreeMap<String, u64>;

/// Reads the table that `strace -f -c -o FILE` wrote.
pub fn read(file: &Path) -> Result<Counts> {
    parse(&fs::read_to_string(file)?)
}

/// A row is `% time, seconds, usecs/call, calls, [errors,] syscall`; the table
/// stands between two lines of dashes.
fn parse(table: &str) -> Result<Counts> {
    let rows = table
        .lines()
        .skip_while(|line| !line.starts_with("---"))
        .skip(1);
    let rows = rows.take_while(|line| !line.starts_with("---"));
    rows.map(|row| {
        let words: Vec<&str> = row.split_whitespace().collect();
        let calls = words
            .get(3)
            .with_context(|| format!("no count in `{row}`"))?;
        let name = words.last().context("no name")?;
        Ok(((*name).to_owned(), calls.parse()?))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_table_is_read() {
        let table = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 30.00    0.000300           3       100        41 newfstatat
  0.00    0.000000           0         1           execve
------ ----------- ----------- --------- --------- ----------------
100.00    0.001000                   101        41 total
";
        let counts = parse(table).expect("a table");
        assert_eq!(counts["newfstatat"], 100);
        assert_eq!(counts["execve"], 1);
        assert_eq!(counts.len(), 2);
    }
}
