//! How one value of a row is kept in Arrow columns.
//!
//! A wide value is kept as several columns, whose names end in the place of
//! their lowest byte: `arg0_0` and `arg0_4` are the lower and the upper half of
//! `arg0`. Addresses share their upper half and counts rarely have one, so that
//! column compresses to nothing. Times are kept as steps from row to row; of
//! steps and durations the lowest bytes are as good as random, so each is a
//! column of its own and spoils no other (`examples/ten_million.rs`: 1 of 9
//! bytes a row).

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Int32Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBuffer, ScalarBuffer};
use arrow_schema::DataType;

/// A value that knows its columns.
pub(super) trait Cell: Sized {
    /// Suffix of the name and type of each column.
    const PARTS: &'static [(&'static str, DataType)];
    /// Collects values on their way to the file.
    type Builder: Default;
    /// Gives out the values of one batch.
    type View;

    /// Adds a value.
    fn push(self, to: &mut Self::Builder);
    /// The columns of what was collected, which starts anew.
    fn finish(from: &mut Self::Builder) -> Vec<ArrayRef>;
    /// Looks at the columns of [`Cell::PARTS`]; `None` if a type is not theirs.
    fn view(columns: &[ArrayRef]) -> Option<Self::View>;
    /// The value of a row, which must be one of the batch.
    fn get(view: &Self::View, row: usize) -> Self;
}

fn column<T: ArrowPrimitiveType>(values: &mut Vec<T::Native>) -> ArrayRef {
    let values = ScalarBuffer::from(std::mem::take(values));
    Arc::new(PrimitiveArray::<T>::new(values, None))
}

fn values<T: ArrowPrimitiveType>(column: &ArrayRef) -> Option<ScalarBuffer<T::Native>> {
    let column = column.as_primitive_opt::<T>()?;
    (column.null_count() == 0).then(|| column.values().clone())
}

macro_rules! plain_cells {
    ($($native:ty => $arrow:ty, $data_type:ident;)*) => {$(
        impl Cell for $native {
            const PARTS: &'static [(&'static str, DataType)] = &[("", DataType::$data_type)];
            type Builder = Vec<$native>;
            type View = ScalarBuffer<$native>;

            fn push(self, to: &mut Self::Builder) {
                to.push(self);
            }

            fn finish(from: &mut Self::Builder) -> Vec<ArrayRef> {
                vec![column::<$arrow>(from)]
            }

            fn view(columns: &[ArrayRef]) -> Option<Self::View> {
                values::<$arrow>(columns.first()?)
            }

            fn get(view: &Self::View, row: usize) -> Self {
                view[row]
            }
        }
    )*};
}

plain_cells! {
    u8 => UInt8Type, UInt8;
    u16 => UInt16Type, UInt16;
    u32 => UInt32Type, UInt32;
    i32 => Int32Type, Int32;
}

/// The two halves of 64-bit values.
#[derive(Default)]
pub(super) struct Halves {
    low: Vec<u32>,
    high: Vec<u32>,
}

impl Cell for u64 {
    const PARTS: &'static [(&'static str, DataType)] =
        &[("_0", DataType::UInt32), ("_4", DataType::UInt32)];
    type Builder = Halves;
    type View = (ScalarBuffer<u32>, ScalarBuffer<u32>);

    fn push(self, to: &mut Halves) {
        to.low.push(self as u32);
        to.high.push((self >> 32) as u32);
    }

    fn finish(from: &mut Halves) -> Vec<ArrayRef> {
        vec![
            column::<UInt32Type>(&mut from.low),
            column::<UInt32Type>(&mut from.high),
        ]
    }

    fn view(columns: &[ArrayRef]) -> Option<Self::View> {
        let [low, high] = columns else { return None };
        Some((values::<UInt32Type>(low)?, values::<UInt32Type>(high)?))
    }

    fn get((low, high): &Self::View, row: usize) -> u64 {
        u64::from(high[row]) << 32 | u64::from(low[row])
    }
}

