//! Sending signals, timers, and the wake-up descriptor.

use taipan_core::vm::thread::Threads;
use taipan_sys::signal::{self as sys, Timer};
use taipan_sys::{errno, fs};

use super::checked;
use super::handlers::state;
use crate::support::*;

/// Whether a signal interrupts system calls (True) or has them go on (False).
#[native("(signalnum, flag, /)")]
pub(super) fn siginterrupt(vm: &Vm, signalnum: i32, flag: i32) -> Res<()> {
    crate::policy::signal(vm, "siginterrupt")?;
    let number = checked(vm, signalnum)?;
    sys::set_interrupting(number, flag != 0).map_err(|failure| raise_io(vm, failure))
}

/// Set the descriptor that gets the number of each signal as a byte, -1 for none, and return the
/// one before. It must not block; a full pipe is reported unless warn_on_full_buffer is false.
#[native("(fd, /, *, warn_on_full_buffer=True)", no_signature)]
pub(super) fn set_wakeup_fd(vm: &Vm, fd: i32, warn_on_full_buffer: bool) -> Res<i32> {
    crate::policy::signal(vm, "set_wakeup_fd")?;
    if !vm.is_main_thread() {
        return Err(
            vm.value_error("set_wakeup_fd only works in main thread of the main interpreter")
        );
    }
    if fd != -1 {
        fs::fstat(fd).map_err(|failure| raise_io(vm, failure))?;
        if fs::blocking(fd).map_err(|failure| raise_io(vm, failure))? {
            return Err(vm.value_error(format_args!("the fd {fd} must be in non-blocking mode")));
        }
    }
    Ok(state(vm).sink().map_or(-1, |sink| sink.set_wakeup_fd(fd, warn_on_full_buffer)))
}

/// Signal oneself.
#[native("(signalnum, /)")]
pub(super) fn raise_signal(vm: &Vm, signalnum: i32) -> Res<()> {
    crate::policy::signal(vm, "raise_signal")?;
    sys::raise(signalnum).map_err(|failure| raise_io(vm, failure))?;
    vm.poll()
}

/// Signal one thread of this process, named by threading.get_ident().
#[native("(thread_id, signalnum, /)")]
pub(super) fn pthread_kill(vm: &Vm, thread_id: &Object, signalnum: i32) -> Res<()> {
    if !vm.class_of(thread_id).has(type_flags::INT) {
        let kind = vm.type_name(thread_id);
        return Err(
            vm.type_error(format_args!("pthread_kill() argument 1 must be int, not {kind}"))
        );
    }
    crate::policy::signal(vm, "pthread_kill")?;
    // What is out of range is no thread's.
    let thread_id = vm.as_i64(thread_id).and_then(|id| u64::try_from(id).ok()).unwrap_or(0);
    let native = if thread_id == vm.ident() {
        Some(taipan_sys::thread::native_id())
    } else {
        let threads = vm.interp().state::<Threads>();
        let ids = threads.native_ids.borrow();
        ids.get(&thread_id).copied()
    };
    let sent = match native {
        Some(native) => sys::kill_thread(native, signalnum),
        None => Err(std::io::Error::from_raw_os_error(errno::ESRCH)),
    };
    sent.map_err(|failure| raise_io(vm, failure))?;
    vm.poll()
}

/// Signal the process behind a descriptor that os.pidfd_open gave.
#[native("(pidfd, signalnum, siginfo=None, flags=0, /)")]
pub(super) fn pidfd_send_signal(
    vm: &Vm,
    pidfd: i32,
    signalnum: i32,
    siginfo: Option<&Object>,
    flags: u32,
) -> Res<()> {
    crate::policy::signal(vm, "pidfd_send_signal")?;
    if siginfo.is_some() {
        return Err(vm.type_error("siginfo must be None"));
    }
    sys::kill_pidfd(pidfd, signalnum, flags).map_err(|failure| raise_io(vm, failure))?;
    // It may have been for this process.
    vm.poll()
}

/// Have SIGALRM sent in so many seconds (0: not at all); return the seconds that were left of the
/// last call.
#[native("(seconds, /)")]
pub(super) fn alarm(vm: &Vm, seconds: i32) -> Res<u32> {
    crate::policy::signal(vm, "alarm")?;
    Ok(sys::alarm(seconds as u32))
}

/// A timer's error is ItimerError, not OSError.
fn raise_timer(vm: &Vm, failure: &std::io::Error) -> Raised {
    let number = failure.raw_os_error().unwrap_or(0);
    let make = || {
        let text = vm.str(&errno::message(number))?.into_object();
        vm.call(&state(vm).itimer_error(vm)?, &[vm.int(number.into())?, text])
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

fn shown(timer: Timer) -> (f64, f64) {
    (timer.delay_micros as f64 / 1e6, timer.interval_micros as f64 / 1e6)
}

/// Seconds as microseconds, rounded up so that no positive time is none.
fn micros(vm: &Vm, seconds: &Object) -> Res<i64> {
    let nanos = nanoseconds(vm, seconds)?;
    Ok(nanos.div_euclid(1000) + i64::from(nanos.rem_euclid(1000) != 0))
}

/// Set a timer (ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF) to go off in so many seconds, and from
/// then on at an interval; return what it was as (seconds, interval).
#[native(
    "(which, seconds, interval=<unrepresentable>, /)",
    shown = "(which, seconds, interval=0.0, /)"
)]
pub(super) fn setitimer(
    vm: &Vm,
    which: i32,
    seconds: &Object,
    interval: Maybe<&Object>,
) -> Res<(f64, f64)> {
    crate::policy::signal(vm, "setitimer")?;
    let delay_micros = micros(vm, seconds)?;
    let interval_micros = interval.given().map_or(Ok(0), |interval| micros(vm, interval))?;
    let timer = Timer { delay_micros, interval_micros };
    sys::set_timer(which, timer).map(shown).map_err(|failure| raise_timer(vm, &failure))
}

/// Return what a timer is set to: (seconds, interval).
#[native("(which, /)")]
pub(super) fn getitimer(vm: &Vm, which: i32) -> Res<(f64, f64)> {
    sys::timer(which).map(shown).map_err(|failure| raise_timer(vm, &failure))
}

/// Sleep till some signal was handled.
#[native("()")]
pub(super) fn pause(vm: &Vm) -> Res<()> {
    let failure = vm.allow_threads(sys::pause);
    if failure.kind() != std::io::ErrorKind::Interrupted {
        return Err(raise_io(vm, failure));
    }
    vm.poll()
}

/// Return the system's words for a signal, None if it has none.
#[native("(signalnum, /)")]
pub(super) fn strsignal(vm: &Vm, signalnum: i32) -> Res<Option<String>> {
    checked(vm, signalnum).map(sys::describe)
}
