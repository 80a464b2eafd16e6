//! The type `epoll`.

use std::cell::Cell;

use taipan_sys::fs;
use taipan_sys::net::{self, EpollEvent, EpollOp};

use super::{Wait, constant, is_number};
use crate::support::*;

/// Payload of `select.epoll`.
pub(crate) struct Epoll {
    /// -1 is closed.
    fd: Cell<i32>,
    /// Room for events, kept from call to call.
    room: Cell<Vec<EpollEvent>>,
}

impl Payload for Epoll {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "select.epoll(sizehint=-1, flags=0)\n\n\
          An object that watches descriptors; those with events are had by poll(). sizehint and \
          flags say nothing any more.",
    slots: Slots {
        new: Some(<epoll as NativeConstructor>::new),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![fromfd, close, enter, exit, fileno, register, modify, unregister, poll],
    getsets: getsets![closed],
    ..TypeSpec::new::<Epoll>("select.epoll")
};

/// As many events as one call returns if nothing is said.
const EVENTS: usize = 1023;

/// As many as the system takes.
const MOST_EVENTS: usize = i32::MAX as usize / size_of::<EpollEvent>();

impl Epoll {
    fn of(vm: &Vm, class: &Obj<Type>, fd: i32) -> Res<Obj<Epoll>> {
        vm.alloc_of(class, Epoll { fd: Cell::new(fd), room: Cell::default() })
    }

    /// The descriptor; ValueError when closed.
    fn fd(&self, vm: &Vm) -> Res<i32> {
        match self.fd.get() {
            fd if fd < 0 => Err(vm.value_error("I/O operation on closed epoll object")),
            fd => Ok(fd),
        }
    }

    /// Watch a descriptor, for other events, or no more.
    pub(crate) fn control(&self, vm: &Vm, op: EpollOp, fd: &Object, events: u32) -> Res<()> {
        let fd = descriptor_of(vm, fd)?;
        let epoll = self.fd(vm)?;
        // It waits for nothing: the lock is kept.
        net::epoll_ctl(epoll, op, fd, events, fd as u64).map_err(|failure| raise_io(vm, failure))
    }

    /// Wait for events, at most `most`; `answer` makes the result of them.
    pub(crate) fn wait<R>(
        &self,
        vm: &Vm,
        mut wait: Wait,
        most: usize,
        answer: impl FnOnce(&[EpollEvent]) -> Res<R>,
    ) -> Res<R> {
        let epoll = self.fd(vm)?;
        // Taken out, so that another thread that waits on the same epoll has room of its own.
        let mut room = self.room.take();
        if room.len() < most {
            let more = most - room.len();
            reserve(vm, &mut room, more)?;
            room.resize(most, EpollEvent::empty());
        }
        let events = room.get_mut(..most).unwrap_or_default();
        let result = vm
            .blocking(|| net::epoll_wait(epoll, events, wait.left()))
            .and_then(|count| answer(room.get(..count).unwrap_or_default()));
        self.room.set(room);
        result
    }
}

fn finalize(_vm: &Vm, this: &Object) -> Res<()> {
    if let Some(epoll) = this.downcast::<Epoll>() {
        let fd = epoll.fd.replace(-1);
        if fd >= 0 {
            let _ = fs::close(fd);
        }
    }
    Ok(())
}

#[native("(cls, sizehint=-1, flags=0)", constructor, name = "epoll")]
fn epoll(vm: &Vm, cls: &Obj<Type>, sizehint: i32, flags: i32) -> Res<Obj<Epoll>> {
    if sizehint != -1 && sizehint <= 0 {
        return Err(vm.value_error("negative sizehint"));
    }
    if flags & !(constant("EPOLL_CLOEXEC") as i32) != 0 {
        return Err(os_error(vm, "invalid flags"));
    }
    made(vm, cls)
}

/// A new epoll.
fn made(vm: &Vm, cls: &Obj<Type>) -> Res<Obj<Epoll>> {
    let fd = net::epoll_create().map_err(|failure| raise_io(vm, failure))?;
    Epoll::of(vm, cls, fd).inspect_err(|_| {
        let _ = fs::close(fd);
    })
}

/// Make an epoll object of the descriptor of one; -1 is a new one.
#[native("(cls, fd, /)", classmethod)]
fn fromfd(vm: &Vm, cls: &Obj<Type>, fd: i32) -> Res<Obj<Epoll>> {
    if fd == -1 {
        return made(vm, cls);
    }
    Epoll::of(vm, cls, fd)
}

/// Give the epoll's own descriptor back.
#[native("(self, /)")]
fn close(vm: &Vm, this: &Obj<Epoll>) -> Res<()> {
    let fd = this.fd.replace(-1);
    if fd < 0 {
        return Ok(());
    }
    // One that somebody else has closed is no error.
    let _ = vm.allow_threads(|| fs::close(fd));
    Ok(())
}

#[native("(self, /)", name = "__enter__")]
fn enter(vm: &Vm, this: &Obj<Epoll>) -> Res<Object> {
    this.fd(vm)?;
    Ok(this.as_object().clone())
}

#[native("(self, exc_type=None, exc_value=None, exc_tb=None, /)", name = "__exit__")]
fn exit(
    vm: &Vm,
    this: &Obj<Epoll>,
    _exc_type: Option<&Object>,
    _exc_value: Option<&Object>,
    _exc_tb: Option<&Object>,
) -> Res {
    vm.call_method(this.as_object(), "close", &[])
}

/// The epoll's descriptor.
#[native("(self, /)")]
fn fileno(vm: &Vm, this: &Obj<Epoll>) -> Res<i32> {
    this.fd(vm)
}

/// whether close() was called
#[getter]
fn closed(_vm: &Vm, this: &Obj<Epoll>) -> Res<bool> {
    Ok(this.fd.get() < 0)
}

/// A mask of 32 bits; what is beyond is dropped.
fn mask(vm: &Vm, object: &Object) -> Res<u32> {
    let index = vm.index(object)?;
    Ok(vm.as_i64(&index).unwrap_or(0) as u32)
}

/// Watch a descriptor for the events of a mask.
#[native(
    "(self, /, fd, eventmask=<unrepresentable>)",
    shown = "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)"
)]
fn register(vm: &Vm, this: &Obj<Epoll>, fd: &Object, eventmask: Maybe<&Object>) -> Res<()> {
    let events = match eventmask.given() {
        Some(object) => mask(vm, object)?,
        None => constant("EPOLLIN") | constant("EPOLLPRI") | constant("EPOLLOUT"),
    };
    this.control(vm, EpollOp::Add, fd, events)
}

