//! Which argument of a system call is a path.

/// For each system call: 0, or 1 + the argument that is a path.
/// (arch/x86/entry/syscalls/syscall_64.tbl and the calls' man pages.)
pub(crate) fn path_arguments() -> [u8; 512] {
    let mut table = [0; 512];
    FIRST.iter().for_each(|nr| table[*nr] = 1);
    SECOND.iter().for_each(|nr| table[*nr] = 2);
    table
}

/// open stat lstat access execve truncate chdir rename mkdir rmdir creat link
/// unlink symlink readlink chmod chown lchown utime mknod uselib statfs
/// pivot_root chroot swapon utimes setxattr lsetxattr getxattr lgetxattr
/// listxattr llistxattr removexattr lremovexattr
const FIRST: &[usize] = &[
    2, 4, 6, 21, 59, 76, 80, 82, 83, 84, 85, 86, 87, 88, 89, 90, 92, 94, 132, 133, 134, 137, 155,
    161, 167, 235, 188, 189, 191, 192, 194, 195, 197, 198,
];

/// inotify_add_watch openat mkdirat mknodat fchownat futimesat newfstatat
/// unlinkat renameat linkat readlinkat fchmodat faccessat utimensat
/// name_to_handle_at renameat2 execveat statx openat2 faccessat2 fchmodat2
/// (symlinkat's second argument is a descriptor: its path is the first.)
const SECOND: &[usize] = &[
    254, 257, 258, 259, 260, 261, 262, 263, 264, 265, 267, 268, 269, 280, 303, 316, 322, 332, 437,
    439, 452,
];
