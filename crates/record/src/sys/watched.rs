//! What a child asks of the kernel so that a tracer can watch it.

use std::mem::size_of;

/// Who watches a child, and which of its calls.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// The tracer's pid.
    pub(crate) tracer: u32,
    /// A seccomp program, if calls are to be filtered.
    pub(crate) filter: Option<Vec<libc::sock_filter>>,
}

/// Filters should not slow a program down more than they must (seccomp(2)).
const SECCOMP_FILTER_FLAG_SPEC_ALLOW: libc::c_ulong = 4;

impl Watched {
    /// Lets the tracer, which is no ancestor, trace the calling process where
    /// Yama restricts that (Documentation/admin-guide/LSM/Yama.rst).
    #[expect(unsafe_code, reason = "prctl(2)")]
    pub(crate) fn allow_tracer(&self) {
        // SAFETY: takes a number. Fails where there is no Yama, and need not.
        unsafe { libc::prctl(libc::PR_SET_PTRACER, libc::c_ulong::from(self.tracer)) };
    }

    /// Installs the filter. Without it the tracer stops every call instead.
    ///
    /// The least intrusive way that works: `no_new_privs` only for those who
    /// must (seccomp(2): who lacks CAP_SYS_ADMIN), and without the slow
    /// mitigations that kernels before 5.16 put on filtered programs.
    pub(crate) fn install_filter(&self) {
        let Some(filter) = &self.filter else { return };
        if install(filter) != 0 {
            forgo_privileges();
            install(filter);
        }
    }
}

fn install(filter: &[libc::sock_filter]) -> i64 {
    match set_filter(filter, SECCOMP_FILTER_FLAG_SPEC_ALLOW) {
        0 => 0,
        _ => set_filter(filter, 0),
    }
}

#[expect(unsafe_code, reason = "seccomp(2)")]
fn set_filter(filter: &[libc::sock_filter], flags: libc::c_ulong) -> i64 {
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_ptr().cast_mut(),
    };
    const { assert!(size_of::<libc::sock_filter>() == 8) };
    // SAFETY: `program` points to `filter`, which the kernel only reads.
    unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::c_ulong::from(libc::SECCOMP_SET_MODE_FILTER),
            flags,
            &raw const program,
        )
    }
}

#[expect(unsafe_code, reason = "prctl(2)")]
fn forgo_privileges() {
    // SAFETY: takes numbers.
    unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
}
