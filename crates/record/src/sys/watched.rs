//! What a child asks of the kernel so that a tracer can watch it.

use std::mem::size_of;

use super::trial::Filtering;

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
        let _ = install_somehow(filter);
    }
}

/// Puts a filter on this very thread that lets everything pass: can one be?
/// The errno if not.
pub(super) fn try_filter() -> Result<Filtering, i32> {
    const ALLOW: [libc::sock_filter; 1] = [libc::sock_filter {
        code: (libc::BPF_RET | libc::BPF_K) as u16,
        jt: 0,
        jf: 0,
        k: libc::SECCOMP_RET_ALLOW,
    }];
    install_somehow(&ALLOW)
}

fn install_somehow(filter: &[libc::sock_filter]) -> Result<Filtering, i32> {
    if install(filter) == 0 {
        return Ok(Filtering::Plain);
    }
    forgo_privileges();
    match install(filter) {
        0 => Ok(Filtering::Forgoing),
        _ => Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0)),
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
