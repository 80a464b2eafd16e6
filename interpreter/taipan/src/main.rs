//! The program `taipan`.
//!
//! Started by C's `main` and not by Rust's: std would read the memory map of the process to learn where
//! its stack ends, and open what is closed of the standard streams. The VM guards the stack itself, and
//! Python has a view of its own of closed streams.
#![no_main]
#![expect(unsafe_code, reason = "the name that C calls")]

#[cfg(all(target_os = "linux", target_env = "gnu", not(target_feature = "crt-static")))]
mod lazy_libm;

use std::ffi::{c_char, c_int};

#[unsafe(no_mangle)]
extern "C" fn main(_: c_int, _: *const *const c_char) -> c_int {
    // As 101 shows a panic in Rust's own `main`.
    std::panic::catch_unwind(taipan::cli::main).unwrap_or(101)
}
