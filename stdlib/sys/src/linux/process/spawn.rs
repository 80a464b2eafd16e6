//! Starting another program in a child, as `_posixsubprocess` describes it.
//!
//! **Invariants**
//! 1. All that the child needs is laid out before it exists: between its birth and the exec it makes
//!    system calls on what lies ready, and neither allocates nor takes a lock.
//! 2. The quick child ([`Spawn::start`]) shares the parent's memory until its exec, as that of
//!    vfork(2), on a stack of its own; the parent's thread waits meanwhile. All signals are blocked, and
//!    those that had handlers have none when they are let through again: no handler of the parent
//!    runs in the child.
//! 3. Ids are changed by the kernel's own calls: those of the C library would ask other threads to
//!    take part, which the child does not have.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;

use super::children::{c_strings, fork};
use crate::backend::error;
use crate::fs::Fd;

/// What to start and how. A descriptor of -1 is none.
#[derive(Debug, Default)]
pub struct Spawn {
    /// Paths to try one after the other.
    pub executables: Vec<Vec<u8>>,
    /// The arguments, the name first.
    pub arguments: Vec<Vec<u8>>,
    /// `NAME=value`; `None` keeps the present ones.
    pub environment: Option<Vec<Vec<u8>>>,
    /// Where to run.
    pub cwd: Option<Vec<u8>>,
    /// Close all descriptors from 3 on that are not in `keep`.
    pub close_fds: bool,
    /// Descriptors that the program inherits, ascending.
    pub keep: Vec<Fd>,
    /// The child's standard input and the parent's end of it.
    pub stdin: [Fd; 2],
    /// The parent's end of standard output and the child's.
    pub stdout: [Fd; 2],
    /// The parent's end of standard error and the child's.
    pub stderr: [Fd; 2],
    /// The pipe that tells of a failure: the end to read and the end to write.
    pub errors: [Fd; 2],
    /// Have the signals do what they do by default that the interpreter ignores.
    pub restore_signals: bool,
    /// Start a session.
    pub new_session: bool,
    /// Go to this group of processes; -1 stays.
    pub process_group: i32,
    /// Group, further groups and user to be.
    pub gid: Option<u32>,
    /// See `gid`.
    pub groups: Option<Vec<u32>>,
    /// See `gid`.
    pub uid: Option<u32>,
    /// Mask of file modes; -1 keeps it.
    pub umask: i32,
}

/// A [`Spawn`] laid out for the child.
#[derive(Debug)]
pub struct Ready {
    spec: Spawn,
    cwd: Option<CString>,
    executables: Vec<CString>,
    argv: Vec<*const libc::c_char>,
    envp: Option<Vec<*const libc::c_char>>,
    /// Where `argv` and `envp` point to.
    _strings: [Vec<CString>; 2],
    /// The signal mask to have again; set only where all signals are blocked.
    mask: Option<libc::sigset_t>,
}

fn pointers(list: &[CString]) -> Vec<*const libc::c_char> {
    list.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
}

/// The number of the error of the last call.
fn errno() -> i32 {
    crate::backend::errno::last()
}

/// A result of -1 is the error's number.
fn done(result: libc::c_int) -> Result<(), i32> {
    if result == -1 { Err(errno()) } else { Ok(()) }
}

/// Room for the child's calls until its exec.
const STACK: usize = 128 * 1024;

impl Spawn {
    /// Lays everything out. `EINVAL` for a NUL inside of a string.
    pub fn ready(self) -> io::Result<Ready> {
        let arguments = c_strings(&self.arguments)?;
        let environment = self.environment.as_deref().map(c_strings).transpose()?;
        let cwd = self.cwd.as_deref().map(CString::new).transpose();
        Ok(Ready {
            cwd: cwd.map_err(|_| error(libc::EINVAL))?,
            executables: c_strings(&self.executables)?,
            argv: pointers(&arguments),
            envp: environment.as_deref().map(pointers),
            _strings: [arguments, environment.unwrap_or_default()],
            spec: self,
            mask: None,
        })
    }
}

