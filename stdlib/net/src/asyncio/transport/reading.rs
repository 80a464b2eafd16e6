//! Receiving, and what the protocol is told of it.
//!
//! One piece is received for each turn, up to 256 KiB. A socket that gave less than it was asked for has no more: the
//! next event says when it has.

use std::io;

use taipan_sys::net;

use super::super::state::state;
use super::super::streams;
use super::super::tls::{self, TlsTransport};
use super::super::watching::PIECE;
use super::ending::{close_it, fatal, guard};
use super::state::SocketTransport;
use crate::socket::address::MSG_DONTWAIT;
use crate::support::*;

/// From so many bytes on it pays to ask how many there are, and to receive them where they stay.
const BULK: usize = 16 * 1024;

const READ_ERROR: &str = "Fatal read error on socket transport";

/// Receive one piece and tell the protocol.
pub(super) fn read(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    let Some(protocol) = this.protocol.get() else { return Ok(()) };
    if let Some(tls) = tls::of(&protocol) {
        return read_encrypted(vm, this, &protocol, tls);
    }
    if this.is_buffered.get() {
        return read_into(vm, this, &protocol);
    }
    let data = match receive(vm, this)? {
        Ok(data) => data,
        Err(failure) => return failed(vm, this, failure),
    };
    if data.is_empty() {
        return end_of_data(vm, this, &protocol);
    }
    let called = match streams::takes_bytes(vm, &protocol) {
        Some(stream) => streams::received(vm, stream, data.as_object()),
        None => vm.call_method(&protocol, "data_received", &[data.into_object()]).map(drop),
    };
    match called {
        Ok(()) => Ok(()),
        Err(raised) => {
            guard(vm, this, raised, "Fatal error: protocol.data_received() call failed.")
        }
    }
}

/// What has come, empty at the end.
fn receive(vm: &Vm, this: &Obj<SocketTransport>) -> Res<io::Result<Obj<Bytes>>> {
    let fd = this.descriptor();
    if this.in_bulk.get() {
        // Whatever comes after this count comes with an event.
        let count = net::receivable(fd).unwrap_or(0).min(PIECE);
        if count >= BULK {
            let mut less = Vec::new();
            let data = vm.bytes_written(count, |room| {
                let written = net::recv_uninit(fd, room, MSG_DONTWAIT).ok()?;
                if written.len() < count {
                    less.extend_from_slice(written);
                }
                Some(written)
            })?;
            if let Some(data) = data {
                this.readable.set(count == PIECE || this.hung_up.get());
                return Ok(Ok(data));
            }
            if !less.is_empty() {
                return Ok(Ok(vm.bytes(&less)?));
            }
        }
    }
    receive_in_room(vm, this, |data| vm.bytes(data))
}

/// What has come, where it was received: `take` must not call Python.
fn receive_in_room<T>(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    take: impl FnOnce(&[u8]) -> Res<T>,
) -> Res<io::Result<T>> {
    let Some(poller) = this.poller() else { return Ok(Err(io::ErrorKind::WouldBlock.into())) };
    let fd = this.descriptor();
    let taken = poller.with_room(vm, |room| {
        let count = net::recv(fd, room, MSG_DONTWAIT)?;
        this.in_bulk.set(count >= BULK);
        this.readable.set(!net::is_exhausted(count, room.len()) || has_more(this));
        Ok(take(room.get(..count).unwrap_or_default()))
    })?;
    taken.map_or_else(|failure| Ok(Err(failure)), |taken| taken.map(Ok))
}

/// Receive one piece for a TLS connection.
fn read_encrypted(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    protocol: &Object,
    tls: &Obj<TlsTransport>,
) -> Res<()> {
    let take = |data: &[u8]| tls.take_in(vm, data).map(|()| data.is_empty());
    match receive_in_room(vm, this, take)? {
        Ok(true) => end_of_data(vm, this, protocol),
        Ok(false) => tls::received(vm, tls).or_else(|raised| {
            guard(vm, this, raised, "Fatal error: protocol.buffer_updated() call failed.")
        }),
        Err(failure) => failed(vm, this, failure),
    }
}

/// Whether there may be more, after a read that gave less than it could have.
fn has_more(this: &SocketTransport) -> bool {
    // Local sockets end a read where descriptors were sent along. What comes after the question comes with an event.
    this.hung_up.get() || !this.is_internet() && net::receivable(this.descriptor()).unwrap_or(1) > 0
}

