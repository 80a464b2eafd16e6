//! Signals: dispositions, masks, timers, and delivery as pending bits.
//!
//! A C signal handler may do next to nothing, so ours does this: it sets the signal's bit in the
//! [`Sink`] that asked for it, sets a bit in the word of flags that the sink's evaluation loop
//! looks at anyway, and writes one byte to the sink's wake-up descriptor.
//!
//! A timer may send signals faster than the system delivers them: the program would do nothing but enter and leave the
//! handler. So a signal that comes [`STORM`] times more before anybody took it is held back, in the thread that looks
//! at the sink, until [`Sink::release_held`].
//!
//! **Process-wide state.** Signal dispositions belong to the process, whatever we would like, so
//! this file keeps the one mutable static of the project: for each signal, a pointer to the sink
//! that gets it. It is no interpreter state: it says only who is woken.
//!
//! **Invariant.** A non-null pointer in `SINKS` owns one strong count of its `Arc`. It is given
//! back only once no handler that might have read the pointer still runs (`HANDLERS` is 0).

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use super::{check, check_errno, check_unit, error, may_interrupt};
use crate::backend::time::Timespec;

/// Number of a signal.
pub type Signal = i32;

/// One more than the highest signal.
pub const COUNT: Signal = 65;

/// Signals by name, for callers that tell one from another.
pub use libc::{SIGALRM, SIGBUS, SIGCHLD, SIGINT, SIGPIPE, SIGTERM, SIGUSR1, SIGXFSZ};

/// Who gets signals: pending bits, and what to wake.
#[derive(Debug)]
pub struct Sink {
    pending: AtomicU64,
    flags: Arc<AtomicU32>,
    flag: u32,
    wakeup_fd: AtomicI32,
    /// Error of the last failed write to the wake-up descriptor, 0 if none.
    wakeup_error: AtomicI32,
    quiet_when_full: AtomicI32,
    /// The thread that takes what is pending, 0 until it is known.
    owner: AtomicUsize,
    /// How often signals came that were pending.
    repeats: AtomicU32,
    /// Signals that the owner's mask holds back.
    held: AtomicU64,
}

/// Signals that come when they are pending, after which they are held back.
const STORM: u32 = 8;

/// Which thread this is.
fn this_thread() -> usize {
    // SAFETY: no arguments, and it may be called by handlers.
    unsafe { libc::pthread_self() as usize }
}

impl Sink {
    /// A sink that sets `flag` in `flags` when a signal comes.
    pub fn new(flags: Arc<AtomicU32>, flag: u32) -> Arc<Sink> {
        Arc::new(Sink {
            pending: AtomicU64::new(0),
            flags,
            flag,
            wakeup_fd: AtomicI32::new(-1),
            wakeup_error: AtomicI32::new(0),
            quiet_when_full: AtomicI32::new(0),
            owner: AtomicUsize::new(0),
            repeats: AtomicU32::new(0),
            held: AtomicU64::new(0),
        })
    }

    /// The signals that came since the last call; the lowest first.
    pub fn take_pending(&self) -> Pending {
        self.repeats.store(0, Ordering::Relaxed);
        Pending(self.pending.swap(0, Ordering::AcqRel))
    }

    /// Whether a signal waits.
    pub fn has_pending(&self) -> bool {
        self.pending.load(Ordering::Acquire) != 0
    }

    /// Makes a signal pending as if it had come; gives whether it was.
    pub fn trip(&self, signal: Signal) -> bool {
        let Some(bit) = bit(signal) else { return false };
        let before = self.pending.fetch_or(bit, Ordering::AcqRel);
        self.flags.fetch_or(self.flag, Ordering::Release);
        before & bit != 0
    }

