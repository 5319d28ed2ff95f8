//! `keelback import`: another tool's log as a recording.

use std::fs::File;
use std::io::BufReader;

use keelback_record::import::{self, ImportError};
use keelback_trace::file::Writer;

use crate::args::Import;
use crate::exit::Ending;
use crate::last::remember;
use crate::ui::{Failure, note};

pub(super) fn import(args: Import) -> Result<Ending, Failure> {
    let log = File::open(&args.log)
        .map_err(|error| Failure::io(format!("cannot read {}", args.log.display()), &error))?;
    let path = args
        .keep
        .output
        .unwrap_or_else(|| args.log.with_extension("kb"));
    let mut writer = Writer::create(&path, args.keep.force)?;
    match import::log(BufReader::new(log), &mut writer) {
        Ok(_) => writer.finish()?,
        Err(error) => {
            // The reason for failing is worth more than the reason for litter.
            let _ = writer.abandon();
            return Err(failure(&error));
        }
    }
    remember(&path);
    note(&format!(
        "the recording is {}; next: keelback syscalls {}",
        path.display(),
        path.display()
    ));
    Ok(Ending::SUCCESS)
}

/// What `import` reads of perf's.
const SCRIPT: &str = "make a log of it with: perf script --ns -F \
                      comm,pid,tid,cpu,time,event,trace,ip,sym,dso -i perf.data > LOG";

fn failure(error: &ImportError) -> Failure {
    let failure = Failure::new(error);
    match error {
        ImportError::NoCalls => failure.hint("make it with: strace -f -ttt -T -o LOG COMMAND"),
        ImportError::PerfData => failure.hint(SCRIPT),
        ImportError::Read(_) | ImportError::Write(_) => failure,
    }
}
