//! Sending and receiving.
//!
//! While a call waits other threads run, if there are any, and may look at or change a script's buffers: bytes
//! cross in memory of our own. They go straight to and from the buffers, which saves a copy where much is moved at
//! once, when there is no other thread, and when the call need not wait (`MSG_DONTWAIT`) and keeps the
//! interpreter's lock.

use std::time::Instant;

use taipan_core::native::buffer::BufferView;
use taipan_sys::net::{self, POLL_IN, POLL_OUT};

use super::address::*;
use super::object::Socket;
use crate::support::*;

/// From so many bytes on a copy costs more than a call that may be in vain.
const BULK: usize = 16 * 1024;

/// So much is copied at once of what has to wait.
const PIECE: usize = 256 * 1024;

fn size(vm: &Vm, size: isize, function: &str) -> Res<usize> {
    usize::try_from(size)
        .map_err(|_| vm.value_error(format_args!("negative buffersize in {function}")))
}

/// recv(buffersize[, flags]) -> data
///
/// What has come, at most buffersize bytes; b'' at the end of the other side's data.
#[native("(self, bufsize, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn recv(vm: &Vm, this: &Obj<Socket>, bufsize: isize, flags: i32) -> Res {
    let size = size(vm, bufsize, "recv")?;
    if this.in_bulk.get()
        && flags == 0
        && let Some(data) = recv_in_bulk(vm, this, size)?
    {
        return Ok(data);
    }
    let mut data = Vec::new();
    reserve(vm, &mut data, size)?;
    this.call(vm, POLL_IN, |fd| {
        data.clear();
        net::recv_into_spare(fd, &mut data, size, flags)
    })?;
    this.in_bulk.set(data.len() >= BULK);
    Ok(vm.bytes(&data)?.into_object())
}

/// What has come, received where it stays; None if it is little.
fn recv_in_bulk(vm: &Vm, this: &Socket, size: usize) -> Res<Option<Object>> {
    let fd = this.fd.get();
    let count = net::receivable(fd).unwrap_or(0).min(size);
    if count < BULK {
        return Ok(None);
    }
    // Whoever else reads from this socket may be quicker: what comes then is less, and copied.
    let mut less = Vec::new();
    let data = vm.bytes_written(count, |room| {
        let written = net::recv_uninit(fd, room, MSG_DONTWAIT).ok()?;
        if written.len() < count {
            less.extend_from_slice(written);
        }
        Some(written)
    })?;
    Ok(match data {
        Some(data) => Some(data.into_object()),
        None if less.is_empty() => None,
        None => Some(vm.bytes(&less)?.into_object()),
    })
}

/// The buffer to receive into.
fn target(vm: &Vm, buffer: &Object, function: &'static str) -> Res<BufferMut> {
    BufferMut::from_arg(vm, buffer, &mut (), &ArgInfo { function, name: "", index: 1 })
}

/// The number of bytes to receive into a buffer.
fn room(vm: &Vm, buffer: &BufferMut, nbytes: isize, function: &str) -> Res<usize> {
    let wanted = size(vm, nbytes, function)?;
    let len = buffer.0.byte_len();
    if wanted > len {
        return Err(vm.value_error(if function == "recv_into" {
            "buffer too small for requested bytes"
        } else {
            "nbytes is greater than the length of the buffer"
        }));
    }
    Ok(if wanted == 0 { len } else { wanted })
}

/// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
///
/// Receive into a buffer, by default as much as it holds; returns how many bytes came.
#[native("(self, buffer, nbytes=0, flags=0)", no_signature)]
pub(super) fn recv_into(
    vm: &Vm,
    this: &Obj<Socket>,
    buffer: &Object,
    nbytes: isize,
    flags: i32,
) -> Res<usize> {
    let buffer = target(vm, buffer, "recv_into")?;
    let size = room(vm, &buffer, nbytes, "recv_into")?;
    if vm.is_only_thread() {
        let deadline = this.deadline();
        loop {
            vm.poll()?;
            let fd = this.fd.get();
            let received = buffer.0.with_mut(|target| match target.get_mut(..size) {
                Some(target) => net::recv(fd, target, flags),
                None => Ok(0),
            });
            match received {
                Ok(count) => return Ok(count),
                Err(failure) => this.try_again(vm, POLL_IN, deadline, failure)?,
            }
        }
    }
    if this.in_bulk.get() && flags == 0 && size >= BULK {
        let fd = this.fd.get();
        let received = buffer.0.with_mut(|target| match target.get_mut(..size) {
            Some(target) => net::recv(fd, target, MSG_DONTWAIT),
            None => Ok(0),
        });
        if let Ok(count) = received {
            this.in_bulk.set(count >= BULK);
            return Ok(count);
        }
    }
    let mut data = Vec::new();
    reserve(vm, &mut data, size)?;
    let count = this.call(vm, POLL_IN, |fd| {
        data.clear();
        net::recv_into_spare(fd, &mut data, size, flags)
    })?;
    copy_into(&buffer.0, 0, &data);
    this.in_bulk.set(count >= BULK);
    Ok(count)
}

/// The bytes, how many there are said to be, and the sender.
fn receive_from(
    vm: &Vm,
    this: &Socket,
    size: usize,
    flags: i32,
) -> Res<(Vec<u8>, usize, net::Address)> {
    let mut data = Vec::new();
    reserve(vm, &mut data, size)?;
    let protocol = this.protocol.get();
    let (count, address) = this.call(vm, POLL_IN, |fd| {
        data.clear();
        net::recvfrom_into_spare(fd, &mut data, size, flags, protocol)
    })?;
    Ok((data, count, address))
}

/// recvfrom(buffersize[, flags]) -> (data, address info)
///
/// As recv, but the address of the sender is returned as well.
#[native("(self, bufsize, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn recvfrom(vm: &Vm, this: &Obj<Socket>, bufsize: isize, flags: i32) -> Res {
    let size = size(vm, bufsize, "recvfrom")?;
    let (data, _, address) = receive_from(vm, this, size, flags)?;
    let items = vec![vm.bytes(&data)?.into_object(), to_python(vm, &address)?];
    Ok(vm.tuple(items)?.into_object())
}

/// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
///
/// As recv_into, but the address of the sender is returned as well.
#[native("(self, buffer, nbytes=0, flags=0)", no_signature)]
pub(super) fn recvfrom_into(
    vm: &Vm,
    this: &Obj<Socket>,
    buffer: &Object,
    nbytes: isize,
    flags: i32,
) -> Res {
    let buffer = target(vm, buffer, "recvfrom_into")?;
    let size = room(vm, &buffer, nbytes, "recvfrom_into")?;
    let (data, count, address) = receive_from(vm, this, size, flags)?;
    copy_into(&buffer.0, 0, &data);
    let items = vec![vm.int_usize(count)?, to_python(vm, &address)?];
    Ok(vm.tuple(items)?.into_object())
}

/// Sends from a script's buffer what goes without waiting, from `start` on; None if nothing does.
fn send_at_once(
    vm: &Vm,
    this: &Socket,
    view: &BufferView,
    start: usize,
    flags: i32,
    deadline: Option<Instant>,
) -> Res<Option<usize>> {
    vm.poll()?;
    let fd = this.fd.get();
    let flags = if vm.is_only_thread() { flags } else { flags | MSG_DONTWAIT };
    let sent = view.with(|bytes| net::send(fd, bytes.get(start..).unwrap_or(&[]), flags));
    match sent {
        Ok(count) => Ok(Some(count)),
        // Waiting is the affair of the call that may.
        Err(failure)
            if failure.kind() == std::io::ErrorKind::WouldBlock && this.timeout.get() < 0 =>
        {
            Ok(None)
        }
        Err(failure) => this.try_again(vm, POLL_OUT, deadline, failure).map(|()| None),
    }
}

