//! Starting, becoming and waiting for processes.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CString;
use std::io;

use crate::backend::signal::SignalInfo;
use crate::backend::{check, check_unit, error, may_interrupt, with_c_str};

/// Copies the process; 0 in the child. fork(2).
///
/// Only this thread exists in the child. Locks that other threads held stay held for ever there:
/// the caller must hold the interpreter's own, and the child must wait for no other.
pub fn fork() -> io::Result<i32> {
    // SAFETY: no arguments. What may follow in the child is a matter of deadlock, not of memory.
    check(unsafe { libc::fork() })
}

pub(super) fn c_strings(list: &[Vec<u8>]) -> io::Result<Vec<CString>> {
    list.iter().map(|s| CString::new(s.as_slice()).map_err(|_| error(libc::EINVAL))).collect()
}

pub(super) fn pointers(list: &[CString]) -> Vec<*const libc::c_char> {
    list.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
}

/// Becomes another program; returns only on failure. `environment` of `None` keeps the present
/// one, its items are `NAME=value`. execve(2).
pub fn exec(path: &[u8], arguments: &[Vec<u8>], environment: Option<&[Vec<u8>]>) -> io::Error {
    let run = || {
        let arguments = c_strings(arguments)?;
        let argv = pointers(&arguments);
        let environment = environment.map(c_strings).transpose()?;
        let envp = environment.as_deref().map(pointers);
        with_c_str(path, |path| {
            // SAFETY: all strings are NUL-terminated and all lists end in null.
            check_unit(unsafe {
                match &envp {
                    Some(envp) => libc::execve(path.as_ptr(), argv.as_ptr(), envp.as_ptr()),
                    None => libc::execv(path.as_ptr(), argv.as_ptr()),
                }
            })
        })
    };
    run().err().unwrap_or_else(|| error(libc::ENOEXEC))
}

/// As [`exec`], the program being an open file. fexecve(3).
pub fn fexec(fd: i32, arguments: &[Vec<u8>], environment: &[Vec<u8>]) -> io::Error {
    let run = || {
        let (arguments, environment) = (c_strings(arguments)?, c_strings(environment)?);
        let (argv, envp) = (pointers(&arguments), pointers(&environment));
        // SAFETY: all strings are NUL-terminated and both lists end in null.
        check_unit(unsafe { libc::fexecve(fd, argv.as_ptr(), envp.as_ptr()) })
    };
    run().err().unwrap_or_else(|| error(libc::ENOEXEC))
}

/// Waits for a child; the pid is 0 when nothing is to be told yet. waitpid(2).
pub fn waitpid(pid: i32, options: i32) -> io::Result<(i32, i32)> {
    may_interrupt()?;
    let mut status = 0;
    // SAFETY: writes one number.
    let pid = check(unsafe { libc::waitpid(pid, &mut status, options) })?;
    Ok((pid, status))
}

/// As [`waitpid`], with what the child used. wait4(2).
pub fn wait4(pid: i32, options: i32) -> io::Result<(i32, i32, super::Usage)> {
    may_interrupt()?;
    let mut status = 0;
    // SAFETY: all-zero is a valid `rusage`.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: writes one number and one `rusage`.
    let pid = check(unsafe { libc::wait4(pid, &mut status, options, &mut usage) })?;
    Ok((pid, status, super::Usage::from_c(&usage)))
}

/// Waits for a child and may leave it waitable. waitid(2).
pub fn waitid(kind: u32, id: u32, options: i32) -> io::Result<Option<SignalInfo>> {
    may_interrupt()?;
    // SAFETY: all-zero is a valid `siginfo_t`.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    // SAFETY: fills in one `siginfo_t`.
    check_unit(unsafe { libc::waitid(kind as _, id, &mut info, options) })?;
    let info = SignalInfo::from_c(&info);
    Ok((info.pid != 0).then_some(info))
}

/// What a status of [`waitpid`] means. wait(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitStatus {
    /// Ended by itself with this code.
    Exited(i32),
    /// Ended by this signal; whether memory was dumped.
    Signaled(i32, bool),
    /// Stopped by this signal.
    Stopped(i32),
    /// Goes on.
    Continued,
    /// None of these.
    Unknown,
}

/// Takes a status apart. wait(2).
pub fn wait_status(status: i32) -> WaitStatus {
    if libc::WIFEXITED(status) {
        WaitStatus::Exited(libc::WEXITSTATUS(status))
    } else if libc::WIFSIGNALED(status) {
        WaitStatus::Signaled(libc::WTERMSIG(status), libc::WCOREDUMP(status))
    } else if libc::WIFSTOPPED(status) {
        WaitStatus::Stopped(libc::WSTOPSIG(status))
    } else if libc::WIFCONTINUED(status) {
        WaitStatus::Continued
    } else {
        WaitStatus::Unknown
    }
}

/// A descriptor for a process. pidfd_open(2).
pub fn pidfd_open(pid: i32, flags: u32) -> io::Result<i32> {
    // SAFETY: integer arguments only.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) };
    check(fd as libc::c_int)
}

/// Runs a command in the shell and returns its wait status. system(3).
pub fn system(command: &[u8]) -> io::Result<i32> {
    // SAFETY: NUL-terminated. The C library blocks SIGCHLD and ignores SIGINT meanwhile.
    with_c_str(command, |command| check(unsafe { libc::system(command.as_ptr()) }))
}

/// Ends the process at once: nothing is flushed or run. _exit(2).
pub fn exit_now(code: i32) -> ! {
    // SAFETY: an integer argument; does not return.
    unsafe { libc::_exit(code) }
}

/// Ends the process by SIGABRT. abort(3).
pub fn abort() -> ! {
    std::process::abort()
}

/// A pair of pseudo-terminal ends, master and slave, close-on-exec. openpty(3).
pub fn openpty() -> io::Result<(i32, i32)> {
    // SAFETY: integer arguments only.
    let master =
        check(unsafe { libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC) })?;
    let open_slave = || {
        // SAFETY: integer arguments only.
        check(unsafe { libc::grantpt(master) })?;
        // SAFETY: integer arguments only.
        check(unsafe { libc::unlockpt(master) })?;
        let mut name = [0 as libc::c_char; 128];
        // SAFETY: writable for its length.
        crate::backend::check_errno(unsafe {
            libc::ptsname_r(master, name.as_mut_ptr(), name.len())
        })?;
        let name = crate::backend::array_bytes(&name);
        loop {
            match crate::fs::open(&name, libc::O_RDWR | libc::O_NOCTTY, 0, None) {
                Err(e) if e.raw_os_error() == Some(libc::EINTR) => {}
                other => return other,
            }
        }
    };
    match open_slave() {
        Ok(slave) => Ok((master, slave)),
        Err(failure) => {
            let _ = crate::fs::close(master);
            Err(failure)
        }
    }
}

/// Makes a terminal the controlling one, and standard input, output and error. login_tty(3).
pub fn login_tty(fd: i32) -> io::Result<()> {
    super::setsid()?;
    // SAFETY: integer arguments only.
    check(unsafe { libc::ioctl(fd, libc::TIOCSCTTY, 0) })?;
    for target in 0..3 {
        // SAFETY: integer arguments only.
        check(unsafe { libc::dup2(fd, target) })?;
    }
    if fd > 2 { crate::fs::close(fd) } else { Ok(()) }
}
