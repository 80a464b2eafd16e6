//! `sock_recv()` and its kin: coroutines over sockets that do not wait.
//!
//! The system call is tried at once; if it would wait, the coroutine waits for the loop to see the socket ready and
//! tries again. Nothing is taken from the system but by the coroutine that gives it to its caller: cancelling loses
//! nothing. The socket stays registered between calls, so that waiting costs no system call; the registration's number
//! lies in the socket object.
//!
//! For loops with a selector, sockets of other classes and sockets that wait there is the Python of the package.

use std::io;

use taipan_core::native::buffer::{self, request};
use taipan_sys::net;

use super::awaiting::{Awaiting, Came, Kind, Step, give_with};
use super::future::Future;
use super::handle::cancel_handle;
use super::looping::Loop;
use super::state::state;
use super::transport::SocketTransport;
use super::watching::{PIECE, Side, Watcher};
use crate::socket::address::{
    AF_INET, AF_INET6, MSG_DONTWAIT, SOCK_NONBLOCK, SOCK_STREAM, to_python,
};
use crate::socket::{Socket, connection};
use crate::support::*;

/// Starts a coroutine of ours for a socket, or one of the package's.
fn begin(
    vm: &Vm,
    this: &Obj<Loop>,
    kind: &'static Kind,
    slow: &str,
    sock: &Object,
    args: &[Object],
) -> Res {
    let is_ours = this.waits_with().is_some()
        && !this.debug.get()
        && state(vm).socket_class(vm)?.is(vm.class_of(sock).as_object())
        && sock.downcast::<Socket>().is_some_and(|socket| socket.never_waits());
    if !is_ours {
        let mut all = vec![sock.clone()];
        all.extend_from_slice(args);
        return vm.call_method(this.as_object(), slow, &all);
    }
    let other = match args {
        [] => None,
        [only] => Some(only.clone()),
        all => Some(vm.tuple(all.to_vec())?.into_object()),
    };
    give_with(vm, kind, this.as_object(), Some(sock), other)
}

/// What a coroutine works with.
struct Work {
    looop: Obj<Loop>,
    socket: Obj<Socket>,
}

/// The coroutine goes on: what it works with, unless it was interrupted.
fn resumed(vm: &Vm, this: &Obj<Awaiting>, side: Side, came: Came) -> Res<Work> {
    let looop = this.target_as::<Loop>(vm)?;
    let Some(socket) = this.item.get_as::<Socket>() else {
        return Err(vm.system_error("a coroutine has lost its socket"));
    };
    let waited = this.extra.take();
    if let Came::Raised(exception) = came {
        if let Some(poller) = looop.waits_with()
            && let Some(future) = waited.and_then(|future| future.downcast_into::<Future>().ok())
        {
            poller.wait_no_more(vm, socket.descriptor(), side, &future);
        }
        return Err(vm.raise(exception));
    }
    Ok(Work { looop, socket })
}

impl Work {
    /// Whether the system is to be asked: not if it is known what it would say.
    fn may_try(&self, side: Side) -> bool {
        let number = self.socket.registration().get();
        number == 0
            || self
                .looop
                .waits_with()
                .is_none_or(|poller| poller.may_try(self.socket.descriptor(), number, side))
    }

    fn is_internet_stream(&self) -> bool {
        let [family, kind, _] = self.socket.description();
        matches!(family, AF_INET | AF_INET6) && kind == SOCK_STREAM
    }

    /// A read gave less than it could have: there is no more.
    fn drained(&self) {
        if self.is_internet_stream()
            && let Some(poller) = self.looop.waits_with()
        {
            poller.drained(self.socket.descriptor(), self.socket.registration().get());
        }
    }

    /// Wait until the socket is ready.
    fn wait(&self, vm: &Vm, this: &Obj<Awaiting>, side: Side) -> Res<Step> {
        let Some(poller) = self.looop.waits_with() else {
            return Err(vm.runtime_error("Event loop is closed"));
        };
        let fd = self.socket.descriptor();
        if let Some(other) = poller.transport_at(fd)
            && other.downcast::<SocketTransport>().is_some_and(|other| !other.closing.get())
        {
            let shown = vm.repr_string(&other)?;
            return Err(
                vm.runtime_error(format_args!("File descriptor {fd} is used by transport {shown}"))
            );
        }
        let future = vm.alloc(Future::new(None))?;
        future.begin(vm, Some(self.looop.as_object()))?;
        let registration = self.socket.registration();
        let (number, before) = poller.wait_for(vm, fd, registration.get(), side, &future)?;
        registration.set(number);
        this.extra.set(future.as_object().clone());
        if let Some(Watcher::Handle(handle)) = before {
            cancel_handle(vm, &handle)?;
        }
        Ok(Step::Future(future))
    }
}

/// What a system call gave; None if it would have to wait.
fn tried<T>(vm: &Vm, result: io::Result<T>) -> Res<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(failure) => match failure.kind() {
            io::ErrorKind::WouldBlock => Ok(None),
            _ => Err(raise_io(vm, failure)),
        },
    }
}

