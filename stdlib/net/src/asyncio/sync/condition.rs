//! The type Condition.
//!
//! wait() gives the lock back, waits to be notified, and takes the lock again whatever happens meanwhile. The lock may
//! be one of any class; ours is asked without calling methods.

use std::cell::Cell;

use super::bound::{init_slot, leave, lock_context, loop_bound, shown, take_loop, wait_in};
use super::lock::{ACQUIRE as ACQUIRE_LOCK, Lock, SPEC as LOCK, give_back as give_lock_back};
use super::waiters::{count, is_done, set_result, those_of};
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::state::{cancelled_error, is_cancelled_error};
use crate::support::*;

/// Payload of `asyncio.Condition`.
#[derive(Default)]
pub(super) struct Condition {
    looop: Slot,
    waiters: Slot,
    lock: Slot,
}

impl Payload for Condition {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.looop);
        visitor.slot(&self.waiters);
        visitor.slot(&self.lock);
    }
    fn clear(&self) {
        drop((self.looop.take(), self.waiters.take(), self.lock.take()));
    }
}

pub(in crate::asyncio) static SPEC: TypeSpec = TypeSpec {
    doc: "Condition(lock=None)\n--\n\nLets coroutines wait, with a lock, until they are notified by one that holds it.",
    flags: super::FLAGS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Condition::default())?.into_object())),
        init: init_slot!(init),
        iter: Some(take),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![wait, wait_for, notify, notify_all, aenter, aexit, get_loop],
    getsets: getsets![
        _loop: set_loop,
        _waiters: set_waiters,
        _lock: set_lock,
        locked,
        acquire,
        release
    ],
    ..TypeSpec::new::<Condition>("asyncio.locks.Condition")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Condition>> {
    this.downcast::<Condition>().ok_or_else(|| vm.system_error("a condition was expected"))
}

loop_bound!(Condition, waiters);
lock_context!(Condition, acquire_any, give_back, "_ContextManagerMixin");

#[native("(self, lock=None, *, loop=None)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<Condition>, lock: Option<&Object>, r#loop: Maybe<&Object>) -> Res<()> {
    take_loop(vm, "Condition", &this.looop, r#loop)?;
    let lock = match lock {
        Some(given) => given.clone(),
        None => vm.alloc_of(&vm.type_of_spec(&LOCK)?, Lock::default())?.into_object(),
    };
    this.lock.set(lock);
    drop(this.waiters.take());
    Ok(())
}

impl Condition {
    fn lock(&self, vm: &Vm) -> Res {
        self.lock
            .get()
            .ok_or_else(|| vm.attribute_error("'Condition' object has no attribute '_lock'"))
    }

    /// The lock if it and the condition are of our classes.
    fn plain_lock(&self, vm: &Vm, this: &Object) -> Option<Obj<Lock>> {
        let lock = self.lock.get()?;
        let is_plain = !vm.class_of(this).is_heap_type() && !vm.class_of(&lock).is_heap_type();
        if is_plain { lock.downcast_into::<Lock>().ok() } else { None }
    }

    fn is_locked(&self, vm: &Vm, this: &Object) -> Res<bool> {
        match self.plain_lock(vm, this) {
            Some(lock) => Ok(lock.is_locked()),
            None => vm.truth(&vm.call_method(this, "locked", &[])?),
        }
    }

    fn release(&self, vm: &Vm, this: &Object) -> Res<()> {
        match self.plain_lock(vm, this) {
            Some(lock) => give_lock_back(vm, &lock),
            None => vm.call_method(this, "release", &[]).map(drop),
        }
    }

    /// What to await for having the lock.
    fn acquire(&self, vm: &Vm, this: &Object) -> Res<Step> {
        let coroutine = match self.plain_lock(vm, this) {
            Some(lock) => awaiting::start(vm, &ACQUIRE_LOCK, lock.as_object())?,
            None => vm.call_method(this, "acquire", &[])?,
        };
        Ok(Step::Await(coroutine))
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let condition = of(vm, this)?;
    let state = if condition.is_locked(vm, this)? { "locked" } else { "unlocked" };
    shown(vm, this, state, count(&condition.waiters))
}

/// What `async with` awaits.
fn acquire_any(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    match came {
        Came::Start => {
            let this = coroutine.target_as::<Condition>(vm)?;
            this.acquire(vm, this.as_object())
        }
        Came::Value(value) => Ok(Step::Done(value)),
        Came::Raised(exception) => Err(vm.raise(exception)),
    }
}

fn give_back(vm: &Vm, this: &Obj<Condition>) -> Res<()> {
    this.release(vm, this.as_object())
}

static WAIT: Kind = Kind { name: "Condition.wait", step: wait_step };

/// Give the lock back, wait until somebody notifies, and take the lock again; the result is True. RuntimeError if the
/// lock is not held.
#[native("(self)")]
fn wait(vm: &Vm, this: &Obj<Condition>) -> Res {
    awaiting::start(vm, &WAIT, this.as_object())
}

/// Where a wait() is.
mod phase {
    pub const WAITS: u8 = 1;
    pub const TAKES_LOCK: u8 = 2;
    /// The same, and it was cancelled meanwhile.
    pub const CANCELLED: u8 = 3;
}

fn wait_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<Condition>(vm)?;
    match coroutine.phase.get() {
        phase::WAITS => {
            let left = leave(vm, coroutine, &this.waiters).map(drop);
            let outcome = match (left, came) {
                (Err(raised), _) => Err(raised),
                (Ok(()), Came::Raised(exception)) => Err(vm.raise(exception)),
                _ => Ok(()),
            };
            take_lock(vm, coroutine, &this, outcome)
        }
        phase::TAKES_LOCK | phase::CANCELLED => has_lock(vm, coroutine, &this, came),
        _ => {
            let object = this.as_object();
            if !this.is_locked(vm, object)? {
                return Err(vm.runtime_error("cannot wait on un-acquired lock"));
            }
            this.release(vm, object)?;
            coroutine.phase.set(phase::WAITS);
            match wait_in(vm, coroutine, object, &this.looop, &this.waiters) {
                Ok(step) => Ok(step),
                Err(raised) => take_lock(vm, coroutine, &this, Err(raised)),
            }
        }
    }
}

