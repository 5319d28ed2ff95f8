//! `export -f perfetto`: Perfetto's protobuf, written by hand.
//!
//! Field numbers are those of perfetto's `protos/perfetto/trace/trace_packet.proto`
//! and `track_event/*.proto`; they are stable by protobuf's own rules.

mod events;
mod tracks;
mod wire;

use std::io::{self, Write};

use keelback_analysis::Chart;
use keelback_trace::Dictionary;

use events::Events;

/// Writes the picture.
///
/// # Errors
/// What `to` says.
pub fn write(chart: &Chart, known: &Dictionary, to: &mut dyn Write) -> io::Result<()> {
    tracks::write(chart, to)?;
    let mut events = Events::new(chart.started_monotonic_ns, to);
    events.states(chart)?;
    events.owners(chart)?;
    events.stacks(chart, known)?;
    events.flows(chart)?;
    events.counters(chart)
}