impl Ready {
    /// Starts the child and returns its id; failures in the child are told through the pipe.
    /// `quick` allows the child that shares memory.
    pub fn start(mut self, quick: bool) -> io::Result<i32> {
        let mut old = MaybeUninit::<libc::sigset_t>::uninit();
        let mut all = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: initialises the set, then reads it and fills in the other.
        unsafe {
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), old.as_mut_ptr());
        }
        // SAFETY: filled in: the call cannot fail for a valid `how`.
        let old = unsafe { old.assume_init() };
        self.mask = Some(old);
        let pid = if quick { self.share() } else { None };
        let pid = match pid {
            Some(pid) => Ok(pid),
            None => fork().inspect(|&pid| {
                if pid == 0 {
                    self.run()
                }
            }),
        };
        // SAFETY: reads one set.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut()) };
        pid
    }

    /// A child in this memory; `None` where the kernel does not make one.
    fn share(&self) -> Option<i32> {
        extern "C" fn child(ready: *mut libc::c_void) -> libc::c_int {
            // SAFETY: `share` passes itself and waits.
            unsafe { &*ready.cast::<Ready>() }.run()
        }
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK;
        // SAFETY: a mapping of its own.
        let stack = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                STACK,
                libc::PROT_READ | libc::PROT_WRITE,
                flags,
                -1,
                0,
            )
        };
        if stack == libc::MAP_FAILED {
            return None;
        }
        let how = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        // SAFETY: the child runs on the mapping's end, which outlives it: this thread goes on only when
        // the child has become another program or ended. It reads `self` and changes nothing.
        let pid = unsafe {
            let top = stack.cast::<u8>().add(STACK).cast();
            libc::clone(child, top, how, std::ptr::from_ref(self).cast_mut().cast())
        };
        // SAFETY: nobody uses the mapping any more.
        unsafe { libc::munmap(stack, STACK) };
        (pid > 0).then_some(pid)
    }

    /// In the child: everything. Does not return.
    fn run(&self) -> ! {
        if let Err(number) = self.prepare() {
            self.fail(number, true);
        }
        self.exec()
    }

    /// In a child made by [`fork`]: what comes before the function that the script wants called there.
    /// The number of the error is for [`Ready::fail`].
    pub fn prepare(&self) -> Result<(), i32> {
        let spec = &self.spec;
        for &fd in spec.keep.iter().filter(|&&fd| fd != spec.errors[1]) {
            inherit(fd)?;
        }
        for fd in [spec.stdin[1], spec.stdout[0], spec.stderr[0], spec.errors[0]] {
            close(fd);
        }
        self.standard_streams()?;
        if let Some(cwd) = &self.cwd {
            // SAFETY: NUL-terminated.
            done(unsafe { libc::chdir(cwd.as_ptr()) })?;
        }
        if spec.umask >= 0 {
            // SAFETY: an integer argument only.
            unsafe { libc::umask(spec.umask as libc::mode_t) };
        }
        if spec.restore_signals {
            for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                // SAFETY: no handler is installed.
                unsafe { libc::signal(signal, libc::SIG_DFL) };
            }
        }
        if let Some(mask) = &self.mask {
            forget_handlers();
            // SAFETY: reads one set.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, std::ptr::null_mut()) };
        }
        if spec.new_session {
            // SAFETY: no arguments. It fails for the leader of a group, which a child is not.
            unsafe { libc::setsid() };
        }
        if spec.process_group >= 0 {
            // SAFETY: integer arguments only.
            done(unsafe { libc::setpgid(0, spec.process_group) })?;
        }
        self.become_user()
    }

    /// Has the given ends as 0, 1 and 2.
    fn standard_streams(&self) -> Result<(), i32> {
        let spec = &self.spec;
        let (input, mut output, mut errors) = (spec.stdin[0], spec.stdout[1], spec.stderr[1]);
        // What is in the way of an earlier one moves out of it.
        while output == 0 {
            output = duplicate(output)?;
        }
        while errors == 0 || errors == 1 {
            errors = duplicate(errors)?;
        }
        for (fd, target) in [(input, 0), (output, 1), (errors, 2)] {
            if fd == target {
                inherit(fd)?;
            } else if fd >= 0 {
                // SAFETY: integer arguments only.
                done(unsafe { libc::dup2(fd, target) })?;
            }
        }
        Ok(())
    }

    fn become_user(&self) -> Result<(), i32> {
        let spec = &self.spec;
        let raw = |result: libc::c_long| done(result as libc::c_int);
        if let Some(groups) = &spec.groups {
            // SAFETY: the list is readable for its length.
            raw(unsafe { libc::syscall(libc::SYS_setgroups, groups.len(), groups.as_ptr()) })?;
        }
        if let Some(gid) = spec.gid {
            // SAFETY: integer arguments only.
            raw(unsafe { libc::syscall(libc::SYS_setregid, gid, gid) })?;
        }
        if let Some(uid) = spec.uid {
            // SAFETY: integer arguments only.
            raw(unsafe { libc::syscall(libc::SYS_setreuid, uid, uid) })?;
        }
        Ok(())
    }

    /// In the child: closes what is not to be inherited and becomes the program. Does not return.
    pub fn exec(&self) -> ! {
        unsafe extern "C" {
            static environ: *const *const libc::c_char;
        }
        if self.spec.close_fds {
            self.close_others();
        }
        // Of several failures the one that says more than that nothing is there.
        let mut failure = 0;
        for path in &self.executables {
            let arguments = self.argv.as_ptr();
            // SAFETY: strings end in NUL and lists in null.
            unsafe {
                match &self.envp {
                    Some(envp) => libc::execve(path.as_ptr(), arguments, envp.as_ptr()),
                    None => libc::execve(path.as_ptr(), arguments, environ),
                };
            }
            let number = errno();
            if number != libc::ENOENT && number != libc::ENOTDIR && failure == 0 {
                failure = number;
            }
        }
        let number = if failure == 0 { errno() } else { failure };
        self.fail(number, false)
    }

    fn close_others(&self) {
        let mut next: Fd = 3;
        for &fd in self.spec.keep.iter().filter(|&&fd| fd >= 3) {
            close_between(next, fd - 1);
            next = fd.saturating_add(1);
        }
        close_between(next, Fd::MAX);
    }

    /// In the child: tells the parent of an error, and ends. `early`: before the exec.
    pub fn fail(&self, number: i32, early: bool) -> ! {
        let mut text = [0u8; 32];
        let mut len = 0;
        let mut put = |bytes: &[u8]| {
            for &byte in bytes {
                if let Some(place) = text.get_mut(len) {
                    *place = byte;
                    len += 1;
                }
            }
        };
        put(b"OSError:");
        let digits = (32 - (number as u32).leading_zeros()).div_ceil(4).max(1);
        for i in (0..digits).rev() {
            let digit = (number as u32 >> (4 * i)) & 15;
            put(&[b"0123456789ABCDEF"[digit as usize & 15]]);
        }
        put(b":");
        put(if early { b"noexec" } else { b"" });
        self.tell(text.get(..len).unwrap_or(&text))
    }

    /// In the child: tells the parent that the script's own function failed, and ends.
    pub fn fail_in_script(&self) -> ! {
        self.tell(b"SubprocessError:0:Exception occurred in preexec_fn.")
    }

    fn tell(&self, text: &[u8]) -> ! {
        // SAFETY: readable for its length; then the process ends. Who does not hear it has gone.
        unsafe {
            libc::write(self.spec.errors[1], text.as_ptr().cast(), text.len());
            libc::_exit(255)
        }
    }
}

