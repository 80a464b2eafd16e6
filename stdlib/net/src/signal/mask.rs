//! Sets of signals: blocking them in a thread, waiting for them.

use std::io;
use std::time::{Duration, Instant};

use taipan_sys::errno;
use taipan_sys::signal::{self as sys, SignalInfo, SignalSet};
use taipan_sys::time::Timespec;

use super::SIGINFO;
use crate::support::*;

/// The signals that an iterable names.
fn set_of(vm: &Vm, iterable: &Object) -> Res<SignalSet> {
    let mut set = SignalSet::default();
    let iterator = vm.iter(iterable)?;
    while let Some(item) = vm.next(&iterator)? {
        vm.poll()?;
        let index = vm.index(&item)?;
        // What is far out of range is -1, in the message too.
        let number = vm.as_i64(&index).and_then(|n| i32::try_from(n).ok()).unwrap_or(-1);
        if !set.insert(number) {
            return Err(vm.value_error(format_args!(
                "signal number {number} out of range [1; {}]",
                sys::COUNT - 1
            )));
        }
        if !SignalSet::full().contains(number) {
            let text = format!("invalid signal number {number}, please use valid_signals()");
            vm.warn(Exc::RuntimeWarning, &text, 1)?;
        }
    }
    Ok(set)
}

fn shown(vm: &Vm, set: SignalSet) -> Res<Obj<Set>> {
    let out = vm.new_set()?;
    for signal in set.iter() {
        out.add(vm, &vm.int(signal.into())?)?;
    }
    Ok(out)
}

/// Return the set of all signals that may be named.
#[native("()")]
pub(super) fn valid_signals(vm: &Vm) -> Res<Obj<Set>> {
    shown(vm, SignalSet::full())
}

/// Change which signals the calling thread keeps waiting, and return the set before: how is
/// SIG_BLOCK to add the signals, SIG_UNBLOCK to remove them, SIG_SETMASK to have these only.
#[native("(how, mask, /)")]
pub(super) fn pthread_sigmask(vm: &Vm, how: i32, mask: &Object) -> Res<Obj<Set>> {
    shown(vm, change(vm, how, mask)?)
}

/// Changes the thread's mask; gives the one before.
pub(super) fn change(vm: &Vm, how: i32, mask: &Object) -> Res<SignalSet> {
    crate::policy::signal(vm, "pthread_sigmask")?;
    let set = set_of(vm, mask)?;
    let old = sys::set_mask(how, set).map_err(|failure| raise_io(vm, failure))?;
    // Those that waited have come by now.
    vm.poll()?;
    Ok(old)
}

/// Return the set of blocked signals that wait to be delivered.
#[native("()")]
pub(super) fn sigpending(vm: &Vm) -> Res<Obj<Set>> {
    shown(vm, waiting(vm)?)
}

/// Signals that wait to be delivered.
pub(super) fn waiting(vm: &Vm) -> Res<SignalSet> {
    sys::pending().map_err(|failure| raise_io(vm, failure))
}

/// Wait for one of the signals, and return its number. They should be blocked.
#[native("(sigset, /)")]
pub(super) fn sigwait(vm: &Vm, sigset: &Object) -> Res<i32> {
    wait(vm, sigset)
}

/// Waits for one of the signals of an iterable.
pub(super) fn wait(vm: &Vm, sigset: &Object) -> Res<i32> {
    let set = set_of(vm, sigset)?;
    vm.blocking(|| sys::wait_info(set, None)).map(|info| info.signo)
}

fn info_object(vm: &Vm, info: SignalInfo) -> Res {
    let values = [
        info.signo.into(),
        info.code.into(),
        info.errno.into(),
        info.pid.into(),
        info.uid.into(),
        info.status.into(),
        info.band,
    ];
    let fields = values.into_iter().map(|n| vm.int(n)).collect::<Res<Vec<Object>>>()?;
    SIGINFO.make(vm, fields)
}

/// Wait for one of the signals, and return what is known of it.
#[native("(sigset, /)")]
pub(super) fn sigwaitinfo(vm: &Vm, sigset: &Object) -> Res {
    let set = set_of(vm, sigset)?;
    let info = vm.blocking(|| sys::wait_info(set, None))?;
    info_object(vm, info)
}

/// Wait for one of the signals, at most so many seconds; return what is known of it, or None when
/// the time is over.
#[native("(sigset, timeout, /)")]
pub(super) fn sigtimedwait(vm: &Vm, sigset: &Object, timeout: &Object) -> Res {
    let set = set_of(vm, sigset)?;
    let nanos = nanoseconds(vm, timeout)?;
    if nanos < 0 {
        return Err(vm.value_error("timeout must be non-negative"));
    }
    let end = Instant::now().checked_add(duration(nanos));
    let wait = || {
        let left = match end {
            Some(end) => end.saturating_duration_since(Instant::now()),
            None => Duration::from_nanos(i64::MAX as u64),
        };
        let nanos = i64::try_from(left.as_nanos()).unwrap_or(i64::MAX);
        match sys::wait_info(set, Some(Timespec::from_nanos(nanos))) {
            Ok(info) => Ok(Some(info)),
            Err(failure) if failure.raw_os_error() == Some(errno::EAGAIN) => Ok(None),
            Err(failure) => Err::<_, io::Error>(failure),
        }
    };
    match vm.blocking(wait)? {
        Some(info) => info_object(vm, info),
        None => Ok(Object::none()),
    }
}
