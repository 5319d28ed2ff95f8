//! From offsets by name to a [`Layout`].

use super::column::Column;
use super::offsets::Offsets;
use super::{
    AttributeFields, BytesFields, CodeFields, Collecting, Field, FrameFields, FrameStyle,
    InstrStyle, InterpreterFields, Layout, LineStyle, ObjectFields, ParkingFields, Refusal,
    RuntimeFields, ThreadFields, UnicodeFields,
};

impl Layout {
    pub(super) fn assemble(of: &Offsets) -> Result<Layout, Refusal> {
        Ok(Layout {
            runtime: RuntimeFields {
                interpreters_head: of.need("runtime_state.interpreters_head")?,
            },
            interpreter: InterpreterFields {
                next: of.need("interpreter_state.next")?,
                threads_head: of.need("interpreter_state.threads_head")?,
            },
            thread: thread(of)?,
            frame: frame(of)?,
            code: code(of)?,
            unicode: unicode(of)?,
            bytes: BytesFields {
                size: of.need("bytes_object.ob_size")?,
                data: of.need("bytes_object.ob_sval")?,
            },
            object: ObjectFields {
                ob_type: of.need("pyobject.ob_type")?,
                tp_name: of.need("type_object.tp_name")?,
            },
            collecting: collecting(of),
            parking: parking(of)?,
            attributes: AttributeFields::assemble(of).ok(),
        })
    }
}

/// Frames can be read without it, so what is implausible is not known.
fn collecting(of: &Offsets) -> Option<Collecting> {
    let maybe = |name| of.maybe(name).ok().flatten();
    if let Some(field) = maybe("runtime_state.gc_collecting") {
        return Some(Collecting::OfRuntime(field));
    }
    let (gc, member) = (maybe("interpreter_state.gc")?, maybe("gc.collecting")?);
    Some(Collecting::OfInterpreter(Field {
        offset: gc.offset.checked_add(member.offset)?,
        source: member.source,
    }))
}

fn parking(of: &Offsets) -> Result<Option<ParkingFields>, Refusal> {
    let Some(object_mutex) = of.maybe("pyobject.ob_mutex")? else {
        return Ok(None);
    };
    Ok(Some(ParkingFields {
        state: of.need("thread_state.state")?,
        critical_section: of.need("thread_state.critical_section")?,
        stop_the_world: of.need("interpreter_state.stoptheworld")?,
        object_mutex,
    }))
}

fn thread(of: &Offsets) -> Result<ThreadFields, Refusal> {
    let frame = match of.column {
        Column::V3_7 | Column::V3_8 | Column::V3_9 | Column::V3_10 => "thread_state.frame",
        Column::V3_11 | Column::V3_12 => "thread_state.cframe",
        _ => "thread_state.current_frame",
    };
    Ok(ThreadFields {
        prev: of.need("thread_state.prev")?,
        next: of.need("thread_state.next")?,
        interp: of.need("thread_state.interp")?,
        status: of.maybe("thread_state.status")?,
        thread_id: of.need("thread_state.thread_id")?,
        native_thread_id: of.maybe("thread_state.native_thread_id")?,
        frame: of.need(frame)?,
    })
}

fn frame(of: &Offsets) -> Result<FrameFields, Refusal> {
    Ok(FrameFields {
        style: frame_style(of)?,
        code: of.need("interpreter_frame.executable")?,
        code_mask: code_mask(of.column),
        previous: of.need("interpreter_frame.previous")?,
        instr: of.need("interpreter_frame.instr_ptr")?,
        instr_style: instr_style(of)?,
        owner: of.maybe("interpreter_frame.owner")?,
        boundary_owner: boundary_owner(of.column),
    })
}

fn frame_style(of: &Offsets) -> Result<FrameStyle, Refusal> {
    Ok(match of.maybe("cframe.current_frame")? {
        Some(current) => FrameStyle::CFrame(current),
        None if of.maybe("thread_state.frame")?.is_some() => FrameStyle::FrameObject,
        None => FrameStyle::Current,
    })
}

/// 3.14 made `f_executable` a `_PyStackRef`, whose low bits are tags
/// (`Py_TAG_BITS`, Include/internal/pycore_stackref.h).
fn code_mask(column: Column) -> u64 {
    match column >= Column::V3_14 {
        true => !3,
        false => !0,
    }
}

/// `FRAME_OWNED_BY_CSTACK` (3.12, 3.13) and `FRAME_OWNED_BY_INTERPRETER`
/// (3.14+) are 3 (`enum _frameowner`). The former's code object is a trampoline
/// in 3.12 and both's is `None` later.
fn boundary_owner(column: Column) -> Option<u8> {
    (column >= Column::V3_12).then_some(3)
}

fn instr_style(of: &Offsets) -> Result<InstrStyle, Refusal> {
    Ok(match of.column {
        Column::V3_7 | Column::V3_8 | Column::V3_9 => InstrStyle::LastiBytes,
        Column::V3_10 => InstrStyle::LastiUnits,
        it if it.has_local_bytecode() => InstrStyle::LocalPointer {
            index: of.need("interpreter_frame.tlbc_index")?,
            copies: of.need("code_object.co_tlbc")?,
        },
        _ => InstrStyle::Pointer,
    })
}

fn code(of: &Offsets) -> Result<CodeFields, Refusal> {
    Ok(CodeFields {
        filename: of.need("code_object.filename")?,
        name: of.need("code_object.name")?,
        qualname: of.maybe("code_object.qualname")?,
        first_line: of.need("code_object.firstlineno")?,
        line_table: of.need("code_object.linetable")?,
        line_style: line_style(of.column),
        bytecode: of.need("code_object.co_code_adaptive")?,
        version: of.maybe("code_object.co_version")?,
    })
}

fn line_style(column: Column) -> LineStyle {
    match column {
        Column::V3_7 | Column::V3_8 | Column::V3_9 => LineStyle::Lnotab,
        Column::V3_10 => LineStyle::Pep626,
        _ => LineStyle::Locations,
    }
}

fn unicode(of: &Offsets) -> Result<UnicodeFields, Refusal> {
    let kind = of.need("unicode_object.state.kind")?;
    Ok(UnicodeFields {
        length: of.need("unicode_object.length")?,
        hash: of.need("unicode_object.hash")?,
        state: of.need("unicode_object.state")?,
        kind_shift: u8::try_from(kind.offset).unwrap_or(2),
        ascii_data: of.need("unicode_object.asciiobject_size")?,
        compact_data: of.need("unicode_object.compactunicodeobject_size")?,
    })
}
