//! The sampler on a C program of which the truth is known.

use std::fs;
use std::process::Command;
use std::time::Duration;

use keelback_bench::layout::hot::{self, HotError};
use keelback_bench::layout::study::Arm;
use keelback_bench::layout::{Build, Family, Relink, Size, Study};
use keelback_bench::run::{Commands, Environment, Setting, Side};

/// Nine tenths of the work in one function, one tenth in another.
const PROGRAM: &str = "\
__attribute__((noinline)) long much(long x) { for (long i = 0; i < 90000000; i++) x = x * 31 + i; return x; }
__attribute__((noinline)) long little(long x) { for (long i = 0; i < 10000000; i++) x = x * 31 + i; return x; }
int main(int argc, char **argv) { return much(argc) + little(argc) == 42; }
";

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn the_function_that_works_most_has_the_largest_share() {
    if Command::new("gcc").arg("--version").output().is_err() {
        return eprintln!("skipped: no gcc");
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("program.c");
    fs::write(&source, PROGRAM).unwrap();
    let program = folder.path().join("program");
    let compiled = Command::new("gcc")
        .args(["-O1", "-o"])
        .args([&program, &source])
        .status();
    assert!(compiled.unwrap().success());
    let env = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    let side = Side::new("program", vec![program.into()], env);
    let setting = Setting::up_to(Duration::from_secs(60));
    let commands = Commands::new(vec![side], setting, 1).unwrap();
    let source = source.display();
    let relink = Relink::new(&format!("gcc -O1 -o {{out}} {{shuffle: {source}}}")).unwrap();
    let build = Build {
        relink,
        dead_code: Vec::new(),
    };
    let size = Size {
        copies: 2,
        orders: 0,
        rounds: 2,
    };
    let mut study = Study::new(commands, &[build], &size, 1).unwrap();
    let arm = |number| Arm {
        build: 0,
        family: Family::Same,
        number,
    };
    let hot = match hot::compare(&mut study, (0, "command"), (arm(1), arm(2)), 0, 3) {
        Err(error @ HotError::Refused(_)) => return eprintln!("skipped: {error}"),
        hot => hot.unwrap(),
    };
    assert_eq!(hot.lost, 0);
    let share = |name: &str| {
        let function = hot.functions.iter().find(|function| function.name == name);
        function.map_or(0.0, |function| function.share)
    };
    assert_eq!(hot.functions[0].name, "much", "{hot:?}");
    assert!((0.7..0.97).contains(&share("much")), "{hot:?}");
    assert!((0.03..0.3).contains(&share("little")), "{hot:?}");
    assert!(hot.functions[0].places.is_some_and(|(a, b)| a == b));
}