/// Change the mask of a descriptor that is watched.
#[native("(self, /, fd, eventmask)")]
fn modify(vm: &Vm, this: &Obj<Epoll>, fd: &Object, eventmask: &Object) -> Res<()> {
    let events = mask(vm, eventmask)?;
    this.control(vm, EpollOp::Modify, fd, events)
}

/// Watch a descriptor no more.
#[native("(self, /, fd)")]
fn unregister(vm: &Vm, this: &Obj<Epoll>, fd: &Object) -> Res<()> {
    this.control(vm, EpollOp::Delete, fd, 0)
}

fn timeout_of(vm: &Vm, object: Option<&Object>) -> Res<Wait> {
    let Some(object) = object else { return Ok(Wait::Forever) };
    if !is_number(vm, object) {
        return Err(vm.type_error("timeout must be an integer or None"));
    }
    let nanos = nanoseconds(vm, object)?;
    if nanos / 1_000_000 > i64::from(i32::MAX) {
        return Err(vm.overflow_error("timeout is too large"));
    }
    Ok(if nanos < 0 { Wait::Forever } else { Wait::nanos(nanos) })
}

/// Wait for events; returns a list of (descriptor, events), at most maxevents. timeout is in
/// seconds; None or a negative one waits without end.
#[native("(self, /, timeout=None, maxevents=-1)")]
fn poll(vm: &Vm, this: &Obj<Epoll>, timeout: Option<&Object>, maxevents: i32) -> Res {
    this.fd(vm)?;
    let wait = timeout_of(vm, timeout)?;
    let most = match usize::try_from(maxevents) {
        Ok(most) if most > MOST_EVENTS => return Err(vm.no_memory(NoMemory)),
        Ok(most) if most > 0 => most,
        _ if maxevents == -1 => EVENTS,
        _ => {
            return Err(
                vm.value_error(format_args!("maxevents must be greater than 0, got {maxevents}"))
            );
        }
    };
    this.wait(vm, wait, most, |came| answer(vm, came))
}

fn answer(vm: &Vm, came: &[EpollEvent]) -> Res {
    let mut events = Vec::new();
    reserve(vm, &mut events, came.len())?;
    for event in came {
        let fd = vm.int(i64::from(event.data() as i32))?;
        events.push(vm.pair(fd, vm.int(event.events().into())?)?.into_object());
    }
    Ok(vm.list(events)?.into_object())
}
