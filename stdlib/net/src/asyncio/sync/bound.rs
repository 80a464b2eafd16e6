//! The loop that a lock or a queue belongs to: the first in which somebody waited for it.

use super::waiters::{missing, waiters_of};
use crate::asyncio::awaiting::{Awaiting, Step};
use crate::asyncio::looping::new_future;
use crate::asyncio::running::{current, running};
use crate::support::*;
use taipan_core::native::unexpected;
use taipan_core::object::Generator;

/// The running loop, which is to be the one it belongs to.
pub(super) fn loop_of(vm: &Vm, this: &Object, its: &Slot) -> Res {
    let now = running(vm).unwrap_or_else(Object::none);
    match its.get() {
        None if now.is_none() => {}
        None => its.set(now.clone()),
        Some(its) if its.is(&now) => {}
        Some(_) => {
            let shown = vm.repr_string(this)?;
            return Err(
                vm.runtime_error(format_args!("{shown} is bound to a different event loop"))
            );
        }
    }
    Ok(now)
}

/// Wait behind all others: a new future at the end of the waiters, kept in `item`.
pub(super) fn wait_in(
    vm: &Vm,
    coroutine: &Awaiting,
    this: &Object,
    its: &Slot,
    waiters: &Slot,
) -> Res<Step> {
    let looop = loop_of(vm, this, its)?;
    let future = new_future(vm, &looop)?;
    waiters_of(vm, waiters)?.push(vm, future.clone())?;
    coroutine.item.set(future.clone());
    Ok(Step::on(vm, future))
}

/// It has waited: its future leaves the waiters.
pub(super) fn leave(vm: &Vm, coroutine: &Awaiting, waiters: &Slot) -> Res {
    let future = coroutine.item.take().unwrap_or_else(Object::none);
    if waiters_of(vm, waiters)?.take_out(&future) { Ok(future) } else { Err(missing(vm)) }
}

/// Calls `__init__` from a slot.
macro_rules! init_slot {
    ($init:ty) => {
        Some(|vm, this, args, names| {
            call_init(vm, &<$init as NativeFunction>::DEF, this, args, names)
        })
    };
}

/// The loop that a program of 3.6 gives. Tasks of `async def` are told what 3.11 tells.
pub(super) fn take_loop(vm: &Vm, class: &str, its: &Slot, given: Maybe<&Object>) -> Res<()> {
    let Some(given) = given.given() else { return Ok(()) };
    if is_in_async_def(vm)? {
        let class = format!("{class}.__init__");
        return Err(vm.type_error(unexpected(&class, "loop")));
    }
    its.assign(Some(given.clone()).filter(|given| !given.is_none()));
    Ok(())
}

fn is_in_async_def(vm: &Vm) -> Res<bool> {
    let Some(looop) = running(vm) else { return Ok(false) };
    let Some(task) = current(vm, &looop)? else { return Ok(false) };
    let coroutine = vm.call_method(&task, "get_coro", &[])?;
    Ok(coroutine.downcast_exact::<Generator>().is_none_or(|g| g.is_coroutine()))
}

/// What `object.__repr__` gives, with something added in brackets.
pub(super) fn shown(vm: &Vm, this: &Object, state: &str, waiters: usize) -> Res {
    let plain = match vm.types().object.slots().repr {
        Some(repr) => vm.to_str(&repr(vm, this)?)?.to_string_lossy(),
        None => String::new(),
    };
    let plain = plain.strip_suffix('>').unwrap_or(&plain);
    let text = match waiters {
        0 => format!("{plain} [{state}]>"),
        n => format!("{plain} [{state}, waiters:{n}]>"),
    };
    Ok(vm.str(&text)?.into_object())
}