fn inherit(fd: Fd) -> Result<(), i32> {
    // SAFETY: integer arguments only.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
    done(flags)?;
    // SAFETY: integer arguments only.
    done(unsafe { libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC) })
}

fn duplicate(fd: Fd) -> Result<Fd, i32> {
    // SAFETY: an integer argument only.
    let fd = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
    done(fd).map(|()| fd)
}

fn close(fd: Fd) {
    if fd >= 0 {
        // SAFETY: an integer argument; the script says which it gives up.
        unsafe { libc::close(fd) };
    }
}

fn close_between(low: Fd, high: Fd) {
    if low > high {
        return;
    }
    // SAFETY: integer arguments only.
    if unsafe { libc::syscall(libc::SYS_close_range, low, high, 0) } == 0 {
        return;
    }
    // SAFETY: an integer argument only.
    let limit = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) }.clamp(256, 1 << 20) as Fd;
    for fd in low..=high.min(limit) {
        close(fd);
    }
}

/// Every signal that has a handler does what it does by default.
fn forget_handlers() {
    for signal in 1..=64 {
        if signal == libc::SIGKILL || signal == libc::SIGSTOP {
            continue;
        }
        let mut action = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: fills in one `sigaction`, for which zeros are valid.
        let known = unsafe { libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) };
        // SAFETY: filled in or zero.
        let action = unsafe { action.assume_init_ref() };
        let handled = !matches!(action.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN);
        if known == 0 && handled {
            // SAFETY: no handler is installed.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }
}
