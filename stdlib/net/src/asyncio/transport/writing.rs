//! Sending, what is left to send, and the limits of that.
//!
//! A write goes out at once if nothing is left from before: programs rely on it. What the system does not take is
//! queued; all of it leaves in one call when there is room.

use std::io::{self, IoSlice};

use taipan_core::types::bytes::ByteArray;
use taipan_core::types::memoryview::MemoryView;
use taipan_sys::net;

use super::super::future::{Future, Stage};
use super::super::reporting::tell_protocol;
use super::super::state::state;
use super::end_or_report;
use super::ending::{fatal, report_to_loop};
use super::state::{HIGH_WATER, SocketTransport};
use crate::socket::address::{MSG_DONTWAIT, SHUT_WR};
use crate::support::*;

/// Bytes to send.
pub enum Chunk {
    /// Of an object that does not change, from a place on.
    Shared(Obj<Bytes>, usize),
    Own(Vec<u8>, usize),
}

impl Chunk {
    fn rest(&self) -> &[u8] {
        let (all, start) = match self {
            Chunk::Shared(bytes, start) => (bytes.as_slice(), *start),
            Chunk::Own(bytes, start) => (bytes.as_slice(), *start),
        };
        all.get(start..).unwrap_or_default()
    }

    fn skip(&mut self, count: usize) {
        match self {
            Chunk::Shared(_, start) | Chunk::Own(_, start) => *start += count,
        }
    }
}

/// As many chunks leave in one call.
const GATHERED: usize = 64;

/// As much is sent in one turn before others have theirs.
const ENOUGH: usize = 1024 * 1024;

const WRITE_ERROR: &str = "Fatal write error on socket transport";

/// After so many writes to a lost connection they are complained of.
pub(in super::super) const FEW_LOST: u32 = 5;

/// `write(data)`.
pub(in super::super) fn write_object(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    data: &Object,
) -> Res<()> {
    if let Some(bytes) = data.downcast::<Bytes>() {
        return write_bytes(vm, this, bytes.as_slice(), Some(bytes));
    }
    if !is_bytes_like(data) {
        return Err(vm.type_error(format_args!(
            "data argument must be a bytes-like object, not '{}'",
            vm.type_name(data)
        )));
    }
    let copy = buffer::bytes_of(vm, data)?;
    write_bytes(vm, this, &copy, None)
}

/// Whether transports send it.
pub(in super::super) fn is_bytes_like(data: &Object) -> bool {
    data.downcast::<Bytes>().is_some()
        || data.downcast::<ByteArray>().is_some()
        || data.downcast::<MemoryView>().is_some()
}

/// Send bytes, or queue them; of an object if they can be kept in it.
pub(in super::super) fn write_bytes(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    data: &[u8],
    owner: Option<&Obj<Bytes>>,
) -> Res<()> {
    if !may_write(vm, this)? || data.is_empty() {
        return Ok(());
    }
    let mut start = 0;
    if this.buffered.get() == 0 {
        if this.writable.get() {
            match net::send(this.descriptor(), data, MSG_DONTWAIT) {
                Ok(count) if count >= data.len() => return Ok(()),
                Ok(count) => {
                    start = count;
                    this.writable.set(!this.is_internet() || !net::is_exhausted(count, data.len()));
                }
                Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => {
                    this.writable.set(false);
                }
                Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
                Err(failure) => return write_failed(vm, this, failure).map(drop),
            }
        }
        want_room(vm, this)?;
    }
    let chunk = match owner {
        Some(bytes) => Chunk::Shared(bytes.clone(), start),
        None => {
            let rest = data.get(start..).unwrap_or_default();
            let mut copy = Vec::new();
            reserve(vm, &mut copy, rest.len())?;
            copy.extend_from_slice(rest);
            Chunk::Own(copy, 0)
        }
    };
    keep(vm, this, chunk)
}

/// Queue what the socket does not take now.
pub(super) fn keep(vm: &Vm, this: &Obj<SocketTransport>, chunk: Chunk) -> Res<()> {
    enqueue(vm, this, chunk)?;
    this.settle(vm, this)?;
    this.go_on(vm, this)?;
    pause_protocol(vm, this)
}

