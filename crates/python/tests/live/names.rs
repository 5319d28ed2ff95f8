//! Names of threads, as programs gave them.

use crate::support::{Interpreter, Program, on_every_interpreter};
use keelback_python::{LiveProcess, Roster, ThreadState, Walker, runtime_of};

fn has_layout(interpreter: &Interpreter) -> bool {
    interpreter.minor >= 7 && interpreter.version.starts_with("3.")
}

#[test]
fn threads_are_called_what_they_say() {
    on_every_interpreter(has_layout, |interpreter| {
        let program = Program::start(interpreter, "names.py", &[]);
        let found = runtime_of(program.pid()).unwrap().unwrap();
        let memory = LiveProcess::open(program.pid()).unwrap();
        let layout = found.build.layout.as_ref().unwrap();
        let states = Walker::new(&memory, layout, found.runtime.unwrap())
            .threads()
            .unwrap();
        let roster = Roster::find(&memory, layout, states[0].interpreter).unwrap();
        let names = roster
            .unwrap()
            .names(&memory, layout, &idents(&states))
            .unwrap();
        for (ident, said) in program.truth.as_object().unwrap() {
            let seen = names.get(&ident.parse().unwrap());
            assert_eq!(
                seen.map(|it| it.name.as_str()),
                said[0].as_str(),
                "of {ident}"
            );
            let native = seen.and_then(|it| it.native_id).map(u64::from);
            assert_eq!(native, said[1].as_u64().filter(|_| seen.is_some()));
        }
        assert_eq!(
            program.truth.as_object().map(serde_json::Map::len),
            Some(states.len())
        );
    });
}

#[test]
fn without_threading_there_are_no_names() {
    on_every_interpreter(has_layout, |interpreter| {
        let program = Program::start(interpreter, "nameless.py", &[]);
        let found = runtime_of(program.pid()).unwrap().unwrap();
        let memory = LiveProcess::open(program.pid()).unwrap();
        let layout = found.build.layout.as_ref().unwrap();
        let walker = Walker::new(&memory, layout, found.runtime.unwrap());
        let interpreter = walker.interpreters().unwrap()[0];
        assert_eq!(Roster::find(&memory, layout, interpreter), Ok(None));
    });
}

fn idents(states: &[ThreadState]) -> Vec<u64> {
    states.iter().map(|it| it.thread_id).collect()
}
