//! What is known of a connection.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use taipan_sys::errno;
use taipan_sys::net::{self, Address};

use super::super::looping::{Loop, Ready, Work};
use super::super::state::state;
use super::super::streams::Own;
use super::super::watching::{HANG_UPS, Poller, READS, WRITES};
use super::methods::SPEC;
use super::writing::Chunk;
use crate::socket::address::*;
use crate::socket::{Socket, connection};
use crate::support::*;

/// Payload of stream transports.
pub struct SocketTransport {
    /// Unset once the connection is lost.
    pub looop: Slot,
    pub protocol: Slot,
    pub server: Slot,
    /// The socket object, once somebody asked for it.
    pub socket: Slot,
    /// The dict of extra information, once somebody asked for it.
    pub extra: Slot,
    /// What the protocol is called in.
    pub context: Slot,
    /// Who waits for the start.
    pub waiter: Slot,
    /// Who waits for the buffer to be empty.
    pub empty_waiter: Slot,
    /// What connection_lost() is told.
    pub lost_with: Slot,
    pub fd: Cell<i32>,
    pub description: Cell<[i32; 3]>,
    /// Of this side and the other, until they are in `extra`.
    pub addresses: RefCell<Option<Box<[Address; 2]>>>,
    /// The descriptor is not closed.
    pub open: Cell<bool>,
    /// connection_made() was called.
    pub started: Cell<bool>,
    pub connected: Cell<bool>,
    /// The protocol gives buffers to receive into.
    pub is_buffered: Cell<bool>,
    pub closing: Cell<bool>,
    pub paused: Cell<bool>,
    /// The other side's data has ended, and the protocol goes on.
    pub ended: Cell<bool>,
    /// write_eof() was called.
    pub eof: Cell<bool>,
    /// More than 0: the end is in the queue; counts what is written since.
    pub conn_lost: Cell<u32>,
    /// There may be something to read, or room to write.
    pub readable: Cell<bool>,
    pub writable: Cell<bool>,
    /// The other side has closed: the last read is the end.
    pub hung_up: Cell<bool>,
    /// Much came at once the last time.
    pub in_bulk: Cell<bool>,
    /// The poller knows it, and keeps it alive.
    registered: Cell<bool>,
    held: Cell<bool>,
    /// It is in the loop's queue to read and write.
    pub queued: Cell<bool>,
    pub chunks: RefCell<VecDeque<Chunk>>,
    pub buffered: Cell<usize>,
    pub high: Cell<i64>,
    pub low: Cell<i64>,
    pub protocol_paused: Cell<bool>,
    pub own: Own,
}

impl Payload for SocketTransport {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        for slot in self.slots() {
            visitor.slot(slot);
        }
    }
    fn clear(&self) {
        for slot in self.slots() {
            drop(slot.take());
        }
        drop(self.chunks.take());
    }
}

/// What a transport is made of.
pub struct Opening<'a> {
    pub looop: &'a Obj<Loop>,
    pub protocol: &'a Object,
    pub waiter: Option<&'a Object>,
    pub server: Option<&'a Object>,
    pub context: Obj<contexts::Context>,
    pub fd: i32,
    pub description: [i32; 3],
}

/// Where writing is paused unless somebody says otherwise.
pub const HIGH_WATER: i64 = 64 * 1024;

impl SocketTransport {
    pub fn new() -> SocketTransport {
        SocketTransport {
            looop: Slot::empty(),
            protocol: Slot::empty(),
            server: Slot::empty(),
            socket: Slot::empty(),
            extra: Slot::empty(),
            context: Slot::empty(),
            waiter: Slot::empty(),
            empty_waiter: Slot::empty(),
            lost_with: Slot::empty(),
            fd: Cell::new(-1),
            description: Cell::new([0; 3]),
            addresses: RefCell::default(),
            open: Cell::new(false),
            started: Cell::new(false),
            connected: Cell::new(false),
            is_buffered: Cell::new(false),
            closing: Cell::new(false),
            paused: Cell::new(false),
            ended: Cell::new(false),
            eof: Cell::new(false),
            conn_lost: Cell::new(0),
            readable: Cell::new(false),
            writable: Cell::new(true),
            hung_up: Cell::new(false),
            in_bulk: Cell::new(false),
            registered: Cell::new(false),
            held: Cell::new(false),
            queued: Cell::new(false),
            chunks: RefCell::default(),
            buffered: Cell::new(0),
            high: Cell::new(HIGH_WATER),
            low: Cell::new(HIGH_WATER / 4),
            protocol_paused: Cell::new(false),
            own: Own::default(),
        }
    }

