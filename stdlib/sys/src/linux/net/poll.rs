//! Waiting for events on descriptors: poll(2), select(2).

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::mem::MaybeUninit;
use std::time::Duration;

use crate::backend::{check, error, may_interrupt};
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

fn fd_set(fds: &[Fd]) -> io::Result<libc::fd_set> {
    let mut set = MaybeUninit::uninit();
    // SAFETY: initialises the set.
    unsafe { libc::FD_ZERO(set.as_mut_ptr()) };
    // SAFETY: initialised.
    let mut set = unsafe { set.assume_init() };
    for &fd in fds {
        if !(0..SELECT_LIMIT).contains(&fd) {
            return Err(error(libc::EINVAL));
        }
        // SAFETY: within the set's size.
        unsafe { libc::FD_SET(fd, &mut set) };
    }
    Ok(set)
}

/// The descriptors of each of three lists for which an event came.
pub type Selected = [Vec<Fd>; 3];

/// Waits until one can be read, one can be written or one has an exceptional event. A descriptor
/// beyond [`SELECT_LIMIT`] is `EINVAL`. select(2).
pub fn select(lists: [&[Fd]; 3], timeout: Option<Duration>) -> io::Result<Selected> {
    may_interrupt()?;
    let [mut read, mut write, mut except] =
        [fd_set(lists[0])?, fd_set(lists[1])?, fd_set(lists[2])?];
    let highest = lists.iter().flat_map(|list| list.iter()).max().map_or(0, |fd| fd + 1);
    let timeout = timeout.map(timespec);
    let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: three valid sets; the timeout is null or valid; the mask is null.
    check(unsafe {
        libc::pselect(highest, &mut read, &mut write, &mut except, timeout, std::ptr::null())
    })?;
    let came = |list: &[Fd], set: &libc::fd_set| {
        // SAFETY: `fd_set` above checked each descriptor against the set's size.
        list.iter().copied().filter(|&fd| unsafe { libc::FD_ISSET(fd, set) }).collect()
    };
    Ok([came(lists[0], &read), came(lists[1], &write), came(lists[2], &except)])
}
