//! Terminals: their settings, and the system's log.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CString;
use std::io;
use std::sync::Mutex;

use crate::backend::{check, check_unit, may_interrupt, with_c_str};
use crate::fs::Fd;

/// Number of special characters.
pub const CONTROL_CHARS: usize = libc::NCCS;

/// The settings of a terminal. termios(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Modes of input, output, control and local modes.
    pub flags: [u32; 4],
    /// Speeds of input and output, `B*`.
    pub speeds: [u32; 2],
    /// The special characters.
    pub chars: [u8; CONTROL_CHARS],
}

fn raw(fd: Fd) -> io::Result<libc::termios> {
    // SAFETY: all-zero is a valid `termios`.
    let mut raw: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: fills in one `termios`.
    check_unit(unsafe { libc::tcgetattr(fd, &mut raw) })?;
    Ok(raw)
}

/// The settings of a terminal. tcgetattr(3).
pub fn settings(fd: Fd) -> io::Result<Settings> {
    let raw = raw(fd)?;
    // SAFETY: both read one `termios`.
    let speeds = unsafe { [libc::cfgetispeed(&raw), libc::cfgetospeed(&raw)] };
    Ok(Settings {
        flags: [raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag],
        speeds,
        chars: raw.c_cc,
    })
}

/// Changes the settings; `when` is `TCSA*`. tcsetattr(3).
pub fn set_settings(fd: Fd, when: i32, settings: &Settings) -> io::Result<()> {
    may_interrupt()?;
    // What the structure has besides stays as it is.
    let mut raw = raw(fd)?;
    [raw.c_iflag, raw.c_oflag, raw.c_cflag, raw.c_lflag] = settings.flags;
    raw.c_cc = settings.chars;
    let [input, output] = settings.speeds;
    // SAFETY: both change one `termios`.
    check_unit(unsafe { libc::cfsetispeed(&mut raw, input) })?;
    // SAFETY: as above.
    check_unit(unsafe { libc::cfsetospeed(&mut raw, output) })?;
    // SAFETY: reads one `termios`.
    check_unit(unsafe { libc::tcsetattr(fd, when, &raw) })
}

/// Sends a break. tcsendbreak(3).
pub fn send_break(fd: Fd, duration: i32) -> io::Result<()> {
    may_interrupt()?;
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::tcsendbreak(fd, duration) })
}

/// Waits until all output is sent. tcdrain(3).
pub fn drain(fd: Fd) -> io::Result<()> {
    may_interrupt()?;
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::tcdrain(fd) })
}

/// Drops what waits; `queue` is `TC?FLUSH`. tcflush(3).
pub fn flush(fd: Fd, queue: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::tcflush(fd, queue) })
}

/// Suspends or resumes input or output; `action` is `TC?O*`. tcflow(3).
pub fn flow(fd: Fd, action: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::tcflow(fd, action) })
}

/// Rows and columns. TIOCGWINSZ of ioctl(2).
pub fn window_size(fd: Fd) -> io::Result<(u16, u16)> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: fills in one `winsize`.
    check(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) })?;
    Ok((size.ws_row, size.ws_col))
}

/// Sets rows and columns. TIOCSWINSZ of ioctl(2).
pub fn set_window_size(fd: Fd, rows: u16, columns: u16) -> io::Result<()> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: fills in one `winsize`.
    check(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) })?;
    (size.ws_row, size.ws_col) = (rows, columns);
    // SAFETY: reads one `winsize`.
    check(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &size) }).map(drop)
}

/// The name that the C library has been given for the log, and keeps the address of.
static LOG_NAME: Mutex<Option<CString>> = Mutex::new(None);

/// Opens the system's log. openlog(3).
pub fn open_log(name: &[u8], options: i32, facility: i32) {
    let name = CString::new(name.split(|&c| c == 0).next().unwrap_or_default()).unwrap_or_default();
    let mut kept = LOG_NAME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: the name lives in `LOG_NAME` until after the C library has been given another.
    unsafe { libc::openlog(name.as_ptr(), options, facility) };
    *kept = Some(name);
}

/// Writes to the system's log. syslog(3).
pub fn log(priority: i32, message: &[u8]) -> io::Result<()> {
    let _kept = LOG_NAME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    with_c_str(message, |message| {
        // SAFETY: both strings are NUL-terminated, and the format takes one.
        unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) };
        Ok(())
    })
}

/// Closes the system's log. closelog(3).
pub fn close_log() {
    let mut kept = LOG_NAME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // SAFETY: no arguments; the C library forgets the name.
    unsafe { libc::closelog() };
    *kept = None;
}

/// Sets the mask of priorities and returns the one before. setlogmask(3).
pub fn set_log_mask(mask: i32) -> i32 {
    // SAFETY: an integer argument only.
    unsafe { libc::setlogmask(mask) }
}
