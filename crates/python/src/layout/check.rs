//! Can an offset be true?

/// No structure that we look into is larger.
const LARGEST: u64 = 16 << 20;

/// Where `_Py_DebugOffsets` says how large a structure is.
pub(super) const SIZES: [&str; 6] = [
    "runtime_state.size",
    "interpreter_state.size",
    "thread_state.size",
    "interpreter_frame.size",
    "code_object.size",
    "type_object.size",
];

/// Members that may be the first of their structure.
const FIRST: [&str; 3] = [
    "interpreter_state.next",
    "thread_state.prev",
    "interpreter_frame.executable",
];

/// `value` as the offset of a member of `width` bytes in a structure of
/// `within` bytes; `None` when it cannot be that.
pub(super) fn offset(
    name: &'static str,
    width: u8,
    value: u64,
    within: Option<u64>,
) -> Option<u32> {
    let size = within.unwrap_or(LARGEST).min(LARGEST);
    let fits = value
        .checked_add(u64::from(width))
        .is_some_and(|end| end <= size);
    // A structure's own size is no offset in it.
    let fits = fits || (name.ends_with(".size") && value <= LARGEST);
    let aligned = value.is_multiple_of(u64::from(width));
    let placed = value != 0 || FIRST.contains(&name);
    (fits && aligned && placed).then(|| u32::try_from(value).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plausible_offsets_pass() {
        assert_eq!(offset("thread_state.next", 8, 8, Some(304)), Some(8));
        assert_eq!(offset("thread_state.prev", 8, 0, Some(304)), Some(0));
        assert_eq!(
            offset("interpreter_state.size", 8, 194_968, Some(194_968)),
            Some(194_968)
        );
    }

    #[test]
    fn implausible_offsets_do_not() {
        let ts = Some(304);
        assert_eq!(offset("thread_state.next", 8, 0, ts), None);
        assert_eq!(offset("thread_state.next", 8, 12, ts), None);
        assert_eq!(offset("thread_state.next", 8, 304, ts), None);
        assert_eq!(offset("thread_state.next", 8, u64::MAX, ts), None);
        assert_eq!(offset("thread_state.next", 8, 1 << 40, None), None);
    }
}
