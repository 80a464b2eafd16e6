//! What a loop of ours waits with: an epoll, the descriptors of `add_reader()` and `add_writer()`, and a bell for
//! other threads.
//!
//! Descriptors are watched level-triggered, as callbacks may leave data behind. An event carries the descriptor's
//! number: what was registered for a number is looked up when the event is seen, so one for a descriptor that was
//! taken out meanwhile finds nothing.
//!
//! **Invariant:** the bell is rung only while the loop waits, and once for each wait: who adds to the queue under the
//! interpreter's lock is seen by a loop that does not wait yet.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::Duration;

use taipan_sys::net::{self, EpollEvent, EpollOp};
use taipan_sys::{errno, fs};

use super::handle::Handle;
use crate::support::*;

const IN: u32 = 0x1;
const OUT: u32 = 0x4;

/// The data of the bell's events.
const BELL: u64 = u64::MAX;

/// As many events as one look takes.
const EVENTS: usize = 256;

/// Who is told of a descriptor's events.
#[derive(Default)]
struct Watched {
    reader: Option<Obj<Handle>>,
    writer: Option<Obj<Handle>>,
    /// What epoll was told, 0: nothing.
    mask: u32,
}

impl Watched {
    fn wanted(&self) -> u32 {
        let reads = if self.reader.is_some() { IN } else { 0 };
        let writes = if self.writer.is_some() { OUT } else { 0 };
        reads | writes
    }
}

/// Reading or writing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Read,
    Write,
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
}

impl Drop for Poller {
    fn drop(&mut self) {
        let _ = fs::close(self.bell);
        let _ = fs::close(self.epoll);
    }
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
        };
        told.map(|()| poller)
    }

    pub fn traverse(&self, visitor: &mut Visitor) {
        for watched in self.table.borrow().iter() {
            let both = watched.reader.iter().chain(&watched.writer);
            both.for_each(|handle| visitor.visit(handle.as_object()));
        }
    }

    pub fn clear(&self) {
        drop(self.table.take());
    }

    /// Watch a descriptor for a handle; gives the handle that was there.
    pub fn watch(
        &self,
        vm: &Vm,
        fd: i32,
        side: Side,
        handle: Option<Obj<Handle>>,
    ) -> Res<Option<Obj<Handle>>> {
        let Ok(index) = usize::try_from(fd) else {
            return Err(vm.value_error(format_args!("Invalid file descriptor: {fd}")));
        };
        let mut table = self.table.borrow_mut();
        if table.len() <= index {
            if handle.is_none() {
                return Ok(None);
            }
            let more = index + 1 - table.len();
            if table.try_reserve(more).is_err() {
                drop(table);
                return Err(vm.no_memory(NoMemory));
            }
            table.resize_with(index + 1, Watched::default);
        }
        let Some(watched) = table.get_mut(index) else { return Ok(None) };
        let place = match side {
            Side::Read => &mut watched.reader,
            Side::Write => &mut watched.writer,
        };
        let was_there = std::mem::replace(place, handle);
        let told = self.tell(fd, watched);
        if told.is_err() {
            // As it was.
            let place = match side {
                Side::Read => &mut watched.reader,
                Side::Write => &mut watched.writer,
            };
            let refused = std::mem::replace(place, was_there);
            drop(table);
            drop(refused);
            return told.map(|()| None).map_err(|failure| raise_io(vm, failure));
        }
        Ok(was_there)
    }

    /// Have epoll know what is wanted.
    fn tell(&self, fd: i32, watched: &mut Watched) -> io::Result<()> {
        let wanted = watched.wanted();
        let data = fd as u64;
        let had = watched.mask;
        watched.mask = wanted;
        if wanted == 0 {
            if had != 0 {
                // It may have been closed since: then nobody watches it any more.
                let _ = net::epoll_ctl(self.epoll, EpollOp::Delete, fd, 0, data);
            }
            return Ok(());
        }
        let op = if had == 0 { EpollOp::Add } else { EpollOp::Modify };
        let done = match net::epoll_ctl(self.epoll, op, fd, wanted, data) {
            // Another file has the number now, or a duplicate of it was left behind.
            Err(e) if op == EpollOp::Modify && e.raw_os_error() == Some(errno::ENOENT) => {
                net::epoll_ctl(self.epoll, EpollOp::Add, fd, wanted, data)
            }
            Err(e) if op == EpollOp::Add && e.raw_os_error() == Some(errno::EEXIST) => {
                net::epoll_ctl(self.epoll, EpollOp::Modify, fd, wanted, data)
            }
            done => done,
        };
        if done.is_err() {
            watched.mask = 0;
        }
        done
    }

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

    /// Wait for events (None: without end) and hand the handles of those that came on.
    pub fn wait(
        &self,
        vm: &Vm,
        timeout: Option<Duration>,
        mut take: impl FnMut(Obj<Handle>) -> Res<()>,
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
            room.get(..count)
                .unwrap_or_default()
                .iter()
                .try_for_each(|e| self.hand_on(vm, *e, &mut take))
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
        let came = vm.allow_threads(|| net::epoll_wait(epoll, room, timeout));
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
        take: &mut impl FnMut(Obj<Handle>) -> Res<()>,
    ) -> Res<()> {
        if event.data() == BELL {
            let _ = fs::eventfd_clear(self.bell);
            return Ok(());
        }
        let fd = event.data() as i32;
        for (side, other) in [(Side::Read, OUT), (Side::Write, IN)] {
            // Errors and hang-ups are for both.
            if event.events() & !other == 0 {
                continue;
            }
            let handle = {
                let table = self.table.borrow();
                let watched = usize::try_from(fd).ok().and_then(|fd| table.get(fd));
                watched.and_then(|watched| match side {
                    Side::Read => watched.reader.clone(),
                    Side::Write => watched.writer.clone(),
                })
            };
            match handle {
                Some(handle) if handle.cancelled.get() => {
                    drop(self.watch(vm, fd, side, None)?);
                }
                Some(handle) => take(handle)?,
                None => {}
            }
        }
        Ok(())
    }
}
