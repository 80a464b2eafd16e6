//! Calls on sockets.

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::mem::MaybeUninit;

use super::address::{Address, MAX_LEN, RawAddress};
use crate::backend::{check, check_size, check_unit, error, may_interrupt, transfer_len};
use crate::fs::Fd;

impl RawAddress {
    pub(super) fn as_c(&self) -> (*const libc::sockaddr, libc::socklen_t) {
        (self.bytes.as_ptr().cast(), self.len as libc::socklen_t)
    }

    /// Calls `f` with room for an address, and keeps the length it reports.
    fn fill<T>(
        f: impl FnOnce(*mut libc::sockaddr, &mut libc::socklen_t) -> io::Result<T>,
    ) -> io::Result<(T, RawAddress)> {
        let mut raw = RawAddress::new();
        let mut len = MAX_LEN as libc::socklen_t;
        let value = f(raw.bytes.as_mut_ptr().cast(), &mut len)?;
        // The kernel reports the whole length even when it had to cut.
        raw.len = (len as usize).min(MAX_LEN);
        Ok((value, raw))
    }
}

/// A socket, close-on-exec. socket(2).
pub fn socket(family: i32, kind: i32, protocol: i32) -> io::Result<Fd> {
    // SAFETY: integer arguments only.
    check(unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) })
}

/// Two connected sockets, close-on-exec. socketpair(2).
pub fn socketpair(family: i32, kind: i32, protocol: i32) -> io::Result<(Fd, Fd)> {
    let mut pair = [0; 2];
    let kind = kind | libc::SOCK_CLOEXEC;
    // SAFETY: writes two descriptors.
    check(unsafe { libc::socketpair(family, kind, protocol, pair.as_mut_ptr()) })?;
    Ok((pair[0], pair[1]))
}

/// Gives the socket its address. bind(2).
pub fn bind(fd: Fd, address: &Address) -> io::Result<()> {
    let raw = address.encode();
    let (pointer, len) = raw.as_c();
    // SAFETY: readable for the length given.
    check_unit(unsafe { libc::bind(fd, pointer, len) })
}

/// Starts to take connections. listen(2).
pub fn listen(fd: Fd, backlog: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::listen(fd, backlog) })
}

/// Takes a connection; the new socket is close-on-exec, `flags` may add `SOCK_NONBLOCK`.
/// accept4(2).
pub fn accept(fd: Fd, protocol: i32, flags: i32) -> io::Result<(Fd, Address)> {
    may_interrupt()?;
    let flags = flags | libc::SOCK_CLOEXEC;
    let (new, raw) = RawAddress::fill(|pointer, len| {
        // SAFETY: writable for the length given.
        check(unsafe { libc::accept4(fd, pointer, len, flags) })
    })?;
    Ok((new, Address::decode(&raw, protocol)))
}

/// Connects to an address. After `EINTR` the attempt goes on; wait until the socket is writable
/// and ask for `SO_ERROR`. connect(2).
pub fn connect(fd: Fd, address: &Address) -> io::Result<()> {
    let raw = address.encode();
    let (pointer, len) = raw.as_c();
    // SAFETY: readable for the length given.
    check_unit(unsafe { libc::connect(fd, pointer, len) })
}

/// The socket's own address. getsockname(2).
pub fn getsockname(fd: Fd, protocol: i32) -> io::Result<Address> {
    let ((), raw) = RawAddress::fill(|pointer, len| {
        // SAFETY: writable for the length given.
        check_unit(unsafe { libc::getsockname(fd, pointer, len) })
    })?;
    Ok(Address::decode(&raw, protocol))
}

/// The address of the other side. getpeername(2).
pub fn getpeername(fd: Fd, protocol: i32) -> io::Result<Address> {
    let ((), raw) = RawAddress::fill(|pointer, len| {
        // SAFETY: writable for the length given.
        check_unit(unsafe { libc::getpeername(fd, pointer, len) })
    })?;
    Ok(Address::decode(&raw, protocol))
}

/// Sends some of `data` and says how much; `flags` are `MSG_*`. A broken connection is `EPIPE`
/// without a signal. send(2).
pub fn send(fd: Fd, data: &[u8], flags: i32) -> io::Result<usize> {
    may_interrupt()?;
    let flags = flags | libc::MSG_NOSIGNAL;
    // SAFETY: readable for the length given.
    check_size(unsafe { libc::send(fd, data.as_ptr().cast(), transfer_len(data.len()), flags) })
}

/// Sends to an address. sendto(2).
pub fn sendto(fd: Fd, data: &[u8], flags: i32, address: &Address) -> io::Result<usize> {
    may_interrupt()?;
    let raw = address.encode();
    let (pointer, len) = raw.as_c();
    let flags = flags | libc::MSG_NOSIGNAL;
    // SAFETY: data and address are readable for their lengths.
    check_size(unsafe { libc::sendto(fd, data.as_ptr().cast(), data.len(), flags, pointer, len) })
}

/// Whether a transfer over a stream socket, of `count` bytes where `asked` were possible, says that nothing more can be
/// moved now: an edge-triggered epoll tells of what comes next. Never in the stress build, which cuts transfers short.
/// epoll(7).
#[inline]
pub fn is_exhausted(count: usize, asked: usize) -> bool {
    !cfg!(stress) && count < asked
}

