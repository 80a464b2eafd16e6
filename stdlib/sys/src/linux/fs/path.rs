//! Operations on paths.

#![expect(unsafe_code, reason = "system calls")]

use std::io;

use super::{Fd, at};
use crate::backend::{array_bytes, check_size, check_unit, error, with_c_str, with_c_strs};

/// Whether the file may be used so; `mode` is `F_OK` or of `R_OK`, `W_OK`, `X_OK`. faccessat(2).
pub fn access(
    path: &[u8],
    mode: i32,
    dir: Option<Fd>,
    effective_ids: bool,
    follow: bool,
) -> io::Result<()> {
    let mut flags = if effective_ids { libc::AT_EACCESS } else { 0 };
    if !follow {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    with_c_str(path, |path| {
        // SAFETY: `path` is NUL-terminated and outlives the call.
        check_unit(unsafe { libc::faccessat(at(dir), path.as_ptr(), mode, flags) })
    })
}

/// Makes a directory. mkdirat(2).
pub fn mkdir(path: &[u8], mode: u32, dir: Option<Fd>) -> io::Result<()> {
    // SAFETY: `path` is NUL-terminated and outlives the call.
    with_c_str(path, |path| check_unit(unsafe { libc::mkdirat(at(dir), path.as_ptr(), mode) }))
}

/// Removes an empty directory. unlinkat(2).
pub fn rmdir(path: &[u8], dir: Option<Fd>) -> io::Result<()> {
    with_c_str(path, |path| {
        // SAFETY: `path` is NUL-terminated and outlives the call.
        check_unit(unsafe { libc::unlinkat(at(dir), path.as_ptr(), libc::AT_REMOVEDIR) })
    })
}

/// Removes a name. unlinkat(2).
pub fn unlink(path: &[u8], dir: Option<Fd>) -> io::Result<()> {
    // SAFETY: `path` is NUL-terminated and outlives the call.
    with_c_str(path, |path| check_unit(unsafe { libc::unlinkat(at(dir), path.as_ptr(), 0) }))
}

/// Renames, replacing what is there. renameat(2).
pub fn rename(from: &[u8], to: &[u8], from_dir: Option<Fd>, to_dir: Option<Fd>) -> io::Result<()> {
    with_c_strs(from, to, |from, to| {
        // SAFETY: both are NUL-terminated and outlive the call.
        check_unit(unsafe { libc::renameat(at(from_dir), from.as_ptr(), at(to_dir), to.as_ptr()) })
    })
}

/// Makes a symbolic link at `link` that says `target`. symlinkat(2).
pub fn symlink(target: &[u8], link: &[u8], dir: Option<Fd>) -> io::Result<()> {
    with_c_strs(target, link, |target, link| {
        // SAFETY: both are NUL-terminated and outlive the call.
        check_unit(unsafe { libc::symlinkat(target.as_ptr(), at(dir), link.as_ptr()) })
    })
}

/// Makes a second name for a file. linkat(2).
pub fn link(
    from: &[u8],
    to: &[u8],
    from_dir: Option<Fd>,
    to_dir: Option<Fd>,
    follow: bool,
) -> io::Result<()> {
    let flags = if follow { libc::AT_SYMLINK_FOLLOW } else { 0 };
    with_c_strs(from, to, |from, to| {
        // SAFETY: both are NUL-terminated and outlive the call.
        check_unit(unsafe {
            libc::linkat(at(from_dir), from.as_ptr(), at(to_dir), to.as_ptr(), flags)
        })
    })
}

/// What a symbolic link says. readlinkat(2).
pub fn readlink(path: &[u8], dir: Option<Fd>) -> io::Result<Vec<u8>> {
    with_c_str(path, |path| {
        let mut buffer = [0u8; libc::PATH_MAX as usize + 1];
        // SAFETY: `path` is NUL-terminated; the buffer is writable for its length.
        let len = check_size(unsafe {
            libc::readlinkat(at(dir), path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len())
        })?;
        Ok(buffer[..len].to_vec())
    })
}

/// Sets the permissions. fchmodat(2).
pub fn chmod(path: &[u8], mode: u32, dir: Option<Fd>, follow: bool) -> io::Result<()> {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    with_c_str(path, |path| {
        // SAFETY: `path` is NUL-terminated and outlives the call.
        check_unit(unsafe { libc::fchmodat(at(dir), path.as_ptr(), mode, flags) })
    })
}

/// Sets the permissions of an open file. fchmod(2).
pub fn fchmod(fd: Fd, mode: u32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::fchmod(fd, mode) })
}

/// Sets owner and group; `u32::MAX` keeps one. fchownat(2).
pub fn chown(path: &[u8], uid: u32, gid: u32, dir: Option<Fd>, follow: bool) -> io::Result<()> {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    with_c_str(path, |path| {
        // SAFETY: `path` is NUL-terminated and outlives the call.
        check_unit(unsafe { libc::fchownat(at(dir), path.as_ptr(), uid, gid, flags) })
    })
}

