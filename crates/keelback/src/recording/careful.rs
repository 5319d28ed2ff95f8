//! A sink that gives up without disturbing the command.

use keelback_trace::{Definition, Event, Provenance, Sink, WriteError};

/// Passes everything on until something cannot be written. From then on it
/// takes everything and keeps nothing, so that the recorder goes on to the
/// command's end and still learns its exit code.
pub(super) struct Careful<S> {
    inner: S,
    broken: Option<WriteError>,
    is_empty: bool,
}

impl<S: Sink> Careful<S> {
    pub(super) fn new(inner: S) -> Careful<S> {
        Careful {
            inner,
            broken: None,
            is_empty: true,
        }
    }

    /// Has no event arrived?
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// What was written to, and why that ended early if it did.
    pub(super) fn into_parts(self) -> (S, Option<WriteError>) {
        (self.inner, self.broken)
    }

    fn attempt(&mut self, write: impl FnOnce(&mut S) -> Result<(), WriteError>) {
        if self.broken.is_none() {
            self.broken = write(&mut self.inner).err();
        }
    }
}

impl<S: Sink> Sink for Careful<S> {
    fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
        self.attempt(|it| it.define(definition));
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<(), WriteError> {
        self.is_empty = false;
        self.attempt(|it| it.event(event));
        Ok(())
    }

    fn provenance(&mut self, provenance: &Provenance) -> Result<(), WriteError> {
        self.attempt(|it| it.provenance(provenance));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.attempt(Sink::flush);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a few definitions, then is full.
    struct Small(Vec<Definition>);

    impl Sink for Small {
        fn define(&mut self, definition: Definition) -> Result<(), WriteError> {
            if self.0.len() == 2 {
                return Err(full());
            }
            self.0.push(definition);
            Ok(())
        }

        fn event(&mut self, _: Event) -> Result<(), WriteError> {
            Err(full())
        }

        fn provenance(&mut self, _: &Provenance) -> Result<(), WriteError> {
            Ok(())
        }

        fn flush(&mut self) -> Result<(), WriteError> {
            Ok(())
        }
    }

    fn full() -> WriteError {
        WriteError {
            path: "disk".into(),
            source: std::io::ErrorKind::StorageFull.into(),
        }
    }

    #[test]
    fn a_full_disk_is_kept_for_later() {
        let mut sink = Careful::new(Small(Vec::new()));
        for name in ["a", "b", "c", "d"] {
            assert!(sink.define(Definition::Text(name.into())).is_ok());
        }
        let (small, broken) = sink.into_parts();
        assert_eq!(small.0.len(), 2);
        assert!(broken.is_some_and(|it| it.to_string().contains("disk")));
    }
}
