//! The type Event.

use std::cell::Cell;

use super::bound::{init_slot, leave, loop_bound, shown, take_loop, wait_in};
use super::waiters::{count, is_done, set_result, those_of};
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::support::*;

/// Payload of `asyncio.Event`.
#[derive(Default)]
pub(super) struct Event {
    looop: Slot,
    waiters: Slot,
    value: Cell<bool>,
}

impl Payload for Event {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.looop);
        visitor.slot(&self.waiters);
    }
    fn clear(&self) {
        drop((self.looop.take(), self.waiters.take()));
    }
}

pub(in crate::asyncio) static SPEC: TypeSpec = TypeSpec {
    doc: "Event()\n--\n\nA flag for coroutines: wait() waits until set() is called; clear() takes it back.",
    flags: super::FLAGS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Event::default())?.into_object())),
        init: init_slot!(init),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![is_set, set, clear, wait, get_loop],
    getsets: getsets![_loop: set_loop, _waiters: set_waiters, _value: set_value],
    ..TypeSpec::new::<Event>("asyncio.locks.Event")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Event>> {
    this.downcast::<Event>().ok_or_else(|| vm.system_error("an event was expected"))
}

loop_bound!(Event, waiters);

impl Event {
    pub(super) fn with(value: bool) -> Event {
        Event { value: Cell::new(value), ..Event::default() }
    }

    pub(super) fn lower(&self) {
        self.value.set(false);
    }

    pub(super) fn raise_flag(&self, vm: &Vm) -> Res<()> {
        if self.value.replace(true) {
            return Ok(());
        }
        let Some(waiters) = those_of(&self.waiters) else { return Ok(()) };
        let mut i = 0;
        while let Some(waiter) = waiters.get(i) {
            if !is_done(vm, &waiter)? {
                set_result(vm, &waiter, Object::bool(true))?;
            }
            i += 1;
        }
        Ok(())
    }
}

#[native("(self, *, loop=None)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<Event>, r#loop: Maybe<&Object>) -> Res<()> {
    take_loop(vm, "Event", &this.looop, r#loop)?;
    drop(this.waiters.take());
    this.value.set(false);
    Ok(())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let event = of(vm, this)?;
    let state = if event.value.get() { "set" } else { "unset" };
    shown(vm, this, state, count(&event.waiters))
}

/// Whether the flag is set.
#[native("(self)")]
fn is_set(this: &Obj<Event>) -> bool {
    this.value.get()
}

/// Set the flag: all who wait go on.
#[native("(self)")]
fn set(vm: &Vm, this: &Obj<Event>) -> Res<()> {
    this.raise_flag(vm)
}

/// Take the flag back: wait() waits again.
#[native("(self)")]
fn clear(this: &Obj<Event>) {
    this.lower();
}

pub(super) static WAIT: Kind = Kind { name: "Event.wait", step: wait_step };

/// Wait until the flag is set; the result is True.
#[native("(self)", coroutine)]
fn wait(vm: &Vm, this: &Obj<Event>) -> Res {
    awaiting::give(vm, &WAIT, this.as_object(), None)
}

fn wait_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<Event>(vm)?;
    match came {
        Came::Start if this.value.get() => {}
        Came::Start => {
            return wait_in(vm, coroutine, this.as_object(), &this.looop, &this.waiters);
        }
        Came::Value(_) => drop(leave(vm, coroutine, &this.waiters)?),
        Came::Raised(exception) => {
            leave(vm, coroutine, &this.waiters)?;
            return Err(vm.raise(exception));
        }
    }
    Ok(Step::Done(Object::bool(true)))
}

#[getter]
fn _value(_vm: &Vm, this: &Obj<Event>) -> Res<bool> {
    Ok(this.value.get())
}

#[setter]
fn set_value(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let value = value.map_or(Ok(false), |v| vm.truth(v))?;
    of(vm, this)?.value.set(value);
    Ok(())
}
