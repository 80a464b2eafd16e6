//! What TLS sends over a transport, from where it was encrypted: a connection's records leave in one call, and only what
//! the socket does not take is moved.

use std::io::{self, IoSlice};

use taipan_sys::net;

use super::state::SocketTransport;
use super::writing::{Chunk, keep, may_write, want_room, write_failed};
use crate::socket::address::MSG_DONTWAIT;
use crate::support::*;

/// Send what a TLS connection has, from where it lies: `send` gives it to a sink, `take` moves what is left.
pub(in super::super) fn write_from(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    send: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    take: impl FnOnce(&mut Vec<u8>),
) -> Res<()> {
    let mut rest = Vec::new();
    if !may_write(vm, this)? {
        take(&mut rest);
        return Ok(());
    }
    let was_idle = this.buffered.get() == 0;
    if was_idle && this.writable.get() {
        let mut sink = Sink { transport: this, is_full: false };
        match send(&mut sink) {
            Ok(()) => return Ok(()),
            Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => this.writable.set(false),
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
            Err(failure) => {
                take(&mut rest);
                return write_failed(vm, this, failure).map(drop);
            }
        }
    }
    take(&mut rest);
    if was_idle {
        want_room(vm, this)?;
    }
    keep(vm, this, Chunk::Own(rest, 0))
}

/// The socket of a transport, until it takes no more.
struct Sink<'a> {
    transport: &'a SocketTransport,
    is_full: bool,
}

impl io::Write for Sink<'_> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(data)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        if self.is_full {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let fd = self.transport.descriptor();
        let (count, asked) = match slices {
            [one] => (net::send(fd, one, MSG_DONTWAIT)?, one.len()),
            many => {
                let count = net::sendmsg(fd, many, &[], MSG_DONTWAIT, None)?;
                (count, many.iter().map(|slice| slice.len()).sum())
            }
        };
        self.is_full = self.transport.is_internet() && net::is_exhausted(count, asked);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
