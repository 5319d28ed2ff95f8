//! Which modules were seen in use: code of theirs ran outside of their own
//! import.
//!
//! What is seen is every stack of the recording: at each call, each sample,
//! each time a thread left its CPU. A function that ran only between two
//! samples is not seen, nor is a class or a constant that others take.

use std::collections::HashSet;

use keelback_trace::{Dictionary, StackId, TextId};

/// Files of code that was seen running after, or besides, its module's body.
#[derive(Debug, Default)]
pub(super) struct InUse(HashSet<TextId>);

impl InUse {
    pub(super) fn read(known: &Dictionary) -> InUse {
        let mut files = HashSet::new();
        for stack in &known.stacks {
            let (file, is_body) = file_of(stack.frame.index(), known);
            if !is_body && !files.contains(&file) && !is_importing(file, stack.parent, known) {
                files.insert(file);
            }
        }
        InUse(files)
    }

    /// Was code of this file seen in use?
    pub(super) fn has(&self, file: TextId) -> bool {
        self.0.contains(&file)
    }
}

/// The file of a frame, and whether it is a module's body.
fn file_of(frame: usize, known: &Dictionary) -> (TextId, bool) {
    let code = known.frames.get(frame);
    let code = code.and_then(|it| known.codes.get(it.code.index()));
    code.map_or((TextId::NONE, true), |code| {
        (code.file, known.text(code.name) == "<module>")
    })
}

/// Is the body of that file among the callers?
fn is_importing(file: TextId, callers: StackId, known: &Dictionary) -> bool {
    let mut at = known.stack(callers);
    while let Some(stack) = at {
        if file_of(stack.frame.index(), known) == (file, true) {
            return true;
        }
        at = known.stack(stack.parent);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::named_stacks::NamedStacks;
    use super::*;

    #[test]
    fn a_body_is_no_use_and_neither_is_what_it_calls() {
        let mut named = NamedStacks::default();
        named.stack(&["<module> /app.py 1", "<module> /heavy.py 3"]);
        named.stack(&[
            "<module> /app.py 1",
            "<module> /heavy.py 4",
            "<module> /light.py 1",
            "prepare /heavy.py 9",
        ]);
        named.stack(&["<module> /app.py 2", "work /light.py 5"]);
        let (heavy, light) = (named.text("/heavy.py"), named.text("/light.py"));
        let in_use = InUse::read(&named.known);
        assert_eq!((in_use.has(heavy), in_use.has(light)), (false, true));
    }
}