/// The same of a method of the socket object.
fn called(vm: &Vm, result: Res) -> Res<Option<Object>> {
    let Err(raised) = result else { return result.map(Some) };
    let exception = vm.take_raised(raised);
    let waits = [Exc::BlockingIOError, Exc::InterruptedError];
    match waits.into_iter().any(|k| vm.class_of(&exception).is_subtype(&vm.types().exception(k))) {
        true => Ok(None),
        false => Err(vm.raise(exception)),
    }
}

static RECV: Kind = Kind { name: "BaseSelectorEventLoop.sock_recv", step: recv_step };

/// Receive at most n bytes from a socket that does not wait; b'' at the end.
#[native("(self, sock, n)", python = "BaseSelectorEventLoop.sock_recv", coroutine)]
pub(super) fn sock_recv(vm: &Vm, this: &Obj<Loop>, sock: &Object, n: &Object) -> Res {
    begin(vm, this, &RECV, "_slow_sock_recv", sock, std::slice::from_ref(n))
}

fn recv_step(vm: &Vm, this: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let work = resumed(vm, this, Side::Read, came)?;
    let size = this.other.get().unwrap_or_else(Object::none);
    let wanted = size.as_small_int().and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= PIECE);
    if work.may_try(Side::Read) {
        let Some(wanted) = wanted else {
            let received = vm.call_method(work.socket.as_object(), "recv", &[size]);
            if let Some(data) = called(vm, received)? {
                return Ok(Step::Done(data));
            }
            return work.wait(vm, this, Side::Read);
        };
        if let Some(data) = receive(vm, &work, wanted)? {
            return Ok(Step::Done(data.into_object()));
        }
    }
    work.wait(vm, this, Side::Read)
}

fn receive(vm: &Vm, work: &Work, wanted: usize) -> Res<Option<Obj<Bytes>>> {
    let Some(poller) = work.looop.waits_with() else {
        return Err(vm.runtime_error("Event loop is closed"));
    };
    let received = poller.with_room(vm, |room| {
        let target = room.get_mut(..wanted).unwrap_or_default();
        let fd = work.socket.descriptor();
        let count = net::retried(|| net::recv(fd, target, MSG_DONTWAIT))?;
        Ok((count, vm.bytes(room.get(..count).unwrap_or_default())))
    })?;
    let Some((count, data)) = tried(vm, received)? else { return Ok(None) };
    // The end stays readable.
    if 0 < count && net::is_exhausted(count, wanted) {
        work.drained();
    }
    data.map(Some)
}

static RECV_INTO: Kind =
    Kind { name: "BaseSelectorEventLoop.sock_recv_into", step: recv_into_step };

/// Receive into a buffer from a socket that does not wait; how many bytes came.
#[native("(self, sock, buf)", python = "BaseSelectorEventLoop.sock_recv_into", coroutine)]
pub(super) fn sock_recv_into(vm: &Vm, this: &Obj<Loop>, sock: &Object, buf: &Object) -> Res {
    begin(vm, this, &RECV_INTO, "_slow_sock_recv_into", sock, std::slice::from_ref(buf))
}

fn recv_into_step(vm: &Vm, this: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let work = resumed(vm, this, Side::Read, came)?;
    if work.may_try(Side::Read) {
        let buffer = this.other.get().unwrap_or_else(Object::none);
        let info = ArgInfo { function: "recv_into", name: "", index: 1 };
        let view = BufferMut::from_arg(vm, &buffer, &mut (), &info)?;
        let len = view.0.byte_len();
        let fd = work.socket.descriptor();
        let received = view.0.with_mut(|room| net::retried(|| net::recv(fd, room, MSG_DONTWAIT)));
        drop(view);
        if let Some(count) = tried(vm, received)? {
            if 0 < count && net::is_exhausted(count, len) {
                work.drained();
            }
            return Ok(Step::Done(vm.int_usize(count)?));
        }
    }
    work.wait(vm, this, Side::Read)
}

/// A step of what is a method of the socket object.
fn method_step(vm: &Vm, this: &Obj<Awaiting>, came: Came, side: Side, method: &str) -> Res<Step> {
    let work = resumed(vm, this, side, came)?;
    if work.may_try(side) {
        let given = this.other.get().unwrap_or_else(Object::none);
        let answer = match given.downcast_exact::<Tuple>() {
            Some(all) => vm.call_method(work.socket.as_object(), method, all.as_slice()),
            None => vm.call_method(work.socket.as_object(), method, &[given]),
        };
        if let Some(value) = called(vm, answer)? {
            return Ok(Step::Done(value));
        }
    }
    work.wait(vm, this, side)
}

static RECVFROM: Kind = Kind {
    name: "BaseSelectorEventLoop.sock_recvfrom",
    step: |vm, this, came| method_step(vm, this, came, Side::Read, "recvfrom"),
};

