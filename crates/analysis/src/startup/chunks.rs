//! Chunks of the interpreter's data stack that are mapped for one call.

use std::collections::HashMap;

use keelback_trace::{ProcessId, StackId};
use syscalls::x86_64::Sysno;

use crate::ended_call::EndedCall;

/// Bytes of a chunk of the data stack (CPython 3.11-3.14,
/// Include/internal/pycore_interp.h: `DATA_STACK_CHUNK_SIZE`). Other sizes are
/// malloc's: large buffers that come and go.
const CHUNK: u64 = 16 * 1024;

/// Pairs of mmap and munmap of one chunk, by the function that was running. A
/// chunk is mapped for one call and unmapped after it when the call crosses a
/// chunk's edge (CPython 3.11-3.14, Python/pystate.c: `push_chunk`).
#[derive(Debug, Default)]
pub(super) struct Chunks {
    open: HashMap<ProcessId, Mapped>,
    /// Pairs and their calibrated time, nanoseconds.
    pub(super) by_stack: HashMap<StackId, (u64, u64)>,
}

#[derive(Clone, Copy, Debug)]
struct Mapped {
    address: u64,
    stack: StackId,
    ns: u64,
}

impl Chunks {
    /// A call ended, which took so long in the kernel.
    pub(super) fn call(&mut self, process: ProcessId, it: &EndedCall, ns: u64) {
        let [address, length, _] = it.call.args;
        match Sysno::new(it.call.nr.into()) {
            Some(Sysno::mmap) if address == 0 && length == CHUNK && it.ret > 0 => {
                let mapped = Mapped {
                    address: it.ret.cast_unsigned(),
                    stack: it.stack,
                    ns,
                };
                self.open.insert(process, mapped);
            }
            Some(Sysno::munmap) => {
                let mapped = self.open.remove(&process);
                if let Some(mapped) = mapped.filter(|it| (it.address, CHUNK) == (address, length)) {
                    let sum = self.by_stack.entry(mapped.stack).or_default();
                    *sum = (sum.0 + 1, sum.1 + mapped.ns + ns);
                }
            }
            _ => {}
        }
    }
}
