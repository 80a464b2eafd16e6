//! `asyncio.wait_for()`.
//!
//! The awaitable is awaited by the task that calls, not by one of its own. When the time is up that task is cancelled;
//! if nobody else has cancelled it meanwhile, the cancellation comes out as TimeoutError. So neither a result nor a
//! cancellation is lost.

use std::cell::Cell;

use super::ensure_future;
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::handle::cancel_any_handle;
use crate::asyncio::looping::{call_when, time_of};
use crate::asyncio::running::{current, get_running_loop_object};
use crate::asyncio::state::{is_cancelled_error, state};
use crate::asyncio::sync::is_done;
use crate::asyncio::task::{cancel_any, cancelling_of, uncancel_any};
use crate::support::*;

/// Payload of what a timer calls when the time is up.
pub(super) struct Deadline {
    task: Object,
    is_up: Cell<bool>,
}

impl Payload for Deadline {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&DEADLINE);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.task);
    }
}

static DEADLINE: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        call: Some(|vm, this, _, _| {
            if let Some(deadline) = this.downcast::<Deadline>() {
                cancel_any(vm, &deadline.task, None)?;
                deadline.is_up.set(true);
            }
            Ok(Object::none())
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new::<Deadline>("_asyncio.Deadline")
};

static WAIT_FOR: Kind = Kind { name: "wait_for", step };

/// Wait for something that can be awaited, but no longer than so many seconds (None: as long as it takes): then it is
/// cancelled, and TimeoutError is raised. It is cancelled too if the waiting is.
#[native("(fut, timeout, *, loop=None)", python, shown = "(fut, timeout)")]
pub(in crate::asyncio) fn wait_for(
    vm: &Vm,
    fut: &Object,
    timeout: &Object,
    _loop: Option<&Object>,
) -> Res {
    Ok(awaiting::start_with(vm, &WAIT_FOR, fut, Some(timeout))?.into_object())
}

/// Where it is.
mod phase {
    pub const WAITS: u8 = 1;
    /// There was no time at all: it waits until the awaitable has been cancelled.
    pub const CANCELS: u8 = 2;
}

fn step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    match (coroutine.phase.get(), came) {
        (phase::WAITS, came) => end(vm, coroutine, came),
        (phase::CANCELS, Came::Raised(exception)) => Err(vm.raise(exception)),
        (phase::CANCELS, _) => cancelled(vm, coroutine),
        _ => begin(vm, coroutine),
    }
}

fn begin(vm: &Vm, coroutine: &Awaiting) -> Res<Step> {
    let mut awaitable = coroutine.target.get().unwrap_or_else(Object::none);
    if vm.class_of(&awaitable).slots().await_.is_none() {
        // A generator, which only a task runs, or nothing that can be awaited.
        awaitable = ensure_future(vm, &awaitable, None)?;
    }
    let timeout = coroutine.item.take().filter(|timeout| !timeout.is_none());
    if let Some(timeout) = &timeout
        && vm.truth(&vm.compare(timeout, &Object::small(0), CmpOp::Le)?)?
    {
        return begin_without_time(vm, coroutine, &awaitable);
    }
    let looop = get_running_loop_object(vm)?;
    let when = match &timeout {
        Some(timeout) => {
            let now = time_of(vm, &looop)?;
            Some(vm.binary(BinOp::Add, &now, timeout)?)
        }
        None => None,
    };
    let Some(task) = current(vm, &looop)? else {
        return Err(vm.runtime_error("Timeout should be used inside a task"));
    };
    coroutine.number.set(cancelling_of(vm, &task)?);
    if let Some(when) = when {
        let deadline = vm.alloc(Deadline { task, is_up: Cell::new(false) })?.into_object();
        coroutine.other.set(deadline.clone());
        let timer = call_when(vm, &looop, &when, &deadline, &[])?;
        coroutine.item.set(timer);
    }
    coroutine.phase.set(phase::WAITS);
    Ok(Step::Await(awaitable))
}

fn begin_without_time(vm: &Vm, coroutine: &Awaiting, awaitable: &Object) -> Res<Step> {
    let future = ensure_future(vm, awaitable, None)?;
    if is_done(vm, &future)? {
        return vm.call_method(&future, "result", &[]).map(Step::Done);
    }
    coroutine.phase.set(phase::CANCELS);
    coroutine.target.set(future.clone());
    Ok(Step::Await(vm.call(&state(vm).cancel_and_wait(vm)?, &[future])?))
}

fn cancelled(vm: &Vm, coroutine: &Awaiting) -> Res<Step> {
    let future = coroutine.target.get().unwrap_or_else(Object::none);
    match vm.call_method(&future, "result", &[]) {
        Ok(value) => Ok(Step::Done(value)),
        Err(raised) => {
            let exception = vm.take_raised(raised);
            Err(match is_cancelled_error(vm, &exception)? {
                true => timed_out(vm, &exception),
                false => vm.raise(exception),
            })
        }
    }
}

/// TimeoutError in place of the cancellation that the time was up.
pub(super) fn timed_out(vm: &Vm, cause: &Object) -> Raised {
    let raised = vm.raise_object(vm.types().exception(Exc::TimeoutError).as_object(), Some(cause));
    let exception = vm.take_raised(raised);
    if let Some(made) = exception.downcast::<Exception>() {
        made.context.set(cause.clone());
    }
    vm.raise(exception)
}

fn end(vm: &Vm, coroutine: &Awaiting, came: Came) -> Res<Step> {
    if let Some(timer) = coroutine.item.take() {
        cancel_any_handle(vm, &timer)?;
    }
    let deadline = coroutine.other.take().and_then(|d| d.downcast_into::<Deadline>().ok());
    if let Some(deadline) = deadline.filter(|deadline| deadline.is_up.get()) {
        let others = uncancel_any(vm, &deadline.task)? > coroutine.number.get();
        if let Came::Raised(exception) = &came
            && !others
            && vm.class_of(exception).as_object().is(&state(vm).cancelled_error(vm)?)
        {
            return Err(timed_out(vm, exception));
        }
    }
    match came {
        Came::Raised(exception) => Err(vm.raise(exception)),
        Came::Value(value) => Ok(Step::Done(value)),
        Came::Start => Ok(Step::Done(Object::none())),
    }
}
