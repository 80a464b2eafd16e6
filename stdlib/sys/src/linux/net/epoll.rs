//! epoll(7)

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::time::Duration;

use crate::backend::{check, check_unit, may_interrupt};
use crate::fs::Fd;

/// What to do with a descriptor of an epoll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpollOp {
    /// Watch it.
    Add,
    /// Change what is watched for.
    Modify,
    /// Watch it no more.
    Delete,
}

/// An event: bits and the number given with the descriptor. Laid out as `struct epoll_event`.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct EpollEvent(libc::epoll_event);

impl EpollEvent {
    /// Nothing.
    pub const fn empty() -> EpollEvent {
        EpollEvent(libc::epoll_event { events: 0, u64: 0 })
    }

    /// `EPOLL*` that came.
    pub fn events(&self) -> u32 {
        self.0.events
    }

    /// The number given with the descriptor.
    pub fn data(&self) -> u64 {
        self.0.u64
    }
}

/// An epoll, close-on-exec. epoll_create1(2).
pub fn epoll_create() -> io::Result<Fd> {
    // SAFETY: an integer argument only.
    check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })
}

/// Changes what an epoll watches; `data` comes back with each event. epoll_ctl(2).
pub fn epoll_ctl(epoll: Fd, op: EpollOp, fd: Fd, events: u32, data: u64) -> io::Result<()> {
    let op = match op {
        EpollOp::Add => libc::EPOLL_CTL_ADD,
        EpollOp::Modify => libc::EPOLL_CTL_MOD,
        EpollOp::Delete => libc::EPOLL_CTL_DEL,
    };
    let mut event = libc::epoll_event { events, u64: data };
    // SAFETY: reads one event.
    check_unit(unsafe { libc::epoll_ctl(epoll, op, fd, &mut event) })
}

/// As [`epoll_wait`], to the nanosecond if the kernel has epoll_pwait2(2).
pub fn epoll_wait_exact(
    epoll: Fd,
    events: &mut [EpollEvent],
    timeout: Option<Duration>,
) -> io::Result<usize> {
    let Some(time) = timeout.filter(|time| time.subsec_nanos() % 1_000_000 != 0) else {
        return epoll_wait(epoll, events, timeout);
    };
    may_interrupt()?;
    let time = libc::timespec {
        tv_sec: time.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: time.subsec_nanos().into(),
    };
    let room = i32::try_from(events.len()).unwrap_or(i32::MAX);
    let no_mask = std::ptr::null::<libc::sigset_t>();
    // (By its number: the C library may be older than the kernel.)
    // SAFETY: `EpollEvent` is transparent; writable for `room` events; the time is read only.
    let count = unsafe {
        libc::syscall(
            libc::SYS_epoll_pwait2,
            epoll,
            events.as_mut_ptr(),
            room,
            &raw const time,
            no_mask,
            0_usize,
        )
    };
    match check(count as i32) {
        Err(failure) if matches!(failure.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) => {
            epoll_wait(epoll, events, timeout)
        }
        counted => counted.map(|count| count as usize),
    }
}

/// Waits for events, at most `timeout`, rounded up to milliseconds; says how many came.
/// epoll_wait(2).
pub fn epoll_wait(
    epoll: Fd,
    events: &mut [EpollEvent],
    timeout: Option<Duration>,
) -> io::Result<usize> {
    may_interrupt()?;
    let millis = timeout
        .map_or(-1, |time| i32::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX));
    let room = i32::try_from(events.len()).unwrap_or(i32::MAX);
    // SAFETY: `EpollEvent` is transparent; writable for `room` events.
    let count =
        check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr().cast(), room, millis) })?;
    Ok(count as usize)
}
