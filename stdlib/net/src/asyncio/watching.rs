//! What a loop of ours waits with: an epoll, and a bell for other threads.
//!
//! Three kinds of users share a descriptor's place in the table:
//!
//! - `add_reader()` and `add_writer()` of programs: level-triggered, as their callbacks may leave data behind;
//! - transports and `sock_*` of ours: registered once and edge-triggered, with flags that say what is known of the
//!   descriptor, so that neither pausing nor waiting costs a system call. Room to write is asked for with the first
//!   write that finds none: most never do.
//!
//! As long as there is a callback of the first kind, the descriptor is level-triggered for all.
//!
//! An event carries the descriptor's number and the registration's: one for a registration that was replaced
//! meanwhile, maybe by that of another file of the same number, finds nothing.
//!
//! **Invariant:** the bell is rung only while the loop waits, and once for each wait: who adds to the queue under the
//! interpreter's lock is seen by a loop that does not wait yet.
//! **Invariant:** the table is not borrowed while Python runs.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

use taipan_core::object::weakref::WeakRef;
use taipan_sys::net::{self, EpollEvent, EpollOp};
use taipan_sys::{errno, fs};

use super::future::{Future, Stage};
use super::handle::Handle;
use super::looping::{Ready, Work};
use super::state::state;
use super::transport::SocketTransport;
use crate::support::*;

pub(super) const IN: u32 = 0x1;
pub(super) const OUT: u32 = 0x4;
const ERR: u32 = 0x8;
const HANG_UP: u32 = 0x10;
pub(super) const READ_HANG_UP: u32 = 0x2000;
const EDGE: u32 = 1 << 31;

/// Events after which there may be something to read.
pub(super) const READS: u32 = IN | READ_HANG_UP | HANG_UP | ERR;
/// Events after which something may be written.
pub(super) const WRITES: u32 = OUT | HANG_UP | ERR;

/// Events after which there comes no more to read.
pub(super) const HANG_UPS: u32 = READ_HANG_UP | HANG_UP | ERR;

/// The data of the bell's events.
const BELL: u64 = u64::MAX;

/// As many events as one look takes.
const EVENTS: usize = 256;

/// Who is told that a descriptor can be read, or written.
#[derive(Clone)]
pub(super) enum Watcher {
    /// A callback: each time.
    Handle(Obj<Handle>),
    /// A coroutine of ours waits for this: once.
    Future(Obj<Future>),
}

impl Watcher {
    fn visit(&self, visitor: &mut Visitor) {
        match self {
            Watcher::Handle(handle) => visitor.visit(handle.as_object()),
            Watcher::Future(future) => visitor.visit(future.as_object()),
        }
    }

    fn is_handle(&self) -> bool {
        matches!(self, Watcher::Handle(_))
    }
}

/// Who uses a descriptor.
#[derive(Default)]
struct Watched {
    reader: Option<Watcher>,
    writer: Option<Watcher>,
    /// A transport that has something to wait for.
    transport: Option<Obj<SocketTransport>>,
    /// One that has not: a weak reference.
    idle: Option<Object>,
    /// The transport steps aside.
    lent: bool,
    /// What epoll was told, 0: nothing.
    mask: u32,
    /// The registration's number.
    number: u64,
    /// Edge-triggered events are to tell of room to write.
    wants_room: bool,
    /// What is known for waiting coroutines: there may be something to read, or room.
    readable: bool,
    writable: bool,
}

impl Watched {
    fn wanted(&self) -> u32 {
        let both = [&self.reader, &self.writer];
        if both.iter().any(|side| side.as_ref().is_some_and(Watcher::is_handle)) {
            let reads = if self.reader.is_some() { IN } else { 0 };
            let writes = if self.writer.is_some() { OUT } else { 0 };
            return reads | writes;
        }
        let is_used = both.iter().any(|side| side.is_some())
            || self.transport.is_some()
            || self.idle.is_some();
        match is_used {
            true if self.wants_room => EDGE | IN | READ_HANG_UP | OUT,
            true => EDGE | IN | READ_HANG_UP,
            false => 0,
        }
    }

    fn side(&mut self, side: Side) -> &mut Option<Watcher> {
        match side {
            Side::Read => &mut self.reader,
            Side::Write => &mut self.writer,
        }
    }
}

/// Reading or writing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Read,
    Write,
}

