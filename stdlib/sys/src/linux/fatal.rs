//! A last word on signals that end the process.
//!
//! **Process-wide state.** As dispositions are (see `signal.rs`): whom to tell is one descriptor, and what the
//! signals did before is kept to put it back.
//!
//! **Invariant.** The handler calls only what is safe at any moment: write(2), sigaction(2) and raise(3). It looks at
//! nothing of an interpreter.

#![expect(unsafe_code, reason = "system calls")]

use std::cell::UnsafeCell;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};

use super::check_unit;

const SIGNALS: [(libc::c_int, &str); 5] = [
    (libc::SIGBUS, "Fatal Python error: Bus error\n\n"),
    (libc::SIGILL, "Fatal Python error: Illegal instruction\n\n"),
    (libc::SIGFPE, "Fatal Python error: Floating point exception\n\n"),
    (libc::SIGABRT, "Fatal Python error: Aborted\n\n"),
    (libc::SIGSEGV, "Fatal Python error: Segmentation fault\n\n"),
];

/// Where to tell; -1: nowhere.
static DESCRIPTOR: AtomicI32 = AtomicI32::new(-1);

/// What the signals did before. Written under `CHANGE` while our handler is not installed, read by the handler only
/// while it is.
struct Before(UnsafeCell<[MaybeUninit<libc::sigaction>; SIGNALS.len()]>);

// SAFETY: see the field's rule.
unsafe impl Sync for Before {}

static BEFORE: Before = Before(UnsafeCell::new([MaybeUninit::uninit(); SIGNALS.len()]));
static CHANGE: Mutex<()> = Mutex::new(());

extern "C" fn tell(signal: libc::c_int) {
    let Some(index) = SIGNALS.iter().position(|row| row.0 == signal) else { return };
    let text = SIGNALS[index].1;
    let fd = DESCRIPTOR.swap(-1, Ordering::SeqCst);
    // SAFETY: a valid slice; the old action was stored before this handler was installed; all are safe in a handler.
    unsafe {
        if fd >= 0 {
            libc::write(fd, text.as_ptr().cast(), text.len());
        }
        super::memory::sigaction(signal, (*BEFORE.0.get())[index].as_ptr(), ptr::null_mut());
        libc::raise(signal);
    }
}

/// Whether fatal signals are told of.
pub fn is_enabled() -> bool {
    DESCRIPTOR.load(Ordering::SeqCst) >= 0
}

/// Tells of fatal signals at a descriptor from now on.
pub fn enable(fd: i32) -> io::Result<()> {
    let _guard = CHANGE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if DESCRIPTOR.swap(fd, Ordering::SeqCst) >= 0 {
        return Ok(());
    }
    for (index, (signal, _)) in SIGNALS.iter().enumerate() {
        // SAFETY: all-zero is a valid `sigaction`; the old one is stored while the handler is not installed.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = tell as *const () as libc::sighandler_t;
            action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            let before = (*BEFORE.0.get())[index].as_mut_ptr();
            check_unit(super::memory::sigaction(*signal, ptr::null(), before))?;
            check_unit(super::memory::sigaction(*signal, &action, ptr::null_mut()))?;
        }
    }
    Ok(())
}

/// Gives the signals back.
pub fn disable() {
    let _guard = CHANGE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if DESCRIPTOR.swap(-1, Ordering::SeqCst) < 0 {
        return;
    }
    for (index, (signal, _)) in SIGNALS.iter().enumerate() {
        // SAFETY: stored by `enable`, as the descriptor says.
        unsafe {
            super::memory::sigaction(*signal, (*BEFORE.0.get())[index].as_ptr(), ptr::null_mut())
        };
    }
}
