//! Operations on open descriptors.

#![expect(unsafe_code, reason = "system calls")]

use std::io;

use super::{Fd, at};
use crate::backend::{check, check_errno, check_size, check_unit, error, may_interrupt};
use crate::backend::{transfer_len, with_c_str};

/// Opens a file; `flags` are `O_*`, and `O_CLOEXEC` is always added. open(2).
pub fn open(path: &[u8], flags: i32, mode: u32, dir: Option<Fd>) -> io::Result<Fd> {
    may_interrupt()?;
    with_c_str(path, |path| {
        // SAFETY: `path` is NUL-terminated and outlives the call.
        check(unsafe { libc::openat(at(dir), path.as_ptr(), flags | libc::O_CLOEXEC, mode) })
    })
}

/// Closes a descriptor; it is gone whatever the result. close(2).
pub fn close(fd: Fd) -> io::Result<()> {
    // SAFETY: an integer argument; closing a foreign descriptor is the caller's affair.
    check_unit(unsafe { libc::close(fd) })
}

/// Closes descriptors `low..high`, errors ignored. close_range(2).
pub fn close_range(low: Fd, high: Fd) {
    let low = low.max(0);
    if high <= low {
        return;
    }
    // SAFETY: integer arguments only.
    let done = unsafe { libc::syscall(libc::SYS_close_range, low as u32, (high - 1) as u32, 0) };
    if done == 0 {
        return;
    }
    // Kernels before 5.9.
    for fd in low..high {
        let _ = close(fd);
    }
}

/// Reads up to `buffer.len()` bytes; 0 is the end of the file. read(2).
pub fn read(fd: Fd, buffer: &mut [u8]) -> io::Result<usize> {
    may_interrupt()?;
    let len = transfer_len(buffer.len());
    // SAFETY: the buffer is writable for `len` bytes.
    check_size(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), len) })
}

/// Reads into the spare capacity of `buffer`, at most `limit` bytes. read(2).
pub fn read_into_spare(fd: Fd, buffer: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
    may_interrupt()?;
    let spare = buffer.spare_capacity_mut();
    let len = transfer_len(spare.len().min(limit));
    // SAFETY: the spare capacity is writable for `len` bytes.
    let count = check_size(unsafe { libc::read(fd, spare.as_mut_ptr().cast(), len) })?;
    // SAFETY: the system wrote `count` bytes there.
    unsafe { buffer.set_len(buffer.len() + count) };
    Ok(count)
}

/// Writes some of `data` and says how much. write(2).
pub fn write(fd: Fd, data: &[u8]) -> io::Result<usize> {
    may_interrupt()?;
    // SAFETY: the data is readable for the length given.
    check_size(unsafe { libc::write(fd, data.as_ptr().cast(), transfer_len(data.len())) })
}

/// Reads at `offset` without moving the position. pread(2).
pub fn pread(fd: Fd, buffer: &mut [u8], offset: i64) -> io::Result<usize> {
    may_interrupt()?;
    let len = transfer_len(buffer.len());
    // SAFETY: the buffer is writable for `len` bytes.
    check_size(unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), len, offset) })
}

/// Writes at `offset` without moving the position. pwrite(2).
pub fn pwrite(fd: Fd, data: &[u8], offset: i64) -> io::Result<usize> {
    may_interrupt()?;
    // SAFETY: the data is readable for the length given.
    check_size(unsafe { libc::pwrite(fd, data.as_ptr().cast(), transfer_len(data.len()), offset) })
}

fn vector_len(len: usize) -> io::Result<libc::c_int> {
    libc::c_int::try_from(len).map_err(|_| error(libc::EINVAL))
}

/// Reads into several buffers in turn. readv(2).
pub fn readv(fd: Fd, buffers: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
    may_interrupt()?;
    let count = vector_len(buffers.len())?;
    // SAFETY: `IoSliceMut` is laid out as `iovec`; each is writable.
    check_size(unsafe { libc::readv(fd, buffers.as_mut_ptr().cast(), count) })
}