    fn slots(&self) -> [&Slot; 9] {
        [
            &self.looop,
            &self.protocol,
            &self.server,
            &self.socket,
            &self.extra,
            &self.context,
            &self.waiter,
            &self.empty_waiter,
            &self.lost_with,
        ]
    }

    /// Take a descriptor over, and have the loop start. If it fails, the descriptor is still the caller's.
    pub fn open(&self, vm: &Vm, this: &Obj<Self>, with: Opening<'_>) -> Res<()> {
        let Opening { looop, protocol, waiter, server, context, fd, description } = with;
        looop.check_closed(vm)?;
        self.set_protocol(vm, protocol)?;
        self.looop.set(looop.as_object().clone());
        self.context.set(context.into_object());
        self.waiter.assign(waiter.cloned());
        self.fd.set(fd);
        self.description.set(description);
        let [family, kind, protocol_number] = description;
        if matches!(family, AF_INET | AF_INET6)
            && kind == SOCK_STREAM
            && protocol_number == IPPROTO_TCP
        {
            net::setsockopt_int(fd, IPPROTO_TCP, TCP_NODELAY, 1)
                .map_err(|failure| raise_io(vm, failure))?;
        }
        if let Some(server) = server {
            vm.call_method(server, "_attach", &[])?;
            self.server.set(server.clone());
        }
        looop.push(vm, Ready::Transport { transport: this.clone(), work: Work::Start })?;
        self.open.set(true);
        Ok(())
    }

    pub fn set_protocol(&self, vm: &Vm, protocol: &Object) -> Res<()> {
        let class = state(vm).buffered_protocol(vm)?;
        self.is_buffered.set(vm.is_instance(protocol, &class)?);
        self.protocol.set(protocol.clone());
        self.connected.set(true);
        Ok(())
    }

    /// Short reads and writes of these sockets say that there is no more to be had.
    pub fn is_internet(&self) -> bool {
        matches!(self.description.get()[0], AF_INET | AF_INET6)
    }

    pub fn is_reading(&self) -> bool {
        !self.closing.get() && !self.paused.get()
    }

    pub fn can_read(&self) -> bool {
        self.readable.get()
            && self.is_reading()
            && self.started.get()
            && !self.ended.get()
            && self.conn_lost.get() == 0
    }

    pub fn can_write(&self) -> bool {
        self.writable.get() && self.buffered.get() > 0 && self.conn_lost.get() == 0
    }

    /// Events came; whether it has to be put into the queue for them.
    pub fn note(&self, events: u32) -> bool {
        if events & READS != 0 {
            self.readable.set(true);
        }
        if events & HANG_UPS != 0 {
            self.hung_up.set(true);
        }
        if events & WRITES != 0 {
            self.writable.set(true);
        }
        (self.can_read() || self.can_write()) && !self.queued.replace(true)
    }

    /// Into the queue, if there is something to do.
    pub fn go_on(&self, vm: &Vm, this: &Obj<Self>) -> Res<()> {
        if (self.can_read() || self.can_write()) && !self.queued.replace(true) {
            return self.push(vm, this, Work::Pump);
        }
        Ok(())
    }

    pub fn push(&self, vm: &Vm, this: &Obj<Self>, work: Work) -> Res<()> {
        let Some(looop) = self.looop.get() else { return Ok(()) };
        let Some(native) = looop.downcast::<Loop>() else { return Ok(()) };
        native.check_closed(vm)?;
        native.push(vm, Ready::Transport { transport: this.clone(), work })
    }

    /// The descriptor; -1 if somebody closed the socket object: the number may be another file's by now.
    pub fn descriptor(&self) -> i32 {
        match self.socket.get_as::<Socket>() {
            Some(socket) => socket.descriptor(),
            None => self.fd.get(),
        }
    }

