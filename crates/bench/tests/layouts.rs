//! A small C program, linked anew for every run.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use keelback_bench::decide::{Looks, Rule};
use keelback_bench::layout::{Layouts, Relink, spread};
use keelback_bench::run::{Commands, Environment, Setting, Side};
use keelback_bench::session::{Arm, Plan, Summary, play};

/// Compiles four objects; B's first has functions that nobody calls. The program
/// appends the address of one of its functions to a file.
fn build(folder: &Path) {
    let dead: String = (0..40)
        .map(|i| format!("int dead{i}(int x) {{ return x * {i} + x / 3; }}\n"))
        .collect();
    let work = "__attribute__((noinline)) int f{n}(int x) { for (int i = 0; i < 100000; i++) x = x * 31 + i; return x; }\n";
    for n in 0..3 {
        let text = work.replace("{n}", &n.to_string());
        fs::write(folder.join(format!("a{n}.c")), &text).unwrap();
        fs::write(
            folder.join(format!("b{n}.c")),
            format!("{dead}{text}").replace("dead", &format!("dead{n}_")),
        )
        .unwrap();
    }
    let main = r#"#include <stdio.h>
int f0(int), f1(int), f2(int);
int main(int argc, char **argv) {
    FILE *log = fopen(argv[1], "a");
    fprintf(log, "%ld\n", (long)((char *)f0 - (char *)main));
    fclose(log);
    return (f0(1) + f1(2) + f2(3)) == 42;
}
"#;
    fs::write(folder.join("main.c"), main).unwrap();
    let sources = "for f in *.c; do gcc -O1 -c $f -o ${f%.c}.o || exit 1; done";
    shell(folder, sources);
    shell(
        folder,
        "gcc -o a main.o a0.o a1.o a2.o && gcc -o b main.o b0.o b1.o b2.o",
    );
}

fn shell(folder: &Path, script: &str) {
    let status = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .status()
        .unwrap();
    assert!(status.success(), "{script}");
}

fn side(folder: &Path, name: &str) -> Side {
    let log = folder.join(format!("{name}.log"));
    let env = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    Side {
        cwd: Some(folder.to_owned()),
        ..Side::new(name, vec![folder.join(name).into(), log.into()], env)
    }
}

fn relink(name: &str) -> Relink {
    Relink::new(&format!(
        "gcc -o {{out}} {{shuffle: main.o {name}0.o {name}1.o {name}2.o}}"
    ))
    .unwrap()
}

#[test]
fn every_run_has_a_layout_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    let setting = Setting::up_to(Duration::from_secs(60));
    let stop = setting.stop.clone();
    let commands = Commands::new(
        vec![side(folder.path(), "a"), side(folder.path(), "b")],
        setting,
        1,
    )
    .unwrap();
    let mut layouts = Layouts::new(commands, vec![relink("a"), relink("b")], 1).unwrap();
    let plan = Plan {
        rule: Rule {
            looks: Looks::up_to(12),
            ..Rule::default()
        },
        metric: None,
        self_check_every: 2,
        to_the_end: true,
        seed: 1,
        stop,
    };
    let (recording, _) = play(&mut layouts, &plan, |_| {});

    let mut summary = Summary::of(&recording, &plan.rule, None);
    spread::note(&mut summary, &recording);
    let [stock, average] = summary.comparisons.as_slice() else {
        panic!("{summary:?}");
    };
    assert_eq!(
        (stock.kernel.as_str(), average.kernel.as_str()),
        ("stock build", "average over layouts")
    );
    assert!(stock.layout_sd.is_none() && average.layout_sd.is_some());
    assert!(
        recording.kernels[1]
            .rounds
            .iter()
            .all(|round| round.of(Arm::Side(1)).is_some())
    );

    let log = fs::read_to_string(folder.path().join("b.log")).unwrap();
    let mut places: Vec<&str> = log.lines().collect();
    places.sort_unstable();
    places.dedup();
    assert!(
        places.len() >= 4,
        "12 links of 24 orders gave {} places of f0",
        places.len()
    );
}

#[test]
fn a_linker_that_does_not_shuffle_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    let setting = Setting::up_to(Duration::from_secs(60));
    let commands = Commands::new(vec![side(folder.path(), "a")], setting, 1).unwrap();
    let relink = Relink::new("gcc -o {out} *.o -Wl,--no-such-order={seed} || cp a {out}").unwrap();
    let error = Layouts::new(commands, vec![relink], 1)
        .unwrap_err()
        .to_string();
    assert!(error.contains("its linker does not shuffle"), "{error}");
}
