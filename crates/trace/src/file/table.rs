//! What a table is made of, and the macro that declares one.

use std::collections::HashMap;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, Field, Schema};

use super::cell::Cell;

/// A table of the file, for documentation and for other readers.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name; the file in the zip is `NAME.arrows`.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Its columns, in order.
    pub columns: Vec<Column>,
}

/// A column of a [`Table`]. None is nullable: the vocabulary has its own words
/// for "none", and a reader need not look for both.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its Arrow type.
    pub data_type: DataType,
    /// Its unit, or what its numbers name.
    pub unit: &'static str,
    /// What it says.
    pub about: &'static str,
}

impl Table {
    /// The Arrow schema; units and sentences are in its metadata, so that a
    /// table explains itself to whoever opens it with another tool.
    pub fn arrow_schema(&self) -> Schema {
        let fields: Vec<Field> = self.columns.iter().map(Column::arrow_field).collect();
        Schema::new_with_metadata(fields, HashMap::from([text("about", self.about)]))
    }
}

impl Column {
    fn arrow_field(&self) -> Field {
        let about = HashMap::from([text("unit", self.unit), text("about", self.about)]);
        Field::new(&self.name, self.data_type.clone(), false).with_metadata(about)
    }
}

fn text(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.trim().to_owned())
}

/// The columns of one cell.
pub(super) fn columns_of<C: Cell>(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
) -> impl Iterator<Item = Column> {
    C::PARTS.iter().map(move |(suffix, data_type)| Column {
        name: format!("{name}{suffix}"),
        data_type: data_type.clone(),
        unit,
        about,
    })
}

/// Looks at the first of the columns that are left: those of one cell.
pub(super) fn cell<C: Cell>(rest: &mut &[ArrayRef]) -> Option<C::View> {
    let (mine, after) = rest.split_at_checked(C::PARTS.len())?;
    *rest = after;
    C::view(mine)
}

/// A row that knows its table. Written by [`tables!`](super::schema).
pub(super) trait Row: Sized {
    /// Collects rows on their way to the file.
    type Columns: Default;
    /// Gives out the rows of one batch.
    type View;

    /// Name and columns.
    fn table() -> Table;
    /// Adds a row.
    fn push(self, to: &mut Self::Columns);
    /// The columns of what was collected, which starts anew.
    fn finish(from: &mut Self::Columns) -> Vec<ArrayRef>;
    /// Looks at the table's columns, in their order; `None` if a type differs.
    fn view(columns: &[ArrayRef]) -> Option<Self::View>;
    /// A row, which must be one of the batch.
    fn get(view: &Self::View, row: usize) -> Self;
}

/// Declares tables: a row is a struct, each field one [`Cell`].
macro_rules! tables {
    ($(
        $(#[doc = $about:literal])*
        $name:literal => $row:ident, $columns:ident, $view:ident {
            $($field:ident: $cell:ty, $unit:literal, $sentence:literal;)*
        }
    )*) => {
        /// Every table of the file, in the order they are written in.
        pub fn tables() -> Vec<Table> {
            vec![$(<$row as Row>::table()),*]
        }

        $(
            $(#[doc = $about])*
            pub(super) struct $row { $(pub(super) $field: $cell,)* }

            #[derive(Default)]
            pub(super) struct $columns { $($field: <$cell as Cell>::Builder,)* }

            pub(super) struct $view { $($field: <$cell as Cell>::View,)* }

            impl Row for $row {
                type Columns = $columns;
                type View = $view;

                fn table() -> Table {
                    let columns = std::iter::empty()
                        $(.chain(columns_of::<$cell>(stringify!($field), $unit, $sentence)))*
                        .collect();
                    Table { name: $name, about: concat!($($about,)*).trim_ascii(), columns }
                }

                fn push(self, to: &mut $columns) {
                    $(self.$field.push(&mut to.$field);)*
                }

                fn finish(from: &mut $columns) -> Vec<ArrayRef> {
                    let mut columns = Vec::new();
                    $(columns.extend(<$cell as Cell>::finish(&mut from.$field));)*
                    columns
                }

                fn view(columns: &[ArrayRef]) -> Option<$view> {
                    let mut rest = columns;
                    Some($view { $($field: cell::<$cell>(&mut rest)?,)* })
                }

                fn get(view: &$view, row: usize) -> $row {
                    $row { $($field: <$cell as Cell>::get(&view.$field, row),)* }
                }
            }
        )*
    };
}
pub(super) use tables;
