//! The trace reader takes any bytes: `cargo +nightly fuzz run trace`.
#![no_main]

#[path = "../../crates/trace/tests/hostile/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Refused or read: either is right.
    let _ = entry::read_everything(bytes);
});