/// What is known of a registration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tell {
    /// It stands as the table has it.
    Changes,
    /// The descriptor may be another file's by now.
    Again,
    /// It is a file that was not registered, as far as the caller knows.
    New,
}

/// See the file's head.
pub(super) struct Poller {
    epoll: i32,
    bell: i32,
    /// By descriptor.
    table: RefCell<Vec<Watched>>,
    room: Cell<Vec<EpollEvent>>,
    /// The loop waits, or is about to, and nobody has rung.
    waits: Cell<bool>,
    /// See [`Poller::with_room`].
    received: Cell<Vec<u8>>,
}

/// As much is received at once.
pub(super) const PIECE: usize = 256 * 1024;

impl Poller {
    /// Receive into a room of [`PIECE`] bytes that all sockets of a loop share; nothing may run that receives, too.
    pub fn with_room<T>(&self, vm: &Vm, receive: impl FnOnce(&mut [u8]) -> T) -> Res<T> {
        let mut room = self.received.take();
        if room.len() < PIECE {
            room = zeros(vm, PIECE)?;
        }
        let received = receive(&mut room);
        self.received.set(room);
        Ok(received)
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        let _ = fs::close(self.bell);
        let _ = fs::close(self.epoll);
    }
}

fn index(vm: &Vm, fd: i32) -> Res<usize> {
    usize::try_from(fd).map_err(|_| vm.value_error(format_args!("Invalid file descriptor: {fd}")))
}

impl Poller {
    pub fn new() -> io::Result<Poller> {
        let epoll = net::epoll_create()?;
        let bell = fs::eventfd(0, fs::EVENTFD_NONBLOCK_CLOEXEC);
        let (bell, told) = match bell {
            Ok(bell) => (bell, net::epoll_ctl(epoll, EpollOp::Add, bell, IN, BELL)),
            Err(failure) => (-1, Err(failure)),
        };
        let poller = Poller {
            epoll,
            bell,
            table: RefCell::default(),
            room: Cell::default(),
            waits: Cell::new(false),
            received: Cell::default(),
        };
        told.map(|()| poller)
    }

    pub fn traverse(&self, visitor: &mut Visitor) {
        for watched in self.table.borrow().iter() {
            let both = watched.reader.iter().chain(&watched.writer);
            both.for_each(|watcher| watcher.visit(visitor));
            watched.transport.iter().for_each(|t| visitor.visit(t.as_object()));
            watched.idle.iter().for_each(|weak| visitor.visit(weak));
        }
    }

    pub fn clear(&self) {
        drop(self.table.take());
    }

    /// Room in the table for a descriptor.
    fn make_room(&self, vm: &Vm, index: usize) -> Res<()> {
        let mut table = self.table.borrow_mut();
        if table.len() > index {
            return Ok(());
        }
        let more = index + 1 - table.len();
        if table.try_reserve(more).is_err() {
            drop(table);
            return Err(vm.no_memory(NoMemory));
        }
        table.resize_with(index + 1, Watched::default);
        Ok(())
    }

    /// Watch a descriptor for a handle, or no longer; gives who was there.
    pub fn watch(
        &self,
        vm: &Vm,
        fd: i32,
        side: Side,
        handle: Option<Obj<Handle>>,
    ) -> Res<Option<Watcher>> {
        let index = index(vm, fd)?;
        if handle.is_some() {
            self.make_room(vm, index)?;
        }
        let mut table = self.table.borrow_mut();
        let Some(watched) = table.get_mut(index) else { return Ok(None) };
        // Another file may have the number since it was registered: epoll is asked whatever the table says.
        let how = if handle.is_some() { Tell::Again } else { Tell::Changes };
        let watcher = handle.map(Watcher::Handle);
        let was_there = std::mem::replace(watched.side(side), watcher);
        let told = self.tell(vm, fd, watched, how);
        if told.is_err() {
            // As it was.
            let refused = std::mem::replace(watched.side(side), was_there);
            drop(table);
            drop(refused);
            return told.map(|()| None).map_err(|failure| raise_io(vm, failure));
        }
        Ok(was_there)
    }

    /// Whether somebody is told when a descriptor can be read, or written.
    pub fn watches(&self, fd: i32) -> (bool, bool) {
        let table = self.table.borrow();
        let watched = usize::try_from(fd).ok().and_then(|fd| table.get(fd));
        watched.map_or((false, false), |w| (w.reader.is_some(), w.writer.is_some()))
    }

