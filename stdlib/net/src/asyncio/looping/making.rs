//! The futures and the tasks of a loop.

use super::{Loop, own};
use crate::asyncio::future::Future;
use crate::asyncio::task;
use crate::support::*;

impl Loop {
    /// What was waited for is over: if nobody has the future any more, it is the next one.
    #[inline]
    pub(super) fn keep_spare(&self, vm: &Vm, future: Obj<Future>) {
        if !self.spare.is_set() && future.is_spent(vm, &future) {
            drop(future.result.take());
            drop(future.looop.take());
            self.spare.set(future.into_object());
        }
    }
}

/// `loop.create_future()`, of a loop of any kind.
pub(in crate::asyncio) fn new_future(vm: &Vm, looop: &Object) -> Res {
    if let Some(native) = looop.downcast::<Loop>()
        && native.has_own(vm, looop, own::CREATE_FUTURE | own::GET_DEBUG)
        && !native.debug.get()
    {
        // (The collector shows it to programs: they may have done something to it.)
        if let Some(Ok(spare)) = native.spare.take().map(Object::downcast_into::<Future>)
            && spare.is_spent(vm, &spare)
        {
            spare.renew(looop);
            return Ok(spare.into_object());
        }
        return Ok(vm.alloc(Future::pending_in(looop))?.into_object());
    }
    vm.call_method(looop, "create_future", &[])
}

/// A task of a loop of ours that makes them in no way of its own.
pub(in crate::asyncio) fn new_task(
    vm: &Vm,
    looop: &Object,
    coroutine: &Object,
) -> Res<Option<Object>> {
    let Some(native) = looop.downcast::<Loop>() else { return Ok(None) };
    let plainly = native.has_own(vm, looop, own::CREATE_TASK | own::GET_DEBUG)
        && !(native.debug.get() || native.closed.get() || native.task_factory.is_set());
    if !plainly {
        return Ok(None);
    }
    Ok(Some(task::create(vm, looop, coroutine, None, None)?.into_object()))
}

/// A Future of this loop.
#[native("(self, /)")]
pub(super) fn create_future(vm: &Vm, this: &Obj<Loop>) -> Res<Obj<Future>> {
    let future = vm.alloc(Future::new(None))?;
    future.begin(vm, Some(this.as_object()))?;
    Ok(future)
}

/// Have the loop run a coroutine, as a Task.
#[native("(self, coro, *, name=None, context=None)")]
pub(super) fn create_task(
    vm: &Vm,
    this: &Obj<Loop>,
    coro: &Object,
    name: Option<&Object>,
    context: Option<&Object>,
) -> Res {
    this.check_closed(vm)?;
    let object = this.as_object();
    let Some(factory) = this.task_factory.get() else {
        return Ok(task::create(vm, object, coro, name, context)?.into_object());
    };
    let args = [object.clone(), coro.clone()];
    let task = match context {
        None => vm.call(&factory, &args)?,
        Some(context) => vm.call_named(&factory, &args, &[("context", context.clone())])?,
    };
    if let Some(name) = name
        && let Some(method) = vm.getattr_opt(&task, &vm.intern("set_name"))?
    {
        vm.call(&method, std::slice::from_ref(name))?;
    }
    Ok(task)
}

/// What makes tasks of coroutines; None: asyncio.Task.
#[native("(self, /)")]
pub(super) fn get_task_factory(this: &Obj<Loop>) -> Option<Object> {
    this.task_factory.get()
}

/// Set what makes tasks of coroutines: called with the loop and the coroutine, or None.
#[native("(self, factory)", name = "set_task_factory")]
pub(super) fn set_task_factory_(vm: &Vm, this: &Obj<Loop>, factory: Option<&Object>) -> Res<()> {
    if factory.is_some_and(|f| !vm.is_callable(f)) {
        return Err(vm.type_error("task factory must be a callable or None"));
    }
    this.task_factory.assign(factory.cloned());
    Ok(())
}
