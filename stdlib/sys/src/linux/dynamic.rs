//! Libraries loaded while the program runs (dlopen(3)).
#![expect(unsafe_code, reason = "system calls")]

use std::ffi::{CStr, c_void};
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