/// Writes several buffers in turn. writev(2).
pub fn writev(fd: Fd, buffers: &[io::IoSlice<'_>]) -> io::Result<usize> {
    may_interrupt()?;
    let count = vector_len(buffers.len())?;
    // SAFETY: `IoSlice` is laid out as `iovec`; each is readable.
    check_size(unsafe { libc::writev(fd, buffers.as_ptr().cast(), count) })
}

/// Reads into several buffers at `offset`; `flags` are `RWF_*`. preadv2(2).
pub fn preadv(
    fd: Fd,
    buffers: &mut [io::IoSliceMut<'_>],
    offset: i64,
    flags: i32,
) -> io::Result<usize> {
    may_interrupt()?;
    let count = vector_len(buffers.len())?;
    let pointer = buffers.as_mut_ptr().cast();
    // SAFETY: as in `readv`.
    check_size(unsafe {
        if flags == 0 {
            libc::preadv(fd, pointer, count, offset)
        } else {
            libc::preadv2(fd, pointer, count, offset, flags)
        }
    })
}

/// Writes several buffers at `offset`; `flags` are `RWF_*`. pwritev2(2).
pub fn pwritev(fd: Fd, buffers: &[io::IoSlice<'_>], offset: i64, flags: i32) -> io::Result<usize> {
    may_interrupt()?;
    let count = vector_len(buffers.len())?;
    let pointer = buffers.as_ptr().cast();
    // SAFETY: as in `writev`.
    check_size(unsafe {
        if flags == 0 {
            libc::pwritev(fd, pointer, count, offset)
        } else {
            libc::pwritev2(fd, pointer, count, offset, flags)
        }
    })
}

/// Moves the position; `whence` is `SEEK_*`. lseek(2).
pub fn lseek(fd: Fd, offset: i64, whence: i32) -> io::Result<i64> {
    // SAFETY: integer arguments only.
    let position = unsafe { libc::lseek(fd, offset, whence) };
    if position == -1 { Err(io::Error::last_os_error()) } else { Ok(position) }
}

/// Whether the descriptor is a terminal. isatty(3).
pub fn isatty(fd: Fd) -> bool {
    // SAFETY: an integer argument only.
    unsafe { libc::isatty(fd) == 1 }
}

/// The terminal's path. ttyname_r(3).
pub fn ttyname(fd: Fd) -> io::Result<Vec<u8>> {
    let mut buffer = [0 as libc::c_char; 4096];
    // SAFETY: the buffer is writable for its length.
    check_errno(unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr(), buffer.len()) })?;
    Ok(crate::backend::array_bytes(&buffer))
}

/// Columns and rows of the terminal. TIOCGWINSZ of ioctl_tty(2).
pub fn terminal_size(fd: Fd) -> io::Result<(u16, u16)> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the request fills in one `winsize`.
    check_unit(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) })?;
    Ok((size.ws_col, size.ws_row))
}

/// A new descriptor for the same file, close-on-exec. F_DUPFD_CLOEXEC of fcntl(2).
pub fn dup(fd: Fd) -> io::Result<Fd> {
    // SAFETY: integer arguments only.
    check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
}

/// Makes `target` name the same file as `fd`. dup2(2), dup3(2).
pub fn dup2(fd: Fd, target: Fd, inheritable: bool) -> io::Result<Fd> {
    may_interrupt()?;
    // SAFETY: integer arguments only.
    check(unsafe {
        if inheritable {
            libc::dup2(fd, target)
        } else if fd == target {
            // dup3 refuses this; dup2 checks the descriptor and does nothing.
            libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC).min(fd)
        } else {
            libc::dup3(fd, target, libc::O_CLOEXEC)
        }
    })
    .map(|_| target)
}

/// A pipe: the end to read and the end to write; `flags` are `O_*`. pipe2(2).
pub fn pipe2(flags: i32) -> io::Result<(Fd, Fd)> {
    let mut ends = [0; 2];
    // SAFETY: the system writes two descriptors.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
    Ok((ends[0], ends[1]))
}

/// Cuts or extends the file. ftruncate(2).
pub fn ftruncate(fd: Fd, len: i64) -> io::Result<()> {
    may_interrupt()?;
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::ftruncate(fd, len) })
}

/// Waits until the file's data and metadata are on the disk. fsync(2).
pub fn fsync(fd: Fd) -> io::Result<()> {
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::fsync(fd) })
}

/// As [`fsync`], without the metadata that is not needed to read the file. fdatasync(2).
pub fn fdatasync(fd: Fd) -> io::Result<()> {
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::fdatasync(fd) })
}

/// Writes all of the system's caches. sync(2).
pub fn sync() {
    // SAFETY: no arguments.
    unsafe { libc::sync() }
}

/// Reserves room on the disk. posix_fallocate(3).
pub fn fallocate(fd: Fd, offset: i64, len: i64) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_errno(unsafe { libc::posix_fallocate(fd, offset, len) })
}

/// Announces how the file will be read; `advice` is `POSIX_FADV_*`. posix_fadvise(2).
pub fn fadvise(fd: Fd, offset: i64, len: i64, advice: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_errno(unsafe { libc::posix_fadvise(fd, offset, len, advice) })
}

/// Whether the descriptor survives `exec`. F_GETFD of fcntl(2).
pub fn inheritable(fd: Fd) -> io::Result<bool> {
    // SAFETY: integer arguments only.
    Ok(check(unsafe { libc::fcntl(fd, libc::F_GETFD) })? & libc::FD_CLOEXEC == 0)
}

