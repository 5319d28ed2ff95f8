//! Columns that line up, whatever their cells are coloured with.

use unicode_width::UnicodeWidthStr;

use super::frame::shorten;
use crate::style::{Role, Style};

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    /// Left, and the one that gives way when there is no room.
    Flexible,
}

/// A cell: text and what it is.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    role: Role,
}

/// A cell without a colour.
pub(super) fn plain(text: impl Into<String>) -> Cell {
    cell(Role::Plain, text)
}

/// A cell with a role.
pub(super) fn cell(role: Role, text: impl Into<String>) -> Cell {
    let text = text.into();
    Cell { text, role }
}

/// Rows of cells under aligned columns.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Align>,
    rows: Vec<Vec<Cell>>,
}

const INDENT: &str = "  ";
const GAP: &str = "  ";
/// A flexible column keeps at least this.
const MIN_FLEXIBLE: usize = 16;

impl Table {
    pub(super) fn new(columns: &[Align]) -> Table {
        Table {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// A row of column names.
    pub(super) fn head(&mut self, names: &[&str]) {
        let names = names.iter().map(|name| cell(Role::Dim, *name));
        self.rows.push(names.collect());
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The lines of the table, each ended.
    pub(super) fn render(&self, style: &Style) -> String {
        let widths = self.widths(style.columns());
        let lines = self.rows.iter().map(|row| self.line(row, &widths, style));
        lines.collect()
    }

    fn widths(&self, room: usize) -> Vec<usize> {
        let wide = |index: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            cells.map(|cell| cell.text.width()).max().unwrap_or(0)
        };
        let mut widths: Vec<_> = (0..self.columns.len()).map(wide).collect();
        let gaps = GAP.len() * self.columns.len().saturating_sub(1);
        let whole = INDENT.len() + gaps + widths.iter().sum::<usize>();
        let flexible = self.columns.iter().position(|it| *it == Align::Flexible);
        if let Some(index) = flexible {
            let over = whole.saturating_sub(room);
            let least = widths[index].min(MIN_FLEXIBLE);
            widths[index] = widths[index].saturating_sub(over).max(least);
        }
        widths
    }

    fn line(&self, row: &[Cell], widths: &[usize], style: &Style) -> String {
        let cells = row.iter().zip(&self.columns).zip(widths);
        let cells: Vec<_> = cells
            .map(|((cell, align), &width)| aligned(cell, *align, width, style))
            .collect();
        let line = format!("{INDENT}{}", cells.join(GAP));
        format!("{}\n", line.trim_end())
    }
}

fn aligned(cell: &Cell, align: Align, width: usize, style: &Style) -> String {
    let text = match align {
        Align::Flexible => shorten(&cell.text, width),
        _ => cell.text.clone(),
    };
    let fill = " ".repeat(width.saturating_sub(text.width()));
    let painted = style.paint(cell.role, &text);
    match align {
        Align::Right => format!("{fill}{painted}"),
        _ => format!("{painted}{fill}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_the_flexible_one_gives_way() {
        let mut table = Table::new(&[Align::Right, Align::Flexible, Align::Right]);
        table.head(&["count", "line", "time"]);
        let long = "fetch (/home/ann/projects/crawler/crawler/workers/fetch.py:42)";
        table.row(vec![plain("7"), plain(long), plain("1.20 s")]);
        let style = Style {
            width: 60,
            color: false,
        };
        let text = table.render(&style);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "  count  line                                           time",
                "      7  fetch (…/crawler/workers/fetch.py:42)        1.20 s",
            ]
        );
    }
}