    /// Have epoll know what is wanted; `is_new`: of another file than before, as far as the caller knows.
    fn tell(&self, vm: &Vm, fd: i32, watched: &mut Watched, how: Tell) -> io::Result<()> {
        let wanted = watched.wanted();
        let had = watched.mask;
        if wanted == had && (how == Tell::Changes || wanted == 0) {
            return Ok(());
        }
        let is_new = how == Tell::New;
        watched.mask = wanted;
        if wanted == 0 {
            if had != 0 {
                // It may have been closed since: then nobody watches it any more.
                let _ = net::epoll_ctl(self.epoll, EpollOp::Delete, fd, 0, 0);
            }
            return Ok(());
        }
        if had == 0 || is_new {
            watched.number = state(vm).next_registration();
        }
        let data = |watched: &Watched| u64::from(watched.number as u32) << 32 | fd as u64;
        let op = if had == 0 || is_new { EpollOp::Add } else { EpollOp::Modify };
        let done = match net::epoll_ctl(self.epoll, op, fd, wanted, data(watched)) {
            // Another file has the number now, or a duplicate of it was left behind.
            Err(e) if op == EpollOp::Modify && e.raw_os_error() == Some(errno::ENOENT) => {
                watched.number = state(vm).next_registration();
                net::epoll_ctl(self.epoll, EpollOp::Add, fd, wanted, data(watched))
            }
            Err(e) if op == EpollOp::Add && e.raw_os_error() == Some(errno::EEXIST) => {
                net::epoll_ctl(self.epoll, EpollOp::Modify, fd, wanted, data(watched))
            }
            done => done,
        };
        if done.is_err() {
            watched.mask = 0;
        }
        // Nothing is known that was not told since.
        (watched.readable, watched.writable) = (true, true);
        done
    }

    // ---- transports

    /// A transport uses a descriptor from now on.
    pub fn attach(&self, vm: &Vm, fd: i32, transport: &Obj<SocketTransport>) -> Res<()> {
        let index = index(vm, fd)?;
        self.make_room(vm, index)?;
        let mut table = self.table.borrow_mut();
        let Some(watched) = table.get_mut(index) else { return Ok(()) };
        watched.wants_room = false;
        watched.lent = false;
        let before = (watched.transport.replace(transport.clone()), watched.idle.take());
        let told = self.tell(vm, fd, watched, Tell::New);
        drop(table);
        drop(before);
        told.map_err(|failure| raise_io(vm, failure))
    }

    /// A transport uses a descriptor no more, which is about to be closed.
    pub fn detach(&self, vm: &Vm, fd: i32, transport: &Object) {
        let Ok(index) = usize::try_from(fd) else { return };
        let mut table = self.table.borrow_mut();
        let Some(watched) = table.get_mut(index) else { return };
        let its = watched.transport.as_ref().is_some_and(|t| t.as_object().is(transport));
        // A weak reference to what dies is empty already.
        let weak = watched.idle.as_ref().and_then(|idle| idle.downcast::<WeakRef>());
        let idle = weak.is_some_and(|weak| weak.get().is_none_or(|t| t.is(transport)));
        if !its && !idle {
            return;
        }
        let before = (watched.transport.take(), watched.idle.take());
        watched.lent = false;
        let _ = self.tell(vm, fd, watched, Tell::Changes);
        drop(table);
        drop(before);
    }

    /// Keep a transport alive, as it has something to wait for, or not.
    pub fn hold(&self, vm: &Vm, fd: i32, transport: &Obj<SocketTransport>, holds: bool) -> Res<()> {
        let Ok(index) = usize::try_from(fd) else { return Ok(()) };
        let weak = match holds {
            true => None,
            false => Some(taipan_core::types::weakref::reference(vm, transport.as_object())?),
        };
        let mut table = self.table.borrow_mut();
        let Some(watched) = table.get_mut(index) else { return Ok(()) };
        let held = watched.transport.is_some();
        if held == holds || !held && watched.idle.is_none() {
            return Ok(());
        }
        let before = match weak {
            None => (watched.transport.replace(transport.clone()), watched.idle.take()),
            Some(weak) => (watched.transport.take(), watched.idle.replace(weak)),
        };
        drop(table);
        drop(before);
        Ok(())
    }

    /// Room to write is to be told of, now if there is some.
    pub fn want_room(&self, vm: &Vm, fd: i32) -> Res<()> {
        let index = index(vm, fd)?;
        let mut table = self.table.borrow_mut();
        let Some(watched) = table.get_mut(index) else { return Ok(()) };
        if std::mem::replace(&mut watched.wants_room, true) {
            return Ok(());
        }
        self.tell(vm, fd, watched, Tell::Changes).map_err(|failure| raise_io(vm, failure))
    }

