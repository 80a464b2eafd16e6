//! What is encrypted, what is left to send, and the limits of that.
//!
//! What the program writes is encrypted at once, and sent at once if the transport below has not too much to send
//! already. What that one has queued counts by its own limits: then encrypted bytes stay here, and count by ours.

use super::super::reporting::tell_protocol;
use super::super::transport::below::{FEW_LOST, write_bytes, write_from};
use super::super::transport::is_bytes_like;
use super::ending::broken;
use super::state::{Stage, TlsTransport, size};
use crate::ssl::Connection;
use crate::support::*;

/// So much is encrypted before it is sent.
const PIECE: usize = 256 * 1024;

/// What a connection sends by itself is seldom more.
const FEW: usize = 1024;

/// `write(data)`.
pub(in super::super) fn write_object(vm: &Vm, this: &Obj<TlsTransport>, data: &Object) -> Res<()> {
    if let Some(bytes) = data.downcast::<Bytes>() {
        return write(vm, this, bytes.as_slice());
    }
    if !is_bytes_like(data) {
        return Err(vm.type_error(format_args!(
            "data: expecting a bytes-like instance, got {}",
            vm.type_name(data)
        )));
    }
    let copy = buffer::bytes_of(vm, data)?;
    write(vm, this, &copy)
}

/// `writelines(list)`.
pub(super) fn write_lines(vm: &Vm, this: &Obj<TlsTransport>, list: &Object) -> Res<()> {
    let mut all = Vec::new();
    for item in vm.collect(list)? {
        let part = buffer::bytes_of(vm, &item)?;
        reserve(vm, &mut all, part.len())?;
        all.extend_from_slice(&part);
    }
    write(vm, this, &all)
}

fn write(vm: &Vm, this: &Obj<TlsTransport>, data: &[u8]) -> Res<()> {
    if data.is_empty() {
        return Ok(());
    }
    match this.stage.get() {
        Stage::Wrapped => {}
        Stage::Handshake => return keep(vm, this, data),
        Stage::Unwrapped | Stage::Flushing | Stage::Shutdown => return too_late(vm, this),
    }
    let connection = this.connection(vm)?;
    let written = send_backlog(vm, this, &connection)
        .and_then(|()| encrypt(vm, this, &connection, data))
        .and_then(|()| control(vm, this));
    written.or_else(|raised| broken(vm, this, raised))
}

/// For after the handshake.
pub(super) fn keep(vm: &Vm, this: &TlsTransport, data: &[u8]) -> Res<()> {
    let mut backlog = this.backlog.borrow_mut();
    reserve(vm, &mut backlog, data.len())?;
    backlog.extend_from_slice(data);
    Ok(())
}

#[cold]
fn too_late(vm: &Vm, this: &TlsTransport) -> Res<()> {
    let lost = this.conn_lost.get();
    this.conn_lost.set(lost.saturating_add(1));
    if lost >= FEW_LOST { this.log_warning(vm, "SSL connection is closed") } else { Ok(()) }
}

fn send_backlog(vm: &Vm, this: &Obj<TlsTransport>, connection: &Obj<Connection>) -> Res<()> {
    if this.backlog.borrow().is_empty() {
        return Ok(());
    }
    let data = this.backlog.take();
    encrypt(vm, this, connection, &data)
}

fn encrypt(
    vm: &Vm,
    this: &Obj<TlsTransport>,
    connection: &Obj<Connection>,
    data: &[u8],
) -> Res<()> {
    for piece in data.chunks(PIECE) {
        connection.encrypt(vm, piece)?;
        push(vm, this, connection, piece.len())?;
    }
    Ok(())
}

/// About so many bytes to the transport below, or to where they wait for that.
fn push(vm: &Vm, this: &Obj<TlsTransport>, connection: &Obj<Connection>, count: usize) -> Res<()> {
    if this.writing_paused.get() {
        let mut outgoing = this.outgoing.borrow_mut();
        reserve(vm, &mut outgoing, count + count / 64 + FEW)?;
        connection.take_output(&mut outgoing);
        return Ok(());
    }
    match this.lower() {
        Some(lower) => write_from(
            vm,
            &lower,
            |sink| connection.send_output(sink),
            |rest| connection.take_output(rest),
        ),
        None => {
            connection.take_output(&mut Vec::new());
            Ok(())
        }
    }
}

/// After reading: what was written before the handshake was done, and what the protocol itself has to say.
pub(super) fn go_on(vm: &Vm, this: &Obj<TlsTransport>, connection: &Obj<Connection>) -> Res<()> {
    send_backlog(vm, this, connection)?;
    if connection.wants_write() {
        push(vm, this, connection, FEW)?;
    }
    control(vm, this)
}

/// Send what the connection has for the other side.
pub(super) fn send(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    let connection = this.connection(vm)?;
    if connection.wants_write() {
        push(vm, this, &connection, FEW)?;
    }
    control(vm, this)
}

/// What is written and was not sent, for the end.
pub(super) fn send_all(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    let connection = this.connection(vm)?;
    send_backlog(vm, this, &connection)?;
    send(vm, this)
}

/// The transport below has written enough: it gets what has waited.
pub(super) fn resume(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    this.writing_paused.set(false);
    let waiting = this.outgoing.take();
    if let Some(lower) = this.lower()
        && !waiting.is_empty()
    {
        write_bytes(vm, &lower, &waiting, None)?;
    }
    drop(waiting);
    control(vm, this)
}

/// How much waits to be sent, not counting what the transport below has.
pub(super) fn waiting(this: &TlsTransport) -> usize {
    this.outgoing.borrow().len() + this.backlog.borrow().len()
}

/// The program is to stop writing, or may go on.
pub(super) fn control(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    let waiting = size(waiting(this));
    if waiting >= this.write_high.get() && !this.protocol_paused.get() {
        this.protocol_paused.set(true);
        return tell(vm, this, "pause_writing");
    }
    if waiting <= this.write_low.get() && this.protocol_paused.get() {
        this.protocol_paused.set(false);
        return tell(vm, this, "resume_writing");
    }
    Ok(())
}

#[cold]
fn tell(vm: &Vm, this: &Obj<TlsTransport>, method: &str) -> Res<()> {
    let report = |exception, text: &str| this.report(vm, this, text, exception);
    tell_protocol(vm, this.protocol.get(), method, report)
}
