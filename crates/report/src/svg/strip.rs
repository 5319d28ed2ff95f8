//! A row of a time line, reduced to the columns of a picture.

use std::fmt::Write;

/// Time by column and colour.
pub(super) struct Strip {
    /// Nanoseconds of each colour, column by column.
    columns: Vec<Vec<u64>>,
    /// The length of a column, nanoseconds.
    each: u64,
}

impl Strip {
    /// `columns` that together last `length` nanoseconds, with nothing in them.
    pub(super) fn new(columns: usize, length: u64, colors: usize) -> Strip {
        Strip {
            columns: vec![vec![0; colors]; columns],
            each: length.div_ceil(columns as u64).max(1),
        }
    }

    /// Puts a colour on the time from `from` to `to`.
    pub(super) fn put(&mut self, from: u64, to: u64, color: usize) {
        let mut at = from;
        while at < to {
            let column = at / self.each;
            let end = to.min((column + 1) * self.each);
            if let Some(column) = self.columns.get_mut(column as usize) {
                column[color] += end - at;
            }
            at = end;
        }
    }

    /// The time of a colour, nanoseconds.
    pub(super) fn sum(&self, color: usize) -> u64 {
        self.columns.iter().map(|column| column[color]).sum()
    }

    /// The time of all colours, nanoseconds.
    pub(super) fn total(&self) -> u64 {
        self.columns.iter().flatten().sum()
    }

    /// One path for a colour: of each column the part that it fills, the first
    /// colour at the bottom. Empty when there is none.
    pub(super) fn path(&self, color: usize, left: f64, top: f64, height: u64) -> String {
        let mut path = String::new();
        let mut from = 0;
        while from < self.columns.len() {
            let (low, high) = self.band(from, color, height);
            let alike = |&column: &usize| self.band(column, color, height) == (low, high);
            let width = (from..self.columns.len()).take_while(alike).count();
            if low < high {
                let (x, y) = (left + from as f64, top + (height - high) as f64);
                let _ = write!(path, "M{x} {y}h{width}v{}h-{width}z", high - low);
            }
            from += width;
        }
        path
    }

    /// Between which heights of a column a colour lies.
    fn band(&self, column: usize, color: usize, height: u64) -> (u64, u64) {
        let column = &self.columns[column];
        let below: u64 = column[..color].iter().sum();
        let level = |ns: u64| (ns * height + self.each / 2) / self.each;
        (level(below), level(below + column[color]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_what_lies_across_them() {
        let mut strip = Strip::new(4, 40, 2);
        strip.put(0, 15, 0);
        strip.put(15, 20, 1);
        strip.put(35, 99, 1);
        assert_eq!(
            strip.columns,
            [vec![10, 0], vec![5, 5], vec![0, 0], vec![0, 5]]
        );
        assert_eq!((strip.sum(0), strip.total()), (15, 25));
    }

    #[test]
    fn colors_are_stacked_and_equal_columns_are_one_piece() {
        let mut strip = Strip::new(4, 40, 2);
        strip.put(0, 20, 0);
        strip.put(20, 25, 0);
        strip.put(25, 30, 1);
        assert_eq!(
            strip.path(0, 100.0, 50.0, 8),
            "M100 50h2v8h-2zM102 54h1v4h-1z"
        );
        assert_eq!(strip.path(1, 100.0, 50.0, 8), "M102 50h1v4h-1z");
    }
}
