//! Which tool a log is from.

use std::io::BufRead;

use keelback_trace::{Provenance, Sink};

use super::perf::{is_perf, perf};
use super::strace::{ImportError, strace};

/// The first bytes of a perf.data (tools/perf/util/header.c).
const PERF_DATA: &[u8] = b"PERFILE2";

/// Takes a log of strace in, or what `perf script` prints; says what it is known
/// to be.
///
/// # Errors
/// See [`ImportError`].
pub fn log(mut log: impl BufRead, sink: &mut dyn Sink) -> Result<Provenance, ImportError> {
    let beginning = log.fill_buf()?;
    if beginning.starts_with(PERF_DATA) {
        return Err(ImportError::PerfData);
    }
    match is_perf(beginning) {
        true => perf(log, sink),
        false => strace(log, sink),
    }
}

#[cfg(test)]
mod tests {
    use keelback_trace::Memory;

    use super::*;

    #[test]
    fn each_log_is_known_by_its_beginning() {
        let engine = |text: &[u8]| log(text, &mut Memory::default()).map(|it| it.engine);
        let strace = engine(b"7 1700000000.5 getpid() = 7 <0.000001>\n");
        assert_eq!(strace.expect("strace's"), "strace");
        let perf = engine(b" a b 7/7 [001] 1.5: raw_syscalls:sys_exit: NR 39 = 7\n");
        assert_eq!(perf.expect("perf's"), "perf");
        assert!(matches!(engine(b"PERFILE2\0"), Err(ImportError::PerfData)));
    }
}
