//! Clocks, sleeping and calendar time.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CStr;
use std::io;

use super::{check_errno, check_unit, error, may_interrupt, with_c_str};

/// Seconds and nanoseconds; the latter within `0..1_000_000_000`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timespec {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// The rest.
    pub nanos: u32,
}

impl Timespec {
    /// Nanoseconds in all; good for 292 years around the epoch, saturating beyond.
    pub fn total_nanos(self) -> i64 {
        self.seconds.saturating_mul(1_000_000_000).saturating_add(i64::from(self.nanos))
    }

    /// The moment `nanos` nanoseconds from 0.
    pub fn from_nanos(nanos: i64) -> Timespec {
        Timespec {
            seconds: nanos.div_euclid(1_000_000_000),
            nanos: nanos.rem_euclid(1_000_000_000) as u32,
        }
    }

    fn from_c(time: libc::timespec) -> Timespec {
        Timespec { seconds: time.tv_sec, nanos: time.tv_nsec as u32 }
    }

    fn to_c(self) -> libc::timespec {
        libc::timespec { tv_sec: self.seconds, tv_nsec: i64::from(self.nanos) }
    }
}

/// Number of a clock, `CLOCK_*`.
pub type ClockId = i32;

/// The time of the day.
pub const REALTIME: ClockId = libc::CLOCK_REALTIME;
/// Never set back.
pub const MONOTONIC: ClockId = libc::CLOCK_MONOTONIC;
/// Processor time of the process.
pub const PROCESS_CPU: ClockId = libc::CLOCK_PROCESS_CPUTIME_ID;
/// Processor time of the current thread.
pub const THREAD_CPU: ClockId = libc::CLOCK_THREAD_CPUTIME_ID;

/// What a clock shows. clock_gettime(2).
pub fn clock_gettime(clock: ClockId) -> io::Result<Timespec> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the system writes one `timespec`.
    check_unit(unsafe { libc::clock_gettime(clock, &mut time) })?;
    Ok(Timespec::from_c(time))
}

/// Nanoseconds of the monotonic clock; 0 if the system has none.
pub fn monotonic_nanos() -> i64 {
    clock_gettime(MONOTONIC).map_or(0, Timespec::total_nanos)
}

/// Sets a clock. clock_settime(2).
pub fn clock_settime(clock: ClockId, time: Timespec) -> io::Result<()> {
    // SAFETY: one `timespec` is read.
    check_unit(unsafe { libc::clock_settime(clock, &time.to_c()) })
}

/// The smallest step of a clock. clock_getres(2).
pub fn clock_getres(clock: ClockId) -> io::Result<Timespec> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the system writes one `timespec`.
    check_unit(unsafe { libc::clock_getres(clock, &mut time) })?;
    Ok(Timespec::from_c(time))
}

/// The clock of a thread's processor time, by [`native_id`](super::thread::native_id). A thread
/// that has ended makes [`clock_gettime`] fail. pthread_getcpuclockid(3).
pub fn thread_clock(native_id: u64) -> ClockId {
    // The kernel's encoding, which the C library uses too: bits 0 and 1 for scheduler time, bit 2
    // for a thread.
    (!(native_id as ClockId) << 3) | 6
}

/// Sleeps until the clock shows `deadline`. clock_nanosleep(2).
///
/// A deadline makes going back to sleep after `EINTR` exact.
pub fn sleep_until(clock: ClockId, deadline: Timespec) -> io::Result<()> {
    may_interrupt()?;
    // SAFETY: one `timespec` is read; with an absolute time nothing is written.
    check_errno(unsafe {
        libc::clock_nanosleep(clock, libc::TIMER_ABSTIME, &deadline.to_c(), std::ptr::null_mut())
    })
}

/// A moment as the calendar shows it; fields as in `struct tm`. ctime(3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Years since 1900.
    pub year: i32,
    /// Months since January.
    pub month: i32,
    /// Day of the month, from 1.
    pub day: i32,
    /// Hours.
    pub hour: i32,
    /// Minutes.
    pub minute: i32,
    /// Seconds; 60 in a leap second.
    pub second: i32,
    /// Days since Sunday.
    pub weekday: i32,
    /// Days since the first of January.
    pub yearday: i32,
    /// Whether summer time is in force: positive yes, 0 no, negative unknown.
    pub dst: i32,
    /// Seconds east of Greenwich.
    pub offset: i64,
    /// The zone's abbreviation.
    pub zone: Vec<u8>,
}

impl Calendar {
    fn from_c(tm: &libc::tm) -> Calendar {
        let zone = if tm.tm_zone.is_null() {
            Vec::new()
        } else {
            // SAFETY: points at a NUL-terminated name that the C library keeps; copied at once.
            unsafe { CStr::from_ptr(tm.tm_zone) }.to_bytes().to_vec()
        };
        Calendar {
            year: tm.tm_year,
            month: tm.tm_mon,
            day: tm.tm_mday,
            hour: tm.tm_hour,
            minute: tm.tm_min,
            second: tm.tm_sec,
            weekday: tm.tm_wday,
            yearday: tm.tm_yday,
            dst: tm.tm_isdst,
            offset: tm.tm_gmtoff,
            zone,
        }
    }

    /// The C structure, without the zone's name.
    fn to_c(&self) -> libc::tm {
        // SAFETY: all-zero is a valid `tm`.
        let mut tm: libc::tm = unsafe { std::mem::zeroed() };
        tm.tm_year = self.year;
        tm.tm_mon = self.month;
        tm.tm_mday = self.day;
        tm.tm_hour = self.hour;
        tm.tm_min = self.minute;
        tm.tm_sec = self.second;
        tm.tm_wday = self.weekday;
        tm.tm_yday = self.yearday;
        tm.tm_isdst = self.dst;
        tm.tm_gmtoff = self.offset;
        tm
    }
}

