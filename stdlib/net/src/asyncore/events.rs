//! One event brought to a channel, and what becomes of its exceptions: those that end the loop pass, all others are the
//! channel's own affair (`handle_error()`).

use taipan_sys::net::{POLL_ERR, POLL_HUP, POLL_IN, POLL_NVAL, POLL_OUT, POLL_PRI};

use super::methods::{Method, run};
use super::state::{State, number_of, state};
use crate::support::*;

/// Exceptions that a channel is not asked about.
fn is_passed_on(vm: &Vm, state: &State, exception: &Object) -> Res<bool> {
    vm.exception_matches(exception, &state.global(vm, "_reraised_exceptions")?)
}

/// A handler has failed: the channel is told, while the exception is being handled.
#[cold]
fn failed(vm: &Vm, state: &State, channel: &Object, raised: Raised) -> Res<()> {
    vm.except(raised, |exception| {
        if is_passed_on(vm, state, exception)? {
            return Err(vm.raise(exception.clone()));
        }
        run(vm, state, channel, Method::handle_error, &[]).map(drop)
    })
}

/// Call a channel's handler.
pub(super) fn bring(vm: &Vm, state: &State, channel: &Object, handler: Method) -> Res<()> {
    match run(vm, state, channel, handler, &[]) {
        Ok(_) => Ok(()),
        Err(raised) => failed(vm, state, channel, raised),
    }
}

/// Tell a channel that there is something to read.
#[native("(obj)", python)]
pub(super) fn read(vm: &Vm, obj: &Object) -> Res<()> {
    bring(vm, &state(vm), obj, Method::handle_read_event)
}

/// Tell a channel that it may write.
#[native("(obj)", python)]
pub(super) fn write(vm: &Vm, obj: &Object) -> Res<()> {
    bring(vm, &state(vm), obj, Method::handle_write_event)
}

/// Tell a channel of an exceptional event.
#[native("(obj)", python, name = "_exception")]
pub(super) fn exception(vm: &Vm, obj: &Object) -> Res<()> {
    bring(vm, &state(vm), obj, Method::handle_expt_event)
}

/// Handlers by the bits of poll() that call for them, in the order of the calls.
const HANDLERS: [(i16, Method); 4] = [
    (POLL_IN, Method::handle_read_event),
    (POLL_OUT, Method::handle_write_event),
    (POLL_PRI, Method::handle_expt_event),
    (POLL_HUP | POLL_ERR | POLL_NVAL, Method::handle_close),
];

/// A handler that poll() called for has failed: that there is no connection any more is what `handle_close()` is for.
#[cold]
fn failed_polled(vm: &Vm, state: &State, channel: &Object, raised: Raised) -> Res<()> {
    let is_os_error = vm.caught(raised, Exc::OSError);
    let exception = match is_os_error {
        Ok(exception) => exception,
        Err(raised) => return failed(vm, state, channel, raised),
    };
    vm.except(vm.raise(exception), |exception| {
        let gone = state.is_disconnected(vm, &number_of(vm, state, exception)?)?;
        let handler = if gone { Method::handle_close } else { Method::handle_error };
        run(vm, state, channel, handler, &[]).map(drop)
    })
}

/// Call the handlers that some bits of poll() call for.
pub(super) fn bring_polled(vm: &Vm, state: &State, channel: &Object, flags: i64) -> Res<()> {
    for (bits, handler) in HANDLERS {
        if flags & i64::from(bits) == 0 {
            continue;
        }
        if let Err(raised) = run(vm, state, channel, handler, &[]) {
            return failed_polled(vm, state, channel, raised);
        }
    }
    Ok(())
}

/// Tell a channel of all that poll() found.
#[native("(obj, flags)", python)]
pub(super) fn readwrite(vm: &Vm, obj: &Object, flags: &Object) -> Res<()> {
    let state = state(vm);
    let known = HANDLERS.iter().fold(0, |all, (bits, _)| all | i64::from(*bits));
    let ours = match flags.as_small_int() {
        Some(flags) => Ok(flags),
        None => vm
            .int(known)
            .and_then(|known| vm.binary(BinOp::And, flags, &known))
            .and_then(|flags| vm.index_clamped(&flags)),
    };
    match ours {
        Ok(flags) => bring_polled(vm, &state, obj, flags),
        Err(raised) => failed_polled(vm, &state, obj, raised),
    }
}
