//! Every observation of a session as CSV, for whoever computes on.

use std::fmt::Write;

use keelback_bench::session::{Arm, Outcome, Run};

/// One row per process, in the order run. Times in nanoseconds, sizes in bytes.
pub fn rows(outcome: &Outcome) -> String {
    let mut text = String::from(
        "kernel,round,side,again,wall_ns,user_ns,system_ns,run_delay_ns,minor_faults,major_faults,\
         voluntary_switches,involuntary_switches,max_rss_bytes,best_wall_ns,best_cpu_ns,loops\n",
    );
    for kernel in &outcome.recording.kernels {
        for (number, round) in kernel.rounds.iter().enumerate() {
            for run in &round.runs {
                let _ = write!(text, "{},{},", quoted(&kernel.name), number + 1);
                row(&mut text, run, &outcome.recording.sides);
            }
        }
    }
    text
}

fn row(text: &mut String, run: &Run, sides: &[String]) {
    let (side, again) = match run.arm {
        Arm::Side(side) => (side, 0),
        Arm::Again => (0, 1),
    };
    let o = &run.observation;
    let best = |of: fn(&keelback_bench::run::Value) -> u64| {
        o.values
            .iter()
            .map(of)
            .min()
            .map(|best| best.to_string())
            .unwrap_or_default()
    };
    let _ = writeln!(
        text,
        "{},{again},{},{},{},{},{},{},{},{},{},{},{},{}",
        quoted(&sides[side]),
        o.wall_ns,
        o.user_ns,
        o.system_ns,
        o.run_delay_ns,
        o.minor_faults,
        o.major_faults,
        o.voluntary_switches,
        o.involuntary_switches,
        o.max_rss_bytes,
        best(|value| value.wall_ns),
        best(|value| value.cpu_ns),
        o.loops,
    );
}

/// RFC 4180: a field with a comma, a quote or a line end is quoted.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("say \"a, b\""), "\"say \"\"a, b\"\"\"");
    }
}
