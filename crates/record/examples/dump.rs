//! Records a command and prints what was seen (a developer's look).
#![expect(clippy::print_stdout, reason = "an example for the terminal")]
use keelback_record::{Mode, Options, Stop, Target, record};
use keelback_trace::Memory;

fn main() {
    let mut words: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    let full = words.first().is_some_and(|it| it == "full");
    words.remove(0);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let home = std::env::var_os("HOME").unwrap_or_default();
    let places = keelback_python::Places {
        path: Some(&path),
        home: Some(home.as_ref()),
        pyenv_root: None,
    };
    let interpreters = keelback_python::candidates(&words, &places);
    let sample_hz = std::env::var("HZ").map_or(999, |it| it.parse().unwrap());
    let options = Options {
        sample_hz,
        mode: if full { Mode::Full } else { Mode::Wait },
        interpreters,
        ..Options::default()
    };
    let mut memory = Memory::default();
    let outcome = record(
        &Target::Launch(words),
        &options,
        &mut memory,
        &Stop::default(),
    );
    println!("{outcome:#?}");
    let dictionary = &memory.dictionary;
    println!(
        "{:#?} {:#?} {:?}",
        dictionary.processes, dictionary.interpreters, dictionary.losses
    );
    println!(
        "{} events, {} stacks, {} codes",
        memory.events.len(),
        dictionary.stacks.len(),
        dictionary.codes.len()
    );
    for event in memory
        .events
        .iter()
        .take(std::env::var("N").map_or(40, |it| it.parse().unwrap()))
    {
        let stack: Vec<String> = dictionary
            .frames_of(event.stack)
            .map(|frame| dictionary.frame_label(frame))
            .collect();
        println!(
            "{} t{} {:?} {}",
            event.at.0,
            event.thread.0,
            event.kind,
            stack.join(" < ")
        );
    }
}
