//! The types Semaphore and BoundedSemaphore.
//!
//! release() counts up and hands the unit to the first waiter, counting down for it; a waiter that is cancelled with a
//! unit in its hands gives it on.

use super::bound::{init_slot, leave, lock_context, loop_bound, shown, take_loop, wait_in};
use super::waiters::{count, is_cancelled, set_result, those_of};
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::state::is_cancelled_error;
use crate::support::*;

/// Payload of `asyncio.Semaphore` and `asyncio.BoundedSemaphore`.
#[derive(Default)]
pub(super) struct Semaphore {
    looop: Slot,
    waiters: Slot,
    /// Any number.
    value: Slot,
    /// The value it started with, if that bounds it.
    bound: Slot,
}

impl Payload for Semaphore {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        for slot in [&self.looop, &self.waiters, &self.value, &self.bound] {
            visitor.slot(slot);
        }
    }
    fn clear(&self) {
        drop((self.looop.take(), self.waiters.take(), self.value.take(), self.bound.take()));
    }
}

pub(in crate::asyncio) static SPEC: TypeSpec = TypeSpec {
    doc: "Semaphore(value=1)\n--\n\nA counter for coroutines: acquire() counts down and waits at 0, release() counts \
          up. `async with semaphore:` holds one for a block.",
    flags: super::FLAGS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Semaphore::default())?.into_object())),
        init: init_slot!(init),
        iter: Some(take),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![locked, acquire, release, wake_up_next, aenter, aexit, get_loop],
    getsets: getsets![_loop: set_loop, _waiters: set_waiters, _value: set_value],
    ..TypeSpec::new::<Semaphore>("asyncio.locks.Semaphore")
};

