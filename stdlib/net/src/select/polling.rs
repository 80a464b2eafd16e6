//! The type of `poll()`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use taipan_sys::errno;
use taipan_sys::net::{self, PollFd};

use super::{Wait, constant, is_number};
use crate::support::*;

/// Payload of `select.poll`.
pub(crate) struct Poll {
    registered: RefCell<Registered>,
    /// What the system is given: room kept from call to call.
    room: Cell<Vec<PollFd>>,
    polling: Cell<bool>,
}

/// Descriptors in the order of registration.
#[derive(Default)]
struct Registered {
    /// One that is gone is -1, which the system skips.
    entries: Vec<PollFd>,
    places: HashMap<i32, usize>,
}

impl Registered {
    fn entry(&mut self, fd: i32) -> Option<&mut PollFd> {
        let place = *self.places.get(&fd)?;
        self.entries.get_mut(place)
    }

    fn add(&mut self, vm: &Vm, fd: i32, events: i16) -> Res<()> {
        if let Some(entry) = self.entry(fd) {
            entry.events = events;
            return Ok(());
        }
        reserve(vm, &mut self.entries, 1)?;
        self.places.try_reserve(1).map_err(|_| vm.no_memory(NoMemory))?;
        self.places.insert(fd, self.entries.len());
        self.entries.push(PollFd { fd, events, revents: 0 });
        Ok(())
    }

    fn remove(&mut self, fd: i32) -> bool {
        let Some(place) = self.places.remove(&fd) else { return false };
        if let Some(entry) = self.entries.get_mut(place) {
            entry.fd = -1;
        }
        if self.entries.len() > 2 * self.places.len() {
            self.entries.retain(|entry| entry.fd != -1);
            for (place, entry) in self.entries.iter().enumerate() {
                self.places.insert(entry.fd, place);
            }
        }
        true
    }
}

impl Payload for Poll {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        new: Some(|vm, _, _, _| Err(vm.type_error("cannot create 'select.poll' instances"))),
        ..Slots::NONE
    },
    methods: natives![register, modify, unregister, poll_],
    ..TypeSpec::new::<Poll>("select.poll")
};

/// Return an object on which descriptors are registered and then waited for.
#[native("()")]
pub(super) fn poll(vm: &Vm) -> Res<Obj<Poll>> {
    vm.alloc(Poll {
        registered: RefCell::default(),
        room: Cell::default(),
        polling: Cell::new(false),
    })
}

/// A mask of 16 bits.
fn mask(vm: &Vm, object: &Object) -> Res<i16> {
    if !vm.class_of(object).has(type_flags::INT) {
        return Err(vm.type_error("an integer is required"));
    }
    let Some(number) = vm.as_i64(object) else {
        return Err(if vm.compare_bool(object, &vm.int(0)?, CmpOp::Lt)? {
            vm.value_error("value must be positive")
        } else {
            vm.overflow_error("Python int too large to convert to C unsigned long")
        });
    };
    match u16::try_from(number) {
        Ok(mask) => Ok(mask as i16),
        Err(_) if number < 0 => Err(vm.value_error("value must be positive")),
        Err(_) => Err(vm.overflow_error("Python int too large for C unsigned short")),
    }
}

impl Poll {
    /// Register a descriptor, or change what it is registered for.
    pub(crate) fn add(&self, vm: &Vm, fd: &Object, events: i16) -> Res<()> {
        let fd = descriptor_of(vm, fd)?;
        self.registered.borrow_mut().add(vm, fd, events)
    }

    /// Change what a descriptor is registered for.
    pub(crate) fn change(&self, vm: &Vm, fd: &Object, events: i16) -> Res<()> {
        let fd = descriptor_of(vm, fd)?;
        if let Some(entry) = self.registered.borrow_mut().entry(fd) {
            entry.events = events;
            return Ok(());
        }
        Err(raise_io(vm, std::io::Error::from_raw_os_error(errno::ENOENT)))
    }

    /// Forget a descriptor; KeyError if there is none.
    pub(crate) fn remove(&self, vm: &Vm, fd: &Object) -> Res<()> {
        let fd = descriptor_of(vm, fd)?;
        let known = self.registered.borrow_mut().remove(fd);
        if known { Ok(()) } else { Err(vm.key_error(&vm.int(fd.into())?)) }
    }