/// Sets whether the descriptor survives `exec`. F_SETFD of fcntl(2).
pub fn set_inheritable(fd: Fd, inheritable: bool) -> io::Result<()> {
    // SAFETY: integer arguments only.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    let wanted = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
    if wanted == flags {
        return Ok(());
    }
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::fcntl(fd, libc::F_SETFD, wanted) })
}

/// The file's status flags, `O_*`. F_GETFL of fcntl(2).
pub fn status_flags(fd: Fd) -> io::Result<i32> {
    // SAFETY: integer arguments only.
    check(unsafe { libc::fcntl(fd, libc::F_GETFL) })
}

/// Whether calls on the descriptor wait. F_GETFL of fcntl(2).
pub fn blocking(fd: Fd) -> io::Result<bool> {
    Ok(status_flags(fd)? & libc::O_NONBLOCK == 0)
}

/// Sets whether calls on the descriptor wait. F_SETFL of fcntl(2).
pub fn set_blocking(fd: Fd, blocking: bool) -> io::Result<()> {
    let flags = status_flags(fd)?;
    let wanted = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
    if wanted == flags {
        return Ok(());
    }
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::fcntl(fd, libc::F_SETFL, wanted) })
}

/// Any command that takes an integer. fcntl(2).
pub fn fcntl(fd: Fd, command: i32, argument: i64) -> io::Result<i32> {
    may_interrupt()?;
    // SAFETY: the commands that take a pointer check it and fail with EFAULT; an integer that
    // happens to be an address of ours is the script's own doing only through `fcntl_buffer`,
    // so those commands are refused here.
    if matches!(
        command,
        libc::F_GETLK
            | libc::F_SETLK
            | libc::F_SETLKW
            | libc::F_OFD_GETLK
            | libc::F_OFD_SETLK
            | libc::F_OFD_SETLKW
    ) {
        return Err(error(libc::EFAULT));
    }
    // SAFETY: see above; the argument is an integer.
    check(unsafe { libc::fcntl(fd, command, argument) })
}

/// Any command that takes a structure: the bytes go in and come back changed. fcntl(2).
///
/// The buffer is padded to 1024 bytes, more than any command writes.
pub fn fcntl_buffer(fd: Fd, command: i32, argument: &[u8]) -> io::Result<Vec<u8>> {
    may_interrupt()?;
    let mut buffer = [0u8; 1024];
    let Some(head) = buffer.get_mut(..argument.len()) else { return Err(error(libc::EINVAL)) };
    head.copy_from_slice(argument);
    // SAFETY: the buffer is writable and larger than any structure of fcntl.
    check(unsafe { libc::fcntl(fd, command, buffer.as_mut_ptr()) })?;
    Ok(buffer[..argument.len()].to_vec())
}

/// Locks or unlocks the whole file; `operation` is `LOCK_*`. flock(2).
pub fn flock(fd: Fd, operation: i32) -> io::Result<()> {
    may_interrupt()?;
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::flock(fd, operation) })
}

/// Locks, tests or unlocks from the position on; `command` is `F_LOCK` and kin. lockf(3).
pub fn lockf(fd: Fd, command: i32, len: i64) -> io::Result<()> {
    may_interrupt()?;
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::lockf(fd, command, len) })
}

/// A record lock: `kind` is `F_RDLCK`, `F_WRLCK` or `F_UNLCK`. F_SETLK(W) of fcntl(2).
pub fn record_lock(
    fd: Fd,
    kind: i16,
    whence: i16,
    start: i64,
    len: i64,
    wait: bool,
) -> io::Result<()> {
    may_interrupt()?;
    let lock = libc::flock { l_type: kind, l_whence: whence, l_start: start, l_len: len, l_pid: 0 };
    let command = if wait { libc::F_SETLKW } else { libc::F_SETLK };
    // SAFETY: the command reads one `flock`.
    check_unit(unsafe { libc::fcntl(fd, command, &lock) })
}

/// Bytes waiting to be read. FIONREAD of ioctl(2).
pub fn bytes_waiting(fd: Fd) -> io::Result<usize> {
    let mut count: libc::c_int = 0;
    // SAFETY: the request writes one integer.
    check(unsafe { libc::ioctl(fd, libc::FIONREAD, &mut count) })?;
    Ok(count.max(0) as usize)
}

/// Any request with an integer argument. ioctl(2).
pub fn ioctl(fd: Fd, request: u64, argument: i64) -> io::Result<i32> {
    may_interrupt()?;
    // An integer in place of a pointer must not name our memory: what is mapped lies above.
    if !(0..65536).contains(&argument) && i32::try_from(argument).is_err() {
        return Err(error(libc::EFAULT));
    }
    // SAFETY: an integer below any mapping is EFAULT where a pointer is wanted.
    check(unsafe { libc::ioctl(fd, request as _, argument) })
}

