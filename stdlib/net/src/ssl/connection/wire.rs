//! How bytes get between the machine and a socket, or memory, and who waits for them.

use std::io;
use std::time::Instant;

use taipan_core::types::weakref;
use taipan_sys::net::{self, POLL_IN, POLL_OUT};
use taipan_tls::engine::Engine;

use super::Connection;
use crate::socket::Socket;
use crate::ssl::bio::Bio;
use crate::ssl::errors::{Class, raise_want};
use crate::support::*;

/// The head of a record, which tells its length.
const HEAD: usize = 5;

/// Records shorter than this may be the last: what follows may be for somebody else.
const MAY_BE_LAST: usize = 64;

pub(in crate::ssl) const DONT_WAIT: i32 = 0x40;

/// What carries the bytes.
pub(in crate::ssl) enum Wire {
    /// A weak reference: the socket owns the connection.
    Socket(Object),
    Memory(Obj<Bio>, Obj<Bio>),
}

impl Wire {
    pub(in crate::ssl) fn socket(vm: &Vm, socket: &Obj<Socket>) -> Res<Wire> {
        Ok(Wire::Socket(weakref::reference(vm, socket.as_object())?))
    }
}

/// Whether to wait, and till when.
pub(super) struct Patience<'s> {
    pub socket: Option<&'s Obj<Socket>>,
    pub deadline: Option<Instant>,
    pub at: u32,
    /// What took too long.
    pub what: &'static str,
}

impl<'s> Patience<'s> {
    pub fn new(socket: Option<&'s Obj<Socket>>, at: u32, what: &'static str) -> Patience<'s> {
        Patience { socket, deadline: socket.and_then(|socket| socket.deadline()), at, what }
    }

    /// Waits for the socket; raises if there is nothing to wait for, or it took too long.
    fn wait(&self, vm: &Vm, events: i16) -> Res<()> {
        let class = if events == POLL_IN { Class::WantRead } else { Class::WantWrite };
        let Some(socket) = self.socket.filter(|socket| socket.waits()) else {
            return Err(raise_want(vm, class, self.at));
        };
        if socket.wait(vm, events, self.deadline)? {
            return Ok(());
        }
        let what = self.what;
        Err(vm.raise_kind(Exc::TimeoutError, format_args!("{what} operation timed out")))
    }
}

impl Connection {
    /// Sends what the machine has for the other side.
    pub(super) fn flush(&self, vm: &Vm, patience: &Patience<'_>) -> Res<()> {
        if let Some(Wire::Memory(_, outgoing)) = self.wire.get() {
            let mut queue = outgoing.queue.borrow_mut();
            self.ask(|engine| engine.take_output(queue.bytes_mut()));
            return Ok(());
        }
        let Some(socket) = patience.socket else { return Ok(()) };
        loop {
            let sent = {
                let mut queue = self.outgoing.borrow_mut();
                self.ask(|engine| engine.take_output(queue.bytes_mut()));
                if queue.is_empty() {
                    return Ok(());
                }
                let flags = waiting(vm, socket);
                let sent = net::send(socket.descriptor(), queue.as_slice(), flags);
                if let Ok(count) = sent {
                    queue.consume(count);
                }
                sent
            };
            match sent {
                Ok(_) => vm.poll()?,
                Err(failure) => self.after(vm, failure, patience, POLL_OUT)?,
            }
        }
    }

    /// Room for so many bytes and what TLS adds to them, or MemoryError.
    pub(super) fn make_room(&self, vm: &Vm, count: usize) -> Res<()> {
        let more = count + count / 64 + 1024;
        match self.wire.get() {
            Some(Wire::Memory(_, outgoing)) => outgoing.queue.borrow_mut().end(vm, more).map(drop),
            _ => self.outgoing.borrow_mut().end(vm, more).map(drop),
        }
    }

    /// After a call on the socket that failed: waits if that may help.
    fn after(&self, vm: &Vm, failure: io::Error, patience: &Patience<'_>, events: i16) -> Res<()> {
        match failure.kind() {
            io::ErrorKind::Interrupted => vm.poll(),
            io::ErrorKind::WouldBlock => {
                self.ask(Engine::rest);
                patience.wait(vm, events)
            }
            _ => Err(raise_io(vm, failure)),
        }
    }

