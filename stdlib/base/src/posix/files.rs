//! Functions on open descriptors.

use std::io::{IoSlice, IoSliceMut};

use taipan_sys::fs;

use super::arguments::{DirFd, Fildes, Path, at};
use super::{at_path, call, structs};
use crate::support::*;

/// Open a file and return a descriptor.
///
/// flags are O_*, or-ed; mode are the permissions if the file is made. The descriptor is not
/// inherited by programs that are started.
#[native("(path, flags, mode=511, *, dir_fd=None)")]
pub(super) fn open(vm: &Vm, path: Path, flags: i32, mode: i32, dir_fd: Option<DirFd>) -> Res<i32> {
    let dir = at(dir_fd);
    crate::policy::open(vm, &path.bytes, flags)?;
    at_path(vm, &path, |p| fs::open(p, flags, mode as u32, dir))
}

/// Close the descriptor, by its number.
#[native("(fd)")]
pub(super) fn close(vm: &Vm, fd: i32) -> Res<()> {
    // Not again after EINTR: the descriptor is gone then.
    vm.allow_threads(|| fs::close(fd)).map_err(|failure| raise_io(vm, failure))
}

/// Close the descriptors from fd_low up to but not including fd_high; errors are ignored.
#[native("(fd_low, fd_high, /)")]
pub(super) fn closerange(fd_low: i32, fd_high: i32) {
    fs::close_range(fd_low, fd_high);
}

/// A new descriptor for the same file.
#[native("(fd, /)")]
pub(super) fn dup(vm: &Vm, fd: i32) -> Res<i32> {
    call(vm, || fs::dup(fd))
}

/// Make fd2 a descriptor for the file of fd, closing what it was.
#[native("(fd, fd2, inheritable=True)")]
pub(super) fn dup2(vm: &Vm, fd: i32, fd2: i32, inheritable: bool) -> Res<i32> {
    call(vm, || fs::dup2(fd, fd2, inheritable))
}

/// Read up to length bytes.
#[native("(fd, length, /)")]
pub(super) fn read(vm: &Vm, fd: i32, length: isize) -> Res {
    let Ok(length) = usize::try_from(length) else {
        return Err(raise_io(vm, std::io::Error::from_raw_os_error(taipan_sys::errno::EINVAL)));
    };
    // (Not zeroed: much more is often asked for than comes.)
    let mut buffer = Vec::new();
    reserve(vm, &mut buffer, length)?;
    call(vm, || fs::read_into_spare(fd, &mut buffer, length))?;
    vm.poll()?;
    Ok(vm.bytes(&buffer)?.into_object())
}

/// Write bytes and return how many were written.
#[native("(fd, data, /)")]
pub(super) fn write(vm: &Vm, fd: i32, data: &[u8]) -> Res<usize> {
    let count = call(vm, || fs::write(fd, data))?;
    // A signal may be why not all was written: its handler comes first.
    vm.poll()?;
    Ok(count)
}

/// Read up to length bytes from a position, without moving there.
#[native("(fd, length, offset, /)")]
pub(super) fn pread(vm: &Vm, fd: i32, length: i32, offset: i64) -> Res {
    let Ok(length) = usize::try_from(length) else {
        return Err(raise_io(vm, std::io::Error::from_raw_os_error(taipan_sys::errno::EINVAL)));
    };
    let mut buffer = zeros(vm, length)?;
    let count = call(vm, || fs::pread(fd, &mut buffer, offset))?;
    Ok(vm.bytes(&buffer[..count])?.into_object())
}

/// Write bytes at a position, without moving there; returns how many were written.
#[native("(fd, buffer, offset, /)")]
pub(super) fn pwrite(vm: &Vm, fd: i32, buffer: &[u8], offset: i64) -> Res<usize> {
    call(vm, || fs::pwrite(fd, buffer, offset))
}

/// The buffers of a vector call.
fn targets(vm: &Vm, buffers: &Object, what: &str) -> Res<Vec<BufferMut>> {
    if !is_sequence(vm, buffers) {
        return Err(vm.type_error(format_args!("{what}() arg 2 must be a sequence")));
    }
    let mut targets = Vec::new();
    for buffer in vm.collect(buffers)? {
        let info = ArgInfo::default();
        targets.push(BufferMut::from_arg(vm, &buffer, &mut (), &info)?);
    }
    Ok(targets)
}

