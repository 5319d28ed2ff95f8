//! From what a frame says of its instruction to a place in the bytecode.

use super::{InstrStyle, Layout};
use crate::lines::line;

impl Layout {
    /// How many bytes into the bytecode of the code object at `code` the
    /// instruction `instr` is, as a frame has it; negative for a frame that has
    /// not begun.
    ///
    /// `None` where the frame's own copy of the bytecode has to be known too
    /// ([`InstrStyle::LocalPointer`]): [`Walker`](crate::Walker) does that.
    pub fn offset(&self, code: u64, instr: u64) -> Option<i64> {
        // f_lasti is an int: what is above its 32 bits is another member.
        let lasti = i64::from((instr as u32).cast_signed());
        let start = self.code.bytecode.of(code);
        match self.frame.instr_style {
            InstrStyle::LastiBytes => Some(lasti),
            InstrStyle::LastiUnits => Some(2 * lasti),
            InstrStyle::Pointer => Some(instr.wrapping_sub(start).cast_signed()),
            InstrStyle::LocalPointer { .. } => None,
        }
    }

    /// The line at a byte offset of the bytecode: its first line for a frame
    /// that has not begun, `None` where the table gives it none.
    pub fn line(&self, first_line: u32, table: &[u8], offset: i64) -> Option<u32> {
        match u32::try_from(offset) {
            Ok(offset) => line(self.code.line_style, first_line, table, offset),
            Err(_) => (offset < 0).then_some(first_line),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::layout::Plan;
    use crate::{Layout, Version};

    fn layout(minor: u8) -> Layout {
        let plan = Plan::of_release(Version::release(3, minor, 0));
        plan.layout().unwrap()
    }

    #[test]
    fn each_style_counts_its_way() {
        assert_eq!(layout(9).offset(0, 6), Some(6));
        assert_eq!(layout(10).offset(0, 6), Some(12));
        let start = layout(11).code.bytecode.of(0x1000);
        assert_eq!(layout(11).offset(0x1000, start + 6), Some(6));
    }

    #[test]
    fn a_frame_that_has_not_begun_stands_at_its_first_line() {
        let table = [2, 5];
        let not_begun = layout(9).offset(0, 0xffff_ffff).unwrap();
        assert_eq!(not_begun, -1);
        assert_eq!(layout(9).line(7, &table, not_begun), Some(7));
        assert_eq!(layout(9).line(7, &table, 2), Some(12));
        assert_eq!(layout(9).line(7, &table, i64::MAX), None);
    }
}
