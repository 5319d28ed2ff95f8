//! The GIL of live interpreters: found, read, found again without the table.

use crate::support::{Interpreter, Program, on_every_interpreter};
use keelback_python::{Build, Found, Gil, LiveProcess, Source, Walker, runtime_of};

/// Microseconds: what `gil.py` is told to set, or Python's default.
const TUNED: u64 = 3210;
const DEFAULT: u64 = 5000;

struct Case {
    program: Program,
    found: Found,
    memory: LiveProcess,
}

impl Case {
    fn start(interpreter: &Interpreter, arguments: &[&str]) -> Case {
        let program = Program::start(interpreter, "gil.py", arguments);
        let found = runtime_of(program.pid());
        Case {
            memory: LiveProcess::open(program.pid()).unwrap(),
            found: found.unwrap().expect("a Python runs there"),
            program,
        }
    }

    fn runtime(&self) -> u64 {
        self.found.runtime.unwrap()
    }

    fn gil(&self) -> Gil {
        let gil = Gil::locate(&self.memory, &self.found.build, self.runtime());
        gil.unwrap().expect("it has a GIL")
    }
}

fn has_gil(interpreter: &Interpreter) -> bool {
    interpreter.version.starts_with("3.") && interpreter.minor >= 7
}

#[test]
fn the_layout_knows_where_the_gil_is() {
    on_every_interpreter(has_gil, |interpreter| {
        let case = Case::start(interpreter, &[]);
        let gil = case.gil();
        assert_ne!(gil.source, Source::Scan);
        let state = gil.read(&case.memory).unwrap();
        assert_eq!(state.interval, DEFAULT);
        assert!(!state.locked);
        assert_eq!(Some(state.enabled), case.program.truth["enabled"].as_bool());
        let layout = case.found.build.layout.as_ref().unwrap();
        let threads = Walker::new(&case.memory, layout, case.runtime()).threads();
        let holders: Vec<_> = threads.unwrap().iter().map(|it| it.address).collect();
        // A free-threaded build that never took its GIL has no last holder.
        let nobody = state.last_holder == 0 && !state.enabled;
        assert!(nobody || holders.contains(&state.last_holder), "{state:?}");
        assert!(!state.enabled || state.switches > 0);
    });
}

#[test]
fn a_wrong_table_is_corrected_by_a_scan() {
    on_every_interpreter(has_gil, |interpreter| {
        let case = Case::start(interpreter, &[]);
        let mut wrong = Build::clone(&case.found.build);
        let main = &mut wrong.gil.as_mut().unwrap().main;
        main.offset = main.offset.wrapping_add_signed(-48);
        let gil = Gil::locate(&case.memory, &wrong, case.runtime()).unwrap();
        let gil = gil.expect("exactly one place looks like a GIL");
        assert_eq!(gil.source, Source::Scan);
        assert_eq!(gil.address, case.gil().address);
    });
}

#[test]
fn a_tuned_interval_does_not_hide_it() {
    on_every_interpreter(has_gil, |interpreter| {
        let case = Case::start(interpreter, &[&TUNED.to_string()]);
        let state = case.gil().read(&case.memory).unwrap();
        assert_eq!(state.interval, TUNED);
    });
}

#[test]
fn isolated_sub_interpreters_have_their_own() {
    on_every_interpreter(
        |it| has_gil(it) && it.minor >= 12,
        |interpreter| {
            for arguments in [vec![], vec!["5000", "sub"]] {
                let case = Case::start(interpreter, &arguments);
                let all = Gil::locate_all(&case.memory, &case.found.build, case.runtime());
                let all = all.unwrap();
                assert_eq!(Some(all.len() as u64), case.program.truth["gils"].as_u64());
                for gil in all {
                    assert_eq!(gil.read(&case.memory).unwrap().interval, DEFAULT);
                }
            }
        },
    );
}
