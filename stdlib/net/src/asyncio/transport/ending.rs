//! Close, abort, errors, and the end.

use taipan_sys::fs;

use super::super::looping::Work;
use super::super::reporting::{self, is_last};
use super::super::state::state;
use super::reading::log_debug;
use super::state::SocketTransport;
use super::writing::end_empty_waiter;
use crate::support::*;

/// The method that ends it, as it is shown where it fails.
pub(super) const END: &str = "_call_connection_lost";

/// A callback of the protocol raised: that is the end, of the connection or of the program.
#[cold]
pub(super) fn guard(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    raised: Raised,
    message: &str,
) -> Res<()> {
    let exception = vm.take_raised(raised);
    if is_last(vm, &exception) {
        return Err(vm.raise(exception));
    }
    fatal(vm, this, exception, message)
}

/// Something failed for good: the connection is aborted.
#[cold]
pub(super) fn fatal(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    exception: Object,
    message: &str,
) -> Res<()> {
    if vm.class_of(&exception).is_subtype(&vm.types().exception(Exc::OSError)) {
        if this.in_debug(vm)? {
            let logger = state(vm).logger(vm)?;
            let method = vm.getattr_named(&logger, "debug")?;
            let text = [
                vm.str("%r: %s")?.into_object(),
                this.as_object().clone(),
                vm.str(message)?.into_object(),
            ];
            vm.call_named(&method, &text, &[("exc_info", exception.clone())])?;
        }
    } else {
        report_to_loop(vm, this, exception.clone(), message)?;
    }
    force_close(vm, this, Some(exception))
}

/// The loop's exception handler hears of it.
#[cold]
pub(super) fn report_to_loop(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    exception: Object,
    message: &str,
) -> Res<()> {
    let Some(looop) = this.looop.get() else { return Ok(()) };
    let about = [
        reporting::message(vm, message)?,
        ("exception", Some(exception)),
        ("transport", Some(this.as_object().clone())),
        ("protocol", Some(this.protocol.get().unwrap_or_else(Object::none))),
    ];
    reporting::tell_loop(vm, &looop, &about)
}

/// `close()`: what is queued is sent before.
pub(in super::super) fn close_it(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if this.closing.replace(true) {
        return Ok(());
    }
    if this.buffered.get() > 0 {
        return Ok(());
    }
    this.conn_lost.set(this.conn_lost.get() + 1);
    end_soon(vm, this, None)
}

/// `abort()`, or an error: nothing more is sent.
pub(in super::super) fn force_close(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    exception: Option<Object>,
) -> Res<()> {
    if this.conn_lost.get() > 0 {
        return Ok(());
    }
    this.buffered.set(0);
    drop(this.chunks.take());
    this.closing.set(true);
    this.conn_lost.set(1);
    end_soon(vm, this, exception)
}

fn end_soon(vm: &Vm, this: &Obj<SocketTransport>, exception: Option<Object>) -> Res<()> {
    this.context.set(contexts::copy_current(vm)?.into_object());
    this.lost_with.assign(exception);
    this.push(vm, this, Work::End)
}

/// The protocol hears that the connection is lost; the socket is closed whatever it does.
pub(super) fn end(vm: &Vm, this: &Obj<SocketTransport>, exception: Option<&Object>) -> Res<()> {
    if !this.open.get() {
        return Ok(());
    }
    let told = match this.protocol.get().filter(|_| this.connected.get()) {
        Some(protocol) => {
            let why = exception.cloned().unwrap_or_else(Object::none);
            vm.call_method(&protocol, "connection_lost", &[why]).map(drop)
        }
        None => Ok(()),
    };
    // An exception in flight stays so for what is still to be done.
    let told = told.map_err(|raised| vm.take_raised(raised));
    let closed = let_go(vm, this);
    match (told, closed) {
        (Err(exception), closed) => {
            if let Err(raised) = closed {
                drop(vm.take_raised(raised));
            }
            Err(vm.raise(exception))
        }
        (Ok(()), closed) => closed,
    }
}

/// Give everything back.
fn let_go(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    let closed = close_descriptor(vm, this, this.as_object());
    let server = this.server.take();
    let mut unblocked = Ok(());
    if this.empty_waiter.is_set() {
        let class = vm.types().exception(Exc::ConnectionError);
        let text = vm.str("Connection is closed by peer")?.into_object();
        let exception = vm.new_exception(&class, vec![text])?;
        unblocked = end_empty_waiter(vm, this, Err(exception));
    }
    drop(this.protocol.take());
    drop(this.looop.take());
    if let Some(server) = server {
        vm.call_method(&server, "_detach", &[])?;
    }
    closed.and(unblocked)
}

/// Close the descriptor; the poller forgets it first.
fn close_descriptor(vm: &Vm, this: &SocketTransport, object: &Object) -> Res<()> {
    if !this.open.replace(false) {
        return Ok(());
    }
    this.deregister(vm, object);
    match this.socket.take() {
        Some(socket) => vm.call_method(&socket, "close", &[]).map(drop),
        None => {
            let _ = fs::close(this.fd.get());
            Ok(())
        }
    }
}

/// `__del__`: a transport that nobody closed.
pub(super) fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let Some(transport) = this.downcast::<SocketTransport>() else { return Ok(()) };
    if !transport.open.get() {
        return Ok(());
    }
    let warned = vm.repr_string(this).and_then(|shown| {
        vm.warn_about(Exc::ResourceWarning, &format!("unclosed transport {shown}"), 1, this)
    });
    let warned = warned.map_err(|raised| vm.take_raised(raised));
    let closed = close_descriptor(vm, transport, this);
    match warned {
        Ok(()) => closed,
        Err(exception) => {
            if let Err(raised) = closed {
                drop(vm.take_raised(raised));
            }
            Err(vm.raise(exception))
        }
    }
}

/// `_fatal_error(exc, message)` of Python, called where an exception is handled.
pub(super) fn fatal_from_python(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    exception: &Object,
    message: Option<&str>,
) -> Res<()> {
    if this.in_debug(vm)? {
        log_debug(vm, "%r fails", this)?;
    }
    fatal(vm, this, exception.clone(), message.unwrap_or("Fatal error on transport"))
}