/// Two's complement, like [`u64`].
impl Cell for i64 {
    const PARTS: &'static [(&'static str, DataType)] = <u64 as Cell>::PARTS;
    type Builder = Halves;
    type View = <u64 as Cell>::View;

    fn push(self, to: &mut Halves) {
        self.cast_unsigned().push(to);
    }

    fn finish(from: &mut Halves) -> Vec<ArrayRef> {
        <u64 as Cell>::finish(from)
    }

    fn view(columns: &[ArrayRef]) -> Option<Self::View> {
        <u64 as Cell>::view(columns)
    }

    fn get(view: &Self::View, row: usize) -> i64 {
        <u64 as Cell>::get(view, row).cast_signed()
    }
}

/// The bytes of 32-bit values: the lowest, the next, and the upper half.
#[derive(Default)]
pub(super) struct Bytes {
    lowest: Vec<u8>,
    next: Vec<u8>,
    upper: Vec<u16>,
}

impl Bytes {
    fn push(&mut self, value: u32) {
        self.lowest.push(value as u8);
        self.next.push((value >> 8) as u8);
        self.upper.push((value >> 16) as u16);
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        vec![
            column::<UInt8Type>(&mut self.lowest),
            column::<UInt8Type>(&mut self.next),
            column::<UInt16Type>(&mut self.upper),
        ]
    }

    fn values(columns: &[ArrayRef]) -> Option<Vec<u32>> {
        let [lowest, next, upper] = columns else {
            return None;
        };
        let lowest = values::<UInt8Type>(lowest)?;
        let next = values::<UInt8Type>(next)?;
        let upper = values::<UInt16Type>(upper)?;
        let bytes = lowest.iter().zip(next.iter()).zip(upper.iter());
        let value = |((lowest, next), upper): ((&u8, &u8), &u16)| {
            u32::from(*upper) << 16 | u32::from(*next) << 8 | u32::from(*lowest)
        };
        Some(bytes.map(value).collect())
    }
}

/// A duration, nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span(pub(super) u64);

/// Durations on their way to the file.
#[derive(Default)]
pub(super) struct Spans {
    low: Bytes,
    high: Vec<u32>,
}

impl Cell for Span {
    const PARTS: &'static [(&'static str, DataType)] = &[
        ("_0", DataType::UInt8),
        ("_1", DataType::UInt8),
        ("_2", DataType::UInt16),
        ("_4", DataType::UInt32),
    ];
    type Builder = Spans;
    type View = (Vec<u32>, ScalarBuffer<u32>);

    fn push(self, to: &mut Spans) {
        to.low.push(self.0 as u32);
        to.high.push((self.0 >> 32) as u32);
    }

    fn finish(from: &mut Spans) -> Vec<ArrayRef> {
        let mut columns = from.low.finish();
        columns.push(column::<UInt32Type>(&mut from.high));
        columns
    }

    fn view(columns: &[ArrayRef]) -> Option<Self::View> {
        let (low, high) = columns.split_at_checked(3)?;
        Some((Bytes::values(low)?, u32::view(high)?))
    }

    fn get((low, high): &Self::View, row: usize) -> Span {
        Span(u64::from(high[row]) << 32 | u64::from(low[row]))
    }
}

/// The time of an event, and its place among the events of that time in all
/// tables. Rows follow each other closely, so the time's lower half is kept as
/// the step from the row before (from 0 in a batch's first row), modulo 2^32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    /// Nanoseconds since the recording's start.
    pub(super) time: u64,
    /// How many events of the same time came before.
    pub(super) tie: u32,
}

/// Times on their way to the file.
#[derive(Default)]
pub(super) struct Times {
    steps: Bytes,
    high: Vec<u32>,
    ties: Vec<u32>,
    last: u32,
}

