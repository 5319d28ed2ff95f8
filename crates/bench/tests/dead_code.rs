//! Functions that nobody calls in a small C program: what they move, and what
//! they do not. No clock is read; only addresses count.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use keelback_bench::build::{Functions, Linker, dead_code};
use keelback_bench::layout::study::Arm;
use keelback_bench::layout::{Build, Family, Layouts, Relink, Size, Study};
use keelback_bench::run::command::Draw;
use keelback_bench::run::{Commands, Environment, Setting, Side};
use keelback_bench::session::Subject;

/// Each of them in a file of its own.
const HOT: [&str; 4] = ["hot0", "hot1", "hot2", "hot3"];

/// Hot functions, a cold one in front of each, and a main that runs long enough
/// for a profile to tell them apart.
fn write_sources(folder: &Path) {
    for (number, name) in HOT.iter().enumerate() {
        let text = format!(
            "long cold{number}(long x) {{ return x / (x - {number}); }}\n\
             long {name}(long x) {{ for (long i = 0; i < 1000; i++) x = x * 31 + (i ^ {number}); return x; }}\n"
        );
        fs::write(folder.join(format!("{name}.c")), text).unwrap();
    }
    let main = "long hot0(long), hot1(long), hot2(long), hot3(long), cold0(long);\n\
                int main(int argc, char **argv) {\n\
                long x = argc; for (int i = 0; i < 200; i++) x = hot0(hot1(hot2(hot3(x))));\n\
                return argc > 9 ? cold0(x) : x == 42; }\n";
    fs::write(folder.join("main.c"), main).unwrap();
}

/// The same program, compiled plainly and with a profile of itself.
fn compile(folder: &Path) {
    write_sources(folder);
    build(folder, "plain", "");
    build(folder, "training", "-fprofile-generate");
    // gcc looks for a profile beside the object, under its name.
    shell(
        folder,
        "training/program; mkdir pgo; cp training/*.gcda pgo/",
    );
    build(folder, "pgo", "-fprofile-use");
}

fn build(folder: &Path, name: &str, flags: &str) {
    let script = format!(
        "mkdir -p {name}; \
         for f in *.c; do gcc -O2 -ffunction-sections {flags} -c $f -o {name}/${{f%.c}}.o || exit 1; done; \
         gcc {flags} -o {name}/program {name}/*.o"
    );
    shell(folder, &script);
}

fn shell(folder: &Path, script: &str) {
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}");
}

/// gcc's, because clang keeps its profiles in other ways.
fn has_gcc() -> bool {
    Command::new("gcc").arg("--version").output().is_ok()
}

fn side(folder: &Path, name: &str) -> Side {
    let env = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    Side::new(name, vec![folder.join(name).join("program").into()], env)
}

fn commands(sides: Vec<Side>) -> Commands {
    Commands::new(sides, Setting::up_to(Duration::from_secs(60)), 1).unwrap()
}

/// Links as gcc does, but in the order of a seed.
fn relink(folder: &Path, name: &str) -> Relink {
    let objects: Vec<String> = ["main"]
        .iter()
        .chain(&HOT)
        .map(|stem| format!("{}/{name}/{stem}.o", folder.display()))
        .collect();
    let shuffle = match Linker::best_for("gcc") {
        Linker::Mold => "-fuse-ld=mold -Wl,--shuffle-sections={seed}",
        Linker::Lld => "-fuse-ld=lld '-Wl,--shuffle-sections=*={seed}'",
        Linker::ObjectOrder => "",
    };
    let objects = objects.join(" ");
    Relink::new(&format!(
        "gcc -o {{out}} {{dead}} {{shuffle: {objects}}} {shuffle}"
    ))
    .unwrap()
    .in_order_by(&format!("gcc -o {{out}} {{dead}} {objects}"))
}

/// Both builds, linked in all ways; `None` without a compiler.
fn study() -> Option<(tempfile::TempDir, Study<Commands>)> {
    if !has_gcc() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path());
    let commands = commands(vec![
        side(folder.path(), "plain"),
        side(folder.path(), "pgo"),
    ]);
    let dead = |count| dead_code::compile("gcc", count, folder.path()).unwrap();
    let dead_code: Vec<(u32, PathBuf)> = [1, 7].map(|count| (count, dead(count))).into();
    let builds = ["plain", "pgo"].map(|name| Build {
        relink: relink(folder.path(), name),
        dead_code: dead_code.clone(),
    });
    let study = Study::new(commands, &builds, &SIZE, 1).unwrap();
    Some((folder, study))
}

