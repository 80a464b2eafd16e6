//! Close, abort, errors, and the end.

use super::super::reporting::is_last;
use super::super::state::is_cancelled_error;
use super::super::transport::below as transport;
use super::state::{Stage, TlsTransport, Told, cancel};
use super::{handshake, reading, writing};
use crate::support::*;

/// Something raised while data was on its way: that is the end, of the connection or of what runs.
#[cold]
pub(super) fn broken(vm: &Vm, this: &Obj<TlsTransport>, raised: Raised) -> Res<()> {
    let exception = vm.take_raised(raised);
    if !vm.class_of(&exception).is_subtype(&vm.types().exception(Exc::Exception)) {
        return Err(vm.raise(exception));
    }
    fatal(vm, this, exception, "Fatal error on SSL protocol")
}

/// Something failed for good: the connection is aborted.
#[cold]
pub(super) fn fatal(
    vm: &Vm,
    this: &Obj<TlsTransport>,
    exception: Object,
    message: &str,
) -> Res<()> {
    if let Some(lower) = this.lower() {
        transport::force_close(vm, &lower, Some(exception.clone()))?;
    }
    if vm.class_of(&exception).is_subtype(&vm.types().exception(Exc::OSError)) {
        if this.in_debug(vm)? {
            return log_failure(vm, this, exception, message);
        }
        return Ok(());
    }
    if is_cancelled_error(vm, &exception)? {
        return Ok(());
    }
    this.report(vm, this, message, exception)
}

#[cold]
fn log_failure(vm: &Vm, this: &Obj<TlsTransport>, exception: Object, text: &str) -> Res<()> {
    let logger = super::super::state::state(vm).logger(vm)?;
    let method = vm.getattr_named(&logger, "debug")?;
    let text = vm.str(text)?.into_object();
    let args = [vm.str("%r: %s")?.into_object(), this.as_object().clone(), text];
    vm.call_named(&method, &args, &[("exc_info", exception)]).map(drop)
}

/// `close()`: what is written is sent before, and both sides say that they are done.
pub(super) fn close(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    if !this.closed.replace(true) {
        return start_shutdown(vm, this);
    }
    this.is_done_with.set(true);
    let_go(this);
    Ok(())
}

/// Contexts live no longer than the connections in which programs are interested: those often hold each other.
fn let_go(this: &TlsTransport) {
    if this.is_done_with.get() && !this.lower.is_set() {
        drop((this.context.take(), this.ssl_object.take(), this.connection.take()));
    }
}

pub(super) fn start_shutdown(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    let stage = this.stage.get();
    if matches!(stage, Stage::Flushing | Stage::Shutdown | Stage::Unwrapped) {
        return Ok(());
    }
    this.closed.set(true);
    if stage == Stage::Handshake {
        return abort(vm, this, None);
    }
    this.stage.set(Stage::Flushing);
    let timer = &this.shutdown_timer;
    this.call_after(vm, this, &this.shutdown_timeout, "_check_shutdown_timeout", timer)?;
    flush(vm, this)
}

/// The last data is told of; then both sides say that they are done.
pub(super) fn flush(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    reading::read(vm, this)?;
    if this.stage.get() != Stage::Flushing {
        return Ok(()); // a callback has ended it
    }
    writing::send_all(vm, this)?;
    this.stage.set(Stage::Shutdown);
    shut_down(vm, this)
}

pub(super) fn shut_down(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    if this.stage.get() != Stage::Shutdown {
        return Ok(());
    }
    if !this.at_end.get() {
        match this.connection(vm)?.close_step(vm) {
            Ok(true) => {}
            Ok(false) => return writing::send(vm, this),
            Err(raised) => {
                let exception = vm.take_raised(raised);
                cancel(vm, &this.shutdown_timer)?;
                return fatal(vm, this, exception, "Fatal error on transport");
            }
        }
    }
    writing::send(vm, this)?;
    end_of_data(vm, this)?;
    cancel(vm, &this.shutdown_timer)?;
    match this.lower() {
        Some(_) => this.call_soon(vm, this, "_close_lower"),
        None => Ok(()),
    }
}

/// TLS is over: the transport below is closed, too.
pub(super) fn close_lower(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    this.lower().map_or(Ok(()), |lower| transport::close_it(vm, &lower))
}

