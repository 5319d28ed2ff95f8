//! A folder that looks like a build tree of CPython, with a program that is none.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use keelback_bench::build::{Functions, Linker, Tree};
use keelback_bench::layout::study::Arm;
use keelback_bench::layout::{Build, Family, Size, Study};
use keelback_bench::run::{Commands, Environment, Setting, Side};

/// The rules that matter of CPython 3.13's Makefile.pre.in, static and shared.
const STATIC: &str = "
python: Programs/python.o Python/ceval.o
\tgcc -Xlinker -export-dynamic -o $@ Programs/python.o Python/ceval.o -lm
";
const SHARED: &str = "
libpython3.13.so.1.0: Python/ceval.o
\tif test linux != aix; then \\
\t\tgcc -shared -Wl,-hlibpython3.13.so.1.0 -o libpython3.13.so.1.0 Python/ceval.o -lm; \\
\telse \\
\t\tfalse; \\
\tfi
python: Programs/python.o libpython3.13.so.1.0
\tgcc -o $@ Programs/python.o libpython3.13.so.1.0
";
const OBJECTS: &str = "
Programs/python.o: Programs/python.c
\tgcc $(CFLAGS) -c -o $@ $<
Python/ceval.o: Python/ceval.c
\tgcc $(CFLAGS) -fPIC -c -o $@ $<
";

/// Builds it; `None` where that cannot be done.
fn tree(rules: &str, flags: &str) -> Option<tempfile::TempDir> {
    let has = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !has("gcc") || !has("make") {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    let main = "int run(int);\nint main(int argc, char **argv) { return run(argc) == 7; }\n";
    write("Programs/python.c", main);
    let functions: String = (0..6)
        .map(|n| format!("int step{n}(int x) {{ return x * {n} + x / 3; }}\n"))
        .collect();
    let run = "int run(int x) { return step0(step1(step2(step3(step4(step5(x)))))); }\n";
    write("Python/ceval.c", &(functions + run));
    write(
        "Makefile",
        &format!("CFLAGS = -O1 {flags}\n{rules}{OBJECTS}"),
    );
    let built = Command::new("make")
        .args(["--silent", "python"])
        .current_dir(folder.path())
        .env_remove("MAKEFLAGS")
        .status();
    assert!(built.unwrap().success());
    Some(folder)
}

fn study(tree: &Tree, orders: u32) -> Study<Commands> {
    let mut env = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    if let Some(folder) = tree.libraries() {
        env.prepend("LD_LIBRARY_PATH", folder.as_os_str());
    }
    let side = Side::new("python", vec![tree.python().into()], env);
    let setting = Setting::up_to(Duration::from_secs(60));
    let commands = Commands::new(vec![side], setting, 1).unwrap();
    let build = Build {
        relink: tree.relink().unwrap(),
        dead_code: Vec::new(),
    };
    let size = Size {
        copies: 2,
        orders,
        rounds: 2,
    };
    let mut study = Study::new(commands, &[build], &size, 1).unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let (measured, _) = study.play(&size, &stop, |_| {});
    assert_eq!(measured.kernels[0].1.len(), 2, "every link runs");
    study
}

fn functions(study: &Study<Commands>, family: Family, number: u32) -> Functions {
    let arm = Arm {
        build: 0,
        family,
        number,
    };
    Functions::of(study.linked(&arm).unwrap().file()).unwrap()
}

/// The link in order is make's own; the others have its functions elsewhere.
fn check(tree: &Tree, made: &Path) {
    // Where a linker cannot shuffle functions, there are few objects to reorder.
    const ORDERS: u32 = 12;
    let study = study(tree, ORDERS);
    let own = Functions::of(made).unwrap();
    assert_eq!(functions(&study, Family::Same, 1), own);
    let moved = (1..=ORDERS).any(|number| {
        let link = functions(&study, Family::Orders, number);
        assert!(link.address("step3").is_some());
        own.moved(&link).1 > 0
    });
    assert!(moved, "no function of {ORDERS} links lies elsewhere");
}

#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn skip() {
    eprintln!("skipped: no gcc, or no make");
}

#[test]
fn a_static_build_is_linked_anew() {
    let Some(folder) = tree(STATIC, "-ffunction-sections") else {
        return skip();
    };
    let tree = Tree::open(folder.path()).unwrap();
    assert_eq!(tree.libraries(), None);
    assert_eq!(tree.compiler(), "gcc");
    if tree.linker() != Linker::ObjectOrder {
        assert!(tree.warnings().is_empty(), "{:?}", tree.warnings());
    }
    check(&tree, &folder.path().join("python"));
}

#[test]
fn of_a_shared_build_the_library_is_linked_anew() {
    let Some(folder) = tree(SHARED, "-ffunction-sections") else {
        return skip();
    };
    let tree = Tree::open(folder.path()).unwrap();
    assert_eq!(
        tree.libraries()
            .and_then(|folder| folder.canonicalize().ok()),
        folder.path().canonicalize().ok()
    );
    if tree.linker() != Linker::ObjectOrder {
        check(&tree, &folder.path().join("libpython3.13.so.1.0"));
    }
}

#[test]
fn a_build_without_sections_is_said_to_move_less() {
    let Some(folder) = tree(STATIC, "") else {
        return skip();
    };
    let tree = Tree::open(folder.path()).unwrap();
    let warnings = tree.warnings();
    assert!(warnings[0].contains("only whole"), "{warnings:?}");
}

#[test]
fn link_time_optimisation_is_done_once_for_all_orders() {
    let rules = STATIC.replace("-o $@ Programs", "-O1 -flto -o $@ Programs");
    let Some(folder) = tree(&rules, "-flto") else {
        return skip();
    };
    let tree = Tree::open(folder.path()).unwrap();
    if tree.linker() != Linker::ObjectOrder {
        let study = study(&tree, 6);
        let links: Vec<Functions> = (1..=6)
            .map(|number| functions(&study, Family::Orders, number))
            .collect();
        let moved = links.iter().map(|link| links[0].moved(link).1);
        assert!(moved.max() > Some(0), "{links:?}");
    }
}

#[test]
fn removed_objects_are_missed() {
    let Some(folder) = tree(STATIC, "") else {
        return skip();
    };
    fs::remove_file(folder.path().join("Python/ceval.o")).unwrap();
    let error = Tree::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("run make again"), "{error}");
}
