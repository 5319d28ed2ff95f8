//! What a report says of a Python found in a process.

use keelback_python::Build;
use keelback_trace::define::{GilWords, Interpreter};
use keelback_trace::{Nanos, ProcessId};

/// The definition of an interpreter whose `_PyRuntime` and GIL are here; 0 for
/// what is not known.
pub(crate) fn describe(
    build: &Build,
    process: ProcessId,
    since: Nanos,
    runtime: u64,
    gil: u64,
) -> Interpreter {
    let no_frames = build.layout.as_ref().err().map(ToString::to_string);
    Interpreter {
        process,
        since,
        version: build.version.to_string(),
        file: build.path.display().to_string(),
        stripped: build.stripped,
        free_threaded: build.free_threaded,
        runtime,
        runtime_size: build.runtime.map_or(0, |it| it.size),
        gil,
        gil_words: gil_words(build),
        no_frames: no_frames.unwrap_or_default(),
    }
}

fn gil_words(build: &Build) -> GilWords {
    let Some(gil) = &build.gil else {
        return GilWords::default();
    };
    GilWords {
        cond: gil.words.cond,
        mutex: gil.words.mutex,
        switch_cond: gil.words.switch_cond,
        switch_mutex: gil.words.switch_mutex,
    }
}