/// The wait is over: the lock must be had again before that is told.
fn take_lock(vm: &Vm, coroutine: &Awaiting, this: &Obj<Condition>, outcome: Res<()>) -> Res<Step> {
    if let Err(raised) = outcome {
        coroutine.other.set(vm.take_raised(raised));
    }
    coroutine.phase.set(phase::TAKES_LOCK);
    this.acquire(vm, this.as_object())
}

fn has_lock(vm: &Vm, coroutine: &Awaiting, this: &Obj<Condition>, came: Came) -> Res<Step> {
    let outcome = || match coroutine.other.take() {
        Some(exception) => Err(vm.raise(exception)),
        None => Ok(Step::Done(Object::bool(true))),
    };
    match came {
        Came::Raised(exception) if is_cancelled_error(vm, &exception)? => {
            coroutine.phase.set(phase::CANCELLED);
            this.acquire(vm, this.as_object())
        }
        Came::Raised(exception) => Err(vm.raise(exception)),
        _ if coroutine.phase.get() == phase::CANCELLED => {
            let exception = cancelled_error(vm, None)?;
            if let (Some(made), Some(first)) =
                (exception.downcast::<Exception>(), coroutine.other.take())
            {
                made.context.set(first);
            }
            Err(vm.raise(exception))
        }
        _ => outcome(),
    }
}

static WAIT_FOR: Kind = Kind { name: "Condition.wait_for", step: wait_for_step };

/// Wait until predicate() is true, which is asked again after each notification; the result is its last answer.
#[native("(self, predicate)")]
fn wait_for(vm: &Vm, this: &Obj<Condition>, predicate: &Object) -> Res {
    let coroutine = awaiting::start_with(vm, &WAIT_FOR, this.as_object(), Some(predicate))?;
    Ok(coroutine.into_object())
}

fn wait_for_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    if let Came::Raised(exception) = came {
        return Err(vm.raise(exception));
    }
    let predicate = coroutine.item.get().unwrap_or_else(Object::none);
    let answer = vm.call(&predicate, &[])?;
    if vm.truth(&answer)? {
        return Ok(Step::Done(answer));
    }
    let this = coroutine.target_as::<Condition>(vm)?;
    Ok(Step::Await(match vm.class_of(this.as_object()).is_heap_type() {
        true => vm.call_method(this.as_object(), "wait", &[])?,
        false => awaiting::start(vm, &WAIT, this.as_object())?,
    }))
}

/// Wake so many of those who wait (they go on when they can have the lock). RuntimeError if the lock is not held.
#[native("(self, n=1)")]
fn notify(vm: &Vm, this: &Obj<Condition>, n: Option<&Object>) -> Res<()> {
    if !this.is_locked(vm, this.as_object())? {
        return Err(vm.runtime_error("cannot notify on un-acquired lock"));
    }
    let Some(waiters) = those_of(&this.waiters) else { return Ok(()) };
    let one = Object::small(1);
    let wanted = n.unwrap_or(&one);
    let (woken, mut i) = (Cell::new(0), 0);
    while let Some(waiter) = waiters.get(i) {
        i += 1;
        let enough = match wanted.as_small_int() {
            Some(wanted) => woken.get() >= wanted,
            None => vm.truth(&vm.compare(&vm.int(woken.get())?, wanted, CmpOp::Ge)?)?,
        };
        if enough {
            return Ok(());
        }
        if !is_done(vm, &waiter)? {
            woken.set(woken.get() + 1);
            set_result(vm, &waiter, Object::bool(false))?;
        }
    }
    Ok(())
}

/// Wake all who wait.
#[native("(self)")]
fn notify_all(vm: &Vm, this: &Obj<Condition>) -> Res<()> {
    let all = vm.int_usize(count(&this.waiters))?;
    vm.call_method(this.as_object(), "notify", &[all]).map(drop)
}

#[getter]
fn _lock(vm: &Vm, this: &Obj<Condition>) -> Res {
    this.lock(vm)
}

#[setter]
fn set_lock(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.lock.assign(value.cloned());
    Ok(())
}

/// The lock's.
#[getter]
fn locked(vm: &Vm, this: &Obj<Condition>) -> Res {
    vm.getattr_named(&this.lock(vm)?, "locked")
}

/// The lock's.
#[getter]
fn acquire(vm: &Vm, this: &Obj<Condition>) -> Res {
    vm.getattr_named(&this.lock(vm)?, "acquire")
}

/// The lock's.
#[getter]
fn release(vm: &Vm, this: &Obj<Condition>) -> Res {
    vm.getattr_named(&this.lock(vm)?, "release")
}