/// The time for closing is over.
#[cold]
pub(super) fn timed_out(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    let Some(lower) = this.lower() else { return Ok(()) };
    if !matches!(this.stage.get(), Stage::Flushing | Stage::Shutdown) {
        return Ok(());
    }
    let class = vm.types().exception(Exc::TimeoutError);
    let text = vm.str("SSL shutdown timed out")?.into_object();
    let exception = vm.new_exception(&class, vec![text])?;
    transport::force_close(vm, &lower, Some(exception))
}

/// `abort()`: what is not sent yet is lost.
pub(super) fn abort(vm: &Vm, this: &Obj<TlsTransport>, exception: Option<Object>) -> Res<()> {
    this.closed.set(true);
    this.stage.set(Stage::Unwrapped);
    match this.lower() {
        Some(lower) => transport::force_close(vm, &lower, exception),
        None => Ok(()),
    }
}

/// The program hears that no more will come.
pub(super) fn end_of_data(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    if this.told.get() != Told::Made {
        return Ok(());
    }
    this.told.set(Told::Eof);
    let Some(protocol) = this.protocol.get() else { return Ok(()) };
    let answer = vm.call_method(&protocol, "eof_received", &[]).and_then(|a| vm.truth(&a));
    match answer {
        Ok(false) => Ok(()),
        Ok(true) => {
            this.log_warning(vm, "returning true from eof_received() has no effect when using ssl")
        }
        Err(raised) => {
            let exception = vm.take_raised(raised);
            if is_last(vm, &exception) {
                return Err(vm.raise(exception));
            }
            fatal(vm, this, exception, "Error calling eof_received()")
        }
    }
}

/// The transport below has met the end; whether it is to stay open.
pub(super) fn lower_ended(vm: &Vm, this: &Obj<TlsTransport>) -> Res<bool> {
    this.at_end.set(true);
    if this.in_debug(vm)? {
        this.log_debug(vm, "%r received EOF", &[this.as_object().clone()])?;
    }
    match this.stage.get() {
        Stage::Handshake => {
            let class = vm.types().exception(Exc::ConnectionResetError);
            handshake::fail(vm, this, vm.new_exception(&class, Vec::new())?)?;
        }
        Stage::Wrapped => {
            this.stage.set(Stage::Flushing);
            if this.paused.get() {
                return Ok(true);
            }
            flush(vm, this)?;
        }
        Stage::Flushing => {
            writing::send_all(vm, this)?;
            this.stage.set(Stage::Shutdown);
            shut_down(vm, this)?;
        }
        Stage::Shutdown => shut_down(vm, this)?,
        Stage::Unwrapped => {}
    }
    Ok(false)
}

/// The transport below is gone.
pub(super) fn lower_lost(vm: &Vm, this: &Obj<TlsTransport>, exception: Option<&Object>) -> Res<()> {
    drop((this.backlog.take(), this.outgoing.take()));
    this.conn_lost.set(this.conn_lost.get().saturating_add(1));
    this.closed.set(true);
    let told = this.told.get();
    let protocol = this.protocol.get();
    let mut called = Ok(());
    if this.stage.get() != Stage::Handshake && matches!(told, Told::Made | Told::Eof) {
        this.told.set(Told::Lost);
        called = protocol.as_ref().map_or(Ok(()), |protocol| {
            let method = vm.getattr_named(protocol, "connection_lost")?;
            let why = exception.cloned().unwrap_or_else(Object::none);
            vm.call_method(&this.its_loop(), "call_soon", &[method, why]).map(drop)
        });
    }
    this.stage.set(Stage::Unwrapped);
    drop(this.lower.take());
    let woken = handshake::wake(vm, this, exception);
    drop(this.protocol.take());
    cancel(vm, &this.shutdown_timer)?;
    cancel(vm, &this.handshake_timer)?;
    let_go(this);
    called.and(woken)
}

/// `__del__`: a transport that nobody closed.
pub(super) fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let Some(transport) = this.downcast::<TlsTransport>() else { return Ok(()) };
    if transport.closed.replace(true) {
        return Ok(());
    }
    let text = "unclosed transport <asyncio._SSLProtocolTransport object>";
    vm.warn(Exc::ResourceWarning, text, 1)
}