    pub fn poller(&self) -> Option<Rc<Poller>> {
        self.looop.get()?.downcast::<Loop>()?.waits_with()
    }

    /// The poller is to tell of events.
    pub fn register(&self, vm: &Vm, this: &Obj<Self>) -> Res<()> {
        if self.registered.get() {
            return Ok(());
        }
        let Some(poller) = self.poller() else {
            return Err(vm.runtime_error("Event loop is closed"));
        };
        if self.descriptor() != self.fd.get() {
            return Err(raise_io(vm, std::io::Error::from_raw_os_error(errno::EBADF)));
        }
        poller.attach(vm, self.fd.get(), this)?;
        self.registered.set(true);
        self.held.set(true);
        Ok(())
    }

    /// The poller tells no more.
    pub fn deregister(&self, vm: &Vm, this: &Object) {
        if self.registered.replace(false)
            && let Some(poller) = self.poller()
        {
            poller.detach(vm, self.fd.get(), this);
        }
    }

    /// Keep it alive while it reads, or has something to write.
    pub fn settle(&self, vm: &Vm, this: &Obj<Self>) -> Res<()> {
        let holds = self.is_reading() && !self.ended.get() || self.buffered.get() > 0;
        if !self.registered.get() || self.held.get() == holds {
            return Ok(());
        }
        if let Some(poller) = self.poller() {
            poller.hold(vm, self.fd.get(), this, holds)?;
            self.held.set(holds);
        }
        Ok(())
    }

    pub fn in_debug(&self, vm: &Vm) -> Res<bool> {
        match self.looop.get() {
            Some(looop) => match looop.downcast::<Loop>() {
                Some(native) if native.has_own_debug(vm, &looop) => Ok(native.debug.get()),
                _ => vm.truth(&vm.call_method(&looop, "get_debug", &[])?),
            },
            None => Ok(false),
        }
    }

    /// The socket object.
    pub fn its_socket(&self, vm: &Vm) -> Res<Option<Object>> {
        if self.socket.is_set() || !self.open.get() {
            return Ok(self.socket.get());
        }
        let class = state(vm).socket_class(vm)?;
        let Some(class) = class.downcast::<Type>() else {
            return Err(vm.type_error("socket.socket is not a class"));
        };
        let socket = connection(vm, class, self.fd.get(), self.description.get())?;
        self.socket.set(socket.clone());
        Ok(Some(socket))
    }

    /// An address by the name that it has in the extra information.
    pub fn address(&self, name: &Object) -> Option<Address> {
        let name = name.downcast::<Str>()?;
        let addresses = self.addresses.borrow();
        let [own, peer] = addresses.as_deref()?;
        match name.as_ascii()? {
            "sockname" => Some(own.clone()),
            "peername" => Some(peer.clone()),
            _ => None,
        }
    }

    /// The dict of extra information.
    pub fn its_extra(&self, vm: &Vm) -> Res<Obj<Dict>> {
        if let Some(extra) = self.extra.get_as::<Dict>() {
            return Ok(extra);
        }
        let extra = vm.new_dict()?;
        self.fill_extra(vm, &extra)?;
        self.extra.set(extra.as_object().clone());
        Ok(extra)
    }

    pub fn fill_extra(&self, vm: &Vm, extra: &Obj<Dict>) -> Res<()> {
        let addresses = self.addresses.borrow().clone();
        if let Some(socket) = self.its_socket(vm)? {
            let shown = vm.call(&state(vm).transport_socket(vm)?, &[socket])?;
            extra.set_named(vm, "socket", shown)?;
        }
        if let Some(addresses) = addresses {
            let [own, peer] = *addresses;
            extra.set_named(vm, "sockname", to_python(vm, &own)?)?;
            if extra.get_named(vm, "peername").is_none() {
                extra.set_named(vm, "peername", to_python(vm, &peer)?)?;
            }
        }
        Ok(())
    }
}

/// The socket that a program gave a transport.
pub fn socket_of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Socket>> {
    object.downcast::<Socket>().ok_or_else(|| vm.type_error("a socket was expected"))
}
