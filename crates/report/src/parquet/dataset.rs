//! The folders of the dataset, and the files that are open in them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError as Failure;

use super::columns::{Kind, Value};
use super::export::ParquetError;
use super::part::Part;

/// Files that are open at a time. Each holds a row group in memory; a program
/// of a thousand processes must not hold thousands.
const MAX_OPEN: usize = 24;

/// What Hive and its followers read as "null" in a folder's name.
const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// A table of the dataset.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: Vec<(&'static str, Kind)>,
}

/// Which folder a row goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Partition {
    /// Days since 1970, UTC.
    pub(super) day: u64,
    /// `None` for a thread that is not known.
    pub(super) pid: Option<u32>,
}

/// Writes rows to the files of their partitions.
pub(super) struct Dataset {
    folder: PathBuf,
    host: String,
    open: HashMap<(&'static str, Partition), (Part, u64)>,
    clock: u64,
}

impl Dataset {
    pub(super) fn at(folder: &Path, host: &str) -> Dataset {
        Dataset {
            folder: folder.to_owned(),
            host: folder_value(host),
            open: HashMap::new(),
            clock: 0,
        }
    }

    /// Adds a row.
    pub(super) fn push<'a>(
        &mut self,
        table: &Table,
        partition: Partition,
        row: impl Iterator<Item = Value<'a>>,
    ) -> Result<(), ParquetError> {
        let part = self.part(table, partition)?;
        let pushed = part.push(row);
        pushed.map_err(|error| failed(&part.path, error))
    }

    /// The open file of a partition; opened if need be.
    pub(super) fn part(
        &mut self,
        table: &Table,
        partition: Partition,
    ) -> Result<&mut Part, ParquetError> {
        let key = (table.name, partition);
        if !self.open.contains_key(&key) {
            self.make_room()?;
            let folder = self.folder_of(table.name, partition);
            let created = Part::create(&folder, &table.columns);
            let part = created.map_err(|error| failed(&folder, error))?;
            self.open.insert(key, (part, 0));
        }
        self.clock += 1;
        let entry = self.open.get_mut(&key);
        let (part, used) = entry.ok_or_else(|| failed(&self.folder, missing()))?;
        *used = self.clock;
        Ok(part)
    }

    /// Closes the file that was unused for longest. Further rows of its
    /// partition go to a new one.
    fn make_room(&mut self) -> Result<(), ParquetError> {
        if self.open.len() < MAX_OPEN {
            return Ok(());
        }
        let oldest = self.open.iter().min_by_key(|(_, (_, used))| *used);
        match oldest
            .map(|(key, _)| *key)
            .and_then(|key| self.open.remove(&key))
        {
            Some((part, _)) => close(part),
            None => Ok(()),
        }
    }

    fn folder_of(&self, table: &str, partition: Partition) -> PathBuf {
        let (year, month, day) = civil(partition.day);
        let pid = partition.pid.map(|pid| pid.to_string());
        self.folder
            .join(table)
            .join(format!("date={year:04}-{month:02}-{day:02}"))
            .join(format!("host={}", self.host))
            .join(format!("pid={}", pid.as_deref().unwrap_or(NULL_PARTITION)))
    }

    /// Ends all files.
    pub(super) fn close(self) -> Result<(), ParquetError> {
        let mut parts = self.open.into_values();
        parts.try_for_each(|(part, _)| close(part))
    }
}

fn close(part: Part) -> Result<(), ParquetError> {
    let path = part.path.clone();
    part.close().map_err(|error| failed(&path, error))
}

fn missing() -> Failure {
    Failure::General("the file was closed".to_owned())
}

fn failed(path: &Path, source: Failure) -> ParquetError {
    ParquetError::Write {
        path: path.display().to_string(),
        source: Box::new(source),
    }
}

/// A host name as part of a folder's name, the way Hive escapes it. A host
/// without a name gets one, because a column of nulls has no type.
fn folder_value(host: &str) -> String {
    if host.is_empty() {
        return "unknown".to_owned();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let escaped = host.bytes().map(|byte| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    escaped.collect()
}

/// Year, month and day of a day since 1970, in the proleptic Gregorian
/// calendar (H. Hinnant, "chrono-compatible low-level date algorithms",
/// `civil_from_days`).
fn civil(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468;
    let era = day / 146_097;
    let of_era = day % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_089), (2025, 1, 1));
        assert_eq!(civil(20_088), (2024, 12, 31));
    }

    #[test]
    fn hosts_cannot_leave_their_folder() {
        assert_eq!(folder_value("db-1.example"), "db-1.example");
        assert_eq!(folder_value("../a b"), "..%2Fa%20b");
        assert_eq!(folder_value(""), "unknown");
    }
}