    /// Brings more bytes to the machine, or raises if there are none and waiting is not wanted.
    pub(super) fn fill(&self, vm: &Vm, patience: &Patience<'_>) -> Res<()> {
        self.tell(vm);
        if let Some(Wire::Memory(incoming, _)) = self.wire.get() {
            let mut queue = incoming.queue.borrow_mut();
            if !queue.is_empty() {
                let taken = self.ask(|engine| engine.receive(queue.as_slice()));
                queue.consume(taken);
                if taken > 0 {
                    return Ok(());
                }
            }
            drop(queue);
            if incoming.ended.get() {
                self.ask(Engine::receive_end);
                return Ok(());
            }
            self.ask(Engine::rest);
            return patience.wait(vm, POLL_IN);
        }
        let Some(socket) = patience.socket else { return Ok(()) };
        loop {
            match self.receive(vm, socket) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(failure) => self.after(vm, failure, patience, POLL_IN)?,
            }
        }
    }

    /// Reads from the socket what is missing of a record, and no more: what comes later stays where `select()` sees
    /// it. (The head of the next one is read along if its rest must follow.) Whether the machine got anything.
    fn receive(&self, vm: &Vm, socket: &Socket) -> io::Result<bool> {
        let flags = waiting(vm, socket);
        if let Some(len) = self.large_record() {
            return self.receive_large(socket, len, flags).map(|()| true);
        }
        let mut queue = self.incoming.borrow_mut();
        let have = queue.len();
        let missing = missing_bytes(queue.as_slice());
        if missing > 0 {
            // At most a record: small.
            let bytes = queue.bytes_mut();
            bytes.reserve(missing);
            let count = net::recv_into_spare(socket.descriptor(), bytes, missing, flags)?;
            if count == 0 {
                self.ask(Engine::receive_end);
                return Ok(true);
            }
            if missing_bytes(queue.as_slice()) > 0 && have + count < HEAD {
                return Ok(false);
            }
        }
        let record = whole_record(queue.as_slice());
        if record == 0 {
            return Ok(false);
        }
        // The machine gets what there is of the next head as well: while it has something left it keeps its room,
        // and takes a record at once.
        let mut given = self.given.get();
        given += self.ask(|engine| engine.receive(queue.as_slice().get(given..).unwrap_or(&[])));
        if given >= record {
            queue.consume(record);
            given -= record;
        }
        self.given.set(given);
        Ok(true)
    }

    /// The length of the record, if it is one that the machine can read by itself: it has its head, and more must
    /// follow.
    fn large_record(&self) -> Option<usize> {
        let queue = self.incoming.borrow();
        let &[kind, 3, _, high, low] = queue.as_slice() else { return None };
        let len = usize::from(high) << 8 | usize::from(low);
        let fits = kind == 23 && (MAY_BE_LAST..=16 * 1024 + 256).contains(&len);
        let is_begun = self.given.get() >= HEAD;
        (fits && is_begun && self.ask(|engine| engine.takes_records())).then_some(len)
    }

    /// Lets the machine read the rest of a record, with the head of the next one.
    fn receive_large(&self, socket: &Socket, len: usize, flags: i32) -> io::Result<()> {
        let mut source = Source {
            fd: socket.descriptor(),
            flags,
            missing: (HEAD + len).saturating_sub(self.given.get()),
            head: [0; HEAD],
            head_len: 0,
            is_at_end: false,
        };
        let received = self
            .engine
            .borrow_mut()
            .as_mut()
            .map_or(Ok(()), |engine| engine.receive_from(&mut source));
        self.given.set(HEAD + len - source.missing);
        if source.missing == 0 {
            let mut queue = self.incoming.borrow_mut();
            queue.consume(HEAD);
            let head = source.head.get(..source.head_len).unwrap_or(&[]);
            queue.bytes_mut().extend_from_slice(head);
            self.given.set(source.head_len);
        }
        if source.is_at_end {
            self.ask(Engine::receive_end);
            return Ok(());
        }
        received
    }
}

/// How a call on the socket is to behave: a socket without a timeout may wait by itself if nobody else can run.
fn waiting(vm: &Vm, socket: &Socket) -> i32 {
    let may_wait = socket.waits() && !socket.has_timeout() && vm.is_only_thread();
    if may_wait { 0 } else { DONT_WAIT }
}

/// The rest of a record in a socket, and the head of the next one.
struct Source {
    fd: i32,
    flags: i32,
    missing: usize,
    head: [u8; HEAD],
    head_len: usize,
    is_at_end: bool,
}

impl io::Read for Source {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let wanted = (self.missing + HEAD - self.head_len).min(room.len());
        let room = room.get_mut(..wanted).unwrap_or_default();
        let count = net::recv(self.fd, room, self.flags)?;
        if count == 0 {
            self.is_at_end = true;
        }
        let received = room.get(..count).unwrap_or_default();
        let (rest, head) = received.split_at(self.missing.min(count));
        self.missing -= rest.len();
        for (to, from) in self.head.iter_mut().skip(self.head_len).zip(head) {
            *to = *from;
        }
        self.head_len += head.len();
        Ok(count)
    }
}

/// How many bytes are missing of the record that begins the queue.
fn missing_bytes(queue: &[u8]) -> usize {
    let &[kind, major, _, high, low, ..] = queue else { return HEAD - queue.len() };
    let len = usize::from(high) << 8 | usize::from(low);
    // What is no TLS is for the machine to say.
    if !(20..=23).contains(&kind) || major != 3 || len > 16 * 1024 + 2048 {
        return 0;
    }
    let missing = (HEAD + len).saturating_sub(queue.len());
    // The next head along, where something must follow that is ours.
    if missing > 0 && kind == 23 && len >= MAY_BE_LAST { missing + HEAD } else { missing }
}

/// How many bytes at the beginning the machine can be given.
fn whole_record(queue: &[u8]) -> usize {
    let &[kind, major, _, high, low, ..] = queue else { return 0 };
    let len = usize::from(high) << 8 | usize::from(low);
    if !(20..=23).contains(&kind) || major != 3 || len > 16 * 1024 + 2048 {
        return queue.len();
    }
    if queue.len() < HEAD + len { 0 } else { HEAD + len }
}
