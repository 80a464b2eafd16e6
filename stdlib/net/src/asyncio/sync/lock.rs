//! The type Lock.
//!
//! Who finds it free and nobody waiting takes it. release() wakes the first waiter, which takes it when it goes on; it
//! is among the waiters until then, so that nobody comes before it.

use std::cell::Cell;

use super::bound::{init_slot, leave, lock_context, loop_bound, shown, take_loop, wait_in};
use super::waiters::{count, is_done, set_result, those_of};
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::state::is_cancelled_error;
use crate::support::*;

/// Payload of `asyncio.Lock`.
#[derive(Default)]
pub(super) struct Lock {
    looop: Slot,
    waiters: Slot,
    locked: Cell<bool>,
}

impl Payload for Lock {
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
    doc: "Lock()\n--\n\nA lock for coroutines: who finds it locked waits, and those who wait get it in the order in \
          which they came. `async with lock:` holds it for a block.",
    flags: super::FLAGS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Lock::default())?.into_object())),
        init: init_slot!(init),
        iter: Some(take),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![locked, acquire, release, wake_up_first, aenter, aexit, get_loop],
    getsets: getsets![_loop: set_loop, _waiters: set_waiters, _locked: set_locked],
    ..TypeSpec::new::<Lock>("asyncio.locks.Lock")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Lock>> {
    this.downcast::<Lock>().ok_or_else(|| vm.system_error("a lock was expected"))
}

loop_bound!(Lock, waiters);
lock_context!(Lock, acquire_step, give_back, "_ContextManagerMixin");

#[native("(self, *, loop=None)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<Lock>, r#loop: Maybe<&Object>) -> Res<()> {
    take_loop(vm, "Lock", &this.looop, r#loop)?;
    drop(this.waiters.take());
    this.locked.set(false);
    Ok(())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let lock = of(vm, this)?;
    let state = if lock.locked.get() { "locked" } else { "unlocked" };
    shown(vm, this, state, count(&lock.waiters))
}

/// Whether somebody has the lock.
#[native("(self)")]
fn locked(this: &Obj<Lock>) -> bool {
    this.locked.get()
}

pub(super) static ACQUIRE: Kind = Kind { name: "Lock.acquire", step: acquire_step };

/// Take the lock, after waiting until it is free; the result is True.
#[native("(self)", coroutine)]
fn acquire(vm: &Vm, this: &Obj<Lock>) -> Res {
    awaiting::give(vm, &ACQUIRE, this.as_object(), None)
}

impl Lock {
    pub(super) fn is_locked(&self) -> bool {
        self.locked.get()
    }

    fn is_free(&self, vm: &Vm) -> Res<bool> {
        if self.locked.get() {
            return Ok(false);
        }
        match those_of(&self.waiters) {
            None => Ok(true),
            Some(waiters) => waiters.all_cancelled(vm),
        }
    }
}

fn acquire_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<Lock>(vm)?;
    match came {
        Came::Start if this.is_free(vm)? => {}
        Came::Start => {
            return wait_in(vm, coroutine, this.as_object(), &this.looop, &this.waiters);
        }
        Came::Value(_) => drop(leave(vm, coroutine, &this.waiters)?),
        Came::Raised(exception) => {
            leave(vm, coroutine, &this.waiters)?;
            if is_cancelled_error(vm, &exception)? && !this.locked.get() {
                wake_first(vm, &this)?;
            }
            return Err(vm.raise(exception));
        }
    }
    this.locked.set(true);
    Ok(Step::Done(Object::bool(true)))
}

fn wake_first(vm: &Vm, this: &Lock) -> Res<()> {
    let Some(first) = those_of(&this.waiters).and_then(|w| w.get(0)) else { return Ok(()) };
    // One that is done goes on later: it takes the lock, or wakes the next if it was cancelled.
    if is_done(vm, &first)? { Ok(()) } else { set_result(vm, &first, Object::bool(true)) }
}

pub(super) fn give_back(vm: &Vm, this: &Obj<Lock>) -> Res<()> {
    if !this.locked.replace(false) {
        return Err(vm.runtime_error("Lock is not acquired."));
    }
    wake_first(vm, this)
}

/// Give the lock back: the first of those who wait goes on. RuntimeError if nobody has it.
#[native("(self)")]
fn release(vm: &Vm, this: &Obj<Lock>) -> Res<()> {
    give_back(vm, this)
}

/// Wake the first of those who wait.
#[native("(self)", name = "_wake_up_first")]
fn wake_up_first(vm: &Vm, this: &Obj<Lock>) -> Res<()> {
    wake_first(vm, this)
}

#[getter]
fn _locked(_vm: &Vm, this: &Obj<Lock>) -> Res<bool> {
    Ok(this.locked.get())
}

#[setter]
fn set_locked(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let locked = value.map_or(Ok(false), |v| vm.truth(v))?;
    of(vm, this)?.locked.set(locked);
    Ok(())
}
