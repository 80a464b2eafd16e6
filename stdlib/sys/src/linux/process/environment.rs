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

/// Whether a string begins so.
///
/// # Safety
/// `text` is a string that ends with null.
unsafe fn begins(text: *const u8, wanted: &[u8]) -> bool {
    // SAFETY: byte by byte, the string may be shorter: its null is no part of what is wanted.
    wanted.iter().enumerate().all(|(i, byte)| unsafe { *text.add(i) } == *byte)
}

/// The variables that begin with one of these, in one walk; of those that are set twice the first.
pub fn variables_with(prefixes: &[&[u8]]) -> Vec<(Vec<u8>, Vec<u8>)> {
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    // SAFETY: environ(7) is an array of strings that ends with null; see the file's head on who changes it.
    unsafe {
        let mut entry = environ;
        while !entry.is_null() && !(*entry).is_null() {
            let text = *entry;
            entry = entry.add(1);
            let first = *text.cast::<u8>();
            let fits = |prefix: &&[u8]| {
                prefix.first() == Some(&first) && begins(text.cast::<u8>(), prefix)
            };
            if !prefixes.iter().any(fits) {
                continue;
            }
            let text = std::ffi::CStr::from_ptr(text).to_bytes();
            let Some(end) = text.iter().position(|byte| *byte == b'=') else { continue };
            let (name, value) = text.split_at(end);
            if found.iter().all(|(known, _)| known != name) {
                found.push((name.to_vec(), value.get(1..).unwrap_or_default().to_vec()));
            }
        }
    }
    found
}