    /// Lets signals through that were held back. To be called by the thread that takes what is pending, when it has
    /// seen to that.
    pub fn release_held(&self) {
        let held = self.held.swap(0, Ordering::AcqRel);
        if held != 0 {
            let raw = SignalSet(held).to_c();
            // SAFETY: a valid set is read. (The call cannot fail.)
            unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw, ptr::null_mut()) };
        }
    }

    /// Whether a signal that came is to be held back from now on. Async-signal-safe.
    fn is_storm(&self, signal: Signal, was_pending: bool) -> bool {
        if !was_pending || self.owner.load(Ordering::Relaxed) != this_thread() {
            return false;
        }
        let storm = self.repeats.fetch_add(1, Ordering::Relaxed) >= STORM;
        if let (true, Some(bit)) = (storm, bit(signal)) {
            self.held.fetch_or(bit, Ordering::AcqRel);
        }
        storm
    }

    /// Sets the descriptor that gets one byte for each signal, its number; returns the old one.
    /// -1 is none. With `warn_on_full`, a full pipe counts as an error.
    pub fn set_wakeup_fd(&self, fd: i32, warn_on_full: bool) -> i32 {
        self.quiet_when_full.store(i32::from(!warn_on_full), Ordering::Relaxed);
        self.wakeup_fd.swap(fd, Ordering::AcqRel)
    }

    /// The error of a failed write to the wake-up descriptor, told once.
    pub fn take_wakeup_error(&self) -> Option<io::Error> {
        match self.wakeup_error.swap(0, Ordering::AcqRel) {
            0 => None,
            number => Some(error(number)),
        }
    }

    /// What the handler does; gives whether the signal is to be held back. Async-signal-safe: atomics and write(2).
    fn deliver(&self, signal: Signal) -> bool {
        let was_pending = self.trip(signal);
        let fd = self.wakeup_fd.load(Ordering::Acquire);
        if fd >= 0 {
            self.wake(fd, signal);
        }
        self.is_storm(signal, was_pending)
    }

    fn wake(&self, fd: i32, signal: Signal) {
        let byte = signal as u8;
        // SAFETY: one readable byte.
        while unsafe { libc::write(fd, (&raw const byte).cast(), 1) } == -1 {
            let number = super::errno::last();
            if number == libc::EINTR {
                continue;
            }
            let full = number == libc::EAGAIN || number == libc::EWOULDBLOCK;
            if !(full && self.quiet_when_full.load(Ordering::Relaxed) != 0) {
                self.wakeup_error.store(number, Ordering::Release);
                self.flags.fetch_or(self.flag, Ordering::Release);
            }
            return;
        }
    }
}

/// Signals taken from a [`Sink`], the lowest number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending(u64);

impl Pending {
    /// Puts the signals not yet seen back.
    pub fn put_back(self, sink: &Sink) {
        if self.0 != 0 {
            sink.pending.fetch_or(self.0, Ordering::Release);
            sink.flags.fetch_or(sink.flag, Ordering::Release);
        }
    }
}

impl Iterator for Pending {
    type Item = Signal;

    fn next(&mut self) -> Option<Signal> {
        if self.0 == 0 {
            return None;
        }
        let signal = self.0.trailing_zeros() as Signal + 1;
        self.0 &= self.0 - 1;
        Some(signal)
    }
}

fn bit(signal: Signal) -> Option<u64> {
    (1..COUNT).contains(&signal).then(|| 1 << (signal - 1))
}

static SINKS: [AtomicPtr<Sink>; COUNT as usize] =
    [const { AtomicPtr::new(ptr::null_mut()) }; COUNT as usize];
static HANDLERS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn handle(signal: libc::c_int, _info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let saved = super::errno::last();
    // Sequentially consistent, as in `replace`: either we see the new pointer, or `replace` sees
    // us at work.
    HANDLERS.fetch_add(1, Ordering::SeqCst);
    if let Some(slot) = SINKS.get(signal as usize) {
        let sink = slot.load(Ordering::SeqCst);
        // SAFETY: by the file's invariant the sink lives while HANDLERS counts us.
        if let Some(sink) = unsafe { sink.as_ref() }
            && sink.deliver(signal)
        {
            let context: *mut libc::ucontext_t = context.cast();
            // SAFETY: the system gives handlers with SA_SIGINFO the context that they return to; its mask may be
            // changed.
            unsafe { libc::sigaddset(&raw mut (*context).uc_sigmask, signal) };
        }
    }
    HANDLERS.fetch_sub(1, Ordering::SeqCst);
    super::errno::set(saved);
}

fn replace(slot: &AtomicPtr<Sink>, sink: *mut Sink) {
    let old = slot.swap(sink, Ordering::SeqCst);
    if old.is_null() {
        return;
    }
    // Handlers on this thread have returned; those elsewhere last microseconds.
    while HANDLERS.load(Ordering::SeqCst) != 0 {
        std::thread::yield_now();
    }
    // SAFETY: the slot owned this count, and nobody can reach the pointer through it any more.
    drop(unsafe { Arc::from_raw(old) });
}

