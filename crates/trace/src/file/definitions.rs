//! The dictionary of a recording, read from its tables.

use super::definition_rows::DefinitionRow;
use super::schema::{
    CodeRow, FrameRow, InterpreterRow, LossRow, ProcessRow, StackRow, TallyRow, TextRow, ThreadRow,
};
use super::store::Store;
use crate::{Dictionary, Loss, LossKind, ReadError};

/// Reads every definition.
pub(super) fn read(store: &Store) -> Result<Dictionary, ReadError> {
    let mut dictionary = Dictionary::default();
    add::<TextRow>(store, &mut dictionary)?;
    add::<ProcessRow>(store, &mut dictionary)?;
    add::<ThreadRow>(store, &mut dictionary)?;
    add::<CodeRow>(store, &mut dictionary)?;
    add::<FrameRow>(store, &mut dictionary)?;
    add::<StackRow>(store, &mut dictionary)?;
    add::<InterpreterRow>(store, &mut dictionary)?;
    add::<TallyRow>(store, &mut dictionary)?;
    add::<LossRow>(store, &mut dictionary)?;
    if store.torn() > 0 {
        dictionary.losses.push(Loss {
            kind: LossKind::RowsTorn,
            count: store.torn(),
        });
    }
    Ok(dictionary)
}

fn add<R: DefinitionRow>(store: &Store, to: &mut Dictionary) -> Result<(), ReadError> {
    let Some(mut rows) = store.rows::<R>()? else {
        return Ok(());
    };
    while let Some(row) = rows.next() {
        let definition = row?
            .definition(to)
            .map_err(|why| rows.place().damaged(why))?;
        to.define(definition);
    }
    Ok(())
}
