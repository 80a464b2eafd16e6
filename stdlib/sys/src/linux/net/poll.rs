//! Waiting for events on descriptors: poll(2), select(2).

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::mem::MaybeUninit;
use std::time::Duration;

use crate::backend::{check, may_interrupt};
use crate::fs::Fd;

/// A descriptor to wait for. Laid out as `struct pollfd`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PollFd {
    /// The descriptor; a negative one is skipped.
    pub fd: Fd,
    /// `POLL*` waited for.
    pub events: i16,
    /// `POLL*` that came.
    pub revents: i16,
}

const _: () = assert!(
    size_of::<PollFd>() == size_of::<libc::pollfd>()
        && std::mem::offset_of!(PollFd, revents) == std::mem::offset_of!(libc::pollfd, revents)
);

/// Readable, or at its end.
pub const POLL_IN: i16 = libc::POLLIN;
/// Writable.
pub const POLL_OUT: i16 = libc::POLLOUT;
/// In error.
pub const POLL_ERR: i16 = libc::POLLERR;
/// There is urgent data.
pub const POLL_PRI: i16 = libc::POLLPRI;
/// The other side has closed.
pub const POLL_HUP: i16 = libc::POLLHUP;
/// No descriptor of an open file.
pub const POLL_NVAL: i16 = libc::POLLNVAL;

fn timespec(time: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    }
}

/// Waits until an event comes or `timeout` passes; says how many entries have events.
/// ppoll(2).
pub fn poll(entries: &mut [PollFd], timeout: Option<Duration>) -> io::Result<usize> {
    may_interrupt()?;
    let timeout = timeout.map(timespec);
    let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the entries are laid out as `pollfd`; the timeout is null or valid.
    let count = check(unsafe {
        libc::ppoll(entries.as_mut_ptr().cast(), entries.len() as _, timeout, std::ptr::null())
    })?;
    Ok(count as usize)
}

/// Waits for one descriptor; false when `timeout` passes. ppoll(2).
pub fn wait_for(fd: Fd, events: i16, timeout: Option<Duration>) -> io::Result<bool> {
    let mut entry = [PollFd { fd, events, revents: 0 }];
    Ok(poll(&mut entry, timeout)? > 0)
}

/// One more than the highest descriptor that [`select`] takes.
pub const SELECT_LIMIT: Fd = libc::FD_SETSIZE as Fd;

/// A set of descriptors for [`select`].
#[derive(Clone, Copy)]
pub struct FdSet(libc::fd_set);

impl FdSet {
    /// The empty set.
    pub fn new() -> FdSet {
        let mut set = MaybeUninit::uninit();
        // SAFETY: initialises the set.
        unsafe { libc::FD_ZERO(set.as_mut_ptr()) };
        // SAFETY: initialised.
        FdSet(unsafe { set.assume_init() })
    }

    /// Adds a descriptor; false if it is none that a set can hold.
    pub fn insert(&mut self, fd: Fd) -> bool {
        let fits = (0..SELECT_LIMIT).contains(&fd);
        if fits {
            // SAFETY: within the set's size.
            unsafe { libc::FD_SET(fd, &mut self.0) };
        }
        fits
    }

    /// Whether a descriptor is in it.
    pub fn contains(&self, fd: Fd) -> bool {
        // SAFETY: looked at only within the set's size.
        (0..SELECT_LIMIT).contains(&fd) && unsafe { libc::FD_ISSET(fd, &self.0) }
    }
}

impl Default for FdSet {
    fn default() -> FdSet {
        FdSet::new()
    }
}

/// Waits until a descriptor below `end` of the first set can be read, one of the second be written or
/// one of the third has an exceptional event, and leaves those in the sets. What is in the sets after
/// an error is not said. select(2).
pub fn select(end: Fd, sets: &mut [FdSet; 3], timeout: Option<Duration>) -> io::Result<usize> {
    may_interrupt()?;
    let timeout = timeout.map(timespec);
    let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let [read, write, except] = sets;
    let end = end.clamp(0, SELECT_LIMIT);
    // SAFETY: three valid sets, looked at below `end`; the timeout is null or valid; the mask is null.
    let count = check(unsafe {
        libc::pselect(end, &mut read.0, &mut write.0, &mut except.0, timeout, std::ptr::null())
    })?;
    Ok(count as usize)
}
