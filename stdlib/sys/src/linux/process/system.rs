//! Facts of the system, and random bytes.

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::mem::MaybeUninit;

use crate::backend::{array_bytes, check_size, check_unit, error, may_interrupt};

/// Name and version of system and machine. uname(2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uname {
    /// "Linux".
    pub sysname: Vec<u8>,
    /// Name of the machine in the network.
    pub nodename: Vec<u8>,
    /// Release.
    pub release: Vec<u8>,
    /// Version.
    pub version: Vec<u8>,
    /// Kind of machine.
    pub machine: Vec<u8>,
}

/// What this system is. uname(2).
pub fn uname() -> io::Result<Uname> {
    let mut raw = MaybeUninit::<libc::utsname>::uninit();
    // SAFETY: fills in one `utsname`.
    check_unit(unsafe { libc::uname(raw.as_mut_ptr()) })?;
    // SAFETY: filled in, since the call succeeded.
    let raw = unsafe { raw.assume_init_ref() };
    Ok(Uname {
        sysname: array_bytes(&raw.sysname),
        nodename: array_bytes(&raw.nodename),
        release: array_bytes(&raw.release),
        version: array_bytes(&raw.version),
        machine: array_bytes(&raw.machine),
    })
}

/// Random bytes; some of those asked for may be missing. `flags` are `GRND_*`. getrandom(2).
pub fn getrandom(buffer: &mut [u8], flags: u32) -> io::Result<usize> {
    may_interrupt()?;
    // SAFETY: writable for its length.
    check_size(unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), flags) })
}

/// Fills the buffer with random bytes. urandom(4).
pub fn urandom(buffer: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        match getrandom(&mut buffer[filled..], 0) {
            Ok(count) => filled += count,
            // Bytes come without waiting once the system is up: not worth the caller's while.
            Err(failure) if failure.raw_os_error() == Some(libc::EINTR) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Processors at work, whether this process may use them or not. sysconf(3).
pub fn cpu_count() -> Option<usize> {
    // SAFETY: an integer argument only.
    let count = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    usize::try_from(count).ok().filter(|&count| count > 0)
}

/// A limit or fact of the system, `_SC_*`; `None` is no limit. sysconf(3).
pub fn sysconf(name: i32) -> io::Result<Option<i64>> {
    crate::backend::errno::set(0);
    // SAFETY: an integer argument only.
    let value = unsafe { libc::sysconf(name) };
    match crate::backend::errno::last() {
        _ if value != -1 => Ok(Some(value)),
        0 => Ok(None),
        number => Err(error(number)),
    }
}

/// A fact of the system that is text, `_CS_*`; `None` if it has no value. confstr(3).
pub fn confstr(name: i32) -> io::Result<Option<Vec<u8>>> {
    crate::backend::errno::set(0);
    // SAFETY: asks for the length only.
    let len = unsafe { libc::confstr(name, std::ptr::null_mut(), 0) };
    if len == 0 {
        return match crate::backend::errno::last() {
            0 => Ok(None),
            number => Err(error(number)),
        };
    }
    let mut buffer = vec![0u8; len];
    // SAFETY: writable for its length.
    unsafe { libc::confstr(name, buffer.as_mut_ptr().cast(), len) };
    buffer.pop();
    Ok(Some(buffer))
}

/// How many processes were ready, on average of 1, 5 and 15 minutes. getloadavg(3).
pub fn getloadavg() -> io::Result<[f64; 3]> {
    let mut load = [0.0; 3];
    // SAFETY: writes three numbers.
    if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } != 3 {
        return Err(error(libc::EINVAL));
    }
    Ok(load)
}

/// The name of the machine. gethostname(2).
pub fn gethostname() -> io::Result<Vec<u8>> {
    let mut buffer = [0 as libc::c_char; 1024];
    // SAFETY: writable for its length.
    check_unit(unsafe { libc::gethostname(buffer.as_mut_ptr(), buffer.len() - 1) })?;
    Ok(array_bytes(&buffer))
}

/// Sets the name of the machine. sethostname(2).
pub fn sethostname(name: &[u8]) -> io::Result<()> {
    // SAFETY: readable for its length.
    check_unit(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) })
}
