//! The type coroutine and the iterator that its `__await__` gives.

use super::{__name__, __qualname__, close, frame_of, repr, send, set_name, set_qualname};
use super::{throw, thrown};
use crate::native::{Maybe, class_getitem, getsets, natives};
use crate::object::*;
use crate::vm::generator::{Sent, close as close_generator, delegate, resume};
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native};

/// The type `coroutine`.
pub static COROUTINE: TypeSpec = TypeSpec {
    flags: type_flags::WEAKREF | type_flags::NO_NEW,
    slots: Slots {
        await_: Some(await_slot),
        repr: Some(repr),
        del: Some(super::finalize),
        ..Slots::NONE
    },
    methods: natives![send, throw, close, class_getitem],
    getsets: getsets![
        __name__: set_name,
        __qualname__: set_qualname,
        cr_await,
        cr_code,
        cr_frame,
        cr_origin,
        cr_running,
        cr_suspended
    ],
    ..TypeSpec::new::<Generator>("coroutine")
};

/// what it waits for, or None
#[getter]
fn cr_await(this: &Obj<Generator>) -> Option<Object> {
    delegate(this)
}

#[getter]
fn cr_code(this: &Obj<Generator>) -> Obj<Code> {
    this.code.clone()
}

#[getter]
fn cr_frame(vm: &Vm, this: &Obj<Generator>) -> Res<Option<Object>> {
    frame_of(vm, this)
}

#[getter]
fn cr_origin(this: &Obj<Generator>) -> Option<Object> {
    this.rare.get().and_then(|r| r.origin.get())
}

#[getter]
fn cr_running(this: &Obj<Generator>) -> bool {
    this.state.get() == GeneratorState::Running
}

#[getter]
fn cr_suspended(this: &Obj<Generator>) -> bool {
    this.state.get() == GeneratorState::Suspended
}

/// A RuntimeWarning, in the words of the module warnings if the program has imported it: they take the
/// place where the coroutine was created into account.
pub(super) fn never_awaited(vm: &Vm, coroutine: &Obj<Generator>) -> Res<()> {
    let modules = vm.interp().modules.get_as::<Dict>();
    if let Some(warnings) = modules.and_then(|m| m.get_named(vm, "warnings"))
        && let Some(warn) = vm.getattr_opt(&warnings, &vm.intern("_warn_unawaited_coroutine"))?
    {
        let Err(raised) = vm.call(&warn, &[coroutine.as_object().clone()]) else { return Ok(()) };
        let e = vm.take_raised(raised);
        let warned = vm.class_of(&e).is_subtype(&vm.types().exception(Exc::RuntimeWarning));
        let raised = vm.raise(e);
        if warned {
            return Err(raised);
        }
        vm.unraisable(raised, Some(coroutine.as_object()));
    }
    let name = vm.to_str(&coroutine.qualname())?.to_string_lossy();
    let text = format!("coroutine '{name}' was never awaited");
    vm.warn_about(Exc::RuntimeWarning, &text, 1, coroutine.as_object())
}

/// What `coroutine.__await__()` gives.
pub struct CoroutineWrapper {
    coroutine: Slot,
}

impl Payload for CoroutineWrapper {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&WRAPPER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.coroutine);
    }
    fn clear(&self) {
        drop(self.coroutine.take());
    }
}

static WRAPPER: TypeSpec = TypeSpec {
    doc: "What a coroutine's `__await__()` gives: an iterator that runs the coroutine.",
    flags: type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, this| Ok(this.clone())),
        next: Some(wrapper_next),
        ..Slots::NONE
    },
    methods: natives![wrapper_send, wrapper_throw, wrapper_close],
    ..TypeSpec::new::<CoroutineWrapper>("coroutine_wrapper")
};

fn await_slot(vm: &Vm, this: &Object) -> Res {
    let wrapper = CoroutineWrapper { coroutine: Slot::new(this.clone()) };
    Ok(vm.alloc(wrapper)?.into_object())
}

impl CoroutineWrapper {
    fn inner(&self, vm: &Vm) -> Res<Obj<Generator>> {
        self.coroutine
            .get_as::<Generator>()
            .ok_or_else(|| vm.system_error("a coroutine_wrapper without a coroutine"))
    }
}

fn wrapper_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<CoroutineWrapper>() else { return Ok(None) };
    let resumed = resume(vm, &this.inner(vm)?, Sent::Next)?;
    // A value can only be told by the exception.
    super::outcome(vm, resumed).map(Some)
}

/// send(arg) -> let the coroutine go on, with arg as what its innermost `yield` gives;
/// StopIteration holds its result when it returns.
#[native("(self, arg, /)", name = "send", no_signature)]
fn wrapper_send(vm: &Vm, this: &Obj<CoroutineWrapper>, arg: &Object) -> Res {
    let resumed = resume(vm, &this.inner(vm)?, Sent::Value(arg.clone()))?;
    super::outcome(vm, resumed)
}

/// throw(value)
/// throw(type[,value[,traceback]])
///
/// Let the coroutine go on with an exception at its `await`; gives what send() would.
#[native(
    "(self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
    name = "throw",
    no_signature
)]
fn wrapper_throw(
    vm: &Vm,
    this: &Obj<CoroutineWrapper>,
    kind: &Object,
    value: Maybe<&Object>,
    traceback: Maybe<&Object>,
) -> Res {
    let (value, traceback) = (value.given(), traceback.given());
    let exception = thrown(vm, kind, value, traceback)?;
    let args = [Some(kind), value, traceback].into_iter().flatten().cloned().collect();
    let resumed = resume(vm, &this.inner(vm)?, Sent::ThrowArgs(exception, args))?;
    super::outcome(vm, resumed)
}

/// close() -> end the coroutine, which sees a GeneratorExit where it stands.
#[native("(self, /)", name = "close", no_signature)]
fn wrapper_close(vm: &Vm, this: &Obj<CoroutineWrapper>) -> Res<()> {
    close_generator(vm, &this.inner(vm)?)
}