/// Any request with a structure: the bytes go in and come back changed. ioctl(2).
pub fn ioctl_buffer(fd: Fd, request: u64, argument: &mut [u8]) -> io::Result<i32> {
    may_interrupt()?;
    // 64 KiB hold what any request can move: its size field has 14 bits.
    let mut buffer = vec![0u8; argument.len().max(1 << 16)];
    buffer[..argument.len()].copy_from_slice(argument);
    // SAFETY: the buffer is writable and larger than any request's structure.
    let result = check(unsafe { libc::ioctl(fd, request as _, buffer.as_mut_ptr()) })?;
    let len = argument.len();
    argument.copy_from_slice(&buffer[..len]);
    Ok(result)
}

/// Copies from one descriptor to another inside the kernel; `None` starts at, and moves, the
/// position of `input`. sendfile(2).
pub fn sendfile(output: Fd, input: Fd, offset: Option<i64>, count: usize) -> io::Result<usize> {
    may_interrupt()?;
    let mut start = offset.unwrap_or(0);
    let pointer = if offset.is_some() { &raw mut start } else { std::ptr::null_mut() };
    // SAFETY: the offset is null or a live variable.
    check_size(unsafe { libc::sendfile(output, input, pointer, transfer_len(count)) })
}

/// Copies a range between two files. copy_file_range(2).
pub fn copy_file_range(
    input: Fd,
    output: Fd,
    count: usize,
    input_offset: Option<i64>,
    output_offset: Option<i64>,
) -> io::Result<usize> {
    may_interrupt()?;
    let (mut from, mut to) = (input_offset.unwrap_or(0), output_offset.unwrap_or(0));
    let from = if input_offset.is_some() { &raw mut from } else { std::ptr::null_mut() };
    let to = if output_offset.is_some() { &raw mut to } else { std::ptr::null_mut() };
    // SAFETY: the offsets are null or live variables.
    check_size(unsafe { libc::copy_file_range(input, from, output, to, transfer_len(count), 0) })
}

/// Moves bytes between a pipe and a descriptor. splice(2).
pub fn splice(
    input: Fd,
    output: Fd,
    count: usize,
    input_offset: Option<i64>,
    output_offset: Option<i64>,
    flags: u32,
) -> io::Result<usize> {
    may_interrupt()?;
    let (mut from, mut to) = (input_offset.unwrap_or(0), output_offset.unwrap_or(0));
    let from = if input_offset.is_some() { &raw mut from } else { std::ptr::null_mut() };
    let to = if output_offset.is_some() { &raw mut to } else { std::ptr::null_mut() };
    // SAFETY: the offsets are null or live variables.
    check_size(unsafe { libc::splice(input, from, output, to, transfer_len(count), flags) })
}

/// An anonymous file in memory. memfd_create(2).
pub fn memfd_create(name: &[u8], flags: u32) -> io::Result<Fd> {
    // SAFETY: `name` is NUL-terminated and outlives the call.
    with_c_str(name, |name| check(unsafe { libc::memfd_create(name.as_ptr(), flags) }))
}

/// Flags of a counter that nobody waits in and programs do not inherit.
pub const EVENTFD_NONBLOCK_CLOEXEC: i32 = libc::EFD_NONBLOCK | libc::EFD_CLOEXEC;

/// A counter to wait on. eventfd(2).
pub fn eventfd(initial: u32, flags: i32) -> io::Result<Fd> {
    // SAFETY: integer arguments only.
    check(unsafe { libc::eventfd(initial, flags) })
}

/// Adds 1 to a counter that nobody waits in: who watches it wakes. eventfd(2).
pub fn eventfd_add(counter: Fd) -> io::Result<()> {
    let one = 1u64.to_ne_bytes();
    loop {
        // SAFETY: reads 8 bytes. (A counter takes all of them or none.)
        match check_size(unsafe { libc::write(counter, one.as_ptr().cast(), one.len()) }) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            done => return done.map(drop),
        }
    }
}

/// Sets a counter that nobody waits in to 0. eventfd(2).
pub fn eventfd_clear(counter: Fd) -> io::Result<()> {
    let mut count = [0u8; 8];
    loop {
        // SAFETY: writes 8 bytes.
        match check_size(unsafe { libc::read(counter, count.as_mut_ptr().cast(), count.len()) }) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            done => return done.map(drop),
        }
    }
}

/// The character encoding of a terminal's locale, or `None` if `fd` is no terminal.
/// nl_langinfo(3).
pub fn device_encoding(fd: Fd) -> Option<&'static str> {
    // The interpreter runs in UTF-8 mode's spirit: it never calls setlocale, so the C library's
    // own answer would be "ANSI_X3.4-1968" on every terminal.
    isatty(fd).then_some("UTF-8")
}
