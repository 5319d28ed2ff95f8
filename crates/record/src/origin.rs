//! Where a recording comes from, as far as it is known beforehand.

use keelback_trace::Provenance;

use crate::session::{Mode, Options, Target};

/// What is known of a recording before it begins.
pub(crate) fn of(target: &Target, options: &Options) -> Provenance {
    let uname = rustix::system::uname();
    let (command, attached) = match target {
        Target::Launch(words) => (crate::engine::words::shell_words(words), false),
        Target::Attach { pid, .. } => (pid.to_string(), true),
    };
    Provenance {
        keelback: env!("CARGO_PKG_VERSION").to_owned(),
        engine: options.engine.name().to_owned(),
        engine_reason: options.engine_reason.clone(),
        mode: match options.mode {
            Mode::Wait => "wait".to_owned(),
            Mode::Full => "full".to_owned(),
        },
        command,
        attached,
        host: uname.nodename().to_string_lossy().into_owned(),
        kernel: format!(
            "{} {}",
            uname.release().to_string_lossy(),
            uname.machine().to_string_lossy()
        ),
        cpus: std::thread::available_parallelism()
            .map_or(0, |it| u32::try_from(it.get()).unwrap_or(0)),
        sample_period_ns: match options.sample_hz {
            0 => 0,
            hz => 1_000_000_000 / u64::from(hz),
        },
        untraced: options.untraced.clone(),
        ..Provenance::default()
    }
}
