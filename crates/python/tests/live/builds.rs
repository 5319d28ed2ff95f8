//! What files and processes say of themselves against what `sys` says.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Interpreter, Program, on_every_interpreter};
use keelback_python::{
    Build, Builds, FindError, Places, Refusal, candidates, needed_libpython, runtime_of,
};
use proptest::prelude::*;

fn every(_: &Interpreter) -> bool {
    true
}

#[test]
fn a_process_shows_its_version_and_runtime() {
    on_every_interpreter(every, |interpreter| {
        let program = Program::start(interpreter, "gil.py", &[]);
        let found = runtime_of(program.pid()).unwrap();
        let found = found.expect("a Python runs there");
        let build = &found.build;
        let mark = if build.free_threaded { "t" } else { "" };
        assert_eq!(interpreter.version, format!("{}{mark}", build.version));
        assert!(!build.debug && !build.probes.is_empty());
        let old = interpreter.version.starts_with("2.") || interpreter.minor < 7;
        assert_eq!(matches!(build.layout, Err(Refusal::TooOld(_))), old);
        assert_eq!(build.layout.is_ok(), !old);
        assert_eq!(build.gil.is_some(), !old);
        assert_eq!(found.runtime.is_some(), !old);
    });
}

#[test]
fn probes_are_at_the_start_of_functions() {
    on_every_interpreter(every, |interpreter| {
        let program = Program::start(interpreter, "gil.py", &[]);
        let found = runtime_of(program.pid()).unwrap().unwrap();
        let file = fs::read(format!(
            "/proc/{}/root{}",
            program.pid(),
            found.path.display()
        ));
        let file = file.unwrap();
        for probe in &found.build.probes {
            let code = &file[probe.offset as usize..];
            assert_ne!(code[..4], [0xf3, 0x0f, 0x1e, 0xfa], "{}", probe.function);
            assert_eq!(
                found.build.image.file_offset(probe.address),
                Some(probe.offset)
            );
        }
    });
}

#[test]
fn a_command_leads_to_the_file_that_its_process_runs() {
    on_every_interpreter(every, |interpreter| {
        let program = Program::start(interpreter, "gil.py", &[]);
        let running = runtime_of(program.pid()).unwrap().unwrap();
        let places = Places::default();
        let words = [
            interpreter.command.clone().into_os_string(),
            "app.py".into(),
        ];
        let found = candidates(&words, &places);
        let builds: Vec<_> = found
            .iter()
            .filter_map(|it| Build::read(it).ok().flatten())
            .collect();
        let files: Vec<_> = builds.iter().map(|it| it.file).collect();
        assert!(files.contains(&running.build.file), "{found:?}");
    });
}

#[test]
fn what_is_on_path_is_found_through_links_scripts_and_venvs() {
    on_every_interpreter(every, |interpreter| {
        let directory = Scratch::new(&interpreter.version);
        let bin = directory.0.join("venv/bin");
        fs::create_dir_all(&bin).unwrap();
        std::os::unix::fs::symlink(&interpreter.command, bin.join("python3")).unwrap();
        let script = directory.0.join("tool");
        fs::write(&script, "#!/usr/bin/env python3\n").unwrap();
        let places = Places {
            path: Some(bin.as_os_str()),
            home: Some(&directory.0),
            pyenv_root: None,
        };
        let by_script = candidates(&[script.into_os_string()], &places);
        let by_path = candidates(&[], &places);
        let is_python = |it: &PathBuf| matches!(Build::read(it), Ok(Some(_)));
        assert!(by_path.iter().any(is_python), "{by_path:?}");
        assert!(by_script.iter().any(is_python), "{by_script:?}");
    });
}

#[test]
fn what_a_shell_is_told_to_run_is_found() {
    on_every_interpreter(every, |interpreter| {
        let directory = Scratch::new(&format!("{}-sh", interpreter.version));
        fs::create_dir_all(&directory.0).unwrap();
        let line = format!("cd /; {} -c pass; exit 5", interpreter.command.display());
        let script = directory.0.join("no-first-line.sh");
        fs::write(&script, &line).unwrap();
        for word in [line.into(), script.into_os_string()] {
            let found = candidates(&["sh".into(), word], &Places::default());
            let is_python = |it: &PathBuf| matches!(Build::read(it), Ok(Some(_)));
            assert!(found.iter().any(is_python), "{found:?}");
        }
    });
}