fn slot(signal: Signal) -> io::Result<&'static AtomicPtr<Sink>> {
    match SINKS.get(signal.max(0) as usize) {
        Some(slot) if signal > 0 => Ok(slot),
        _ => Err(error(libc::EINVAL)),
    }
}

/// What a signal does, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// What the system does by default.
    Default,
    /// Nothing.
    Ignore,
    /// It goes to a [`Sink`].
    Sink,
    /// A handler that is not ours.
    Foreign,
}

fn action(signal: Signal, handler: libc::sighandler_t) -> io::Result<()> {
    // SAFETY: all-zero is a valid `sigaction`: no flags, empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    // No SA_RESTART: a blocked call must return so that the interpreter can run the handler.
    // SA_ONSTACK lets a host with its own signal stack keep it.
    // SA_SIGINFO gives it the mask that it returns to.
    let plain = handler == libc::SIG_DFL || handler == libc::SIG_IGN;
    action.sa_flags = if plain { 0 } else { libc::SA_ONSTACK | libc::SA_SIGINFO };
    // SAFETY: one valid `sigaction` is read; `handle` is async-signal-safe.
    check_unit(unsafe { super::memory::sigaction(signal, &action, ptr::null_mut()) })
}

/// What a signal does now. sigaction(2).
pub fn disposition(signal: Signal) -> io::Result<Disposition> {
    slot(signal)?;
    let mut now = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: the system fills in one `sigaction`.
    check_unit(unsafe { super::memory::sigaction(signal, ptr::null(), now.as_mut_ptr()) })?;
    // SAFETY: filled in, since the call succeeded.
    let handler = unsafe { now.assume_init_ref() }.sa_sigaction;
    Ok(match handler {
        libc::SIG_DFL => Disposition::Default,
        libc::SIG_IGN => Disposition::Ignore,
        ours if ours == handle as *const () as libc::sighandler_t => Disposition::Sink,
        _ => Disposition::Foreign,
    })
}

/// Sends a signal to `sink` from now on, in place of the sink before; the calling thread is the one that takes what is
/// pending there. sigaction(2).
pub fn install(signal: Signal, sink: &Arc<Sink>) -> io::Result<()> {
    let slot = slot(signal)?;
    // The kernel's refusal comes first, so that a failure changes nothing.
    if matches!(signal, libc::SIGKILL | libc::SIGSTOP) {
        return Err(error(libc::EINVAL));
    }
    sink.owner.store(this_thread(), Ordering::Relaxed);
    let before = slot.load(Ordering::SeqCst);
    if before.is_null() {
        replace(slot, Arc::into_raw(sink.clone()).cast_mut());
        if let Err(failure) = action(signal, handle as *const () as libc::sighandler_t) {
            replace(slot, ptr::null_mut());
            return Err(failure);
        }
        return Ok(());
    }
    action(signal, handle as *const () as libc::sighandler_t)?;
    replace(slot, Arc::into_raw(sink.clone()).cast_mut());
    Ok(())
}

/// Gives a signal back to the system. sigaction(2).
pub fn set_default(signal: Signal) -> io::Result<()> {
    let slot = slot(signal)?;
    action(signal, libc::SIG_DFL)?;
    replace(slot, ptr::null_mut());
    Ok(())
}

/// Ignores a signal. sigaction(2).
pub fn ignore(signal: Signal) -> io::Result<()> {
    let slot = slot(signal)?;
    action(signal, libc::SIG_IGN)?;
    replace(slot, ptr::null_mut());
    Ok(())
}

/// Gives back to the system every signal that goes to `sink`; for the end of an interpreter.
pub fn release(sink: &Arc<Sink>) {
    for signal in 1..COUNT {
        let is_ours = SINKS
            .get(signal as usize)
            .is_some_and(|slot| ptr::eq(slot.load(Ordering::SeqCst), Arc::as_ptr(sink)));
        if is_ours {
            let _ = set_default(signal);
        }
    }
}

