//! Kernels inside a real interpreter: the `python3` of the PATH.

use std::fs;
use std::time::Duration;

use keelback_bench::kernel::{Kernels, interpreter::without_launcher, suite};
use keelback_bench::run::command::Draw;
use keelback_bench::run::{Commands, Environment, Placement, RunError, Setting, Side};
use keelback_bench::session::Subject;

fn interpreter(name: &str) -> Side {
    let env = Environment::new(std::env::vars_os());
    without_launcher(Side::new(name, vec!["python3".into()], env))
}

fn interpreters() -> Commands {
    let setting = Setting::up_to(Duration::from_secs(120));
    Commands::new(vec![interpreter("A"), interpreter("B")], setting, 1).unwrap()
}

/// The kernels of a script, which lives as long as they do.
fn kernels(script: &str) -> Result<Kernels, RunError> {
    let interpreters = interpreters();
    let file = interpreters.scratch().join("kernel.py");
    fs::write(&file, script).unwrap();
    fs::write(interpreters.scratch().join("beside.py"), "WORK = 1000").unwrap();
    Kernels::new(interpreters, &[file], VALUE)
}

/// Short, for tests that look at more than the time.
const VALUE: Duration = Duration::from_millis(1);

const DRAW: Draw = Draw { hash_seed: 7 };

#[test]
fn functions_called_bench_are_kernels() {
    let kernels = kernels(
        "def bench_sum():\n    sum(range(10))\nasync def bench_wait():\n    pass\ndef helper():\n    1/0\n",
    );
    assert_eq!(kernels.unwrap().kernels(), ["sum", "wait"]);
}

#[test]
fn pyperf_scripts_run_as_they_are() {
    let script = r#"
import pyperf

def work(n):
    sum(range(n))

def self_timed(loops, n):
    total = 0.0
    for _ in range(loops):
        start = pyperf.perf_counter()
        work(n)
        total += pyperf.perf_counter() - start
    return total

if __name__ == "__main__":
    runner = pyperf.Runner()
    runner.metadata["description"] = "sums"
    runner.argparser.add_argument("--size", type=int, default=1000)
    args = runner.parse_args()
    runner.bench_func("func", work, args.size)
    runner.bench_time_func("time_func", self_timed, args.size)
    runner.timeit("timeit", stmt="sum(x)", setup="x = range(1000)")
"#;
    let mut kernels = kernels(script).unwrap();
    assert_eq!(kernels.kernels(), ["func", "time_func", "timeit"]);
    for kernel in 0..3 {
        let observation = kernels.observe(kernel, 1, DRAW).unwrap();
        assert_eq!(observation.values.len(), 4);
        assert!(
            observation.loops > 10,
            "a sum of 1000 is far from 1 ms: {}",
            observation.loops
        );
        for value in &observation.values {
            assert!(value.cpu_ns > 10_000, "{value:?}");
            assert!(value.cpu_ns <= value.wall_ns + 1_000_000, "{value:?}");
        }
    }
}

/// As bm_pickle is made: two .toml files, a choice that must be given, a folder
/// that is gone when the script ends, and functions that look like kernels.
#[test]
fn benchmarks_of_pyperformance_run_with_their_options() {
    let script = r#"
import os, pyperf, tempfile

def bench_read(loops, path):
    start = pyperf.perf_counter()
    for _ in range(loops):
        os.stat(path)
    return pyperf.perf_counter() - start

runner = pyperf.Runner()
runner.argparser.add_argument("benchmark", choices=["one", "two"])
runner.argparser.add_argument("--pure", action="store_true")
options = runner.parse_args()
with tempfile.TemporaryDirectory() as folder:
    runner.bench_time_func(options.benchmark + "_pure" * options.pure, bench_read, folder)
"#;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let script = file("run_benchmark.py", script);
    file(
        "pyproject.toml",
        "[tool.pyperformance]\nextra_opts = [\"one\"]\n",
    );
    file(
        "bm_two.toml",
        "[tool.pyperformance]\nextra_opts = [\"--pure\",\n  \"two\"]\n",
    );
    let mut kernels = Kernels::new(interpreters(), &[script], Duration::from_millis(1)).unwrap();
    assert_eq!(kernels.kernels(), ["two_pure", "one"]);
    for kernel in 0..2 {
        let observation = kernels.observe(kernel, 0, DRAW).unwrap();
        assert!(observation.loops > 10, "{observation:?}");
    }
}

#[test]
fn a_kernel_may_import_what_lies_beside_it() {
    assert!(kernels("import beside\ndef bench_it():\n    sum(range(beside.WORK))\n").is_ok());
}

#[test]
fn a_file_without_kernels_says_what_one_is() {
    let error = kernels("print('hello')").unwrap_err().to_string();
    assert!(
        error.contains("define functions called bench_NAME, or use pyperf.Runner"),
        "{error}"
    );
}

#[test]
fn a_kernel_that_fails_shows_its_traceback() {
    let error = kernels("def bench_it():\n    1 / 0\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("ZeroDivisionError"), "{error}");
}

#[test]
fn every_run_of_python_has_pages_of_its_own() {
    assert_eq!(interpreters().placement(), Placement::Copied);
}

#[test]
fn our_own_kernels_run() {
    let folder = tempfile::tempdir().unwrap();
    let files = suite::write_own(folder.path()).unwrap();
    let mut kernels = Kernels::new(interpreters(), &files, VALUE).unwrap();
    let names = kernels.kernels();
    let expected = [
        "calls",
        "nbody",
        "richards",
        "json",
        "words",
        "async",
        "gil_pingpong",
        "startup",
        "imports",
    ];
    assert_eq!(names, expected);
    for (kernel, name) in names.iter().enumerate() {
        let observation = kernels.observe(kernel, 0, DRAW).unwrap();
        let best = observation.values.iter().map(|value| value.cpu_ns).min();
        assert!(best.unwrap() > 10_000, "{name}: {observation:?}");
    }
}
