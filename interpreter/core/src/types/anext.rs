//! What `anext(iterator, default)` returns: awaits the next item, and gives the default at the end.

use crate::native::natives;
use crate::object::*;
use crate::vm::generator::{self, Resumed};
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The payload of `anext_awaitable`.
pub struct AnextAwaitable {
    wrapped: Slot,
    /// The iterator that awaiting `wrapped` drives, once there is one.
    inner: Slot,
    default: Slot,
}

impl Payload for AnextAwaitable {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.wrapped);
        visitor.slot(&self.inner);
        visitor.slot(&self.default);
    }
    fn clear(&self) {
        drop(self.wrapped.take());
        drop(self.inner.take());
        drop(self.default.take());
    }
}

static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { await_: Some(itself), iter: Some(itself), next: Some(next), ..Slots::NONE },
    methods: natives![send, throw, close],
    ..TypeSpec::new::<AnextAwaitable>("anext_awaitable")
};

/// An awaitable for what `__anext__` gave.
pub(crate) fn make(vm: &Vm, wrapped: Object, default: &Object) -> Res {
    let (wrapped, default) = (Slot::new(wrapped), Slot::new(default.clone()));
    Ok(vm.alloc(AnextAwaitable { wrapped, inner: Slot::empty(), default })?.into_object())
}

fn itself(_: &Vm, this: &Object) -> Res {
    Ok(this.clone())
}

impl AnextAwaitable {
    fn inner(&self, vm: &Vm) -> Res {
        if let Some(inner) = self.inner.get() {
            return Ok(inner);
        }
        let wrapped = self.wrapped.get().unwrap_or_else(Object::none);
        let inner = generator::get_awaitable(vm, &wrapped, 0)?;
        self.inner.set(inner.clone());
        Ok(inner)
    }

    /// StopAsyncIteration becomes the default, as StopIteration's value.
    fn translate<T>(&self, vm: &Vm, result: Res<T>) -> Res<T> {
        match result {
            Ok(value) => Ok(value),
            Err(raised) => {
                drop(vm.caught(raised, Exc::StopAsyncIteration)?);
                Err(vm.stop_iteration(self.default.get().unwrap_or_else(Object::none)))
            }
        }
    }
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    match this.downcast::<AnextAwaitable>() {
        Some(this) => forward(vm, this, &Object::none()).map(Some),
        None => Ok(None),
    }
}

fn forward(vm: &Vm, this: &AnextAwaitable, value: &Object) -> Res {
    let inner = this.inner(vm)?;
    match this.translate(vm, generator::send(vm, &inner, value))? {
        Resumed::Yield(item) => Ok(item),
        Resumed::Return(result) => Err(vm.stop_iteration(result)),
    }
}

/// send(arg) -> what send() of the awaited object does; at the end the default is the result.
#[native("(self, arg, /)", no_signature)]
fn send(vm: &Vm, this: &Obj<AnextAwaitable>, arg: &Object) -> Res {
    forward(vm, this, arg)
}

/// throw(typ[,val[,tb]]) -> what throw() of the awaited object does; at the end the default is the result.
#[native("(self, *args)", no_signature)]
fn throw(vm: &Vm, this: &Obj<AnextAwaitable>, args: &[Object]) -> Res {
    let inner = this.inner(vm)?;
    let result = vm.call_method(&inner, "throw", args);
    this.translate(vm, result)
}

/// close() -> end the awaited object.
#[native("(self, /)", no_signature)]
fn close(vm: &Vm, this: &Obj<AnextAwaitable>) -> Res {
    let inner = this.inner(vm)?;
    let result = vm.call_method(&inner, "close", &[]);
    this.translate(vm, result)
}
