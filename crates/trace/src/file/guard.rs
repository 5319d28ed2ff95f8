//! Looks at a batch before Arrow's decoder does, which trusts the header.

use arrow_ipc::RecordBatch;
use arrow_schema::{DataType, Schema};

use super::messages::{Fault, MAX_BODY, MAX_ROWS, damaged};

/// Refuses a batch that would make the decoder panic or take too much memory.
pub(super) fn check(schema: &Schema, batch: RecordBatch<'_>, body: &[u8]) -> Result<(), Fault> {
    check_rows(batch)?;
    let lengths = unpacked_lengths(batch, body)?;
    check_offsets(schema, &lengths)
}

fn check_rows(batch: RecordBatch<'_>) -> Result<(), Fault> {
    let rows = batch.length();
    if !(0..=MAX_ROWS.cast_signed()).contains(&rows) {
        return Err(damaged(format!("a batch claims to have {rows} rows")));
    }
    let fits = |length| (0..=rows).contains(&length);
    let mut columns = batch.nodes().into_iter().flatten();
    match columns.all(|it| fits(it.length()) && fits(it.null_count())) {
        true => Ok(()),
        false => Err(damaged("a column claims to be longer than its batch")),
    }
}

/// The length of each buffer once it is unpacked.
fn unpacked_lengths(batch: RecordBatch<'_>, body: &[u8]) -> Result<Vec<u64>, Fault> {
    let packed = batch.compression().is_some();
    let mut lengths = Vec::new();
    let mut total = 0;
    for buffer in batch.buffers().into_iter().flatten() {
        let bytes = slice(body, buffer.offset(), buffer.length())
            .ok_or_else(|| damaged("a column lies outside its batch"))?;
        let length = unpacked_length(bytes, packed)?;
        total += length.min(MAX_BODY);
        if total > MAX_BODY {
            return Err(damaged("a batch claims to unpack to more than 64 MiB"));
        }
        lengths.push(length);
    }
    Ok(lengths)
}

fn slice(body: &[u8], offset: i64, length: i64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    body.get(start..end)
}

/// A packed buffer begins with its unpacked length; -1 says that it is not
/// packed after all
/// (<https://arrow.apache.org/docs/format/Columnar.html#compression>).
fn unpacked_length(bytes: &[u8], packed: bool) -> Result<u64, Fault> {
    match bytes.first_chunk() {
        Some(prefix) if packed => match i64::from_le_bytes(*prefix) {
            -1 => Ok(bytes.len() as u64 - 8),
            length => u64::try_from(length).map_err(damaged),
        },
        _ => Ok(bytes.len() as u64),
    }
}

/// The offsets of texts are whole numbers of 4 bytes: arrow-data 60 panics in
/// `ArrayData::typed_buffer` where they are not.
fn check_offsets(schema: &Schema, lengths: &[u64]) -> Result<(), Fault> {
    let mut rest = lengths;
    for field in schema.fields() {
        let count = buffers_of(field.data_type())
            .ok_or_else(|| damaged(format!("column `{}` has an unknown type", field.name())))?;
        let (mine, after) = rest
            .split_at_checked(count)
            .ok_or_else(|| damaged(format!("column `{}` has no values", field.name())))?;
        rest = after;
        if field.data_type() == &DataType::Utf8 && !mine[1].is_multiple_of(4) {
            return Err(damaged(format!(
                "column `{}` has cut offsets",
                field.name()
            )));
        }
    }
    Ok(())
}

/// How many buffers a column of a type has; `None` for a type that no column
/// of ours, or of a keelback to come, is made of.
fn buffers_of(data_type: &DataType) -> Option<usize> {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => Some(3),
        DataType::Boolean | DataType::FixedSizeBinary(_) | DataType::Dictionary(..) => Some(2),
        other => other.is_primitive().then_some(2),
    }
}
