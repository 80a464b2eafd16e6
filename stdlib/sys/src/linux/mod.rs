//! The Linux backend (glibc and musl).
//!
//! This file holds what every module of the backend shares: turning a C result into
//! [`io::Result`], NUL-terminated arguments, and the faults of the stress build.

use std::ffi::{CStr, CString};
use std::io;

pub mod consts;
pub mod dynamic;
pub mod errno;
pub mod fatal;
pub mod fs;
pub mod memory;
pub mod net;
pub mod process;
pub mod signal;
pub mod terminal;
pub mod thread;
pub mod time;

/// A result of -1 is the error in `errno`.
pub(crate) fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// As [`check`], where the result does not matter.
pub(crate) fn check_unit(result: libc::c_int) -> io::Result<()> {
    check(result).map(drop)
}

/// As [`check`], for calls that return a count of bytes.
pub(crate) fn check_size(result: isize) -> io::Result<usize> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result as usize) }
}

/// As [`check`], for the `pthread_*` and `posix_*` functions, which return the error number.
pub(crate) fn check_errno(result: libc::c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(result)) }
}

pub(crate) fn error(errno: libc::c_int) -> io::Error {
    io::Error::from_raw_os_error(errno)
}

/// Calls `f` with `bytes` as a C string; most are short enough to need no allocation.
///
/// A NUL inside is `EINVAL`; callers that owe their user a better word look for it themselves.
pub(crate) fn with_c_str<T>(bytes: &[u8], f: impl FnOnce(&CStr) -> io::Result<T>) -> io::Result<T> {
    const SHORT: usize = 384;
    if bytes.len() < SHORT {
        let mut buffer = [0u8; SHORT];
        buffer[..bytes.len()].copy_from_slice(bytes);
        return match CStr::from_bytes_with_nul(&buffer[..=bytes.len()]) {
            Ok(text) => f(text),
            Err(_) => Err(error(libc::EINVAL)),
        };
    }
    f(&c_string(bytes)?)
}

/// `bytes` as a C string of its own; EINVAL for a NUL in it, ENOMEM.
pub(crate) fn c_string(bytes: &[u8]) -> io::Result<CString> {
    let mut text = Vec::new();
    text.try_reserve_exact(bytes.len().saturating_add(1)).map_err(|_| error(libc::ENOMEM))?;
    text.extend_from_slice(bytes);
    text.push(0);
    CString::from_vec_with_nul(text).map_err(|_| error(libc::EINVAL))
}

/// As [`with_c_str`], for two strings.
pub(crate) fn with_c_strs<T>(
    first: &[u8],
    second: &[u8],
    f: impl FnOnce(&CStr, &CStr) -> io::Result<T>,
) -> io::Result<T> {
    with_c_str(first, |first| with_c_str(second, |second| f(first, second)))
}

/// Bytes of a NUL-terminated character array that the system filled in.
pub(crate) fn array_bytes(array: &[libc::c_char]) -> Vec<u8> {
    array.iter().take_while(|&&c| c != 0).map(|&c| c as u8).collect()
}

/// Fails with `EINTR` now and then in the stress build, and never otherwise.
#[inline]
pub(crate) fn may_interrupt() -> io::Result<()> {
    #[cfg(stress)]
    if stress::draw(8) == 0 {
        return Err(error(libc::EINTR));
    }
    Ok(())
}

/// The length of a transfer: shortened in the stress build, the same otherwise.
#[inline]
pub(crate) fn transfer_len(len: usize) -> usize {
    // Linux moves at most this much at once; asking for more is EINVAL for some files.
    let len = len.min(0x7fff_f000);
    #[cfg(stress)]
    if len > 1 && stress::draw(2) == 0 {
        return 1 + stress::draw(len as u64 - 1) as usize;
    }
    len
}

#[cfg(stress)]
mod stress {
    //! A small generator for each thread: runs differ by thread, not by time, so that a failure
    //! can be had again.

    use std::cell::Cell;

    thread_local! {
        static STATE: Cell<u64> = const { Cell::new(0x9e37_79b9_7f4a_7c15) };
    }

    /// A number below `limit`.
    pub(super) fn draw(limit: u64) -> u64 {
        STATE.with(|state| {
            let mut x = state.get();
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            state.set(x);
            (x >> 11) % limit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_strings_short_and_long() {
        for len in [0, 1, 383, 384, 5000] {
            let bytes = vec![b'x'; len];
            let seen = with_c_str(&bytes, |text| Ok(text.to_bytes().len())).unwrap();
            assert_eq!(seen, len);
        }
        let inside = with_c_str(b"a\0b", |_| Ok(())).unwrap_err();
        assert_eq!(inside.raw_os_error(), Some(libc::EINVAL));
    }
}