    /// The transport that uses a descriptor.
    pub fn transport_at(&self, fd: i32) -> Option<Object> {
        let table = self.table.borrow();
        let watched = usize::try_from(fd).ok().and_then(|index| table.get(index))?;
        match &watched.transport {
            _ if watched.lent => None,
            Some(transport) => Some(transport.as_object().clone()),
            None => watched.idle.as_ref()?.downcast::<WeakRef>()?.get(),
        }
    }

    /// Let others use the descriptor of a transport, or no longer.
    pub fn lend(&self, fd: i32, lent: bool) {
        let mut table = self.table.borrow_mut();
        if let Some(watched) = usize::try_from(fd).ok().and_then(|index| table.get_mut(index)) {
            watched.lent = lent;
        }
    }

    // ---- coroutines that wait for a socket

    /// Whether it is worth trying to read (or write) a socket that was registered as `number`.
    pub fn may_try(&self, fd: i32, number: u64, side: Side) -> bool {
        let table = self.table.borrow();
        match usize::try_from(fd).ok().and_then(|index| table.get(index)) {
            Some(watched) if watched.number == number && watched.mask & EDGE != 0 => match side {
                Side::Read => watched.readable,
                Side::Write => watched.writable,
            },
            _ => true,
        }
    }

    /// Reading such a socket gave all that there was.
    pub fn drained(&self, fd: i32, number: u64) {
        let mut table = self.table.borrow_mut();
        if let Some(watched) = usize::try_from(fd).ok().and_then(|index| table.get_mut(index))
            && watched.number == number
            && watched.mask & EDGE != 0
        {
            watched.readable = false;
        }
    }

    /// A coroutine waits for a socket that was registered as `number` (0: not yet), and has found that it must.
    /// Gives the number it is registered as, and who waited before.
    pub fn wait_for(
        &self,
        vm: &Vm,
        fd: i32,
        number: u64,
        side: Side,
        future: &Obj<Future>,
    ) -> Res<(u64, Option<Watcher>)> {
        let index = index(vm, fd)?;
        self.make_room(vm, index)?;
        let mut table = self.table.borrow_mut();
        let Some(watched) = table.get_mut(index) else { return Ok((0, None)) };
        let is_new = number == 0 || watched.number != number || watched.mask == 0;
        if is_new {
            watched.wants_room = false;
        }
        watched.wants_room |= side == Side::Write;
        let before = watched.side(side).replace(Watcher::Future(future.clone()));
        let had = watched.mask;
        let how = if is_new { Tell::New } else { Tell::Changes };
        if let Err(failure) = self.tell(vm, fd, watched, how) {
            let refused = std::mem::replace(watched.side(side), before);
            drop(table);
            drop(refused);
            return Err(raise_io(vm, failure));
        }
        if !is_new && had == watched.mask {
            // What epoll was told anew it tells at once.
            match side {
                Side::Read => watched.readable = false,
                Side::Write => watched.writable = false,
            }
        }
        Ok((watched.number, before))
    }

    /// A coroutine waits no more.
    pub fn wait_no_more(&self, vm: &Vm, fd: i32, side: Side, future: &Obj<Future>) {
        let Ok(index) = usize::try_from(fd) else { return };
        let mut table = self.table.borrow_mut();
        let Some(watched) = table.get_mut(index) else { return };
        let place = watched.side(side);
        if !matches!(place, Some(Watcher::Future(its)) if its.is(future)) {
            return;
        }
        let gone = place.take();
        if watched.mask & EDGE == 0 {
            // The callbacks of a program stay, without this.
            let _ = self.tell(vm, fd, watched, Tell::Changes);
        }
        drop(table);
        drop(gone);
    }

    // ---- waiting

    /// Wake the loop if it waits.
    pub fn ring(&self) {
        if self.waits.replace(false) {
            let _ = fs::eventfd_add(self.bell);
        }
    }

    /// The descriptor for a host that waits in the loop's place: from now on the bell is rung.
    pub fn watched_by_host(&self) -> i32 {
        self.waits.set(true);
        self.epoll
    }

