//! Builds of CPython, as the programs need to know them.

use std::collections::HashSet;
use std::sync::Arc;

use keelback_python::{Build, Collecting, FileId, FrameStyle, Layout};
use keelback_trace::define::Interpreter;
use keelback_trace::{Nanos, ProcessId};

use super::abi;
use crate::engine::interpreter::describe;
use crate::engine::print::Print;

/// The builds of a recording, by the number the programs know them by.
#[derive(Debug, Default)]
pub(crate) struct Builds {
    builds: Vec<Arc<Build>>,
    watched: HashSet<u32>,
    files: keelback_python::Builds,
}

impl Builds {
    /// The number of a build, if it is known.
    pub(crate) fn index_of(&self, file: FileId) -> Option<u32> {
        let index = self.builds.iter().position(|build| build.file == file)?;
        u32::try_from(index).ok()
    }

    /// Does a probe announce every start of that build?
    pub(crate) fn is_watched(&self, index: u32) -> bool {
        self.watched.contains(&index)
    }

    pub(crate) fn set_watched(&mut self, index: u32) {
        self.watched.insert(index);
    }

    /// Files that were read before.
    pub(crate) fn files(&mut self) -> &mut keelback_python::Builds {
        &mut self.files
    }

    /// Takes another build in; `None` when there are too many.
    pub(crate) fn add(&mut self, build: Arc<Build>) -> Option<u32> {
        let index = u32::try_from(self.builds.len()).ok()?;
        if index >= abi::MAX_BUILDS {
            return None;
        }
        self.builds.push(build);
        Some(index)
    }

    /// The build of a number.
    pub(crate) fn get(&self, index: u32) -> Option<&Arc<Build>> {
        self.builds.get(index as usize)
    }

    /// The line of an instruction.
    pub(crate) fn line(
        &self,
        build: u32,
        first_line: u32,
        table: &[u8],
        code: u64,
        instr: u64,
    ) -> Option<u32> {
        let layout = self.get(build)?.layout.as_ref().ok()?;
        layout.line(first_line, table, layout.offset(code, instr)?)
    }

    /// What a report says of a Python found in a process.
    pub(crate) fn interpreter(
        &self,
        index: u32,
        process: ProcessId,
        since: Nanos,
        runtime: u64,
        gil: u64,
    ) -> Option<Interpreter> {
        let build = self.get(index)?;
        Some(describe(build, process, since, runtime, gil))
    }
}

/// A build as the programs read it. The probe's address is the one of the
/// probe that is attached.
pub(crate) fn build_for_kernel(build: &Build, probe: u64) -> abi::Build {
    abi::Build {
        probe,
        runtime: build.runtime.map_or(0, |it| it.address),
        layout: layout_for_kernel(build),
    }
}

fn layout_for_kernel(build: &Build) -> abi::Layout {
    let mut out = no_frames();
    if let Some(gil) = &build.gil {
        match gil.of_interpreter {
            Some(pointer) => out.gil_pointer = pointer.offset,
            None => out.gil_offset = gil.main.offset,
        }
        out.gil_holder = u32::from(gil.words.last_holder);
        out.gil_locked = u32::from(gil.words.locked);
    }
    if let Ok(layout) = &build.layout {
        fill_threads(&mut out, layout);
        fill_frames(&mut out, layout);
        fill_objects(&mut out, layout);
        fill_print(&mut out, layout);
        fill_collector(&mut out, layout);
        fill_parking(&mut out, layout);
        out.parks = u32::from(build.version.minor >= 13);
    }
    out
}

fn no_frames() -> abi::Layout {
    let mut layout: abi::Layout = zerocopy::FromZeros::new_zeroed();
    layout.frame_style = abi::FRAMES_NONE;
    layout.gil_offset = abi::NO_OFFSET;
    layout.gil_pointer = abi::NO_OFFSET;
    layout.gil_locked = abi::NO_OFFSET;
    layout.cframe_frame = abi::NO_OFFSET;
    layout.frame_owner = abi::NO_OFFSET;
    layout.print_name = abi::NO_OFFSET;
    layout.tstate_status = abi::NO_OFFSET;
    layout.gc_collecting = abi::NO_OFFSET;
    layout.object_mutex = abi::NO_OFFSET;
    layout
}

fn fill_threads(out: &mut abi::Layout, layout: &Layout) {
    out.interpreters_head = layout.runtime.interpreters_head.offset;
    out.interpreter_next = layout.interpreter.next.offset;
    out.threads_head = layout.interpreter.threads_head.offset;
    out.tstate_next = layout.thread.next.offset;
    out.tstate_thread_id = layout.thread.thread_id.offset;
    out.tstate_frame = layout.thread.frame.offset;
    if let Some(status) = layout.thread.status {
        out.tstate_status = status.offset;
    }
}

fn fill_frames(out: &mut abi::Layout, layout: &Layout) {
    let frame = &layout.frame;
    out.frame_style = match frame.style {
        FrameStyle::FrameObject => abi::FRAMES_OBJECT,
        FrameStyle::CFrame(_) | FrameStyle::Current => abi::FRAMES_INTERPRETER,
    };
    if let FrameStyle::CFrame(current_frame) = frame.style {
        out.cframe_frame = current_frame.offset;
    }
    out.frame_code = frame.code.offset;
    out.code_mask = frame.code_mask;
    out.frame_previous = frame.previous.offset;
    out.frame_instr = frame.instr.offset;
    if let (Some(owner), Some(foreign)) = (frame.owner, frame.boundary_owner) {
        out.frame_owner = owner.offset;
        out.owner_foreign = u32::from(foreign);
    }
}

fn fill_objects(out: &mut abi::Layout, layout: &Layout) {
    out.code_name = layout.code.qualname.unwrap_or(layout.code.name).offset;
    out.code_file = layout.code.filename.offset;
    out.code_first_line = layout.code.first_line.offset;
    out.code_table = layout.code.line_table.offset;
    out.string_length = layout.unicode.length.offset;
    out.string_hash = layout.unicode.hash.offset;
    out.string_state = layout.unicode.state.offset;
    out.string_kind_shift = u32::from(layout.unicode.kind_shift);
    // kind:3, compact:1, ascii:1 (Include/cpython/unicodeobject.h).
    out.string_ascii_shift = out.string_kind_shift + 4;
    out.string_ascii_data = layout.unicode.ascii_data.offset;
    out.string_compact_data = layout.unicode.compact_data.offset;
    out.bytes_size = layout.bytes.size.offset;
    out.bytes_data = layout.bytes.data.offset;
    out.type_name = layout.object.tp_name.offset;
}

fn fill_print(out: &mut abi::Layout, layout: &Layout) {
    let print = Print::of(layout);
    out.print_offset = print.offset;
    out.print_length = print.length;
    out.print_name = print.name.unwrap_or(abi::NO_OFFSET);
}

fn fill_collector(out: &mut abi::Layout, layout: &Layout) {
    let (field, of_runtime) = match layout.collecting {
        None => return,
        Some(Collecting::OfRuntime(field)) => (field, 1),
        Some(Collecting::OfInterpreter(field)) => (field, 0),
    };
    out.gc_collecting = field.offset;
    out.gc_of_runtime = of_runtime;
}

fn fill_parking(out: &mut abi::Layout, layout: &Layout) {
    if let Some(parking) = &layout.parking {
        out.object_mutex = parking.object_mutex.offset;
        out.object_type = layout.object.ob_type.offset;
        out.tstate_state = parking.state.offset;
        out.tstate_critical_section = parking.critical_section.offset;
        out.interpreter_stop = parking.stop_the_world.offset;
    }
}