const SIZE: Size = Size {
    copies: 2,
    orders: 8,
    rounds: 2,
};

fn functions(study: &Study<Commands>, build: usize, family: Family, number: u32) -> Functions {
    let arm = Arm {
        build,
        family,
        number,
    };
    Functions::of(study.linked(&arm).unwrap().file()).unwrap()
}

#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn skip() {
    eprintln!("skipped: no gcc");
}

#[test]
fn a_profile_takes_hot_functions_out_of_the_way_of_dead_code() {
    let Some((_folder, study)) = study() else {
        return skip();
    };
    for (build, moves) in [(0, true), (1, false)] {
        let stock = functions(&study, build, Family::Same, 1);
        for number in [1, 7] {
            let dead = functions(&study, build, Family::DeadCode, number);
            assert!(
                stock.names().eq(dead.names()),
                "the same functions: {stock:?} {dead:?}"
            );
            for hot in HOT {
                let moved = stock.address(hot) != dead.address(hot);
                assert_eq!(moved, moves, "build {build}, {number} dead, {hot}");
            }
        }
    }
}

#[test]
fn link_orders_move_hot_functions_profile_or_not() {
    let Some((_folder, study)) = study() else {
        return skip();
    };
    for build in [0, 1] {
        let stock = functions(&study, build, Family::Same, 1);
        let mut orders: Vec<Vec<&str>> = Vec::new();
        let links: Vec<Functions> = (1..=SIZE.orders)
            .map(|number| functions(&study, build, Family::Orders, number))
            .collect();
        for link in &links {
            assert!(HOT.iter().all(|hot| link.address(hot).is_some()));
            assert_eq!(stock.names().count(), stock.moved(link).0);
            let mut order = HOT.to_vec();
            order.sort_by_key(|hot| link.address(hot));
            orders.push(order);
        }
        orders.sort_unstable();
        orders.dedup();
        // Eight draws of 24 orders: fewer than three happens once in millions.
        assert!(orders.len() >= 3, "{orders:?}");
    }
}

#[test]
fn every_link_runs_in_every_round() {
    let Some((_folder, mut study)) = study() else {
        return skip();
    };
    let stop = Arc::new(AtomicBool::new(false));
    let (measured, _) = study.play(&SIZE, &stop, |_| {});
    let (kernel, rounds) = &measured.kernels[0];
    assert_eq!((kernel.as_str(), rounds.len()), ("command", 2));
    assert_eq!(measured.arms.len(), 2 * (2 + 8 + 2));
    assert!(
        rounds
            .iter()
            .all(|round| round.len() == measured.arms.len() && round.iter().all(|o| o.wall_ns > 0))
    );
}

#[test]
fn dead_code_is_in_one_side_as_built_and_in_every_order() {
    if !has_gcc() {
        return skip();
    }
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path());
    let mut sides = vec![side(folder.path(), "plain"), side(folder.path(), "plain")];
    sides[1].name = "with dead code".to_owned();
    let relink = relink(folder.path(), "plain");
    let mut layouts = Layouts::new(commands(sides), vec![relink.clone(), relink], 1).unwrap();
    let object = dead_code::compile("gcc", 5, folder.path()).unwrap();
    layouts.put_dead_code_into(1, &object).unwrap();
    let draw = Draw { hash_seed: 1 };
    for (kernel, side) in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 1)] {
        layouts.observe(kernel, side, draw).unwrap();
    }
    let files = layouts.links();
    let dead: Vec<Vec<usize>> = files
        .iter()
        .map(|files| files.iter().map(|file| dead_functions(file)).collect())
        .collect();
    // The stock link and the latest order of each side.
    assert_eq!(dead, [[0, 0], [5, 5]]);
}

fn dead_functions(file: &Path) -> usize {
    let functions = Functions::of(file).unwrap();
    (0..9)
        .filter(|n| {
            functions
                .address(&format!("{}{n}", dead_code::PREFIX))
                .is_some()
        })
        .count()
}