fn sources(vm: &Vm, buffers: &Object, what: &str) -> Res<Vec<Vec<u8>>> {
    if !is_sequence(vm, buffers) {
        return Err(vm.type_error(format_args!("{what}() arg 2 must be a sequence")));
    }
    vm.collect(buffers)?.iter().map(|buffer| buffer::bytes_of(vm, buffer)).collect()
}

fn is_sequence(vm: &Vm, object: &Object) -> bool {
    let class = vm.class_of(object);
    class.slots().getitem.is_some() && !class.has(type_flags::DICTIONARY)
}

/// Reads by `read` into memory of our own, then spreads it over the buffers.
fn read_vector(
    vm: &Vm,
    targets: &[BufferMut],
    mut read: impl FnMut(&mut [IoSliceMut<'_>]) -> std::io::Result<usize> + Send,
) -> Res<usize> {
    let mut memory = Vec::new();
    for target in targets {
        memory.push(zeros(vm, target.0.byte_len())?);
    }
    let count = call(vm, || {
        let mut slices: Vec<_> = memory.iter_mut().map(|part| IoSliceMut::new(part)).collect();
        read(&mut slices)
    })?;
    let mut left = count;
    for (target, part) in targets.iter().zip(&memory) {
        let len = left.min(part.len());
        copy_into(&target.0, &part[..len]);
        left -= len;
    }
    Ok(count)
}

/// Read into several buffers in turn and return how many bytes were read.
#[native("(fd, buffers, /)")]
pub(super) fn readv(vm: &Vm, fd: i32, buffers: &Object) -> Res<usize> {
    let targets = targets(vm, buffers, "readv")?;
    read_vector(vm, &targets, |slices| fs::readv(fd, slices))
}

/// Read from a position into several buffers in turn.
#[native("(fd, buffers, offset, flags=0, /)")]
pub(super) fn preadv(vm: &Vm, fd: i32, buffers: &Object, offset: i64, flags: i32) -> Res<usize> {
    let targets = targets(vm, buffers, "preadv")?;
    read_vector(vm, &targets, |slices| fs::preadv(fd, slices, offset, flags))
}

/// Write several buffers in turn and return how many bytes were written.
#[native("(fd, buffers, /)")]
pub(super) fn writev(vm: &Vm, fd: i32, buffers: &Object) -> Res<usize> {
    let sources = sources(vm, buffers, "writev")?;
    let slices: Vec<_> = sources.iter().map(|part| IoSlice::new(part)).collect();
    call(vm, || fs::writev(fd, &slices))
}

/// Write several buffers in turn at a position.
#[native("(fd, buffers, offset, flags=0, /)")]
pub(super) fn pwritev(vm: &Vm, fd: i32, buffers: &Object, offset: i64, flags: i32) -> Res<usize> {
    let sources = sources(vm, buffers, "pwritev")?;
    let slices: Vec<_> = sources.iter().map(|part| IoSlice::new(part)).collect();
    call(vm, || fs::pwritev(fd, &slices, offset, flags))
}

/// Go to an offset: from the start, or for SEEK_CUR from here, for SEEK_END from the end.
#[native("(fd, position, how, /)")]
pub(super) fn lseek(vm: &Vm, fd: i32, position: i64, how: i32) -> Res<i64> {
    call(vm, || fs::lseek(fd, position, how))
}

/// Get the status of an open file.
#[native("(fd)")]
pub(super) fn fstat(vm: &Vm, fd: i32) -> Res {
    let status = call(vm, || fs::fstat(fd))?;
    structs::stat_result(vm, &status)
}

/// Facts of the file system that holds an open file.
#[native("(fd, /)")]
pub(super) fn fstatvfs(vm: &Vm, fd: i32) -> Res {
    let status = call(vm, || fs::fstatvfs(fd))?;
    structs::statvfs_result(vm, &status)
}

/// Does the descriptor stand for a terminal?
#[native("(fd, /)")]
pub(super) fn isatty(fd: i32) -> bool {
    fs::isatty(fd)
}

/// Which file a descriptor's terminal is.
#[native("(fd, /)")]
pub(super) fn ttyname(vm: &Vm, fd: i32) -> Res {
    let name = call(vm, || fs::ttyname(fd))?;
    super::path_result(vm, &name, false)
}

/// How large the terminal at a descriptor is, as (columns, lines). OSError if it is none.
#[native("(fd=<unrepresentable>, /)")]
pub(super) fn get_terminal_size(vm: &Vm, fd: Option<i32>) -> Res {
    let fd = fd.unwrap_or(1);
    let (columns, lines) = call(vm, || fs::terminal_size(fd))?;
    structs::terminal_size(vm, columns, lines)
}

/// The encoding of the terminal behind a descriptor; None if it is no terminal.
#[native("(fd)")]
pub(super) fn device_encoding(fd: i32) -> Option<&'static str> {
    fs::device_encoding(fd)
}

/// Two descriptors, of which the first reads what is written to the second; programs do not inherit them.
#[native("()")]
pub(super) fn pipe(vm: &Vm) -> Res<(i32, i32)> {
    let cloexec = super::flag("O_CLOEXEC");
    call(vm, || fs::pipe2(cloexec))
}

/// pipe() with flags, such as O_NONBLOCK.
#[native("(flags, /)")]
pub(super) fn pipe2(vm: &Vm, flags: i32) -> Res<(i32, i32)> {
    call(vm, || fs::pipe2(flags))
}

/// Cut an open file to so many bytes, or extend it.
#[native("(fd, length, /)")]
pub(super) fn ftruncate(vm: &Vm, fd: i32, length: i64) -> Res<()> {
    call(vm, || fs::ftruncate(fd, length))
}

/// Wait until what was written to a file is on the disk.
#[native("(fd)")]
pub(super) fn fsync(vm: &Vm, fd: Fildes) -> Res<()> {
    call(vm, || fs::fsync(fd.0))
}

/// As fsync, without the metadata that reading does not need.
#[native("(fd)")]
pub(super) fn fdatasync(vm: &Vm, fd: Fildes) -> Res<()> {
    call(vm, || fs::fdatasync(fd.0))
}

/// Have the system store everything that it keeps in memory for files.
#[native("()")]
pub(super) fn sync(vm: &Vm) -> Res<()> {
    crate::policy::process(vm, "sync")?;
    call(vm, || {
        fs::sync();
        Ok(())
    })
}

/// Make the directory behind a descriptor the current one.
#[native("(fd)")]
pub(super) fn fchdir(vm: &Vm, fd: Fildes) -> Res<()> {
    crate::policy::process(vm, "fchdir")?;
    call(vm, || fs::fchdir(fd.0))
}

/// chmod() of a descriptor.
#[native("(fd, mode)")]
pub(super) fn fchmod(vm: &Vm, fd: i32, mode: i32) -> Res<()> {
    call(vm, || fs::fchmod(fd, mode as u32))
}

/// chown() of a descriptor.
#[native("(fd, uid, gid)")]
pub(super) fn fchown(
    vm: &Vm,
    fd: i32,
    uid: super::arguments::Id,
    gid: super::arguments::Id,
) -> Res<()> {
    call(vm, || fs::fchown(fd, uid.0, gid.0))
}

/// A limit of the system for an open file; -1 if there is no such limit.
#[native("(fd, name, /)")]
pub(super) fn fpathconf(vm: &Vm, fd: Fildes, name: &Object) -> Res<i64> {
    let name = super::system::conf_name(vm, name, taipan_sys::consts::PATHCONF)?;
    Ok(call(vm, || fs::pathconf(fs::Target::Fd(fd.0), name))?.unwrap_or(-1))
}

/// Lock or unlock a stretch of a file from here on, or ask whether it is locked.
#[native("(fd, command, length, /)")]
pub(super) fn lockf(vm: &Vm, fd: i32, command: i32, length: i64) -> Res<()> {
    call(vm, || fs::lockf(fd, command, length))
}

/// Reserve room on the disk for a part of a file.
#[native("(fd, offset, length, /)")]
pub(super) fn posix_fallocate(vm: &Vm, fd: i32, offset: i64, length: i64) -> Res<()> {
    call(vm, || fs::fallocate(fd, offset, length))
}

/// Announce how a part of a file will be used.
#[native("(fd, offset, length, advice, /)")]
pub(super) fn posix_fadvise(vm: &Vm, fd: i32, offset: i64, length: i64, advice: i32) -> Res<()> {
    call(vm, || fs::fadvise(fd, offset, length, advice))
}

/// Whether a descriptor is inherited by programs that are started.
#[native("(fd, /)")]
pub(super) fn get_inheritable(vm: &Vm, fd: i32) -> Res<bool> {
    call(vm, || fs::inheritable(fd))
}

/// Set whether a descriptor is inherited by programs that are started.
#[native("(fd, inheritable, /)")]
pub(super) fn set_inheritable(vm: &Vm, fd: i32, inheritable: i32) -> Res<()> {
    call(vm, || fs::set_inheritable(fd, inheritable != 0))
}

/// Whether calls on a descriptor wait.
#[native("(fd, /)")]
pub(super) fn get_blocking(vm: &Vm, fd: i32) -> Res<bool> {
    call(vm, || fs::blocking(fd))
}

/// Set whether calls on a descriptor wait.
#[native("(fd, blocking, /)")]
pub(super) fn set_blocking(vm: &Vm, fd: i32, blocking: bool) -> Res<()> {
    call(vm, || fs::set_blocking(fd, blocking))
}

/// Let the system carry count bytes from in_fd to out_fd. offset says where they start, None that it is here.
#[native("(out_fd, in_fd, offset, count)")]
pub(super) fn sendfile(
    vm: &Vm,
    out_fd: i32,
    in_fd: i32,
    offset: Option<i64>,
    count: isize,
) -> Res<usize> {
    let Ok(count) = usize::try_from(count) else {
        return Err(vm.value_error("negative value for 'count' not allowed"));
    };
    call(vm, || fs::sendfile(out_fd, in_fd, offset, count))
}

fn count_argument(vm: &Vm, count: isize) -> Res<usize> {
    usize::try_from(count).map_err(|_| vm.value_error("negative value for 'count' not allowed"))
}

/// Copy count bytes between two files inside the system.
#[native("(src, dst, count, offset_src=None, offset_dst=None)")]
pub(super) fn copy_file_range(
    vm: &Vm,
    src: i32,
    dst: i32,
    count: isize,
    offset_src: Option<i64>,
    offset_dst: Option<i64>,
) -> Res<usize> {
    let count = count_argument(vm, count)?;
    call(vm, || fs::copy_file_range(src, dst, count, offset_src, offset_dst))
}

/// Move count bytes between a pipe and a descriptor.
#[native("(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
pub(super) fn splice(
    vm: &Vm,
    src: i32,
    dst: i32,
    count: isize,
    offset_src: Option<i64>,
    offset_dst: Option<i64>,
    flags: u32,
) -> Res<usize> {
    let count = count_argument(vm, count)?;
    call(vm, || fs::splice(src, dst, count, offset_src, offset_dst, flags))
}

/// Make an anonymous file in memory.
#[native("(name, flags=1)")]
pub(super) fn memfd_create(vm: &Vm, name: FsPath, flags: u32) -> Res<i32> {
    let name = name.bytes;
    call(vm, || fs::memfd_create(&name, flags))
}

/// Make a counter that can be waited for.
#[native("(initval, flags=524288)")]
pub(super) fn eventfd(vm: &Vm, initval: u32, flags: i32) -> Res<i32> {
    call(vm, || fs::eventfd(initval, flags))
}

/// Read and reset the counter of an eventfd.
#[native("(fd)")]
pub(super) fn eventfd_read(vm: &Vm, fd: Fildes) -> Res<u64> {
    let mut value = [0; 8];
    call(vm, || fs::read(fd.0, &mut value))?;
    Ok(u64::from_ne_bytes(value))
}

/// Add to the counter of an eventfd.
#[native("(fd, value)")]
pub(super) fn eventfd_write(vm: &Vm, fd: Fildes, value: u64) -> Res<()> {
    call(vm, || fs::write(fd.0, &value.to_ne_bytes())).map(drop)
}

/// The major part of a device number.
#[native("(device, /)")]
pub(super) fn major(device: u64) -> u32 {
    fs::major(device)
}

/// The minor part of a device number.
#[native("(device, /)")]
pub(super) fn minor(device: u64) -> u32 {
    fs::minor(device)
}

/// Put the two parts of a device number together again: the reverse of major() and minor().
#[native("(major, minor, /)")]
pub(super) fn makedev(major: u32, minor: u32) -> u64 {
    fs::makedev(major, minor)
}