pub(in crate::asyncio) static BOUNDED: TypeSpec = TypeSpec {
    doc: "BoundedSemaphore(value=1)\n--\n\nA Semaphore whose release() raises ValueError if it would count beyond \
          the value it started with.",
    flags: super::FLAGS,
    base: Some(|vm| type_or_object(vm, vm.type_of_spec(&SPEC))),
    slots: Slots {
        new: Some(|vm, class, _, _| {
            let semaphore = Semaphore::default();
            semaphore.bound.set(Object::small(1));
            Ok(vm.alloc_of(class, semaphore)?.into_object())
        }),
        init: init_slot!(bounded_init),
        ..Slots::NONE
    },
    methods: natives![bounded_release],
    getsets: getsets![_bound_value: set_bound_value],
    ..TypeSpec::extending::<Semaphore>("asyncio.locks.BoundedSemaphore")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Semaphore>> {
    this.downcast::<Semaphore>().ok_or_else(|| vm.system_error("a semaphore was expected"))
}

loop_bound!(Semaphore, waiters);
lock_context!(Semaphore, acquire_step, give_back, "_ContextManagerMixin");

impl Semaphore {
    fn begin(&self, vm: &Vm, value: Option<&Object>) -> Res<()> {
        let value = value.cloned().unwrap_or(Object::small(1));
        if vm.truth(&vm.compare(&value, &Object::small(0), CmpOp::Lt)?)? {
            return Err(vm.value_error("Semaphore initial value must be >= 0"));
        }
        drop(self.waiters.take());
        self.value.set(value);
        Ok(())
    }

    fn units(&self) -> Object {
        self.value.get().unwrap_or(Object::small(1))
    }

    fn add(&self, vm: &Vm, step: i32) -> Res<()> {
        let value = self.units();
        let sum = match value.as_small_int().and_then(|v| v.checked_add(i64::from(step))) {
            Some(sum) => vm.int(sum)?,
            None => vm.binary(BinOp::Add, &value, &Object::small(step))?,
        };
        self.value.set(sum);
        Ok(())
    }

    fn is_at(&self, vm: &Vm, op: CmpOp) -> Res<bool> {
        let value = self.units();
        match value.as_small_int() {
            Some(value) => Ok(op.holds(value.cmp(&0))),
            None => vm.truth(&vm.compare(&value, &Object::small(0), op)?),
        }
    }

    fn is_locked(&self, vm: &Vm) -> Res<bool> {
        if self.is_at(vm, CmpOp::Eq)? {
            return Ok(true);
        }
        match those_of(&self.waiters) {
            None => Ok(false),
            Some(waiters) => Ok(!waiters.all_cancelled(vm)?),
        }
    }

    /// Hand a unit to the first who waits.
    fn wake_next(&self, vm: &Vm) -> Res<()> {
        let Some(waiters) = those_of(&self.waiters) else { return Ok(()) };
        let Some(first) = waiters.first_undone(vm)? else { return Ok(()) };
        self.add(vm, -1)?;
        set_result(vm, &first, Object::bool(true))
    }
}

#[native("(self, value=1, *, loop=None)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<Semaphore>, value: Option<&Object>, r#loop: Maybe<&Object>) -> Res<()> {
    take_loop(vm, "Semaphore", &this.looop, r#loop)?;
    this.begin(vm, value)
}

#[native("(self, value=1, *, loop=None)", name = "__init__")]
fn bounded_init(
    vm: &Vm,
    this: &Obj<Semaphore>,
    value: Option<&Object>,
    r#loop: Maybe<&Object>,
) -> Res<()> {
    take_loop(vm, "BoundedSemaphore", &this.looop, r#loop)?;
    this.bound.set(value.cloned().unwrap_or(Object::small(1)));
    this.begin(vm, value)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let semaphore = of(vm, this)?;
    let is_locked = vm.truth(&vm.call_method(this, "locked", &[])?)?;
    let state = match is_locked {
        true => String::from("locked"),
        false => {
            let value = vm.to_str(&semaphore.units())?.to_string_lossy();
            format!("unlocked, value:{value}")
        }
    };
    shown(vm, this, &state, count(&semaphore.waiters))
}

/// Whether acquire() would wait.
#[native("(self)")]
fn locked(vm: &Vm, this: &Obj<Semaphore>) -> Res<bool> {
    this.is_locked(vm)
}

static ACQUIRE: Kind = Kind { name: "Semaphore.acquire", step: acquire_step };

/// Count down, after waiting until the counter is above 0; the result is True.
#[native("(self)", coroutine)]
fn acquire(vm: &Vm, this: &Obj<Semaphore>) -> Res {
    awaiting::give(vm, &ACQUIRE, this.as_object(), None)
}

fn acquire_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<Semaphore>(vm)?;
    match came {
        Came::Start if !this.is_locked(vm)? => this.add(vm, -1)?,
        Came::Start => {
            return wait_in(vm, coroutine, this.as_object(), &this.looop, &this.waiters);
        }
        Came::Value(_) => {
            leave(vm, coroutine, &this.waiters)?;
            if this.is_at(vm, CmpOp::Gt)? {
                this.wake_next(vm)?;
            }
        }
        Came::Raised(exception) => {
            let future = leave(vm, coroutine, &this.waiters)?;
            if is_cancelled_error(vm, &exception)? && !is_cancelled(vm, &future)? {
                this.add(vm, 1)?;
                this.wake_next(vm)?;
            }
            return Err(vm.raise(exception));
        }
    }
    Ok(Step::Done(Object::bool(true)))
}

fn give_back(vm: &Vm, this: &Obj<Semaphore>) -> Res<()> {
    if let Some(bound) = this.bound.get() {
        if vm.truth(&vm.compare(&this.units(), &bound, CmpOp::Ge)?)? {
            return Err(vm.value_error("BoundedSemaphore released too many times"));
        }
    }
    this.add(vm, 1)?;
    this.wake_next(vm)
}

/// Count up: the first of those who wait goes on.
#[native("(self)")]
fn release(vm: &Vm, this: &Obj<Semaphore>) -> Res<()> {
    give_back(vm, this)
}

/// Count up: the first of those who wait goes on. ValueError beyond the value at the start.
#[native("(self)", name = "release")]
fn bounded_release(vm: &Vm, this: &Obj<Semaphore>) -> Res<()> {
    give_back(vm, this)
}

/// Hand a unit to the first of those who wait.
#[native("(self)", name = "_wake_up_next")]
fn wake_up_next(vm: &Vm, this: &Obj<Semaphore>) -> Res<()> {
    this.wake_next(vm)
}

#[getter]
fn _value(_vm: &Vm, this: &Obj<Semaphore>) -> Res {
    Ok(this.units())
}

#[setter]
fn set_value(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.value.assign(value.cloned());
    Ok(())
}

#[getter]
fn _bound_value(_vm: &Vm, this: &Obj<Semaphore>) -> Res<Option<Object>> {
    Ok(this.bound.get())
}

#[setter]
fn set_bound_value(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.bound.assign(value.cloned());
    Ok(())
}