/// Sets owner and group of an open file. fchown(2).
pub fn fchown(fd: Fd, uid: u32, gid: u32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::fchown(fd, uid, gid) })
}

/// A moment for [`utimens`]: seconds and nanoseconds; `None` is now.
pub type FileTime = Option<(i64, i64)>;

fn file_times(access: FileTime, modified: FileTime) -> [libc::timespec; 2] {
    [access, modified].map(|time| match time {
        Some((seconds, nanos)) => libc::timespec { tv_sec: seconds, tv_nsec: nanos },
        None => libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW },
    })
}

/// Sets the times of access and modification. utimensat(2).
pub fn utimens(
    path: &[u8],
    access: FileTime,
    modified: FileTime,
    dir: Option<Fd>,
    follow: bool,
) -> io::Result<()> {
    let times = file_times(access, modified);
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    with_c_str(path, |path| {
        // SAFETY: `path` is NUL-terminated; two times are read.
        check_unit(unsafe { libc::utimensat(at(dir), path.as_ptr(), times.as_ptr(), flags) })
    })
}

/// As [`utimens`], for an open file. futimens(3).
pub fn futimens(fd: Fd, access: FileTime, modified: FileTime) -> io::Result<()> {
    let times = file_times(access, modified);
    // SAFETY: two times are read.
    check_unit(unsafe { libc::futimens(fd, times.as_ptr()) })
}

/// Cuts or extends a file. truncate(2).
pub fn truncate(path: &[u8], len: i64) -> io::Result<()> {
    // SAFETY: `path` is NUL-terminated and outlives the call.
    with_c_str(path, |path| check_unit(unsafe { libc::truncate(path.as_ptr(), len) }))
}

/// Makes a named pipe. mkfifoat(3).
pub fn mkfifo(path: &[u8], mode: u32, dir: Option<Fd>) -> io::Result<()> {
    // SAFETY: `path` is NUL-terminated and outlives the call.
    with_c_str(path, |path| check_unit(unsafe { libc::mkfifoat(at(dir), path.as_ptr(), mode) }))
}

/// Makes a file of any kind. mknodat(2).
pub fn mknod(path: &[u8], mode: u32, device: u64, dir: Option<Fd>) -> io::Result<()> {
    with_c_str(path, |path| {
        // SAFETY: `path` is NUL-terminated and outlives the call.
        check_unit(unsafe { libc::mknodat(at(dir), path.as_ptr(), mode, device) })
    })
}

/// The working directory. getcwd(3).
pub fn getcwd() -> io::Result<Vec<u8>> {
    let mut buffer = vec![0 as libc::c_char; libc::PATH_MAX as usize];
    loop {
        // SAFETY: the buffer is writable for its length.
        if !unsafe { libc::getcwd(buffer.as_mut_ptr(), buffer.len()) }.is_null() {
            return Ok(array_bytes(&buffer));
        }
        let failure = io::Error::last_os_error();
        if failure.raw_os_error() != Some(libc::ERANGE) || buffer.len() > 1 << 24 {
            return Err(failure);
        }
        buffer.resize(buffer.len() * 2, 0);
    }
}

/// Changes the working directory of the whole process. chdir(2).
pub fn chdir(path: &[u8]) -> io::Result<()> {
    // SAFETY: `path` is NUL-terminated and outlives the call.
    with_c_str(path, |path| check_unit(unsafe { libc::chdir(path.as_ptr()) }))
}

/// As [`chdir`], by descriptor. fchdir(2).
pub fn fchdir(fd: Fd) -> io::Result<()> {
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::fchdir(fd) })
}

/// Changes the root directory of the whole process. chroot(2).
pub fn chroot(path: &[u8]) -> io::Result<()> {
    // SAFETY: `path` is NUL-terminated and outlives the call.
    with_c_str(path, |path| check_unit(unsafe { libc::chroot(path.as_ptr()) }))
}

/// Sets the mask of permissions that new files lack and returns the old one. umask(2).
pub fn umask(mask: u32) -> u32 {
    // SAFETY: an integer argument only.
    unsafe { libc::umask(mask) }
}