/// `_loop`, `_waiters` and `_get_loop()` of a payload with fields of these names.
macro_rules! loop_bound {
    ($payload:ty) => {
        #[getter]
        fn _loop(_vm: &Vm, this: &Obj<$payload>) -> Res<Option<Object>> {
            Ok(this.looop.get())
        }

        #[setter]
        fn set_loop(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
            of(vm, this)?.looop.assign(value.filter(|v| !v.is_none()).cloned());
            Ok(())
        }

        /// The running loop; RuntimeError if it belongs to another one.
        #[native("(self)", name = "_get_loop")]
        fn get_loop(vm: &Vm, this: &Obj<$payload>) -> Res {
            super::bound::loop_of(vm, this.as_object(), &this.looop)
        }
    };
    ($payload:ty, waiters) => {
        super::bound::loop_bound!($payload);

        #[getter]
        fn _waiters(vm: &Vm, this: &Obj<$payload>) -> Res {
            Ok(super::waiters::waiters_of(vm, &this.waiters)?.into_object())
        }

        #[setter]
        fn set_waiters(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
            super::waiters::replace(vm, &of(vm, this)?.waiters, value)
        }
    };
}

/// What `with (yield from lock):` leaves through: 3.6's way of holding a lock for a block.
pub(super) struct Held(pub Object);

impl Payload for Held {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&HELD);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.0);
    }
}

static HELD: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    methods: natives![held_enter, held_exit],
    ..TypeSpec::new::<Held>("asyncio.locks._ContextManager")
};

#[native("(self)", name = "__enter__")]
fn held_enter(_this: &Obj<Held>) {}

#[native("(self, *args)", name = "__exit__")]
fn held_exit(vm: &Vm, this: &Obj<Held>, _args: &[Object]) -> Res<()> {
    vm.call_method(&this.0, "release", &[]).map(drop)
}

/// `__aenter__` and `__aexit__` for what has acquire() and release(): through these methods in classes that are
/// written in Python.
macro_rules! lock_context {
    ($payload:ty, $acquire:ident, $release:path, $mixin:literal) => {
        static ENTER: Kind = Kind { name: concat!($mixin, ".__aenter__"), step: enter_step };
        static EXIT: Kind = Kind { name: concat!($mixin, ".__aexit__"), step: exit_step };

        /// What `yield from lock` drives.
        fn take(vm: &Vm, this: &Object) -> Res {
            static TAKE: Kind = Kind { name: concat!($mixin, ".__iter__"), step: take_step };
            awaiting::start(vm, &TAKE, this)
        }

        fn take_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
            Ok(match enter_step(vm, coroutine, came)? {
                Step::Done(_) => {
                    let this = coroutine.target_as::<$payload>(vm)?.into_object();
                    Step::Done(vm.alloc(super::bound::Held(this))?.into_object())
                }
                step => step,
            })
        }

        #[native("(self)", name = "__aenter__", python = "_ContextManagerMixin.__aenter__")]
        fn aenter(vm: &Vm, this: &Obj<$payload>) -> Res {
            awaiting::start(vm, &ENTER, this.as_object())
        }

        #[native(
            "(self, exc_type, exc, tb)",
            name = "__aexit__",
            python = "_ContextManagerMixin.__aexit__"
        )]
        fn aexit(
            vm: &Vm,
            this: &Obj<$payload>,
            _exc_type: &Object,
            _exc: &Object,
            _tb: &Object,
        ) -> Res {
            awaiting::start(vm, &EXIT, this.as_object())
        }

        fn enter_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
            let this = coroutine.target_as::<$payload>(vm)?;
            let step = if !vm.class_of(this.as_object()).is_heap_type() {
                $acquire(vm, coroutine, came)?
            } else {
                match came {
                    Came::Start => Step::Await(vm.call_method(this.as_object(), "acquire", &[])?),
                    Came::Value(value) => Step::Done(value),
                    Came::Raised(exception) => return Err(vm.raise(exception)),
                }
            };
            Ok(match step {
                Step::Done(_) => Step::Done(Object::none()),
                step => step,
            })
        }

        fn exit_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
            if let Came::Raised(exception) = came {
                return Err(vm.raise(exception));
            }
            let this = coroutine.target_as::<$payload>(vm)?;
            if vm.class_of(this.as_object()).is_heap_type() {
                vm.call_method(this.as_object(), "release", &[])?;
            } else {
                $release(vm, &this)?;
            }
            Ok(Step::Done(Object::none()))
        }
    };
}

pub(super) use {init_slot, lock_context, loop_bound};
