//! Transports over stream sockets, for loops that wait with a [`Poller`](super::watching::Poller).
//!
//! | file      | holds                                                        |
//! |-----------|--------------------------------------------------------------|
//! | `state`   | the payload: what is known of a connection                   |
//! | `reading` | receiving, and what the protocol is told of it               |
//! | `writing` | sending, what is left to send, and the limits of that        |
//! | `encrypted`| sending for TLS                                             |
//! | `ending`  | close, abort, errors, and the end                            |
//! | `methods` | what Python sees                                             |
//!
//! A socket is registered with the poller once, edge-triggered; `readable` and `writable` say what is known of it. What
//! an event makes possible is done in the turn, in the place that the event's callback would have.
//!
//! The socket object is made when somebody asks for it: connections that a server accepts have only a descriptor.
//!
//! **Invariant:** the descriptor is closed once, by whoever has it: the socket object if there is one, else the
//! transport; the poller forgets it before.
//! **Invariant:** the end is put into the queue once, when `conn_lost` leaves 0.
//! **Invariant:** nothing of a transport is borrowed while Python runs: any callback may write, close or raise.

#[cfg(any(feature = "tls", feature = "tls-ring"))]
mod encrypted;
mod ending;
mod methods;
mod reading;
mod state;
mod writing;

pub(super) use methods::SPEC;
pub(super) use state::{Opening, SocketTransport};
pub(super) use writing::{is_bytes_like, write_object};

/// For TLS.
#[cfg(any(feature = "tls", feature = "tls-ring"))]
pub(super) mod below {
    pub(in super::super) use super::encrypted::write_from;
    pub(in super::super) use super::ending::{close_it, force_close};
    pub(in super::super) use super::reading::{lent_buffer, pause, resume};
    pub(in super::super) use super::writing::{FEW_LOST, limits, write_bytes};
}

use super::future::{Future, Stage};
use super::handle::{Handle, report};
use super::looping::Work;
use super::streams::Methods;
use crate::support::*;

/// What streams do without a call, unless somebody has replaced it.
static METHODS: Methods = Methods {
    spec: &SPEC,
    names: &[
        "write",
        "is_closing",
        "writelines",
        "pause_reading",
        "resume_reading",
        "close",
        "abort",
        "_force_close",
        "get_extra_info",
    ],
};

/// The bits of `write()` and `is_closing()`.
const WRITES: u16 = 3;
/// The bits of all.
const ALL: u16 = 0x1ff;

/// A transport whose `write()` and `is_closing()` are ours.
pub(super) fn plain_transport<'a>(vm: &Vm, object: &'a Object) -> Option<&'a Obj<SocketTransport>> {
    let native = object.downcast::<SocketTransport>()?;
    native.own.has(vm, object, &METHODS, WRITES).then_some(native)
}

/// Whether nothing that TLS does to a transport is replaced.
fn is_plain(vm: &Vm, this: &Obj<SocketTransport>) -> bool {
    this.own.has(vm, this.as_object(), &METHODS, ALL)
}

/// Set or delete an attribute of a transport.
fn set_attribute(vm: &Vm, this: &Object, name: &Obj<Str>, value: Option<&Object>) -> Res<()> {
    match this.downcast::<SocketTransport>() {
        Some(native) => native.own.assign(vm, this, &METHODS, name, value),
        None => vm.generic_setattr(this, name, value),
    }
}

/// What a turn does for a transport. What goes wrong is told as loops do, but for what ends programs.
pub(super) fn work(vm: &Vm, this: &Obj<SocketTransport>, work: Work) -> Res<()> {
    let Some(context) = this.context.get_as::<contexts::Context>() else {
        return Ok(()); // cleared
    };
    let done = match work {
        Work::Start => start(vm, this, &context),
        Work::Pump => pump(vm, this, &context),
        Work::End => {
            let exception = this.lost_with.take();
            contexts::within(vm, &context, || end_or_report(vm, this, exception.as_ref()))
        }
    };
    let looop = this.looop.get();
    done.or_else(|raised| report_call(vm, looop, this.as_object(), name_of(work), None, raised))
}

/// The method that does it.
fn name_of(work: Work) -> &'static str {
    match work {
        Work::Start => "_start",
        Work::Pump => "_read_ready",
        Work::End => ending::END,
    }
}

/// The same as a function to call, where a loop wants one.
pub(super) fn call_of(vm: &Vm, this: &Obj<SocketTransport>, work: Work) -> Res {
    vm.getattr_named(this.as_object(), name_of(work))
}

/// The protocol hears of the connection; reading starts; who waits for the connection goes on.
fn start(vm: &Vm, this: &Obj<SocketTransport>, context: &Obj<contexts::Context>) -> Res<()> {
    // What connection_made() does to the context is its own.
    this.context.set(contexts::copy_of(vm, context)?.into_object());
    let told = match this.protocol.get() {
        Some(protocol) => {
            let me = this.as_object();
            let args = std::slice::from_ref(me);
            let call = || vm.call_method(&protocol, "connection_made", args).map(drop);
            contexts::within(vm, context, call).or_else(|raised| {
                let looop = this.looop.get();
                report_call(vm, looop, &protocol, "connection_made", Some(me), raised)
            })
        }
        None => Ok(()),
    };
    this.started.set(true);
    let going = match this.is_reading() && this.open.get() {
        true => this.register(vm, this),
        false => Ok(()),
    };
    if let Some(waiter) = this.waiter.take() {
        match waiter.downcast::<Future>() {
            Some(future) if future.stage.get() == Stage::Pending => {
                future.finish(vm, future, Object::none())?;
            }
            Some(_) => {}
            None => {
                let name = "_set_result_unless_cancelled";
                let set = vm.getattr_named(&vm.import("asyncio.futures")?, name)?;
                vm.call(&set, &[waiter, Object::none()])?;
            }
        }
    }
    told.and(going)
}

/// Read and write what can be.
fn pump(vm: &Vm, this: &Obj<SocketTransport>, context: &Obj<contexts::Context>) -> Res<()> {
    this.queued.set(false);
    let done = contexts::within(vm, context, || {
        if this.can_read() {
            reading::read(vm, this)?;
        }
        if this.can_write() {
            writing::flush(vm, this)?;
        }
        Ok(())
    });
    // More than one look takes, or what an exception has left.
    this.go_on(vm, this)?;
    done
}

/// The end; an exception in it is told as loops do.
fn end_or_report(vm: &Vm, this: &Obj<SocketTransport>, exception: Option<&Object>) -> Res<()> {
    let looop = this.looop.get();
    ending::end(vm, this, exception).or_else(|raised| {
        let none = Object::none();
        let why = exception.unwrap_or(&none);
        report_call(vm, looop, this.as_object(), ending::END, Some(why), raised)
    })
}

/// An exception from a callback, told as loops do.
#[cold]
fn report_call(
    vm: &Vm,
    looop: Option<Object>,
    object: &Object,
    method: &str,
    argument: Option<&Object>,
    raised: Raised,
) -> Res<()> {
    let Some(looop) = looop else { return Err(raised) };
    let exception = vm.take_raised(raised);
    let function = vm.getattr_named(object, method)?;
    let args = argument.map(std::slice::from_ref).unwrap_or_default();
    let handle = Handle::with(vm, &looop, &function, args, None, false)?;
    let handle = vm.alloc(handle)?;
    report(vm, &handle, vm.raise(exception))
}