/// Whether a signal makes blocked calls fail (`true`) or go on. siginterrupt(3).
pub fn set_interrupting(signal: Signal, interrupting: bool) -> io::Result<()> {
    slot(signal)?;
    let mut now = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: the system fills in one `sigaction`.
    check_unit(unsafe { super::memory::sigaction(signal, ptr::null(), now.as_mut_ptr()) })?;
    // SAFETY: filled in, since the call succeeded.
    let mut now = unsafe { now.assume_init() };
    if interrupting {
        now.sa_flags &= !libc::SA_RESTART;
    } else {
        now.sa_flags |= libc::SA_RESTART;
    }
    // SAFETY: the disposition as it was, but for one flag.
    check_unit(unsafe { super::memory::sigaction(signal, &now, ptr::null_mut()) })
}

/// A set of signals; the bit `n - 1` stands for signal `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignalSet(pub u64);

impl SignalSet {
    /// Adds a signal; false if there is no such signal.
    pub fn insert(&mut self, signal: Signal) -> bool {
        bit(signal).inspect(|bit| self.0 |= bit).is_some()
    }

    /// Whether a signal is in the set.
    pub fn contains(self, signal: Signal) -> bool {
        bit(signal).is_some_and(|bit| self.0 & bit != 0)
    }

    /// The signals of the set, in order.
    pub fn iter(self) -> Pending {
        Pending(self.0)
    }

    /// Every signal that may be named: the C library keeps two for itself.
    pub fn full() -> SignalSet {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: fills in one set.
        unsafe { libc::sigfillset(raw.as_mut_ptr()) };
        // SAFETY: filled in.
        SignalSet::from_c(unsafe { raw.assume_init_ref() })
    }

    pub(crate) fn from_c(raw: &libc::sigset_t) -> SignalSet {
        let mut set = SignalSet::default();
        for signal in 1..COUNT {
            // SAFETY: a valid set and a valid number.
            if unsafe { libc::sigismember(raw, signal) } == 1 {
                set.insert(signal);
            }
        }
        set
    }

    pub(crate) fn to_c(self) -> libc::sigset_t {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: fills in one set.
        unsafe { libc::sigemptyset(raw.as_mut_ptr()) };
        // SAFETY: filled in.
        let mut raw = unsafe { raw.assume_init() };
        for signal in self.iter() {
            // SAFETY: a valid set; refused numbers (the C library's own) are left out.
            unsafe { libc::sigaddset(&mut raw, signal) };
        }
        raw
    }
}

/// Changes the thread's set of blocked signals and returns the old one; `how` is `SIG_BLOCK` and
/// kin. pthread_sigmask(3).
///
/// Once there are mappings SIGBUS is not blocked any more: a fault would then end the process.
pub fn set_mask(how: i32, mut set: SignalSet) -> io::Result<SignalSet> {
    if how != libc::SIG_UNBLOCK && super::memory::is_guarded() {
        set.0 &= !(1 << (SIGBUS - 1));
    }
    let mut old = MaybeUninit::uninit();
    // SAFETY: reads one set, fills in another.
    check_errno(unsafe { libc::pthread_sigmask(how, &set.to_c(), old.as_mut_ptr()) })?;
    // SAFETY: filled in, since the call succeeded.
    Ok(SignalSet::from_c(unsafe { old.assume_init_ref() }))
}

/// Blocked signals that wait for this thread or the process. sigpending(2).
pub fn pending() -> io::Result<SignalSet> {
    let mut set = MaybeUninit::uninit();
    // SAFETY: fills in one set.
    check_unit(unsafe { libc::sigpending(set.as_mut_ptr()) })?;
    // SAFETY: filled in, since the call succeeded.
    Ok(SignalSet::from_c(unsafe { set.assume_init_ref() }))
}

/// Waits for one of the signals, which should be blocked. sigwait(3).
pub fn wait(set: SignalSet) -> io::Result<Signal> {
    let mut signal = 0;
    // SAFETY: reads one set, writes one number.
    check_errno(unsafe { libc::sigwait(&set.to_c(), &mut signal) })?;
    Ok(signal)
}

/// What the system tells of a signal that was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalInfo {
    /// The signal.
    pub signo: i32,
    /// Why it was sent, `SI_*` or `CLD_*`.
    pub code: i32,
    /// Error number, if there is one.
    pub errno: i32,
    /// Process that sent it, or child that changed.
    pub pid: i32,
    /// User of that process.
    pub uid: u32,
    /// Status of the child.
    pub status: i32,
    /// Band of `SIGPOLL`.
    pub band: i64,
}

