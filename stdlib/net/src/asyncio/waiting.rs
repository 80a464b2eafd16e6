//! What `await future` drives: gives the future once, to the task that runs, then its result.

use super::future::Future;
use crate::support::*;

/// Payload of the iterator of futures.
pub struct FutureIter {
    /// Unset: it has ended.
    future: Slot,
}

impl Payload for FutureIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.future);
    }
    fn clear(&self) {
        drop(self.future.take());
    }
}

static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, this| Ok(this.clone())),
        next: Some(|vm, this| match step(vm, this)? {
            Resumed::Yield(future) => Ok(Some(future)),
            Resumed::Return(result) if result.is_none() => Ok(None),
            Resumed::Return(result) => Err(vm.stop_iteration(result)),
        }),
        send: Some(|vm, this, _| step(vm, this)),
        ..Slots::NONE
    },
    methods: natives![send, throw, close],
    ..TypeSpec::new::<FutureIter>("_asyncio.FutureIter")
};

impl FutureIter {
    pub fn new(future: &Obj<Future>) -> FutureIter {
        FutureIter { future: Slot::new(future.as_object().clone()) }
    }
}

fn step(vm: &Vm, this: &Object) -> Res<Resumed> {
    let Some(iter) = this.downcast::<FutureIter>() else {
        return Err(vm.system_error("an iterator of a future was expected"));
    };
    let Some(object) = iter.future.take() else { return Ok(Resumed::Return(Object::none())) };
    let Some(future) = object.downcast::<Future>() else {
        return Err(vm.system_error("a future was expected"));
    };
    if future.is_done() {
        return future.outcome(vm).map(Resumed::Return);
    }
    if future.blocking.replace(true) {
        // Somebody goes on who is not the task that was to wait.
        iter.future.set(object.clone());
        return Err(vm.runtime_error("await wasn't used with future"));
    }
    iter.future.set(object.clone());
    Ok(Resumed::Yield(object))
}

/// Go on: the future if it is not done, else StopIteration with its result.
#[native("(self, value, /)")]
fn send(vm: &Vm, this: &Obj<FutureIter>, _value: &Object) -> Res {
    match step(vm, this.as_object())? {
        Resumed::Yield(future) => Ok(future),
        Resumed::Return(result) => Err(vm.stop_iteration(result)),
    }
}

/// End it with an exception, which is raised.
#[native("(self, typ, val=None, tb=None, /)", no_signature)]
fn throw(
    vm: &Vm,
    this: &Obj<FutureIter>,
    typ: &Object,
    val: Option<&Object>,
    tb: Option<&Object>,
) -> Res {
    let exception = taipan_core::types::generator::thrown(vm, typ, val, tb)?;
    drop(this.future.take());
    Err(vm.raise(exception))
}

/// End it.
#[native("(self, /)")]
fn close(this: &Obj<FutureIter>) {
    drop(this.future.take());
}