impl Cell for At {
    const PARTS: &'static [(&'static str, DataType)] = &[
        ("_step_0", DataType::UInt8),
        ("_step_1", DataType::UInt8),
        ("_step_2", DataType::UInt16),
        ("_4", DataType::UInt32),
        ("_tie", DataType::UInt32),
    ];
    type Builder = Times;
    type View = Vec<At>;

    fn push(self, to: &mut Times) {
        let low = self.time as u32;
        to.steps.push(low.wrapping_sub(to.last));
        to.high.push((self.time >> 32) as u32);
        to.ties.push(self.tie);
        to.last = low;
    }

    fn finish(from: &mut Times) -> Vec<ArrayRef> {
        from.last = 0;
        let mut columns = from.steps.finish();
        columns.push(column::<UInt32Type>(&mut from.high));
        columns.push(column::<UInt32Type>(&mut from.ties));
        columns
    }

    fn view(columns: &[ArrayRef]) -> Option<Vec<At>> {
        let (steps, rest) = columns.split_at_checked(3)?;
        let [high, ties] = rest else { return None };
        let steps = Bytes::values(steps)?;
        let (high, ties) = (values::<UInt32Type>(high)?, values::<UInt32Type>(ties)?);
        let mut low = 0u32;
        let mut times = Vec::with_capacity(steps.len());
        for ((step, high), tie) in steps.iter().zip(high.iter()).zip(ties.iter()) {
            low = low.wrapping_add(*step);
            let time = u64::from(*high) << 32 | u64::from(low);
            times.push(At { time, tie: *tie });
        }
        Some(times)
    }

    fn get(view: &Vec<At>, row: usize) -> At {
        view[row]
    }
}

impl Cell for bool {
    const PARTS: &'static [(&'static str, DataType)] = &[("", DataType::Boolean)];
    type Builder = Vec<bool>;
    type View = BooleanBuffer;

    fn push(self, to: &mut Vec<bool>) {
        to.push(self);
    }

    fn finish(from: &mut Vec<bool>) -> Vec<ArrayRef> {
        vec![Arc::new(BooleanArray::from(std::mem::take(from)))]
    }

    fn view(columns: &[ArrayRef]) -> Option<BooleanBuffer> {
        let column = columns.first()?.as_boolean_opt()?;
        (column.null_count() == 0).then(|| column.values().clone())
    }

    fn get(view: &BooleanBuffer, row: usize) -> bool {
        view.value(row)
    }
}

impl Cell for String {
    const PARTS: &'static [(&'static str, DataType)] = &[("", DataType::Utf8)];
    type Builder = Vec<String>;
    type View = StringArray;

    fn push(self, to: &mut Vec<String>) {
        to.push(self);
    }

    fn finish(from: &mut Vec<String>) -> Vec<ArrayRef> {
        vec![Arc::new(StringArray::from(std::mem::take(from)))]
    }

    fn view(columns: &[ArrayRef]) -> Option<StringArray> {
        let column = columns.first()?.as_string_opt::<i32>()?;
        (column.null_count() == 0).then(|| column.clone())
    }

    fn get(view: &StringArray, row: usize) -> String {
        view.value(row).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<C: Cell + Clone>(values: &[C]) -> Vec<C> {
        let mut builder = C::Builder::default();
        for value in values.iter().cloned() {
            value.push(&mut builder);
        }
        let view = C::view(&C::finish(&mut builder)).expect("its own columns");
        (0..values.len()).map(|row| C::get(&view, row)).collect()
    }

    #[test]
    fn extremes_come_back() {
        let wide = [0, 1, u64::from(u32::MAX), 1 << 32, u64::MAX];
        assert_eq!(round_trip(&wide), wide);
        let signed = [0, -1, -11, i64::MIN, i64::MAX];
        assert_eq!(round_trip(&signed), signed);
        let spans = wide.map(Span);
        assert_eq!(round_trip(&spans), spans);
        assert_eq!(round_trip(&[true, false, true]), [true, false, true]);
        let texts = [String::new(), "é\n\0".to_owned()];
        assert_eq!(round_trip(&texts), texts);
    }

    fn at(time: u64) -> At {
        At { time, tie: 3 }
    }

    #[test]
    fn times_step_over_any_gap() {
        let times = [7, 7, 8, 1 << 32, (1 << 40) + 3, u64::MAX].map(at);
        assert_eq!(round_trip(&times), times);
    }

    #[test]
    fn each_batch_counts_its_steps_anew() {
        let mut steps = Times::default();
        at(500).push(&mut steps);
        At::finish(&mut steps);
        at(600).push(&mut steps);
        let view = At::view(&At::finish(&mut steps)).expect("its own columns");
        assert_eq!(At::get(&view, 0), at(600));
    }

    #[test]
    fn a_foreign_type_is_refused() {
        let mut texts = vec!["x".to_owned()];
        assert!(u32::view(&String::finish(&mut texts)).is_none());
    }
}