/// Whether there is somebody to write to; an exception where writing is wrong.
pub(super) fn may_write(vm: &Vm, this: &Obj<SocketTransport>) -> Res<bool> {
    if this.eof.get() {
        return Err(vm.runtime_error("Cannot call write() after write_eof()"));
    }
    if this.empty_waiter.is_set() {
        return Err(vm.runtime_error("unable to write; sendfile is in progress"));
    }
    let lost = this.conn_lost.get();
    if lost == 0 && this.open.get() {
        return Ok(true);
    }
    if lost >= FEW_LOST {
        let logger = state(vm).logger(vm)?;
        let text = vm.str("socket.send() raised exception.")?.into_object();
        vm.call_method(&logger, "warning", &[text])?;
    }
    this.conn_lost.set(lost.saturating_add(1));
    Ok(false)
}

pub(super) fn want_room(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    this.register(vm, this)?;
    match this.poller() {
        Some(poller) => poller.want_room(vm, this.fd.get()),
        None => Err(vm.runtime_error("Event loop is closed")),
    }
}

fn enqueue(vm: &Vm, this: &Obj<SocketTransport>, chunk: Chunk) -> Res<()> {
    let len = chunk.rest().len();
    let mut chunks = this.chunks.borrow_mut();
    if chunks.try_reserve(1).is_err() {
        drop(chunks);
        return Err(vm.no_memory(NoMemory));
    }
    chunks.push_back(chunk);
    this.buffered.set(this.buffered.get() + len);
    Ok(())
}

/// `writelines(list)`: all of it in one call, if it goes.
pub(super) fn write_lines(vm: &Vm, this: &Obj<SocketTransport>, list: &Object) -> Res<()> {
    let items = match vm.collect(list) {
        Ok(items) if items.iter().all(is_bytes_like) => items,
        // The complaint of join() about what is given.
        _ => {
            let empty = vm.bytes(b"")?.into_object();
            let joined = vm.call_method(&empty, "join", std::slice::from_ref(list))?;
            return write_object(vm, this, &joined);
        }
    };
    let total = items.iter().map(|item| vm.len(item)).sum::<Res<usize>>()?;
    if !may_write(vm, this)? || total == 0 {
        return Ok(());
    }
    let was_idle = this.buffered.get() == 0;
    for item in &items {
        let chunk = match item.downcast::<Bytes>() {
            Some(bytes) => Chunk::Shared(bytes.clone(), 0),
            None => Chunk::Own(buffer::bytes_of(vm, item)?, 0),
        };
        if !chunk.rest().is_empty() {
            enqueue(vm, this, chunk)?;
        }
    }
    if was_idle && this.writable.get() && !send_queued(vm, this)? {
        return Ok(()); // the connection is lost
    }
    if was_idle && this.buffered.get() > 0 {
        want_room(vm, this)?;
    }
    this.settle(vm, this)?;
    this.go_on(vm, this)?;
    pause_protocol(vm, this)
}