/// Where an attribute, a limit or a status is asked for: by path or by descriptor.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// A path, symbolic links followed.
    Path(&'a [u8]),
    /// A path, its last symbolic link not followed.
    Link(&'a [u8]),
    /// An open file.
    Fd(Fd),
}

/// A system limit of a file; `name` is `_PC_*`. `None` is no limit. pathconf(3).
pub fn pathconf(target: Target<'_>, name: i32) -> io::Result<Option<i64>> {
    // An unlimited value leaves errno as it was.
    super::super::errno::set(0);
    let value = match target {
        // SAFETY: integer arguments only.
        Target::Fd(fd) => unsafe { libc::fpathconf(fd, name) },
        Target::Path(path) | Target::Link(path) => {
            // SAFETY: `path` is NUL-terminated and outlives the call.
            with_c_str(path, |path| Ok(unsafe { libc::pathconf(path.as_ptr(), name) }))?
        }
    };
    if value != -1 {
        return Ok(Some(value));
    }
    match super::super::errno::last() {
        0 => Ok(None),
        number => Err(error(number)),
    }
}

/// An extended attribute. getxattr(2).
pub fn getxattr(target: Target<'_>, name: &[u8]) -> io::Result<Vec<u8>> {
    with_c_str(name, |name| {
        grow(|buffer| {
            let (data, len) = (buffer.as_mut_ptr().cast(), buffer.len());
            match target {
                // SAFETY: strings are NUL-terminated; the buffer is writable for `len` bytes.
                Target::Fd(fd) => Ok(unsafe { libc::fgetxattr(fd, name.as_ptr(), data, len) }),
                Target::Path(path) => with_c_str(path, |path| {
                    // SAFETY: as above.
                    Ok(unsafe { libc::getxattr(path.as_ptr(), name.as_ptr(), data, len) })
                }),
                Target::Link(path) => with_c_str(path, |path| {
                    // SAFETY: as above.
                    Ok(unsafe { libc::lgetxattr(path.as_ptr(), name.as_ptr(), data, len) })
                }),
            }
        })
    })
}

/// The names of the extended attributes, each ended by NUL. listxattr(2).
pub fn listxattr(target: Target<'_>) -> io::Result<Vec<u8>> {
    grow(|buffer| {
        let (data, len) = (buffer.as_mut_ptr().cast(), buffer.len());
        match target {
            // SAFETY: strings are NUL-terminated; the buffer is writable for `len` bytes.
            Target::Fd(fd) => Ok(unsafe { libc::flistxattr(fd, data, len) }),
            Target::Path(path) => with_c_str(path, |path| {
                // SAFETY: as above.
                Ok(unsafe { libc::listxattr(path.as_ptr(), data, len) })
            }),
            Target::Link(path) => with_c_str(path, |path| {
                // SAFETY: as above.
                Ok(unsafe { libc::llistxattr(path.as_ptr(), data, len) })
            }),
        }
    })
}

/// Sets an extended attribute; `flags` are `XATTR_*`. setxattr(2).
pub fn setxattr(target: Target<'_>, name: &[u8], value: &[u8], flags: i32) -> io::Result<()> {
    let (data, len) = (value.as_ptr().cast(), value.len());
    with_c_str(name, |name| match target {
        // SAFETY: strings are NUL-terminated; the value is readable for `len` bytes.
        Target::Fd(fd) => {
            // SAFETY: as above.
            check_unit(unsafe { libc::fsetxattr(fd, name.as_ptr(), data, len, flags) })
        }
        Target::Path(path) => with_c_str(path, |path| {
            // SAFETY: as above.
            check_unit(unsafe { libc::setxattr(path.as_ptr(), name.as_ptr(), data, len, flags) })
        }),
        Target::Link(path) => with_c_str(path, |path| {
            // SAFETY: as above.
            check_unit(unsafe { libc::lsetxattr(path.as_ptr(), name.as_ptr(), data, len, flags) })
        }),
    })
}

/// Removes an extended attribute. removexattr(2).
pub fn removexattr(target: Target<'_>, name: &[u8]) -> io::Result<()> {
    with_c_str(name, |name| match target {
        // SAFETY: strings are NUL-terminated.
        Target::Fd(fd) => check_unit(unsafe { libc::fremovexattr(fd, name.as_ptr()) }),
        Target::Path(path) => with_c_str(path, |path| {
            // SAFETY: as above.
            check_unit(unsafe { libc::removexattr(path.as_ptr(), name.as_ptr()) })
        }),
        Target::Link(path) => with_c_str(path, |path| {
            // SAFETY: as above.
            check_unit(unsafe { libc::lremovexattr(path.as_ptr(), name.as_ptr()) })
        }),
    })
}

/// Calls `fill` with larger and larger buffers until the answer fits.
fn grow(mut fill: impl FnMut(&mut [u8]) -> io::Result<isize>) -> io::Result<Vec<u8>> {
    // The kernel's own limit for both values and lists.
    for size in [256, 65536] {
        let mut buffer = vec![0; size];
        match check_size(fill(&mut buffer)?) {
            Ok(len) => {
                buffer.truncate(len);
                return Ok(buffer);
            }
            Err(failure) if failure.raw_os_error() == Some(libc::ERANGE) => {}
            Err(failure) => return Err(failure),
        }
    }
    Err(error(libc::ERANGE))
}
