//! What the BPF loader has no interface for.

use std::io;
use std::mem::size_of;
use std::os::fd::{AsRawFd, BorrowedFd};

use zerocopy::{Immutable, IntoBytes};

use crate::engine::ebpf::abi;

/// `BPF_MAP_UPDATE_ELEM` (include/uapi/linux/bpf.h: enum bpf_cmd).
const MAP_UPDATE_ELEM: libc::c_long = 2;

/// The part of `union bpf_attr` that map commands read.
#[repr(C)]
struct MapElement {
    map: u32,
    pad: u32,
    key: u64,
    value: u64,
    flags: u64,
}

/// Sets a map's element; for task storage the key is a pidfd.
#[expect(
    unsafe_code,
    reason = "bpf(2) has no safe wrapper for this kind of map"
)]
pub(crate) fn update<K, V>(map: BorrowedFd<'_>, key: &K, value: &V) -> io::Result<()>
where
    K: IntoBytes + Immutable,
    V: IntoBytes + Immutable,
{
    let element = MapElement {
        map: map.as_raw_fd().cast_unsigned(),
        pad: 0,
        key: key.as_bytes().as_ptr() as u64,
        value: value.as_bytes().as_ptr() as u64,
        flags: 0,
    };
    // SAFETY: `element` is laid out as bpf(2) reads it for this command and
    // outlives the call; its pointers are to initialised bytes that do too.
    // The kernel reads as many of them as the map was declared with.
    let done = unsafe {
        libc::syscall(
            libc::SYS_bpf,
            MAP_UPDATE_ELEM,
            &raw const element,
            size_of::<MapElement>(),
        )
    };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

macro_rules! plain {
    ($($name:ident)*) => {$(
        #[expect(unsafe_code, reason = "aya's name for plain old data")]
        // SAFETY: `abi.rs` derives `FromBytes` and `IntoBytes` for it: any
        // bytes are a valid value, and there is no padding.
        unsafe impl aya::Pod for abi::$name {}
    )*};
}

plain! { Build Process TallyKey Tally }
