//! The environment.
//!
//! Changes go through the standard library, whose lock keeps Rust code in other threads safe. C
//! code that calls getenv(3) at the same moment is not covered; the C library's own resolver and
//! zone code is reached only from here and copies what it reads.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::backend::error;

fn check_name(name: &[u8]) -> io::Result<()> {
    let bad = name.is_empty() || name.contains(&b'=') || name.contains(&0);
    if bad { Err(error(libc::EINVAL)) } else { Ok(()) }
}

/// The value of a variable. getenv(3).
pub fn getenv(name: &[u8]) -> Option<Vec<u8>> {
    check_name(name).ok()?;
    std::env::var_os(OsStr::from_bytes(name)).map(OsString::into_vec)
}

/// All variables, in order. environ(7).
pub fn environ() -> Vec<(Vec<u8>, Vec<u8>)> {
    std::env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec())).collect()
}

/// Sets a variable; `EINVAL` for a name that cannot be. setenv(3).
pub fn setenv(name: &[u8], value: &[u8]) -> io::Result<()> {
    check_name(name)?;
    if value.contains(&0) {
        return Err(error(libc::EINVAL));
    }
    // SAFETY: see the file's head on readers in other threads.
    unsafe { std::env::set_var(OsStr::from_bytes(name), OsStr::from_bytes(value)) };
    Ok(())
}

/// Removes a variable; `EINVAL` for a name that cannot be. unsetenv(3).
pub fn unsetenv(name: &[u8]) -> io::Result<()> {
    check_name(name)?;
    // SAFETY: see the file's head on readers in other threads.
    unsafe { std::env::remove_var(OsStr::from_bytes(name)) };
    Ok(())
}

/// Whether a variable's name starts so; nothing is copied.
pub fn has_variable_with(prefix: &[u8]) -> bool {
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    // SAFETY: environ(7) is an array of strings that ends with null; see the file's head on who changes it.
    unsafe {
        let mut entry = environ;
        while !entry.is_null() && !(*entry).is_null() {
            // Bytes are looked at one by one: the string may be shorter.
            if prefix.iter().enumerate().all(|(i, byte)| *(*entry).add(i) as u8 == *byte) {
                return true;
            }
            entry = entry.add(1);
        }
    }
    false
}
