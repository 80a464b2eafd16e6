//! Receiving and sending datagrams, as far as nobody has to wait. All else of their transports is the package's Python.
//!
//! An event is followed by several reads if the last ones found several datagrams; the protocol is told of each at once.

use std::cell::Cell;
use std::io::ErrorKind;

use taipan_core::native::buffer;
use taipan_sys::net;

use super::looping::Loop;
use super::state::state;
use super::transport::is_bytes_like;
use crate::socket::Socket;
use crate::socket::address::{MSG_DONTWAIT, from_python, to_python};
use crate::support::*;

/// Payload of datagram transports.
#[derive(Default)]
pub(super) struct Datagrams {
    /// The socket, unless it is one of another class.
    socket: Slot,
    /// What waits to be sent.
    queue: Slot,
    /// All datagrams go to one address, which the system knows.
    is_connected: Cell<bool>,
    /// Several datagrams were there at once.
    in_bulk: Cell<bool>,
    /// Events with one datagram since.
    single: Cell<u8>,
}

impl Payload for Datagrams {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.socket);
        visitor.slot(&self.queue);
    }
    fn clear(&self) {
        drop((self.socket.take(), self.queue.take()));
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "What datagram transports do for each datagram.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Datagrams::default())?.into_object())),
        ..Slots::NONE
    },
    methods: natives![begin, read_ready, sendto],
    ..TypeSpec::new::<Datagrams>("_asyncio.Datagrams")
};

/// So many datagrams follow one event, before others have their turn.
const ENOUGH: usize = 16;

/// After so many events with one datagram it is tried whether there are more.
const OFTEN: u8 = 8;

/// The transport has its socket and its queue.
#[native("(self, sock, queue, connected)", name = "_begin")]
fn begin(
    vm: &Vm,
    this: &Obj<Datagrams>,
    sock: &Object,
    queue: &Object,
    connected: bool,
) -> Res<()> {
    if state(vm).socket_class(vm)?.is(vm.class_of(sock).as_object()) {
        this.socket.set(sock.clone());
        this.queue.set(queue.clone());
        this.is_connected.set(connected);
    }
    Ok(())
}

impl Datagrams {
    /// The socket, if it is open.
    fn open_socket(&self) -> Option<Obj<Socket>> {
        self.socket.get_as::<Socket>().filter(|socket| socket.descriptor() >= 0)
    }
}

/// Whether an attribute of the transport is true.
fn is_set(vm: &Vm, this: &Obj<Datagrams>, name: &str) -> Res<bool> {
    vm.truth(&vm.getattr_named(this.as_object(), name)?)
}

/// Receive what has come.
#[native("(self)", name = "_read_ready")]
fn read_ready(vm: &Vm, this: &Obj<Datagrams>) -> Res<()> {
    let me = this.as_object();
    let looop = vm.getattr_named(me, "_loop")?;
    let poller = looop.downcast::<Loop>().and_then(|looop| looop.waits_with());
    let (Some(socket), Some(poller)) = (this.open_socket(), poller) else {
        return vm.call_method(me, "_slow_read_ready", &[]).map(drop);
    };
    let protocol_number = socket.description()[2];
    for count in 0..ENOUGH {
        if count > 0 && !goes_on(vm, this, count)? || is_set(vm, this, "_conn_lost")? {
            return Ok(());
        }
        let fd = socket.descriptor();
        let datagram = poller.with_room(vm, |room| {
            let (len, address) = net::recvfrom(fd, room, MSG_DONTWAIT, protocol_number)?;
            std::io::Result::Ok((vm.bytes(room.get(..len).unwrap_or_default()), address))
        })?;
        let (data, address) = match datagram {
            Ok(datagram) => datagram,
            Err(failure) => match failure.kind() {
                ErrorKind::WouldBlock | ErrorKind::Interrupted => {
                    this.in_bulk.set(count > 1);
                    return Ok(());
                }
                _ => return tell_error(vm, this, raise_io(vm, failure)),
            },
        };
        let told = [data?.into_object(), to_python(vm, &address)?];
        let protocol = vm.getattr_named(me, "_protocol")?;
        vm.call_method(&protocol, "datagram_received", &told)?;
    }
    this.in_bulk.set(true);
    Ok(())
}

/// Whether to look for one more datagram.
fn goes_on(vm: &Vm, this: &Obj<Datagrams>, count: usize) -> Res<bool> {
    if !this.in_bulk.get() && count == 1 {
        this.single.set(this.single.get() + 1);
        if this.single.get() < OFTEN {
            return Ok(false);
        }
        this.single.set(0);
    }
    Ok(!is_set(vm, this, "_closing")? && !is_set(vm, this, "_paused")?)
}

/// The protocol hears of an error.
#[cold]
fn tell_error(vm: &Vm, this: &Obj<Datagrams>, raised: Raised) -> Res<()> {
    let exception = vm.take_raised(raised);
    let protocol = vm.getattr_named(this.as_object(), "_protocol")?;
    vm.call_method(&protocol, "error_received", &[exception]).map(drop)
}

/// Send a datagram, to an address if the transport has none.
#[native("(self, data, addr=None)")]
fn sendto(vm: &Vm, this: &Obj<Datagrams>, data: &Object, addr: Option<&Object>) -> Res<()> {
    if let Some(sent) = send_at_once(vm, this, data, addr)? {
        return match sent {
            Ok(()) => Ok(()),
            Err(raised) => tell_error(vm, this, raised),
        };
    }
    let addr = addr.cloned().unwrap_or_else(Object::none);
    vm.call_method(this.as_object(), "_slow_sendto", &[data.clone(), addr]).map(drop)
}

fn allowed_address(vm: &Vm, socket: &Socket, addr: &Object) -> Res<net::Address> {
    let address = from_python(vm, socket.addresses(), addr, "sendto")?;
    crate::policy::connect(vm, &address)?;
    Ok(address)
}

/// Send it if that can be done now and nothing is wrong with it; an error of the system is the inner one.
fn send_at_once(
    vm: &Vm,
    this: &Obj<Datagrams>,
    data: &Object,
    addr: Option<&Object>,
) -> Res<Option<Result<(), Raised>>> {
    let (Some(socket), Some(queue)) = (this.open_socket(), this.queue.get()) else {
        return Ok(None);
    };
    if addr.is_some() == this.is_connected.get() || vm.len(&queue)? > 0 {
        return Ok(None);
    }
    let address = match addr {
        None if is_set(vm, this, "_conn_lost")? => return Ok(None),
        None => None,
        Some(addr) => match allowed_address(vm, &socket, addr) {
            Ok(address) => Some(address),
            Err(raised) => {
                drop(vm.take_raised(raised)); // found again
                return Ok(None);
            }
        },
    };
    let fd = socket.descriptor();
    let send = |bytes: &[u8]| match &address {
        _ if bytes.is_empty() => Err(ErrorKind::WouldBlock.into()),
        Some(address) => net::sendto(fd, bytes, MSG_DONTWAIT, address),
        None => net::send(fd, bytes, MSG_DONTWAIT),
    };
    let sent = match data.downcast::<Bytes>() {
        Some(bytes) => send(bytes.as_slice()),
        None if is_bytes_like(data) => send(&buffer::bytes_of(vm, data)?),
        None => return Ok(None),
    };
    match sent {
        Ok(_) => Ok(Some(Ok(()))),
        Err(failure)
            if matches!(failure.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
        {
            Ok(None)
        }
        Err(failure) => Ok(Some(Err(raise_io(vm, failure)))),
    }
}