impl SignalInfo {
    pub(crate) fn from_c(info: &libc::siginfo_t) -> SignalInfo {
        // SAFETY: the fields share one union of plain integers, which the kernel has zeroed or
        // filled in; reading any of them is defined.
        let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
        // The band is a long at the start of the union, where pid and uid are.
        let band = i64::from(pid as u32) | (i64::from(uid) << 32);
        SignalInfo {
            signo: info.si_signo,
            code: info.si_code,
            errno: info.si_errno,
            pid,
            uid,
            status,
            band,
        }
    }
}

/// Waits for one of the signals, at most `timeout`; `EAGAIN` when it passes.
/// sigtimedwait(2), sigwaitinfo(2).
pub fn wait_info(set: SignalSet, timeout: Option<Timespec>) -> io::Result<SignalInfo> {
    may_interrupt()?;
    // SAFETY: all-zero is a valid `siginfo_t`.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let timeout =
        timeout.map(|t| libc::timespec { tv_sec: t.seconds, tv_nsec: i64::from(t.nanos) });
    let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: reads one set and perhaps one time, fills in one `siginfo_t`.
    check(unsafe { libc::sigtimedwait(&set.to_c(), &mut info, timeout) })?;
    Ok(SignalInfo::from_c(&info))
}

/// Sends `SIGALRM` in so many seconds; returns what was left of the last one. alarm(2).
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: an integer argument only.
    unsafe { libc::alarm(seconds) }
}

/// Waits for a signal; always `EINTR`. pause(2).
pub fn pause() -> io::Error {
    // SAFETY: no arguments.
    unsafe { libc::pause() };
    io::Error::last_os_error()
}

/// An interval timer: microseconds until it goes off, and between one and the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timer {
    /// Until the next signal; 0 is off.
    pub delay_micros: i64,
    /// From then on; 0 is once.
    pub interval_micros: i64,
}

impl Timer {
    fn from_c(raw: &libc::itimerval) -> Timer {
        let micros = |t: &libc::timeval| t.tv_sec.saturating_mul(1_000_000) + t.tv_usec;
        Timer { delay_micros: micros(&raw.it_value), interval_micros: micros(&raw.it_interval) }
    }

    fn to_c(self) -> libc::itimerval {
        let time = |micros: i64| libc::timeval {
            tv_sec: micros.div_euclid(1_000_000),
            tv_usec: micros.rem_euclid(1_000_000),
        };
        libc::itimerval {
            it_value: time(self.delay_micros),
            it_interval: time(self.interval_micros),
        }
    }
}

/// Sets a timer, `ITIMER_*`, and returns what it was. setitimer(2).
pub fn set_timer(which: i32, timer: Timer) -> io::Result<Timer> {
    // SAFETY: all-zero is a valid `itimerval`.
    let mut old: libc::itimerval = unsafe { std::mem::zeroed() };
    // SAFETY: reads one timer, fills in another.
    check_unit(unsafe { libc::setitimer(which as _, &timer.to_c(), &mut old) })?;
    Ok(Timer::from_c(&old))
}

/// What a timer is. getitimer(2).
pub fn timer(which: i32) -> io::Result<Timer> {
    // SAFETY: all-zero is a valid `itimerval`.
    let mut now: libc::itimerval = unsafe { std::mem::zeroed() };
    // SAFETY: fills in one timer.
    check_unit(unsafe { libc::getitimer(which as _, &mut now) })?;
    Ok(Timer::from_c(&now))
}

/// Sends a signal to a process or group. kill(2).
pub fn kill(pid: i32, signal: Signal) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::kill(pid, signal) })
}

/// Sends a signal to a process group. killpg(3).
pub fn kill_group(group: i32, signal: Signal) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::killpg(group, signal) })
}