/// What a protocol gives to receive into, which is not to be empty; `wanted` is how much there is, as far as is known.
pub(in super::super) fn lent_buffer(vm: &Vm, protocol: &Object, wanted: Object) -> Res {
    let buffer = vm.call_method(protocol, "get_buffer", &[wanted])?;
    match vm.len(&buffer)? {
        0 => Err(vm.runtime_error("get_buffer() returned an empty buffer")),
        _ => Ok(buffer),
    }
}

/// The same, into a buffer that the protocol gives.
fn read_into(vm: &Vm, this: &Obj<SocketTransport>, protocol: &Object) -> Res<()> {
    let buffer = match lent_buffer(vm, protocol, Object::small(-1)) {
        Ok(buffer) => buffer,
        Err(raised) => {
            let message = "Fatal error: protocol.get_buffer() call failed.";
            return guard(vm, this, raised, message);
        }
    };
    if this.conn_lost.get() > 0 {
        return Ok(());
    }
    let info = ArgInfo { function: "recv_into", name: "", index: 1 };
    let view = match BufferMut::from_arg(vm, &buffer, &mut (), &info) {
        Ok(view) => view,
        Err(raised) => return guard(vm, this, raised, READ_ERROR),
    };
    let fd = this.descriptor();
    let len = view.0.byte_len();
    let received = view.0.with_mut(|room| net::recv(fd, room, MSG_DONTWAIT));
    drop(view);
    let count = match received {
        Ok(0) => return end_of_data(vm, this, protocol),
        Ok(count) => count,
        Err(failure) => return failed(vm, this, failure),
    };
    this.readable.set(!net::is_exhausted(count, len) || has_more(this));
    match vm.call_method(protocol, "buffer_updated", &[vm.int_usize(count)?]) {
        Ok(_) => Ok(()),
        Err(raised) => {
            guard(vm, this, raised, "Fatal error: protocol.buffer_updated() call failed.")
        }
    }
}

/// Nothing was received.
#[cold]
fn failed(vm: &Vm, this: &Obj<SocketTransport>, failure: io::Error) -> Res<()> {
    match failure.kind() {
        io::ErrorKind::WouldBlock => {
            this.readable.set(false);
            this.hung_up.set(false);
            Ok(())
        }
        io::ErrorKind::Interrupted => Ok(()), // again in the next turn
        _ => {
            let raised = raise_io(vm, failure);
            let exception = vm.take_raised(raised);
            fatal(vm, this, exception, READ_ERROR)
        }
    }
}

fn end_of_data(vm: &Vm, this: &Obj<SocketTransport>, protocol: &Object) -> Res<()> {
    if this.in_debug(vm)? {
        log_debug(vm, "%r received EOF", this)?;
    }
    let answer = vm.call_method(protocol, "eof_received", &[]).and_then(|a| vm.truth(&a));
    match answer {
        Ok(true) => {
            // The protocol may still write.
            this.ended.set(true);
            this.settle(vm, this)
        }
        Ok(false) => close_it(vm, this),
        Err(raised) => guard(vm, this, raised, "Fatal error: protocol.eof_received() call failed."),
    }
}

/// A line for the logger, in debug mode.
#[cold]
pub(super) fn log_debug(vm: &Vm, text: &str, this: &Obj<SocketTransport>) -> Res<()> {
    let logger = state(vm).logger(vm)?;
    let args = [vm.str(text)?.into_object(), this.as_object().clone()];
    vm.call_method(&logger, "debug", &args).map(drop)
}

/// No more data for the protocol, for a while.
pub(in super::super) fn pause(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if !this.is_reading() {
        return Ok(());
    }
    this.paused.set(true);
    this.settle(vm, this)?;
    if this.in_debug(vm)? {
        log_debug(vm, "%r pauses reading", this)?;
    }
    Ok(())
}

/// Data for the protocol again.
pub(in super::super) fn resume(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if this.closing.get() || !this.paused.get() {
        return Ok(());
    }
    this.paused.set(false);
    this.ended.set(false);
    if this.started.get() {
        this.register(vm, this)?;
        this.settle(vm, this)?;
        this.go_on(vm, this)?;
    }
    if this.in_debug(vm)? {
        log_debug(vm, "%r resumes reading", this)?;
    }
    Ok(())
}
