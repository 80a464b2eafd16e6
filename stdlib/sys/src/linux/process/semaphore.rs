//! What processes share by name: semaphores and memory.

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use crate::backend::time::Timespec;
use crate::backend::{check, check_unit, may_interrupt, with_c_str};

/// A semaphore that has a name; closed when it is dropped.
///
/// **Invariant:** the pointer is of an open semaphore for as long as this lives.
#[derive(Debug)]
pub struct Semaphore(NonNull<libc::sem_t>);

// SAFETY: semaphores are for use by several threads and processes at a time.
unsafe impl Send for Semaphore {}
// SAFETY: as above.
unsafe impl Sync for Semaphore {}

/// The greatest value of a semaphore.
pub const SEMAPHORE_MAX: i32 = libc::c_int::MAX;

impl Semaphore {
    /// Makes a semaphore that is not there yet, for this user. sem_open(3).
    pub fn create(name: &[u8], value: u32) -> io::Result<Semaphore> {
        let flags = libc::O_CREAT | libc::O_EXCL;
        // SAFETY: the name is NUL-terminated, and mode and value follow as the flags ask.
        with_c_str(name, |name| {
            Self::opened(unsafe { libc::sem_open(name.as_ptr(), flags, 0o600, value) })
        })
    }

    /// Opens one that is there. sem_open(3).
    pub fn open(name: &[u8]) -> io::Result<Semaphore> {
        // SAFETY: the name is NUL-terminated.
        with_c_str(name, |name| Self::opened(unsafe { libc::sem_open(name.as_ptr(), 0) }))
    }

    fn opened(semaphore: *mut libc::sem_t) -> io::Result<Semaphore> {
        match NonNull::new(semaphore) {
            Some(semaphore) if semaphore.as_ptr() != libc::SEM_FAILED => Ok(Semaphore(semaphore)),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// A number for it, of use in this process and those forked from it.
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// Adds one. sem_post(3).
    pub fn post(&self) -> io::Result<()> {
        // SAFETY: open, by the invariant.
        check_unit(unsafe { libc::sem_post(self.0.as_ptr()) })
    }

    /// Takes one if there is one. sem_trywait(3).
    pub fn try_wait(&self) -> io::Result<bool> {
        // SAFETY: open, by the invariant.
        match check(unsafe { libc::sem_trywait(self.0.as_ptr()) }) {
            Ok(_) => Ok(true),
            Err(failure) if failure.raw_os_error() == Some(libc::EAGAIN) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Takes one, waiting for it up to a moment of the real time clock. sem_timedwait(3).
    pub fn wait_until(&self, deadline: Timespec) -> io::Result<bool> {
        may_interrupt()?;
        let nanos = deadline.total_nanos();
        let deadline = libc::timespec {
            tv_sec: nanos.div_euclid(1_000_000_000) as libc::time_t,
            tv_nsec: nanos.rem_euclid(1_000_000_000) as libc::c_long,
        };
        // SAFETY: open, by the invariant; the time is only read.
        match check(unsafe { libc::sem_timedwait(self.0.as_ptr(), &deadline) }) {
            Ok(_) => Ok(true),
            Err(failure) if failure.raw_os_error() == Some(libc::ETIMEDOUT) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// The value now. sem_getvalue(3).
    pub fn value(&self) -> io::Result<i32> {
        let mut value = MaybeUninit::uninit();
        // SAFETY: open, by the invariant; fills in one int.
        check_unit(unsafe { libc::sem_getvalue(self.0.as_ptr(), value.as_mut_ptr()) })?;
        // SAFETY: filled in, since the call succeeded.
        Ok(unsafe { value.assume_init() })
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        // SAFETY: open until here, by the invariant.
        unsafe { libc::sem_close(self.0.as_ptr()) };
    }
}

/// Removes a semaphore's name. sem_unlink(3).
pub fn unlink_semaphore(name: &[u8]) -> io::Result<()> {
    // SAFETY: NUL-terminated.
    with_c_str(name, |name| check_unit(unsafe { libc::sem_unlink(name.as_ptr()) }))
}

/// A descriptor of memory that has a name. shm_open(3).
pub fn open_shared(name: &[u8], flags: i32, mode: u32) -> io::Result<i32> {
    // SAFETY: NUL-terminated.
    with_c_str(name, |name| check(unsafe { libc::shm_open(name.as_ptr(), flags, mode) }))
}

/// Removes the name of shared memory. shm_unlink(3).
pub fn unlink_shared(name: &[u8]) -> io::Result<()> {
    // SAFETY: NUL-terminated.
    with_c_str(name, |name| check_unit(unsafe { libc::shm_unlink(name.as_ptr()) }))
}