/// Sends a signal to the current thread. raise(3).
pub fn raise(signal: Signal) -> io::Result<()> {
    // SAFETY: an integer argument only.
    if unsafe { libc::raise(signal) } != 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Sends a signal to a thread of this process, by the kernel's number of it. tgkill(2).
pub fn kill_thread(native_id: u64, signal: Signal) -> io::Result<()> {
    // SAFETY: integer arguments only; a stale number fails with ESRCH.
    let result = unsafe {
        libc::syscall(libc::SYS_tgkill, libc::getpid(), native_id as libc::pid_t, signal)
    };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Has whatever system call a thread of this process waits in fail with EINTR, by a SIGURG to it. That
/// signal is ignored by default; unless somebody handles it, it gets a handler that does nothing.
pub fn interrupt_thread(native_id: u64) -> io::Result<()> {
    extern "C" fn nothing(_: libc::c_int) {}
    if matches!(disposition(libc::SIGURG)?, Disposition::Default | Disposition::Ignore) {
        action(libc::SIGURG, nothing as *const () as libc::sighandler_t)?;
    }
    kill_thread(native_id, libc::SIGURG)
}

/// Sends a signal by a process descriptor. pidfd_send_signal(2).
pub fn kill_pidfd(fd: i32, signal: Signal, flags: u32) -> io::Result<()> {
    // SAFETY: integer arguments and a null `siginfo_t`.
    let result =
        unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, ptr::null::<u8>(), flags) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The text of a signal; `None` for a number that means nothing. strsignal(3).
pub fn describe(signal: Signal) -> Option<String> {
    // SAFETY: an integer argument; the text is copied before another call could change it. For
    // known signals glibc returns constant text, others have a buffer per thread.
    let text = unsafe {
        let text = libc::strsignal(signal);
        if text.is_null() {
            return None;
        }
        std::ffi::CStr::from_ptr(text)
    };
    let text = text.to_string_lossy();
    (!text.starts_with("Unknown signal")).then(|| text.into_owned())
}

/// Where the real-time signals begin and end. signal(7).
pub fn realtime_range() -> (Signal, Signal) {
    (libc::SIGRTMIN(), libc::SIGRTMAX())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sink() -> (Arc<Sink>, Arc<AtomicU32>) {
        let flags = Arc::new(AtomicU32::new(0));
        (Sink::new(flags.clone(), 4), flags)
    }

    #[test]
    fn delivery() {
        let (sink, flags) = sink();
        let (reader, writer) = crate::fs::pipe2(libc::O_CLOEXEC | libc::O_NONBLOCK).unwrap();
        install(libc::SIGUSR2, &sink).unwrap();
        assert_eq!(disposition(libc::SIGUSR2).unwrap(), Disposition::Sink);
        assert_eq!(sink.set_wakeup_fd(writer, true), -1);
        raise(libc::SIGUSR2).unwrap();
        assert_eq!(flags.load(Ordering::Relaxed), 4);
        assert_eq!(sink.take_pending().collect::<Vec<_>>(), [libc::SIGUSR2]);
        assert!(!sink.has_pending());
        let mut byte = [0];
        while crate::fs::read(reader, &mut byte).is_err() {}
        assert_eq!(byte[0], libc::SIGUSR2 as u8);
        let (other, _) = self::sink();
        install(libc::SIGUSR2, &other).unwrap();
        assert_eq!(Arc::strong_count(&sink), 1);
        release(&other);
        assert_eq!(Arc::strong_count(&other), 1);
        assert_eq!(disposition(libc::SIGUSR2).unwrap(), Disposition::Default);
        for fd in [reader, writer] {
            crate::fs::close(fd).unwrap();
        }
    }

    #[test]
    fn masks_and_waits() {
        let mut set = SignalSet::default();
        assert!(set.insert(libc::SIGWINCH) && !set.insert(0) && !set.insert(65));
        let old = set_mask(libc::SIG_BLOCK, set).unwrap();
        raise(libc::SIGWINCH).unwrap();
        assert!(pending().unwrap().contains(libc::SIGWINCH));
        assert_eq!(wait(set).unwrap(), libc::SIGWINCH);
        let timeout = Some(Timespec { seconds: 0, nanos: 1000 });
        let failure = loop {
            let failure = wait_info(set, timeout).unwrap_err();
            if failure.raw_os_error() != Some(libc::EINTR) {
                break failure;
            }
        };
        assert_eq!(failure.raw_os_error(), Some(libc::EAGAIN));
        set_mask(libc::SIG_SETMASK, old).unwrap();
    }

    #[test]
    fn refusals_and_texts() {
        let (sink, _) = sink();
        for signal in [-1, 0, 65, 1 << 20, libc::SIGKILL] {
            assert!(install(signal, &sink).is_err());
        }
        assert_eq!(describe(libc::SIGINT).as_deref(), Some("Interrupt"));
        assert_eq!(describe(200), None);
        assert!(!SignalSet::full().contains(32));
    }
}
