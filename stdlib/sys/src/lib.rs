//! System calls as safe Rust; knows no Python.
//!
//! The only crate that names `libc` and the only one that asks which operating system this is.
//! Callers see the modules listed below and never a `cfg`; a port is a new folder beside `linux/`
//! that provides the same modules:
//!
//! | module    | what a backend provides                                                        |
//! |-----------|--------------------------------------------------------------------------------|
//! | `fs`      | descriptors, paths, directories, `stat`                                        |
//! | `process` | ids, environment, fork/exec/wait, limits, scheduling, random bytes, `uname`    |
//! | `time`    | clocks, sleeping, calendar time                                                |
//! | `signal`  | signal dispositions, masks and delivery as pending bits                        |
//! | `fatal`   | a last word on signals that end the process                                    |
//! | `net`     | sockets, addresses, names, waiting for events                                  |
//! | `memory`  | address ranges for stacks, file mappings, the process's size                   |
//! | `terminal`| the settings of terminals, the system's log                                    |
//! | `thread`  | stack bounds, native ids, futex lock                                           |
//! | `errno`   | names and texts of error numbers                                               |
//! | `libm`    | functions of the C mathematics library that `std` lacks (any platform)         |
//! | `dynamic` | symbols of libraries loaded while the program runs                             |
//! | `consts`  | tables of named constants, one for each module that shows them                 |
//!
//! **Invariants**
//! 1. Every failure is an [`std::io::Error`] that keeps the raw error number.
//! 2. `EINTR` is returned to the caller like any error: who retries must first look at signals,
//!    and only the caller knows how.
//! 3. No function blocks longer than the system call it is named after.
//! 4. Descriptors are born close-on-exec.
//!
//! Built with `--cfg stress`, transfers are shortened and calls that may fail with `EINTR` do so
//! now and then, so that callers which forget either case break in the tests.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as backend;

#[cfg(not(target_os = "linux"))]
compile_error!("no backend for this operating system: add a folder beside src/linux");

pub mod libm;

pub use backend::{
    consts, dynamic, errno, fatal, fs, memory, net, process, signal, terminal, thread, time,
};