#[test]
fn what_is_no_python_is_none() {
    for file in [
        "/bin/sh",
        "/etc/passwd",
        "/dev/null",
        "/proc/self/maps",
        "/",
    ] {
        assert!(matches!(Build::read(file.as_ref()), Ok(None)), "{file}");
    }
    assert!(Build::read("/no/such/file".as_ref()).is_err());
    let own = runtime_of(std::process::id()).unwrap();
    assert!(own.is_none());
    let missing = runtime_of(u32::MAX >> 1);
    assert!(matches!(missing, Err(FindError::NoProcess(_))));
}

#[test]
fn a_pipe_is_not_waited_for() {
    let mut child = Command::new("sleep")
        .arg("60")
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let pipe = format!("/proc/{}/fd/0", child.id());
    let read = Build::read(pipe.as_ref());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(matches!(read, Ok(None)));
}

#[test]
fn a_damaged_file_is_an_error_or_nothing() {
    on_every_interpreter(every, |interpreter| {
        let program = Program::start(interpreter, "gil.py", &[]);
        let found = runtime_of(program.pid()).unwrap().unwrap();
        let whole = format!("/proc/{}/root{}", program.pid(), found.path.display());
        let bytes = fs::read(whole).unwrap();
        let directory = Scratch::new(&format!("damaged-{}", interpreter.version));
        let cut = directory.0.join("cut");
        for size in [3, 16, 64, 100, 4096, bytes.len() / 2, bytes.len() - 1] {
            fs::write(&cut, &bytes[..size]).unwrap();
            // Any answer but a panic; the last byte belongs to nothing we read.
            let _ = Build::read(&cut);
        }
        File::create(&cut).unwrap();
        assert!(matches!(Build::read(&cut), Ok(None)));
    });
}

#[test]
fn a_deleted_file_is_still_found() {
    on_every_interpreter(can_be_copied, |interpreter| {
        let directory = Scratch::new(&format!("deleted-{}", interpreter.version));
        let (copied, copy) = copy_into(&directory, interpreter);
        let program = Program::start(&copy, "gil.py", &[]);
        fs::remove_file(&copied).unwrap();
        let found = runtime_of(program.pid()).unwrap().unwrap();
        assert_eq!(found.build.version.minor, interpreter.minor as u8);
        let path = format!("{} (deleted)", copied.display());
        assert_eq!(found.path.display().to_string(), path);
    });
}

/// Not one that a script starts, or that names its library by path.
fn can_be_copied(interpreter: &Interpreter) -> bool {
    let real = interpreter.command.canonicalize().unwrap();
    let holder = holder(&real);
    let relative = real.parent().unwrap().join("../lib").canonicalize();
    let beside = relative.is_ok_and(|it| holder.starts_with(it));
    matches!(Build::read(&holder), Ok(Some(_))) && (holder == real || beside)
}

fn holder(executable: &Path) -> PathBuf {
    needed_libpython(executable).unwrap_or(executable.to_owned())
}

/// A copy of what holds the runtime, and how to start it.
fn copy_into(directory: &Scratch, interpreter: &Interpreter) -> (PathBuf, Interpreter) {
    let real = interpreter.command.canonicalize().unwrap();
    let holder = holder(&real);
    let copied = directory.0.join(holder.file_name().unwrap());
    fs::copy(&holder, &copied).unwrap();
    let mut copy = interpreter.clone();
    match holder == real {
        true => copy.command = copied.clone(),
        false => copy.library_path = Some(directory.0.clone()),
    }
    (copied, copy)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_it_panic(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 1..6),
        in_headers in any::<bool>(),
    ) {
        let mut bytes = fs::read("/bin/sh").unwrap();
        let within = if in_headers { 2048 } else { bytes.len() - 8 };
        for (place, value) in places {
            let at = place.index(within);
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        let directory = Scratch::new("damaged");
        let file = directory.0.join("sh");
        fs::write(&file, bytes).unwrap();
        let _ = Build::read(&file);
        let _ = needed_libpython(&file);
    }
}

#[test]
fn files_are_read_once() {
    on_every_interpreter(every, |interpreter| {
        let program = Program::start(interpreter, "gil.py", &[]);
        let mut builds = Builds::default();
        let build = builds.runtime_of(program.pid()).unwrap().unwrap().build;
        let first = builds.get(&build.path).unwrap().unwrap();
        let second = builds.by_id(build.file).unwrap();
        assert!(std::sync::Arc::ptr_eq(&first, &second));
    });
}

#[test]
fn a_search_of_this_machine_ends_soon() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let home = std::env::var_os("HOME").unwrap_or_default();
    let places = Places {
        path: Some(&path),
        home: Some(home.as_ref()),
        pyenv_root: None,
    };
    let start = Instant::now();
    candidates(&["python3".into(), "app.py".into()], &places);
    assert!(start.elapsed() < Duration::from_secs(5));
}

/// A directory that goes away.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let own = format!("keelback-python-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(own);
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
