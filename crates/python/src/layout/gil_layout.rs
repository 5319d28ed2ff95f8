//! Where a build keeps its GIL.

use super::offsets::Offsets;
use super::{Field, GilLayout, GilWords, Refusal};

impl GilLayout {
    /// `runtime_size` is the size of `_PyRuntime`.
    pub(super) fn assemble(
        of: &Offsets,
        runtime_size: u64,
        free_threaded: bool,
    ) -> Result<Option<GilLayout>, Refusal> {
        let Some(main) = main_gil(of, runtime_size)? else {
            return Ok(None);
        };
        Ok(Some(GilLayout {
            main,
            of_interpreter: of.maybe("interpreter_state.ceval_gil")?,
            words: GilWords::new(free_threaded),
        }))
    }
}

/// Up to 3.11 a member of the runtime. Later a member of the main interpreter,
/// which is the last member of `_PyRuntimeState` in 3.12-3.15 (pycore_runtime.h;
/// pycore_runtime_structs.h from 3.14 on).
fn main_gil(of: &Offsets, runtime_size: u64) -> Result<Option<Field>, Refusal> {
    if let Some(field) = of.maybe("runtime_state.gil")? {
        return Ok(Some(field));
    }
    let gil = of.need("interpreter_state.gil_runtime_state")?;
    let interpreter = of.need("interpreter_state.size")?;
    let offset = runtime_size
        .checked_sub(u64::from(interpreter.offset))
        .and_then(|it| u32::try_from(it + u64::from(gil.offset)).ok());
    Ok(offset.map(|offset| Field { offset, ..gil }))
}

impl GilWords {
    /// The same in 3.7-3.15 on x86-64: glibc's and musl's `pthread_cond_t` have
    /// 48 bytes and their `pthread_mutex_t` 40.
    pub(crate) const fn new(free_threaded: bool) -> GilWords {
        let at = if free_threaded { 8 } else { 0 };
        GilWords {
            enabled: if free_threaded { Some(0) } else { None },
            interval: at,
            last_holder: at + 8,
            locked: at + 16,
            switch_number: at + 24,
            cond: (at + 32, at + 80),
            mutex: (at + 80, at + 120),
            switch_cond: (at + 120, at + 168),
            switch_mutex: (at + 168, at + 208),
            size: at + 208,
        }
    }
}