/// Receive a datagram of at most bufsize bytes, and where it comes from.
#[native("(self, sock, bufsize)", python = "BaseSelectorEventLoop.sock_recvfrom")]
pub(super) fn sock_recvfrom(vm: &Vm, this: &Obj<Loop>, sock: &Object, bufsize: &Object) -> Res {
    begin(vm, this, &RECVFROM, "_slow_sock_recvfrom", sock, std::slice::from_ref(bufsize))
}

static RECVFROM_INTO: Kind = Kind {
    name: "BaseSelectorEventLoop.sock_recvfrom_into",
    step: |vm, this, came| method_step(vm, this, came, Side::Read, "recvfrom_into"),
};

/// Receive a datagram into a buffer: how many bytes, and where it comes from.
#[native("(self, sock, buf, nbytes=0)", python = "BaseSelectorEventLoop.sock_recvfrom_into")]
pub(super) fn sock_recvfrom_into(
    vm: &Vm,
    this: &Obj<Loop>,
    sock: &Object,
    buf: &Object,
    nbytes: Maybe<&Object>,
) -> Res {
    let nbytes = nbytes.given().cloned().unwrap_or_else(|| Object::small(0));
    let args = [buf.clone(), nbytes];
    begin(vm, this, &RECVFROM_INTO, "_slow_sock_recvfrom_into", sock, &args)
}

static SENDTO: Kind = Kind {
    name: "BaseSelectorEventLoop.sock_sendto",
    step: |vm, this, came| method_step(vm, this, came, Side::Write, "sendto"),
};

/// Send a datagram to an address; how many bytes went.
#[native("(self, sock, data, address)", python = "BaseSelectorEventLoop.sock_sendto")]
pub(super) fn sock_sendto(
    vm: &Vm,
    this: &Obj<Loop>,
    sock: &Object,
    data: &Object,
    address: &Object,
) -> Res {
    let args = [data.clone(), address.clone()];
    begin(vm, this, &SENDTO, "_slow_sock_sendto", sock, &args)
}

static SENDALL: Kind = Kind { name: "BaseSelectorEventLoop.sock_sendall", step: sendall_step };

/// Send all of data over a socket that does not wait. After an error it cannot be told how much went.
#[native("(self, sock, data)", python = "BaseSelectorEventLoop.sock_sendall", coroutine)]
pub(super) fn sock_sendall(vm: &Vm, this: &Obj<Loop>, sock: &Object, data: &Object) -> Res {
    begin(vm, this, &SENDALL, "_slow_sock_sendall", sock, std::slice::from_ref(data))
}

fn sendall_step(vm: &Vm, this: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let work = resumed(vm, this, Side::Write, came)?;
    let data = this.other.get().unwrap_or_else(Object::none);
    let fd = work.socket.descriptor();
    while work.may_try(Side::Write) {
        let start = usize::try_from(this.number.get()).unwrap_or(0);
        let send = |bytes: &[u8]| {
            let rest = bytes.get(start..).unwrap_or_default();
            (rest.len(), net::retried(|| net::send(fd, rest, MSG_DONTWAIT)))
        };
        let (left, sent) = match data.downcast::<Bytes>() {
            Some(bytes) => send(bytes.as_slice()),
            None => buffer::view(vm, &data, request::SIMPLE)?.with(send),
        };
        let Some(count) = tried(vm, sent)? else { break };
        if count >= left {
            return Ok(Step::Done(Object::none()));
        }
        this.number.set(this.number.get() + count as i64);
        if work.is_internet_stream() && net::is_exhausted(count, left) {
            break; // there is no more room
        }
    }
    work.wait(vm, this, Side::Write)
}

static ACCEPT: Kind = Kind { name: "BaseSelectorEventLoop.sock_accept", step: accept_step };

/// Accept a connection: a socket that does not wait, and where it comes from.
#[native("(self, sock)", python = "BaseSelectorEventLoop.sock_accept", coroutine)]
pub(super) fn sock_accept(vm: &Vm, this: &Obj<Loop>, sock: &Object) -> Res {
    begin(vm, this, &ACCEPT, "_slow_sock_accept", sock, &[])
}

fn accept_step(vm: &Vm, this: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let work = resumed(vm, this, Side::Read, came)?;
    if work.may_try(Side::Read) {
        let description = work.socket.description();
        let fd = work.socket.descriptor();
        let accepted = net::retried(|| net::accept(fd, description[2], SOCK_NONBLOCK));
        if let Some((fd, address)) = tried(vm, accepted)? {
            let made =
                state(vm).socket_class(vm).and_then(|class| match class.downcast::<Type>() {
                    Some(class) => connection(vm, class, fd, description),
                    None => Err(vm.type_error("socket.socket is not a class")),
                });
            let socket = made.inspect_err(|_| {
                let _ = taipan_sys::fs::close(fd);
            })?;
            let pair = vm.pair(socket, to_python(vm, &address)?)?;
            return Ok(Step::Done(pair.into_object()));
        }
    }
    work.wait(vm, this, Side::Read)
}
