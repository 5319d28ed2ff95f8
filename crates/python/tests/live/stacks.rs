//! The walker's stacks against what programs say of themselves, to the line.

use std::collections::HashSet;

use crate::support::{Interpreter, Program, on_every_interpreter};
use keelback_python::{Code, Found, Layout, LiveProcess, Named, ThreadState, Walker, runtime_of};
use serde_json::Value;

/// Deeper than any program here goes.
const LIMIT: usize = 2000;

/// A program with its interpreter found and its memory open.
struct Case {
    program: Program,
    found: Found,
    memory: LiveProcess,
}

impl Case {
    fn start(interpreter: &Interpreter) -> Case {
        let program = Program::start(interpreter, "stacks.py", &[]);
        let found = runtime_of(program.pid());
        Case {
            memory: LiveProcess::open(program.pid()).unwrap(),
            found: found.unwrap().expect("a Python runs there"),
            program,
        }
    }

    fn layout(&self) -> &Layout {
        self.found.build.layout.as_ref().unwrap()
    }

    fn walker(&self) -> Walker<'_, LiveProcess> {
        Walker::new(&self.memory, self.layout(), self.found.runtime.unwrap())
    }
}

fn has_frames(interpreter: &Interpreter) -> bool {
    interpreter.minor >= 7 && interpreter.version.starts_with("3.")
}

#[test]
fn stacks_are_what_programs_say_of_themselves() {
    on_every_interpreter(has_frames, |interpreter| {
        let case = Case::start(interpreter);
        let version = case.found.build.version.to_string();
        assert_eq!(interpreter.version.trim_end_matches('t'), version);
        let threads = case.walker().threads().unwrap();
        let stories = case.program.truth.as_object().unwrap();
        assert_eq!(threads.len(), stories.len());
        for (ident, story) in stories {
            let thread = by_ident(&threads, ident);
            let stack = case.walker().stack(thread, LIMIT).unwrap();
            assert!(!stack.truncated);
            let named = case.walker().name(&stack.frames).unwrap();
            assert_same(&named, &told(story));
        }
    });
}

#[test]
fn a_limit_truncates_and_says_so() {
    on_every_interpreter(has_frames, |interpreter| {
        let case = Case::start(interpreter);
        let deep = case.walker().threads().unwrap().into_iter().find(|it| {
            let stack = case.walker().stack(it, LIMIT).unwrap();
            stack.frames.len() > 300
        });
        let stack = case.walker().stack(&deep.unwrap(), 100).unwrap();
        assert!(stack.truncated);
        assert_eq!(stack.frames.len(), 100);
    });
}

#[test]
fn versions_tell_code_objects_apart() {
    on_every_interpreter(
        |it| has_frames(it) && it.minor >= 12,
        |interpreter| {
            let case = Case::start(interpreter);
            let codes = codes(&case);
            let versions: Vec<_> = codes
                .iter()
                .map(|it| {
                    Code::read(&case.memory, case.layout(), *it)
                        .unwrap()
                        .version
                })
                .filter(|it| *it != 0)
                .collect();
            let distinct: HashSet<_> = versions.iter().collect();
            assert_eq!(distinct.len(), versions.len());
            assert!(versions.len() * 2 > codes.len(), "{versions:?}");
        },
    );
}

#[test]
fn threads_know_their_system_ids() {
    on_every_interpreter(
        |it| has_frames(it) && it.minor >= 11,
        |interpreter| {
            let case = Case::start(interpreter);
            let threads = case.walker().threads().unwrap();
            let own: HashSet<_> = threads
                .iter()
                .filter_map(|it| it.native_thread_id)
                .collect();
            let tasks = std::fs::read_dir(format!("/proc/{}/task", case.program.pid())).unwrap();
            let tasks: HashSet<u32> = tasks
                .map(|it| it.unwrap().file_name().to_string_lossy().parse().unwrap())
                .collect();
            assert_eq!(own, tasks);
        },
    );
}

fn codes(case: &Case) -> HashSet<u64> {
    let walker = case.walker();
    let threads = walker.threads().unwrap();
    let stacks = threads.iter().map(|it| walker.stack(it, LIMIT).unwrap());
    stacks.flat_map(|it| it.frames).map(|it| it.code).collect()
}

fn by_ident<'a>(threads: &'a [ThreadState], ident: &str) -> &'a ThreadState {
    let ident: u64 = ident.parse().unwrap();
    threads.iter().find(|it| it.thread_id == ident).unwrap()
}

fn told(story: &Value) -> Vec<Named> {
    let frames = story.as_array().unwrap().iter();
    frames
        .map(|it| Named {
            name: it[0].as_str().unwrap().into(),
            file: it[1].as_str().unwrap().into(),
            line: it[2].as_u64().map(|line| line as u32),
        })
        .collect()
}

/// Frame by frame, for a whole stack in a message is hard to read.
fn assert_same(seen: &[Named], told: &[Named]) {
    for (depth, (seen, told)) in seen.iter().zip(told).enumerate() {
        assert_eq!(seen, told, "at depth {depth} of {told:#?}");
    }
    assert_eq!(seen.len(), told.len());
}