/// The numbers of a [`Calendar`] that say when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Years since 1900.
    pub year: i32,
    /// Months since January.
    pub month: i32,
    /// Day of the month, from 1.
    pub day: i32,
    /// Hours.
    pub hour: i32,
    /// Minutes.
    pub minute: i32,
    /// Seconds; 60 in a leap second.
    pub second: i32,
}

impl Fields {
    fn from_c(tm: &libc::tm) -> Fields {
        Fields {
            year: tm.tm_year,
            month: tm.tm_mon,
            day: tm.tm_mday,
            hour: tm.tm_hour,
            minute: tm.tm_min,
            second: tm.tm_sec,
        }
    }
}

/// [`localtime`] without the zone.
pub fn local_fields(seconds: i64) -> io::Result<Fields> {
    // SAFETY: all-zero is a valid `tm`.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: reads one number, fills in one `tm`.
    if unsafe { libc::localtime_r(&seconds, &mut tm) }.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(Fields::from_c(&tm))
}

/// [`gmtime`] without the zone.
pub fn utc_fields(seconds: i64) -> io::Result<Fields> {
    // SAFETY: all-zero is a valid `tm`.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: reads one number, fills in one `tm`.
    if unsafe { libc::gmtime_r(&seconds, &mut tm) }.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(Fields::from_c(&tm))
}

/// The calendar of the local zone. localtime_r(3).
pub fn localtime(seconds: i64) -> io::Result<Calendar> {
    // SAFETY: all-zero is a valid `tm`.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: reads one number, fills in one `tm`.
    if unsafe { libc::localtime_r(&seconds, &mut tm) }.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(Calendar::from_c(&tm))
}

/// The calendar of Greenwich. gmtime_r(3).
pub fn gmtime(seconds: i64) -> io::Result<Calendar> {
    // SAFETY: all-zero is a valid `tm`.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: reads one number, fills in one `tm`.
    if unsafe { libc::gmtime_r(&seconds, &mut tm) }.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(Calendar::from_c(&tm))
}

/// The moment of a local calendar time; `None` if it cannot be told. mktime(3).
pub fn mktime(calendar: &Calendar) -> Option<i64> {
    let mut tm = calendar.to_c();
    // -1 is also the last second of 1969; the weekday tells a success from a failure.
    tm.tm_wday = -1;
    // SAFETY: reads and corrects one `tm`.
    let seconds = unsafe { libc::mktime(&mut tm) };
    (seconds != -1 || tm.tm_wday != -1).then_some(seconds)
}

/// Reads the zone from the environment again. tzset(3).
pub fn tzset() {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: no arguments; the C library guards its state by a lock of its own.
    unsafe { tzset() }
}

/// Formats a calendar time. strftime(3).
///
/// `limit` is the most bytes the answer may have; an answer that does not fit is `ENOMEM`.
pub fn strftime(format: &[u8], calendar: &Calendar, limit: usize) -> io::Result<Vec<u8>> {
    if format.is_empty() {
        return Ok(Vec::new());
    }
    let mut tm = calendar.to_c();
    with_c_str(&calendar.zone, |zone| {
        with_c_str(format, |format| {
            tm.tm_zone = zone.as_ptr();
            let mut size = 1024;
            loop {
                let mut buffer = Vec::new();
                buffer.try_reserve_exact(size).map_err(|_| error(libc::ENOMEM))?;
                buffer.resize(size, 0u8);
                // SAFETY: the buffer is writable for `size` bytes, the rest is valid.
                let len = unsafe {
                    libc::strftime(buffer.as_mut_ptr().cast(), size, format.as_ptr(), &tm)
                };
                // 0 may also mean that the answer is empty, as for "%p" in some places.
                if len > 0 || size >= 256 * format.to_bytes().len() {
                    buffer.truncate(len);
                    return Ok(buffer);
                }
                if size > limit {
                    return Err(error(libc::ENOMEM));
                }
                size *= 2;
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_advance() {
        let before = clock_gettime(MONOTONIC).unwrap();
        let deadline = Timespec::from_nanos(before.total_nanos() + 5_000_000);
        while sleep_until(MONOTONIC, deadline).is_err() {}
        assert!(clock_gettime(MONOTONIC).unwrap() >= deadline);
        let own = thread_clock(crate::thread::native_id());
        assert!(clock_gettime(own).unwrap() <= clock_gettime(THREAD_CPU).unwrap());
        assert!(clock_getres(REALTIME).unwrap().total_nanos() > 0);
        assert_eq!(clock_gettime(9999).unwrap_err().raw_os_error(), Some(libc::EINVAL));
        assert_eq!(Timespec::from_nanos(-1), Timespec { seconds: -1, nanos: 999_999_999 });
    }

    #[test]
    fn calendars() {
        let day = gmtime(1_600_000_000).unwrap();
        assert_eq!((day.year, day.month, day.day, day.hour), (120, 8, 13, 12));
        let text = strftime(b"%Y-%m-%d %H:%M:%S %j %a", &day, 1 << 20).unwrap();
        assert_eq!(text, b"2020-09-13 12:26:40 257 Sun");
        let local = localtime(-1).unwrap();
        assert_eq!(mktime(&local), Some(-1));
        assert!(gmtime(i64::MAX).is_err());
    }
}
