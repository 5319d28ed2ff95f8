//! The decoder takes any records: `cargo +nightly fuzz run records`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = keelback_record::hostile::decode_records(bytes);
});
