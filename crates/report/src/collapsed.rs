//! `export -f collapsed`: one line for each stack with its number of samples,
//! as flamegraph.pl and its kin read it. Outermost first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_trace::Dictionary;

/// Writes the samples, summed.
///
/// # Errors
/// What `to` says.
pub fn write(chart: &Chart, known: &Dictionary, to: &mut dyn Write) -> io::Result<()> {
    let mut sums: BTreeMap<_, u64> = BTreeMap::new();
    for sample in &chart.samples {
        *sums.entry((sample.thread, sample.stack)).or_default() += 1;
    }
    for ((thread, stack), count) in sums {
        let mut frames: Vec<_> = known
            .frames_of(stack)
            .map(|frame| known.frame_label(frame).replace(';', ":"))
            .collect();
        frames.push(crate::names::thread(chart, thread).replace(';', ":"));
        frames.reverse();
        writeln!(to, "{} {count}", frames.join(";"))?;
    }
    Ok(())
}
