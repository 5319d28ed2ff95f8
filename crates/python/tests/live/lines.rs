//! Lines of instructions against what CPython itself makes of its tables.

use crate::support::{Interpreter, Program, on_every_interpreter};
use keelback_python::{LineStyle, line};
use serde_json::Value;

/// Fewer instructions than this were not worth comparing.
const ENOUGH: usize = 20_000;

#[test]
fn every_instruction_has_cpythons_line() {
    on_every_interpreter(
        |it| it.minor >= 7 && it.version.starts_with("3."),
        |interpreter| {
            let program = Program::start(interpreter, "lines.py", &[]);
            let codes = program.truth.as_array().unwrap();
            let compared: usize = codes.iter().map(|it| compare(interpreter, it)).sum();
            assert!(compared > ENOUGH, "{compared}");
        },
    );
}

fn compare(interpreter: &Interpreter, code: &Value) -> usize {
    let first = number(&code[1]).unwrap();
    let table = unhex(code[2].as_str().unwrap());
    let lines = code[3].as_array().unwrap();
    for (unit, truth) in lines.iter().enumerate() {
        let seen = line(style(interpreter), first, &table, 2 * unit as u32);
        assert_eq!(seen, number(truth), "unit {unit} of {}", code[0]);
    }
    lines.len()
}

fn style(interpreter: &Interpreter) -> LineStyle {
    match interpreter.minor {
        ..=9 => LineStyle::Lnotab,
        10 => LineStyle::Pep626,
        _ => LineStyle::Locations,
    }
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().map(|it| it as u32)
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks_exact(2)
        .map(|it| u8::from_str_radix(std::str::from_utf8(it).unwrap(), 16).unwrap())
        .collect()
}
