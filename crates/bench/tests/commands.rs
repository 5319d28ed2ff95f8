//! Commands that behave, and commands that do not.

use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use keelback_bench::decide::{Looks, Rule};
use keelback_bench::run::{Commands, Environment, Placement, RunError, Setting, Side};
use keelback_bench::session::{Arm, End, Plan, play};

fn side(name: &str, argv: &[&str]) -> Side {
    let env = Environment::new([("PATH".into(), "/usr/bin:/bin".into())]);
    Side::new(name, argv.iter().map(OsString::from).collect(), env)
}

fn shell(name: &str, script: &str) -> Side {
    side(name, &["sh", "-c", script])
}

fn setting() -> Setting {
    Setting::up_to(Duration::from_secs(30))
}

fn plan(pairs: usize) -> Plan {
    Plan {
        rule: Rule {
            looks: Looks::up_to(pairs),
            ..Rule::default()
        },
        metric: None,
        self_check_every: 3,
        to_the_end: true,
        seed: 1,
        stop: Arc::new(AtomicBool::new(false)),
    }
}

fn commands(sides: &[Side]) -> Result<Commands, RunError> {
    Commands::new(sides.to_vec(), setting(), 1)
}

fn error_of(sides: &[Side]) -> String {
    commands(sides).unwrap_err().to_string()
}

#[test]
fn rounds_have_every_arm_once() {
    let mut commands = commands(&[shell("A", "exit 0"), shell("B", "exit 0")]).unwrap();
    let (recording, end) = play(&mut commands, &plan(6), |_| {});
    assert!(matches!(end, End::OutOfPairs | End::Decided), "{end:?}");
    let rounds = &recording.kernels[0].rounds;
    assert_eq!(rounds.len(), 6);
    let again = rounds
        .iter()
        .filter(|round| round.of(Arm::Again).is_some())
        .count();
    assert_eq!(again, 2);
    assert!(rounds.iter().all(|round| round.of(Arm::Side(1)).is_some()));
}

#[test]
fn usage_is_that_of_the_process_and_its_children() {
    let work = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
    let forks = format!("sh -c '{work}'");
    let mut commands = commands(&[shell("A", ":"), shell("B", &forks)]).unwrap();
    let (recording, _) = play(&mut commands, &plan(3), |_| {});
    for round in &recording.kernels[0].rounds {
        let [a, b] = [0, 1].map(|side| round.of(Arm::Side(side)).unwrap());
        assert!(b.cpu_ns() > a.cpu_ns() + 2_000_000, "{b:?}");
        assert!(b.wall_ns >= b.cpu_ns() / 2, "{b:?}");
        assert!(b.max_rss_bytes > 100_000 && b.minor_faults > 10, "{b:?}");
    }
}

#[test]
fn a_missing_program_is_named() {
    let missing = side("B", &["/no/such/program"]);
    assert_eq!(
        error_of(&[shell("A", ":"), missing]),
        "B: no such command: /no/such/program"
    );
}

#[test]
fn a_failing_command_is_quoted() {
    let error = error_of(&[shell("A", "echo it broke >&2; exit 3")]);
    assert_eq!(
        error,
        "A: the command ended with exit status 3; it said:\nit broke"
    );
}

#[test]
fn a_failing_setup_is_not_the_commands_fault() {
    let mut a = shell("A", ":");
    a.setup = Some(vec!["sh".into(), "-c".into(), "exit 1".into()]);
    assert_eq!(error_of(&[a]), "A: its setup ended with exit status 1");
}

#[test]
fn a_command_that_hangs_is_ended_with_its_children() {
    let started = Instant::now();
    let setting = Setting::up_to(Duration::from_millis(300));
    let hanging = Commands::new(vec![shell("A", "sleep 600 & sleep 601")], setting, 1);
    assert!(matches!(hanging, Err(RunError::TimedOut { .. })));
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn megabytes_of_output_are_read_and_forgotten() {
    let noisy = "head -c 20000000 /dev/zero | tr '\\0' x; head -c 5000000 /dev/zero >&2";
    let mut commands = commands(&[shell("A", noisy), shell("B", noisy)]).unwrap();
    let (recording, _) = play(&mut commands, &plan(1), |_| {});
    assert_eq!(recording.kernels[0].rounds.len(), 1);
}

#[test]
fn different_output_is_told() {
    let both = commands(&[shell("A", "echo 1"), shell("B", "echo 2; echo 3")]).unwrap();
    let [warning] = both.warnings() else {
        panic!("{:?}", both.warnings());
    };
    assert!(
        warning.contains("print different things (1 and 2 lines"),
        "{warning}"
    );
}

#[test]
fn output_that_never_repeats_is_not_told() {
    let clock = "cat /proc/sys/kernel/random/uuid";
    let both = commands(&[shell("A", clock), shell("B", clock)]).unwrap();
    assert!(both.warnings().is_empty(), "{:?}", both.warnings());
}

#[test]
fn daemons_are_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!(
        "setsid sh -c 'echo $$ > {0}; exec sleep 600' & while ! [ -s {0} ]; do :; done",
        file.display()
    );
    let left = commands(&[shell("A", &script)]).unwrap();
    assert!(
        left.warnings()[0].contains("leaves 1 process(es) running"),
        "{:?}",
        left.warnings()
    );
    let pid = std::fs::read_to_string(&file).unwrap();
    assert!(!std::path::Path::new("/proc").join(pid.trim()).exists());
}

#[test]
fn what_was_measured_before_a_failure_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count");
    let script = format!("echo x >> {0}; [ $(wc -l < {0}) -lt 8 ]", count.display());
    let mut commands = commands(&[shell("A", ":"), shell("B", &script)]).unwrap();
    let (recording, end) = play(&mut commands, &plan(40), |_| {});
    assert!(
        matches!(end, End::Failed(RunError::Failed { .. })),
        "{end:?}"
    );
    assert_eq!(recording.kernels[0].rounds.len(), 5);
}

#[test]
fn a_session_can_be_stopped() {
    let setting = setting();
    let stop = setting.stop.clone();
    let mut commands = Commands::new(vec![shell("A", ":"), shell("B", ":")], setting, 1).unwrap();
    let (recording, end) = play(&mut commands, &plan(40), |progress| {
        if progress.rounds == 4 {
            stop.store(true, Ordering::Relaxed);
        }
    });
    assert!(matches!(end, End::Interrupted));
    assert_eq!(recording.kernels[0].rounds.len(), 4);
}

#[test]
fn programs_other_than_python_are_run_where_they_are() {
    assert_eq!(
        commands(&[shell("A", ":")]).unwrap().placement(),
        Placement::Evicted
    );
}
