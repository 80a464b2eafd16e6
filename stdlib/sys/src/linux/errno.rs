//! Error numbers: the current one, and their texts.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CStr;

pub use super::consts::ERRNO as NAMES;

/// Error numbers by name, for callers that tell one from another.
pub use libc::{
    E2BIG, EACCES, EADDRINUSE, EAFNOSUPPORT, EAGAIN, EALREADY, EBADF, ECANCELED, ECHILD,
    ECONNABORTED, ECONNREFUSED, ECONNRESET, EEXIST, EFAULT, EINPROGRESS, EINTR, EINVAL, EIO,
    EISCONN, EISDIR, ELOOP, EMFILE, EMSGSIZE, ENAMETOOLONG, ENFILE, ENOBUFS, ENODEV, ENOENT,
    ENOEXEC, ENOMEM, ENOPROTOOPT, ENOSPC, ENOSYS, ENOTCONN, ENOTDIR, ENOTEMPTY, ENOTSOCK, ENOTSUP,
    ENOTTY, ENXIO, EOPNOTSUPP, EOVERFLOW, EPERM, EPIPE, EPROTO, EPROTOTYPE, ERANGE, EROFS,
    ESHUTDOWN, ESPIPE, ESRCH, ETIMEDOUT, ETXTBSY, EWOULDBLOCK, EXDEV,
};

/// The error number of the last failed call of this thread. errno(3).
pub(crate) fn last() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Sets the number that [`last`] returns, for calls that say nothing of success. errno(3).
pub(crate) fn set(number: i32) {
    // SAFETY: points at a variable of this thread.
    unsafe { *libc::__errno_location() = number };
}

/// The text of an error number. strerror_r(3).
pub fn message(number: i32) -> String {
    let mut buffer = [0 as libc::c_char; 256];
    unsafe extern "C" {
        // The POSIX form; glibc's plain name is another function.
        #[cfg_attr(target_env = "gnu", link_name = "__xpg_strerror_r")]
        fn strerror_r(number: libc::c_int, buffer: *mut libc::c_char, len: usize) -> libc::c_int;
    }
    // SAFETY: the buffer is writable for its length, and ends in NUL whatever happens.
    let text = unsafe {
        strerror_r(number, buffer.as_mut_ptr(), buffer.len() - 1);
        CStr::from_ptr(buffer.as_ptr())
    };
    text.to_string_lossy().into_owned()
}

/// The symbolic name of an error number.
pub fn name(number: i32) -> Option<&'static str> {
    NAMES.iter().find(|&&(_, value)| value == i64::from(number)).map(|&(name, _)| name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn texts() {
        assert_eq!(super::message(98), "Address already in use");
        assert_eq!(super::message(0), "Success");
        assert_eq!(super::message(12345), "Unknown error 12345");
        assert_eq!(super::name(2), Some("ENOENT"));
    }
}
