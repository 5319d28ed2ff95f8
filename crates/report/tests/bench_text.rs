//! A comparison in numbers beside what is printed for it.

use keelback_bench::decide::{Looks, Rule};
use keelback_bench::layout::spread;
use keelback_bench::run::{Instructions, Observation, Placement};
use keelback_bench::session::recording::{Arm, Kernel, Recording, Round, Run};
use keelback_bench::session::{End, Outcome, Summary};
use keelback_report::{bench_markdown, bench_svg, bench_text};

/// `rounds` rounds of a kernel on a busy machine: A takes `ms`, B `ratio` times
/// as long, and both wobble by a percent or two that no two rounds share.
fn kernel(name: &str, ms: f64, ratio: f64, wobble: f64, rounds: usize) -> Kernel {
    let run = |arm, times: f64, step: f64| {
        let user_ns = (ms * 1e6 * times * (1.0 + wobble * (step * 0.618_034).fract())) as u64;
        let observation = Observation {
            user_ns,
            wall_ns: 2 * user_ns,
            run_delay_ns: user_ns,
            minor_faults: 800,
            voluntary_switches: 3,
            max_rss_bytes: 12 << 20,
            ..Observation::default()
        };
        Run { arm, observation }
    };
    let round = |number: usize| {
        let step = number as f64;
        let runs = vec![
            run(Arm::Side(0), 1.0, step),
            run(Arm::Side(1), ratio, step + 1.0 / 3.0),
            run(Arm::Again, 1.0, step + 2.0 / 3.0),
        ];
        Round { hash_seed: 1, runs }
    };
    Kernel {
        name: name.to_owned(),
        rounds: (0..rounds).map(round).collect(),
    }
}

fn outcome(kernels: Vec<Kernel>) -> Outcome {
    let rule = Rule {
        looks: Looks::up_to(40),
        ..Rule::default()
    };
    let recording = Recording {
        sides: vec!["3.12".into(), "3.13".into()],
        kernels,
    };
    Outcome {
        summary: Summary::of(&recording, &rule, None),
        recording,
        rule,
        end: End::OutOfPairs,
        placement: Placement::Copied,
        power: Vec::new(),
        instructions: Vec::new(),
        machine: Vec::new(),
        warnings: Vec::new(),
    }
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn a_command() {
    let outcome = outcome(vec![kernel("command", 12.0, 1.05, 0.02, 20)]);
    insta::assert_snapshot!(plain(&bench_text::results(&outcome)), @r"
    3.13 against 3.12  +5.4 % [+3.4, +5.4]  slower  (20 pairs)
      CPU time      12.1 ms -> 12.7 ms    decides
      wall time     24.2 ms -> 25.4 ms    +5.4 % [+4.4, +5.4]
      max RSS      12.0 MiB -> 12.0 MiB   +0.0 % [+0.0, +0.0]
      page faults       800 -> 800        +0.0 % [+0.0, +0.0]
      switches            3 -> 3          +0.0 % [+0.0, +0.0]
    3.12 against itself: 20 pairs, no difference
    ");
    insta::assert_snapshot!(bench_text::remarks(&outcome).join("\n"), @"CPU time decides, because someone waited for a CPU 50 % of the time");
}

#[test]
fn instructions_tell_other_code_from_another_place() {
    let told = |b| {
        let mut outcome = outcome(vec![kernel("command", 12.0, 1.05, 0.02, 20)]);
        outcome.instructions.push(Instructions {
            kernel: "command".into(),
            tool: "cachegrind",
            sides: vec![30_000_000, b],
        });
        let text = plain(&bench_text::results(&outcome));
        let line = text.lines().find(|line| line.starts_with("instructions"));
        line.unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(told(30_001_000), @"instructions, 3.13 against 3.12  +0.00 %: as many instructions, another time: layout, memory or waiting");
    insta::assert_snapshot!(told(31_500_000), @"instructions, 3.13 against 3.12  +5.00 %: other code runs");
}

#[test]
fn kernels() {
    let kernels = vec![
        kernel("json", 8.0, 0.97, 0.02, 40),
        kernel("calls", 5.0, 1.001, 0.01, 40),
        kernel("words", 20.0, 1.01, 0.20, 40),
    ];
    let outcome = outcome(kernels);
    insta::assert_snapshot!(plain(&bench_text::results(&outcome)), @r"
    json   -2.6 % [-4.5, -2.6]  faster  (40 pairs)
    calls  +0.3 % [-0.7, +0.3]  same within 1 %  (40 pairs)
    words  +4.8 % [-4.2, +4.9]  undecided  (40 pairs; --pairs 70 would probably decide)
    geometric mean, 3.13  +0.8 % [-3.1, +0.8]  (3 kernels)
    3.12 against itself: 120 pairs, no difference
    ");
    insta::assert_snapshot!(bench_markdown::table(&outcome), @r"
    | kernel | A | B | change | verdict | |
    |:--|--:|--:|--:|:--|:--|
    | json | 3.12 8.08 ms | 3.13 7.83 ms | -2.6 % [-4.5, -2.6] | faster | 40 pairs |
    | calls | 3.12 5.02 ms | 3.13 5.03 ms | +0.3 % [-0.7, +0.3] | same within 1 % | 40 pairs |
    | words | 3.12 21.9 ms | 3.13 22.1 ms | +4.8 % [-4.2, +4.9] | undecided | 40 pairs; --pairs 70 would probably decide |
    ");
}

#[test]
fn luck_of_layout() {
    let stock = kernel("stock build", 12.0, 0.95, 0.01, 40);
    let mut average = kernel("average over layouts", 12.0, 1.0, 0.12, 40);
    average.rounds.rotate_left(7);
    let mut outcome = outcome(vec![stock, average]);
    spread::note(&mut outcome.summary, &outcome.recording);
    insta::assert_snapshot!(plain(&bench_text::results(&outcome)), @r"
    stock build           -4.8 % [-5.7, -4.8]  faster  (40 pairs)
    average over layouts  +2.3 % [-3.2, +2.4]  undecided  (40 pairs; layout sd 3.6 %; --pairs 120 would probably decide)
    link order alone moves 3.12 by 3.6 % and 3.13 by 3.6 % (standard deviation over 40 layouts of each)
    3.13 as built differs by -4.8 % [-5.7, -4.8]; many layouts do not confirm it: link order alone may be the reason
    3.12 against itself: 80 pairs, no difference
    ");

    let picture = bench_svg::picture(&outcome);
    for side in ["3.12", "3.13"] {
        assert!(
            picture.contains(&format!("layouts of {side}  sd 3.6 %")),
            "{picture}"
        );
    }
    // Of either comparison a dot per pair; of the second also one per layout and side.
    assert_eq!(picture.matches("<circle").count(), 2 * 40 + 2 + 2 * 40);
}
