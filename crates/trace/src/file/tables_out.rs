//! All tables on their way to their files.

use std::io;
use std::path::Path;

use super::event_rows::AnyRow;
use super::schema::{
    CallRow, CodeRow, FaultsRow, FrameRow, GilRow, InterpreterRow, LifeRow, LossRow, ProcessRow,
    SampleRow, StackRow, SwitchRow, TallyRow, TextRow, ThreadRow, UsageRow, WakeRow,
};
use super::table_out::{Pending, TableOut};
use crate::Definition;

macro_rules! tables_out {
    ($($name:ident: $row:ident,)*) => {
        /// One [`TableOut`] per table.
        pub(super) struct TablesOut { $($name: TableOut<$row>,)* }

        impl TablesOut {
            /// Creates every table's file.
            pub(super) fn create(folder: &Path) -> io::Result<TablesOut> {
                Ok(TablesOut { $($name: TableOut::create(folder)?,)* })
            }

            /// Definitions first: a reader of a growing recording must know
            /// what its events name.
            pub(super) fn all(&mut self) -> [&mut dyn Pending; [$(stringify!($name)),*].len()] {
                [$(&mut self.$name,)*]
            }
        }
    };
}

tables_out! {
    texts: TextRow,
    processes: ProcessRow,
    threads: ThreadRow,
    codes: CodeRow,
    frames: FrameRow,
    stacks: StackRow,
    interpreters: InterpreterRow,
    tallies: TallyRow,
    losses: LossRow,
    life: LifeRow,
    gils: GilRow,
    switches: SwitchRow,
    wakes: WakeRow,
    calls: CallRow,
    samples: SampleRow,
    faults: FaultsRow,
    usage: UsageRow,
}

impl TablesOut {
    /// Takes a definition; gives how many rows of its kind wait.
    pub(super) fn define(&mut self, definition: Definition) -> usize {
        match definition {
            Definition::Text(text) => self.texts.push(TextRow { text }),
            Definition::Process(it) => self.processes.push(it.into()),
            Definition::Thread(it) => self.threads.push(it.into()),
            Definition::Code(it) => self.codes.push(it.into()),
            Definition::Frame(it) => self.frames.push(it.into()),
            Definition::Stack(it) => self.stacks.push(it.into()),
            Definition::Interpreter(it) => self.interpreters.push(it.into()),
            Definition::Tally(it) => self.tallies.push(it.into()),
            Definition::Loss(it) => self.losses.push(it.into()),
        }
    }

    /// Takes an event; gives how many rows of its kind wait.
    pub(super) fn event(&mut self, row: AnyRow) -> usize {
        match row {
            AnyRow::Life(row) => self.life.push(row),
            AnyRow::Gil(row) => self.gils.push(row),
            AnyRow::Switch(row) => self.switches.push(row),
            AnyRow::Wake(row) => self.wakes.push(row),
            AnyRow::Call(row) => self.calls.push(row),
            AnyRow::Sample(row) => self.samples.push(row),
            AnyRow::Faults(row) => self.faults.push(row),
            AnyRow::Usage(row) => self.usage.push(row),
        }
    }
}
