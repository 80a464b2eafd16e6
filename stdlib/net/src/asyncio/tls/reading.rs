//! What is decrypted, and what the program's protocol is told of it.

use super::super::streams;
use super::super::transport::below as transport;
use super::ending::{self, broken, end_of_data, start_shutdown};
use super::handshake;
use super::state::{Stage, TlsTransport, size};
use super::writing;
use crate::ssl::{Connection, End};
use crate::support::*;

/// The transport below has received something, which the connection has taken in.
pub(in super::super) fn received(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    match this.stage.get() {
        Stage::Wrapped => read(vm, this),
        Stage::Handshake => handshake::go_on(vm, this),
        Stage::Flushing => ending::flush(vm, this),
        Stage::Shutdown => ending::shut_down(vm, this),
        Stage::Unwrapped => Ok(()),
    }
}

/// Tell the program of what can be read, and of the end behind it.
pub(super) fn read(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    if !matches!(this.stage.get(), Stage::Wrapped | Stage::Flushing) {
        return Ok(());
    }
    read_some(vm, this).or_else(|raised| broken(vm, this, raised))
}

fn read_some(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    if !this.paused.get() {
        let connection = this.connection(vm)?;
        deliver(vm, this, &connection)?;
        writing::go_on(vm, this, &connection)?;
    }
    control_lower(vm, this)
}

fn deliver(vm: &Vm, this: &Obj<TlsTransport>, connection: &Obj<Connection>) -> Res<()> {
    // As it is now: what the program does about the data may change it.
    let end = connection.end(vm)?;
    let Some(protocol) = this.protocol.get() else { return Ok(()) };
    if this.is_buffered.get() {
        if !fill_all(vm, this, connection, &protocol)? {
            return Ok(());
        }
    } else if let Some(data) = connection.read_all(vm)? {
        match streams::takes_bytes(vm, &protocol) {
            Some(stream) => streams::received(vm, stream, data.as_object())?,
            None => drop(vm.call_method(&protocol, "data_received", &[data.into_object()])?),
        }
    }
    match end {
        End::Open => Ok(()),
        End::Closed => {
            end_of_data(vm, this)?;
            start_shutdown(vm, this)
        }
        End::Failed(failure) => Err(Connection::raise_end(vm, &failure)),
    }
}

/// Into buffers that the protocol gives; whether that was all. Others have their turn after the first, but at the end:
/// then it is now or never.
fn fill_all(
    vm: &Vm,
    this: &Obj<TlsTransport>,
    connection: &Obj<Connection>,
    protocol: &Object,
) -> Res<bool> {
    while connection.readable() > 0 {
        fill(vm, connection, protocol)?;
        if connection.readable() == 0 {
            break;
        }
        if this.paused.get() {
            return Ok(false);
        }
        if this.stage.get() != Stage::Flushing {
            this.call_soon(vm, this, "_read_on")?;
            return Ok(false);
        }
        vm.poll()?;
    }
    Ok(true)
}

fn fill(vm: &Vm, connection: &Obj<Connection>, protocol: &Object) -> Res<()> {
    let ready = vm.int_usize(connection.readable())?;
    let buffer = transport::lent_buffer(vm, protocol, ready)?;
    let info = ArgInfo { function: "read", name: "", index: 2 };
    let view = BufferMut::from_arg(vm, &buffer, &mut (), &info)?;
    let count = view.0.with_mut(|room| connection.read_room(room));
    drop(view);
    if count > 0 {
        vm.call_method(protocol, "buffer_updated", &[vm.int_usize(count)?])?;
    }
    Ok(())
}

/// The program does not want to read for a while.
pub(super) fn pause(this: &TlsTransport) {
    this.paused.set(true);
}

/// It does again: what is there is told of in the next turn.
pub(super) fn resume(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    if !this.paused.replace(false) {
        return Ok(());
    }
    this.call_soon(vm, this, "_resumed")
}

/// What was left when the program paused.
pub(super) fn resumed(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    match this.stage.get() {
        Stage::Wrapped => read(vm, this),
        Stage::Flushing => ending::flush(vm, this),
        Stage::Shutdown => ending::shut_down(vm, this),
        Stage::Unwrapped | Stage::Handshake => Ok(()),
    }
}

/// The transport below reads as long as not too much is decrypted.
pub(super) fn control_lower(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    let Some(lower) = this.lower() else { return Ok(()) };
    let waiting = size(this.connection(vm)?.readable());
    if waiting >= this.read_high.get() && !this.lower_paused.get() {
        this.lower_paused.set(true);
        return transport::pause(vm, &lower);
    }
    if waiting <= this.read_low.get() && this.lower_paused.get() {
        this.lower_paused.set(false);
        return transport::resume(vm, &lower);
    }
    Ok(())
}