    /// Wait for events (None: without end) and hand on what is to be run for those that came.
    pub fn wait(
        &self,
        vm: &Vm,
        timeout: Option<Duration>,
        mut take: impl FnMut(Ready) -> Res<()>,
    ) -> Res<()> {
        let mut room = self.room.take();
        if room.is_empty() {
            reserve(vm, &mut room, EVENTS)?;
            room.resize(EVENTS, EpollEvent::empty());
        }
        let came = if timeout == Some(Duration::ZERO) {
            // It does not wait: the lock is kept.
            net::epoll_wait(self.epoll, &mut room, timeout).or_else(|failure| {
                match failure.kind() {
                    io::ErrorKind::Interrupted => vm.poll().map(|()| 0),
                    _ => Err(raise_io(vm, failure)),
                }
            })
        } else {
            self.wait_long(vm, timeout, &mut room)
        };
        let result = came.and_then(|count| {
            // An edge that is not handed on is lost: all are, whatever fails.
            let mut first = None;
            for event in room.get(..count).unwrap_or_default() {
                if let Err(raised) = self.hand_on(vm, *event, &mut take) {
                    let exception = vm.take_raised(raised);
                    first.get_or_insert(exception);
                }
            }
            first.map_or(Ok(()), |exception| Err(vm.raise(exception)))
        });
        self.room.set(room);
        result
    }

    fn wait_long(&self, vm: &Vm, timeout: Option<Duration>, room: &mut [EpollEvent]) -> Res<usize> {
        // From here on who adds to the queue rings: another thread may run before the wait begins.
        self.waits.set(true);
        // A signal that came a moment ago does not end the wait any more.
        vm.poll().inspect_err(|_| self.waits.set(false))?;
        let epoll = self.epoll;
        let came = vm.allow_threads(|| net::epoll_wait_exact(epoll, room, timeout));
        self.waits.set(false);
        match came {
            Ok(count) => Ok(count),
            // Handlers run; the loop looks at its timers and comes back.
            Err(failure) if failure.kind() == io::ErrorKind::Interrupted => vm.poll().map(|()| 0),
            Err(failure) => Err(raise_io(vm, failure)),
        }
    }

    fn hand_on(
        &self,
        vm: &Vm,
        event: EpollEvent,
        take: &mut impl FnMut(Ready) -> Res<()>,
    ) -> Res<()> {
        if event.data() == BELL {
            let _ = fs::eventfd_clear(self.bell);
            return Ok(());
        }
        let (fd, number, events) =
            (event.data() as u32, (event.data() >> 32) as u32, event.events());
        let (transport, reader, writer) = {
            let mut table = self.table.borrow_mut();
            let Some(watched) = table.get_mut(fd as usize).filter(|w| w.number as u32 == number)
            else {
                return Ok(()); // of a registration that is no more
            };
            let is_edge = watched.mask & EDGE != 0;
            // Errors and hang-ups are for both.
            let side = |events: u32, other: u32, place: &mut Option<Watcher>| match place {
                _ if events & !other == 0 => None,
                Some(Watcher::Future(_)) => place.take(),
                place => place.clone(),
            };
            let reader = side(events, OUT, &mut watched.reader);
            let writer = side(events, IN | READ_HANG_UP, &mut watched.writer);
            watched.readable |= events & READS != 0;
            watched.writable |= events & WRITES != 0;
            let weak = watched.idle.as_ref().and_then(|idle| idle.downcast::<WeakRef>());
            let idle = || weak?.get()?.downcast_into::<SocketTransport>().ok();
            let transport = watched.transport.clone().or_else(idle);
            if !is_edge && (reader.is_some() || writer.is_some()) {
                // A coroutine that was told waits no more.
                let _ = self.tell(vm, fd as i32, watched, Tell::Changes);
            }
            (transport, reader, writer)
        };
        if let Some(transport) = transport
            && transport.note(events)
        {
            take(Ready::Transport { transport, work: Work::Pump })?;
        }
        for (side, watcher) in [(Side::Read, reader), (Side::Write, writer)] {
            match watcher {
                Some(Watcher::Handle(handle)) if handle.cancelled.get() => {
                    drop(self.watch(vm, fd as i32, side, None)?);
                }
                Some(Watcher::Handle(handle)) => take(Ready::Handle(handle))?,
                Some(Watcher::Future(future)) if future.stage.get() == Stage::Pending => {
                    future.finish(vm, &future, Object::none())?;
                }
                Some(Watcher::Future(_)) | None => {}
            }
        }
        Ok(())
    }
}