/// A call that does not wait, and again if a signal came in its midst: who takes `EINTR` for "nothing there" would wait
/// for an edge that has been.
pub fn retried<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Receives up to `buffer.len()` bytes; 0 is the end. recv(2).
pub fn recv(fd: Fd, buffer: &mut [u8], flags: i32) -> io::Result<usize> {
    may_interrupt()?;
    // A datagram is cut, not continued, by a shorter buffer: no stress here.
    // SAFETY: writable for the length given.
    check_size(unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) })
}

/// Receives into memory that need not be initialised; what was written is given back. recv(2).
pub fn recv_uninit(fd: Fd, room: &mut [MaybeUninit<u8>], flags: i32) -> io::Result<&mut [u8]> {
    may_interrupt()?;
    // SAFETY: writable for the length given.
    let count = check_size(unsafe { libc::recv(fd, room.as_mut_ptr().cast(), room.len(), flags) })?;
    let count = count.min(room.len());
    // SAFETY: the system wrote so many bytes.
    Ok(unsafe { std::slice::from_raw_parts_mut(room.as_mut_ptr().cast(), count) })
}

/// How many bytes can be received at once; of datagrams, the size of the next. ioctl(2), FIONREAD.
pub fn receivable(fd: Fd) -> io::Result<usize> {
    let mut count: libc::c_int = 0;
    // SAFETY: writes one integer.
    check(unsafe { libc::ioctl(fd, libc::FIONREAD, &mut count) })?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Receives into the spare capacity of `buffer`, at most `limit` bytes. recv(2).
pub fn recv_into_spare(
    fd: Fd,
    buffer: &mut Vec<u8>,
    limit: usize,
    flags: i32,
) -> io::Result<usize> {
    may_interrupt()?;
    let spare = buffer.spare_capacity_mut();
    let len = spare.len().min(limit);
    // SAFETY: the spare capacity is writable for `len` bytes.
    let count = check_size(unsafe { libc::recv(fd, spare.as_mut_ptr().cast(), len, flags) })?;
    // With MSG_TRUNC the count may be larger than what was written.
    // SAFETY: the system wrote `count.min(len)` bytes there.
    unsafe { buffer.set_len(buffer.len() + count.min(len)) };
    Ok(count)
}

/// Receives into the spare capacity of `buffer`, at most `limit` bytes, and tells from whom.
/// recvfrom(2).
pub fn recvfrom_into_spare(
    fd: Fd,
    buffer: &mut Vec<u8>,
    limit: usize,
    flags: i32,
    protocol: i32,
) -> io::Result<(usize, Address)> {
    may_interrupt()?;
    let spare = buffer.spare_capacity_mut();
    let room = spare.len().min(limit);
    let (count, raw) = RawAddress::fill(|pointer, len| {
        // SAFETY: both are writable for their lengths.
        check_size(unsafe {
            libc::recvfrom(fd, spare.as_mut_ptr().cast(), room, flags, pointer, len)
        })
    })?;
    // SAFETY: the system wrote `count.min(room)` bytes there.
    unsafe { buffer.set_len(buffer.len() + count.min(room)) };
    Ok((count, Address::decode(&raw, protocol)))
}

/// Receives and tells from whom. recvfrom(2).
pub fn recvfrom(
    fd: Fd,
    buffer: &mut [u8],
    flags: i32,
    protocol: i32,
) -> io::Result<(usize, Address)> {
    may_interrupt()?;
    let (count, raw) = RawAddress::fill(|pointer, len| {
        // SAFETY: both are writable for their lengths.
        check_size(unsafe {
            libc::recvfrom(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags, pointer, len)
        })
    })?;
    Ok((count, Address::decode(&raw, protocol)))
}

/// Ends one or both directions, `SHUT_*`. shutdown(2).
pub fn shutdown(fd: Fd, how: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::shutdown(fd, how) })
}

/// An option that is a number. getsockopt(2).
pub fn getsockopt_int(fd: Fd, level: i32, option: i32) -> io::Result<i32> {
    let mut value: libc::c_int = 0;
    let mut len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: writable for the length given.
    check(unsafe { libc::getsockopt(fd, level, option, (&raw mut value).cast(), &mut len) })?;
    Ok(value)
}

/// An option of any form, at most `limit` bytes. getsockopt(2).
pub fn getsockopt(fd: Fd, level: i32, option: i32, limit: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0u8; limit];
    let mut len = libc::socklen_t::try_from(limit).map_err(|_| error(libc::EINVAL))?;
    // SAFETY: writable for the length given.
    check(unsafe { libc::getsockopt(fd, level, option, buffer.as_mut_ptr().cast(), &mut len) })?;
    buffer.truncate(len as usize);
    Ok(buffer)
}

/// Sets an option to a number. setsockopt(2).
pub fn setsockopt_int(fd: Fd, level: i32, option: i32, value: i32) -> io::Result<()> {
    setsockopt(fd, level, option, &value.to_ne_bytes())
}

/// Sets an option. setsockopt(2).
pub fn setsockopt(fd: Fd, level: i32, option: i32, value: &[u8]) -> io::Result<()> {
    let len = libc::socklen_t::try_from(value.len()).map_err(|_| error(libc::EINVAL))?;
    // SAFETY: readable for the length given.
    check_unit(unsafe { libc::setsockopt(fd, level, option, value.as_ptr().cast(), len) })
}

/// Sets an option that needs a length but no value (`AF_ALG`). setsockopt(2).
pub fn setsockopt_len(fd: Fd, level: i32, option: i32, len: u32) -> io::Result<()> {
    // SAFETY: the kernel reads nothing from a null pointer; it fails with EFAULT instead.
    check_unit(unsafe { libc::setsockopt(fd, level, option, std::ptr::null(), len) })
}
