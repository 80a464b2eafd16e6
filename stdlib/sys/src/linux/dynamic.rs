//! Libraries loaded while the program runs (dlopen(3)).
#![expect(unsafe_code, reason = "system calls")]

use std::ffi::{CStr, c_char, c_void};
use std::io;
use std::ptr::NonNull;

/// The address of a symbol of a shared library, which stays loaded; None if there is no such library or symbol.
pub fn symbol(library: &CStr, name: &CStr) -> Option<NonNull<c_void>> {
    // SAFETY: both names end with NUL; the handle is never closed.
    unsafe {
        let handle = libc::dlopen(library.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
        if handle.is_null() {
            return None;
        }
        NonNull::new(libc::dlsym(handle, name.as_ptr()))
    }
}

/// Room for what crypt_r(3) works with: glibc's own wants the most, 131,232 bytes.
const CRYPT_DATA: usize = 1 << 18;

/// crypt(3) of libcrypt, which is loaded for it: the hash of a password.
pub fn crypt(word: &CStr, salt: &CStr) -> io::Result<Vec<u8>> {
    type CryptR = unsafe extern "C" fn(*const c_char, *const c_char, *mut c_void) -> *const c_char;
    let Some(function) = symbol(c"libcrypt.so.1", c"crypt_r") else {
        return Err(io::Error::from_raw_os_error(libc::ENOSYS));
    };
    // Zeros, aligned to 8 bytes, as the function wants them at the first call.
    let mut data = vec![0u64; CRYPT_DATA / 8];
    // SAFETY: `crypt_r` has this type; both texts end with NUL, the data is large enough and lives until the result,
    // which lies in it, was copied.
    unsafe {
        let crypt_r: CryptR = std::mem::transmute(function.as_ptr());
        let result = crypt_r(word.as_ptr(), salt.as_ptr(), data.as_mut_ptr().cast());
        match result.is_null() {
            true => Err(io::Error::last_os_error()),
            false => Ok(CStr::from_ptr(result).to_bytes().to_vec()),
        }
    }
}

/// Whether there is a libcrypt.
pub fn has_crypt() -> bool {
    symbol(c"libcrypt.so.1", c"crypt_r").is_some()
}
