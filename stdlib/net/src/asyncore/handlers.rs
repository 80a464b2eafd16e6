//! The class `dispatcher`: which handler an event is brought to, what is done where a program does nothing, logging.

use super::methods::Method;
use super::state::{Channel, os_error_of};
use super::tracing;
use crate::socket::address::{SO_ERROR, SOL_SOCKET};
use crate::support::*;

/// Write a line to the standard error stream.
#[native("(self, message)", python)]
pub(super) fn log(vm: &Vm, this: &Object, message: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let stderr = channel.state.global_of(vm, "sys", "stderr")?;
    let words = vm.tuple(vec![vm.to_str(message)?.into_object()])?.into_object();
    vm.call_method(&stderr, "write", &[channel.format("log: %s\n", words)?]).map(drop)
}

/// Print a message of some type, unless that is one of ignore_log_types.
#[native("(self, message, type='info')", python)]
pub(super) fn log_info(
    vm: &Vm,
    this: &Object,
    message: &Object,
    r#type: Maybe<&Object>,
) -> Res<()> {
    let channel = Channel::of(vm, this);
    let kind = match r#type.given() {
        Some(kind) => kind.clone(),
        None => vm.intern("info").into_object(),
    };
    if vm.contains(&channel.get(&channel.names().ignore_log_types)?, &kind)? {
        return Ok(());
    }
    let text = channel.format("%s: %s", vm.pair(kind, message.clone())?.into_object())?;
    vm.call(&builtin(vm, "print")?, &[text]).map(drop)
}

/// Bring the event that there is something to read to the handler that it is for.
#[native("(self)", python)]
pub(super) fn handle_read_event(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    if channel.is(&channel.names().accepting)? {
        return channel.call(Method::handle_accept, &[]).map(drop);
    }
    connect_first(&channel)?;
    channel.call(Method::handle_read, &[]).map(drop)
}

/// The first event of a connection says that there is one, or that there is none.
fn connect_first(channel: &Channel<'_>) -> Res<()> {
    let names = channel.names();
    if !channel.is(&names.connected)? && channel.is(&names.connecting)? {
        channel.call(Method::handle_connect_event, &[])?;
    }
    Ok(())
}

/// The error that the socket has met with: 0 is none.
fn socket_error(channel: &Channel<'_>) -> Res {
    let vm = channel.vm;
    let arguments = [vm.int(SOL_SOCKET.into())?, vm.int(SO_ERROR.into())?];
    vm.call_method(&channel.socket()?, "getsockopt", &arguments)
}

fn is_zero(vm: &Vm, number: &Object) -> Res<bool> {
    match number.as_small_int() {
        Some(number) => Ok(number == 0),
        None => vm.eq(number, &vm.int(0)?),
    }
}

/// The attempt to connect is over: handle_connect() is called, or OSError raised.
#[native("(self)", python)]
pub(super) fn handle_connect_event(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let failure = socket_error(&channel)?;
    if !is_zero(vm, &failure)? {
        let function = channel.state.global(vm, "_strerror")?;
        let text = vm.call(&function, std::slice::from_ref(&failure))?;
        return Err(os_error_of(vm, failure, text));
    }
    channel.call(Method::handle_connect, &[])?;
    channel.set_flag(&channel.names().connected, true)?;
    channel.set_flag(&channel.names().connecting, false)
}

/// Bring the event that the socket can be written to to the handler that it is for.
#[native("(self)", python)]
pub(super) fn handle_write_event(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    // One that accepts has nothing to write.
    if channel.is(&channel.names().accepting)? {
        return Ok(());
    }
    connect_first(&channel)?;
    channel.call(Method::handle_write, &[]).map(drop)
}

/// An exceptional event is an error of the socket, or urgent data.
#[native("(self)", python)]
pub(super) fn handle_expt_event(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let handler = match is_zero(vm, &socket_error(&channel)?)? {
        true => Method::handle_expt,
        false => Method::handle_close,
    };
    channel.call(handler, &[]).map(drop)
}

/// A handler has failed: print what is known of it, and close the channel.
#[native("(self)", python)]
pub(super) fn handle_error(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let traced = tracing::compact_traceback(vm)?;
    let Some([_, class, exception, info]) = traced.downcast::<Tuple>().map(|t| t.as_slice()) else {
        return Err(vm.type_error("compact_traceback() gives four things"));
    };
    let shown = shown(&channel)?;
    let words = [shown, class.clone(), exception.clone(), info.clone()];
    let message = channel.format(
        "uncaptured python exception, closing channel %s (%s:%s %s)",
        vm.tuple_from(&words)?.into_object(),
    )?;
    channel.log_info(message, "error")?;
    channel.call(Method::handle_close, &[]).map(drop)
}

/// The channel's repr(), if it has one that works.
fn shown(channel: &Channel<'_>) -> Res {
    let (vm, this) = (channel.vm, channel.this);
    match vm.repr(this) {
        Ok(shown) => Ok(shown.into_object()),
        Err(raised) => vm.except(raised, |_| {
            let text = format!("<__repr__(self) failed for object at {:0x}>", this.id());
            Ok(vm.str(&text)?.into_object())
        }),
    }
}

fn unhandled(vm: &Vm, this: &Object, what: &str) -> Res<()> {
    let message = vm.str(&format!("unhandled {what} event"))?.into_object();
    Channel::of(vm, this).log_info(message, "warning").map(drop)
}

/// Called for urgent data.
#[native("(self)", python)]
pub(super) fn handle_expt(vm: &Vm, this: &Object) -> Res<()> {
    unhandled(vm, this, "incoming priority")
}

/// Called when there is something to read.
#[native("(self)", python)]
pub(super) fn handle_read(vm: &Vm, this: &Object) -> Res<()> {
    unhandled(vm, this, "read")
}

/// Called when the socket can be written to.
#[native("(self)", python)]
pub(super) fn handle_write(vm: &Vm, this: &Object) -> Res<()> {
    unhandled(vm, this, "write")
}

/// Called when there is a connection.
#[native("(self)", python)]
pub(super) fn handle_connect(vm: &Vm, this: &Object) -> Res<()> {
    unhandled(vm, this, "connect")
}

/// Called when a connection can be accepted: accepts it, and calls handle_accepted().
#[native("(self)", python)]
pub(super) fn handle_accept(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let pair = channel.call(Method::accept, &[])?;
    if pair.is_none() {
        return Ok(());
    }
    channel.call(Method::handle_accepted, &vm.collect(&pair)?).map(drop)
}

/// Called with a connection's socket and the address that it comes from.
#[native("(self, sock, addr)", python)]
pub(super) fn handle_accepted(vm: &Vm, this: &Object, sock: &Object, addr: &Object) -> Res<()> {
    let _ = addr;
    vm.call_method(sock, "close", &[])?;
    unhandled(vm, this, "accepted")
}

/// Called when the other side has closed the connection.
#[native("(self)", python)]
pub(super) fn handle_close(vm: &Vm, this: &Object) -> Res<()> {
    unhandled(vm, this, "close")?;
    Channel::of(vm, this).call(Method::close, &[]).map(drop)
}
