//! Names of x86-64's system calls and errors.

use syscalls::Errno;
use syscalls::x86_64::Sysno;

/// The name of system call `nr`; `syscall_600` for one that is too new.
pub fn call_name(nr: u16) -> String {
    match Sysno::new(nr.into()) {
        Some(sysno) => sysno.name().to_owned(),
        None => format!("syscall_{nr}"),
    }
}

/// `ENOENT` for 2; `errno 600` for one without a name.
pub fn errno_name(errno: u16) -> String {
    match Errno::new(errno.into()).name() {
        Some(name) => name.to_owned(),
        None => format!("errno {errno}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_kernels_x86_64_table() {
        assert_eq!(call_name(0), "read");
        assert_eq!(call_name(202), "futex");
        assert_eq!(call_name(262), "newfstatat");
        assert_eq!(call_name(435), "clone3");
        assert_eq!(call_name(449), "futex_waitv");
        assert_eq!(call_name(60_000), "syscall_60000");
    }

    #[test]
    fn errors_have_names() {
        assert_eq!(errno_name(2), "ENOENT");
        assert_eq!(errno_name(11), "EAGAIN");
        assert_eq!(errno_name(110), "ETIMEDOUT");
        assert_eq!(errno_name(4000), "errno 4000");
    }
}