/// Send what is queued as far as it goes; false if that failed and the connection is lost.
fn send_queued(vm: &Vm, this: &Obj<SocketTransport>) -> Res<bool> {
    let fd = this.descriptor();
    let mut total = 0;
    while this.buffered.get() > 0 && total < ENOUGH {
        let sent = {
            let chunks = this.chunks.borrow();
            let mut slices = [IoSlice::new(&[]); GATHERED];
            let count = slices.iter_mut().zip(chunks.iter()).fold(0, |n, (slice, chunk)| {
                *slice = IoSlice::new(chunk.rest());
                n + 1
            });
            match slices.get(..count) {
                Some([one]) => net::send(fd, one, MSG_DONTWAIT),
                Some(many) => net::sendmsg(fd, many, &[], MSG_DONTWAIT, None),
                None => Ok(0),
            }
        };
        match sent {
            Ok(count) => {
                total += count;
                let gone = take_sent(this, count);
                drop(gone);
            }
            Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => {
                this.writable.set(false);
                return Ok(true);
            }
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => return Ok(true),
            Err(failure) => {
                let exception = write_failed(vm, this, failure)?;
                end_empty_waiter(vm, this, Err(exception))?;
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Take what was sent out of the queue.
fn take_sent(this: &SocketTransport, count: usize) -> Vec<Chunk> {
    let mut left = count;
    let mut gone = Vec::new();
    let mut chunks = this.chunks.borrow_mut();
    while let Some(first) = chunks.front_mut() {
        let len = first.rest().len();
        if len > left {
            first.skip(left);
            break;
        }
        left -= len;
        gone.extend(chunks.pop_front());
    }
    this.buffered.set(this.buffered.get().saturating_sub(count));
    gone
}

/// There is room: send what is queued.
pub(super) fn flush(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if !send_queued(vm, this)? {
        return Ok(());
    }
    resume_protocol(vm, this)?;
    if this.buffered.get() > 0 || this.conn_lost.get() > 0 || !this.open.get() {
        return Ok(());
    }
    this.settle(vm, this)?;
    end_empty_waiter(vm, this, Ok(Object::none()))?;
    if this.closing.get() {
        this.conn_lost.set(1);
        return end_or_report(vm, this, None);
    }
    if this.eof.get() {
        return shut_down(vm, this);
    }
    Ok(())
}

/// What is queued is lost, and the connection; the exception of it.
#[cold]
pub(super) fn write_failed(vm: &Vm, this: &Obj<SocketTransport>, failure: io::Error) -> Res {
    let raised = raise_io(vm, failure);
    let exception = vm.take_raised(raised);
    this.buffered.set(0);
    drop(this.chunks.take());
    fatal(vm, this, exception.clone(), WRITE_ERROR)?;
    Ok(exception)
}

/// Who waits for the buffer to be empty goes on.
pub(super) fn end_empty_waiter(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    how: Result<Object, Object>,
) -> Res<()> {
    let Some(waiter) = this.empty_waiter.get() else { return Ok(()) };
    let Some(future) = waiter.downcast::<Future>() else { return Ok(()) };
    if future.stage.get() != Stage::Pending {
        return Ok(());
    }
    match how {
        Ok(value) => future.finish(vm, future, value),
        Err(exception) => future.fail(vm, future, exception),
    }
}

fn shut_down(vm: &Vm, this: &SocketTransport) -> Res<()> {
    net::shutdown(this.descriptor(), SHUT_WR).map_err(|failure| raise_io(vm, failure))
}

/// `write_eof()`.
pub(super) fn write_eof(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if this.closing.get() || this.eof.replace(true) {
        return Ok(());
    }
    if this.buffered.get() == 0 { shut_down(vm, this) } else { Ok(()) }
}

/// Tell the protocol to stop writing, if too much is queued.
pub(super) fn pause_protocol(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if i64::try_from(this.buffered.get()).unwrap_or(i64::MAX) <= this.high.get()
        || this.protocol_paused.replace(true)
    {
        return Ok(());
    }
    tell(vm, this, "pause_writing")
}

/// Tell it to go on, if little is left.
fn resume_protocol(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if !this.protocol_paused.get()
        || i64::try_from(this.buffered.get()).unwrap_or(i64::MAX) > this.low.get()
    {
        return Ok(());
    }
    this.protocol_paused.set(false);
    tell(vm, this, "resume_writing")
}

fn tell(vm: &Vm, this: &Obj<SocketTransport>, method: &str) -> Res<()> {
    let report = |exception, text: &str| report_to_loop(vm, this, exception, text);
    tell_protocol(vm, this.protocol.get(), method, report)
}

/// `set_write_buffer_limits(high, low)`.
pub(super) fn set_limits(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    high: Option<&Object>,
    low: Option<&Object>,
) -> Res<()> {
    let (high, low) = limits(vm, high, low, HIGH_WATER)?;
    this.high.set(high);
    this.low.set(low);
    pause_protocol(vm, this)
}

/// The limits of a buffer, high and low, as a program gives them.
pub(in super::super) fn limits(
    vm: &Vm,
    high: Option<&Object>,
    low: Option<&Object>,
    default: i64,
) -> Res<(i64, i64)> {
    let number = |object: Option<&Object>| match object {
        Some(object) => vm.index(object).map(|n| vm.as_i64(&n).or(Some(i64::MAX))),
        None => Ok(None),
    };
    let (high, low) = (number(high)?, number(low)?);
    let high = match (high, low) {
        (Some(high), _) => high,
        (None, Some(low)) => low.saturating_mul(4),
        (None, None) => default,
    };
    let low = low.unwrap_or_else(|| high.div_euclid(4));
    if !(high >= low && low >= 0) {
        return Err(
            vm.value_error(format_args!("high ({high}) must be >= low ({low}) must be >= 0"))
        );
    }
    Ok((high, low))
}
