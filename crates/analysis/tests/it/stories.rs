//! Stories: a recording as text, and below it what analysis makes of it.
//!
//! `KEELBACK_UPDATE_STORIES=1 cargo test` writes what analysis says today below
//! each story; read the difference before you commit it.

use std::path::Path;

use crate::support::script;
use crate::told;

/// Between the story and what is told of it.
const RULE: &str = "\n----\n";

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/stories/{name}.story"));
    let text = std::fs::read_to_string(&path).expect("the story is there");
    let (story, expected) = text.split_once(RULE).unwrap_or((text.trim_end(), ""));
    let told = told::told(&script::read(story));
    if std::env::var_os("KEELBACK_UPDATE_STORIES").is_some() {
        std::fs::write(&path, format!("{story}{RULE}{told}")).expect("the story can be written");
        return;
    }
    assert_eq!(told, expected, "\n{name} is told otherwise:\n{told}");
}

macro_rules! stories {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            check(stringify!($name));
        }
    )*};
}

stories! {
    sleeper
    spinner
    two_spinners_on_one_cpu
    pipe_reader
    subprocess_waiter
    gil_fight
    forced_switch
    timed_waits_merge
    hand_over
    joins
    import_lock
    idle_pool_thread
    never_ends
    forked_child
    lost_events
    switch_missing
    early_wake
    attached_late
    lock_kinds
    free_threaded
    futexes_without_threads
    start_up
    blocked_inside_calls
    one_hot_line
    failing_calls
    two_threads_contend
    a_lock_is_contended
    no_cpu
    page_faults
    costly_recording
    kernel_time
    main_thread_sleeps
    gil_hog
    gil_turns
    gil_convoy
    gil_ping_pong
    gil_holder_without_cpu
    gil_pool
    gil_cross_cpu
    library_lock
    gil_interval_long
    gil_interval_short
    gc_collect
    no_gil_waits
    own_gil
}