    /// Wait for events; `answer` makes the result of the entries and the number of those that have some.
    pub(crate) fn wait<R>(
        &self,
        vm: &Vm,
        mut wait: Wait,
        answer: impl FnOnce(&[PollFd], usize) -> Res<R>,
    ) -> Res<R> {
        if self.polling.get() {
            return Err(vm.runtime_error("concurrent poll() invocation"));
        }
        let mut room = self.room.take();
        room.clear();
        {
            let registered = self.registered.borrow();
            reserve(vm, &mut room, registered.entries.len())?;
            room.extend_from_slice(&registered.entries);
        }
        self.polling.set(true);
        let entries = &mut room;
        let count = vm.blocking(|| net::poll(entries, wait.left()));
        self.polling.set(false);
        let result = count.and_then(|count| answer(&room, count));
        self.room.set(room);
        result
    }
}

/// Register a descriptor for the events of a mask, or change what one is registered for.
#[native(
    "(self, fd, eventmask=<unrepresentable>, /)",
    shown = "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)"
)]
fn register(vm: &Vm, this: &Obj<Poll>, fd: &Object, eventmask: Maybe<&Object>) -> Res<()> {
    // The descriptor is looked at first, also for errors.
    let fd = vm.int(descriptor_of(vm, fd)?.into())?;
    let events = match eventmask.given() {
        Some(object) => mask(vm, object)?,
        None => (constant("POLLIN") | constant("POLLPRI") | constant("POLLOUT")) as i16,
    };
    this.add(vm, &fd, events)
}

/// Change the mask of a descriptor that is registered.
#[native("(self, fd, eventmask, /)")]
fn modify(vm: &Vm, this: &Obj<Poll>, fd: &Object, eventmask: &Object) -> Res<()> {
    let fd = vm.int(descriptor_of(vm, fd)?.into())?;
    let events = mask(vm, eventmask)?;
    this.change(vm, &fd, events)
}

/// Remove a descriptor.
#[native("(self, fd, /)")]
fn unregister(vm: &Vm, this: &Obj<Poll>, fd: &Object) -> Res<()> {
    this.remove(vm, fd)
}

/// Wait for some descriptors without a `poll` object; `timeout` is what its method takes.
pub(crate) fn poll_entries(vm: &Vm, entries: &mut [PollFd], timeout: Option<&Object>) -> Res<()> {
    let mut wait = timeout_of(vm, timeout)?;
    vm.blocking(|| net::poll(entries, wait.left())).map(drop)
}

/// Milliseconds, rounded up; below zero is without end.
fn timeout_of(vm: &Vm, object: Option<&Object>) -> Res<Wait> {
    let Some(object) = object else { return Ok(Wait::Forever) };
    if !is_number(vm, object) {
        return Err(vm.type_error("timeout must be an integer or None"));
    }
    let too_large = || vm.overflow_error("timestamp too large to convert to C _PyTime_t");
    let millis = if vm.class_of(object).has(type_flags::FLOAT) {
        let millis = to_f64(vm, object)?;
        if millis.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let nanos = millis * 1e6;
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanos) {
            return Err(too_large());
        }
        if millis > 0.0 { millis.ceil() as i64 } else { millis.floor() as i64 }
    } else {
        let index = vm.index(object)?;
        let millis = vm.as_i64(&index).ok_or_else(too_large)?;
        millis.checked_mul(1_000_000).map(|_| millis).ok_or_else(too_large)?
    };
    if i32::try_from(millis).is_err() {
        return Err(vm.overflow_error("timeout is too large"));
    }
    Ok(if millis < 0 { Wait::Forever } else { Wait::nanos(millis.saturating_mul(1_000_000)) })
}

/// Wait for events; returns a list of (descriptor, events). timeout is in milliseconds; None waits
/// without end.
#[native("(self, timeout=None, /)", name = "poll")]
fn poll_(vm: &Vm, this: &Obj<Poll>, timeout: Option<&Object>) -> Res {
    let wait = timeout_of(vm, timeout)?;
    this.wait(vm, wait, |entries, count| answer(vm, entries, count))
}

fn answer(vm: &Vm, entries: &[PollFd], count: usize) -> Res {
    let mut events = Vec::new();
    reserve(vm, &mut events, count)?;
    for entry in entries.iter().filter(|entry| entry.revents != 0) {
        let came = vm.int(i64::from(entry.revents as u16))?;
        events.push(vm.pair(vm.int(entry.fd.into())?, came)?.into_object());
    }
    Ok(vm.list(events)?.into_object())
}