/// A copy of a buffer's bytes from `start` on, at most `limit` of them.
fn copy_from(vm: &Vm, view: &BufferView, start: usize, limit: usize) -> Res<Vec<u8>> {
    let len = view.byte_len().saturating_sub(start).min(limit);
    let mut copy = Vec::new();
    reserve(vm, &mut copy, len)?;
    view.with(|bytes| copy.extend_from_slice(bytes.get(start..start + len).unwrap_or(&[])));
    Ok(copy)
}

/// send(data[, flags]) -> count
///
/// Send data and return how many bytes went: maybe not all.
#[native("(self, data, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn send(vm: &Vm, this: &Obj<Socket>, data: Buffer, flags: i32) -> Res<usize> {
    let view = match &data {
        Buffer::Bytes(bytes) => return this.call(vm, POLL_OUT, |fd| net::send(fd, bytes, flags)),
        Buffer::View(view) => view,
    };
    let mut sent = 0;
    if view.byte_len() >= BULK || vm.is_only_thread() {
        sent = send_at_once(vm, this, view, 0, flags, this.deadline())?.unwrap_or(0);
        // A socket that waits sends everything, if nothing goes wrong.
        if sent == view.byte_len() || sent > 0 && (this.timeout.get() >= 0 || vm.is_only_thread()) {
            return Ok(sent);
        }
    }
    let rest = copy_from(vm, view, sent, usize::MAX)?;
    match this.call(vm, POLL_OUT, |fd| net::send(fd, &rest, flags)) {
        Ok(more) => Ok(sent + more),
        Err(raised) if sent > 0 => {
            drop(vm.caught(raised, Exc::OSError)?);
            Ok(sent)
        }
        Err(raised) => Err(raised),
    }
}

/// sendall(data[, flags])
///
/// Send all of data. After an error it cannot be told how much went.
#[native("(self, data, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn sendall(vm: &Vm, this: &Obj<Socket>, data: Buffer, flags: i32) -> Res<()> {
    let deadline = this.deadline();
    let view = match &data {
        Buffer::Bytes(bytes) => return send_rest(vm, this, bytes, flags, deadline),
        Buffer::View(view) => view,
    };
    let (mut sent, whole) = (0, view.byte_len());
    loop {
        if whole - sent >= BULK || vm.is_only_thread() {
            let count = send_at_once(vm, this, view, sent, flags, deadline)?;
            sent += count.unwrap_or(0);
            if sent >= whole {
                return vm.poll();
            }
            if count.is_some() || this.timeout.get() >= 0 {
                continue;
            }
        }
        let piece = copy_from(vm, view, sent, PIECE)?;
        send_rest(vm, this, &piece, flags, deadline)?;
        sent += piece.len();
        if sent >= whole {
            return Ok(());
        }
    }
}

/// Sends all of it; nothing is sent too, as a call that may fail and as a packet.
fn send_rest(
    vm: &Vm,
    this: &Socket,
    data: &[u8],
    flags: i32,
    deadline: Option<Instant>,
) -> Res<()> {
    let mut rest = data;
    loop {
        let count = this.call_until(vm, POLL_OUT, deadline, |fd| net::send(fd, rest, flags))?;
        rest = rest.get(count..).unwrap_or(&[]);
        vm.poll()?;
        if rest.is_empty() {
            return Ok(());
        }
    }
}

/// sendto(data[, flags], address) -> count
///
/// As send, to an address.
#[native("(self, /, *args)", no_signature)]
pub(super) fn sendto(vm: &Vm, this: &Obj<Socket>, args: &[Object]) -> Res<usize> {
    let (data, flags, address) = match args {
        [data, address] => (data, 0, address),
        [data, flags, address] => (data, super::parse::c_int(vm, flags)?, address),
        _ => {
            return Err(vm.type_error(format_args!(
                "sendto() takes 2 or 3 arguments ({} given)",
                args.len()
            )));
        }
    };
    let mut holder = Vec::new();
    let data = <&[u8]>::from_arg(vm, data, &mut holder, &ArgInfo::default())?;
    let address = from_python(vm, this.addresses(), address, "sendto")?;
    crate::policy::connect(vm, &address)?;
    this.call(vm, POLL_OUT, |fd| net::sendto(fd, data, flags, &address))
}
