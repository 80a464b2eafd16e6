//! `asyncio.wait()`.

use std::cell::{Cell, RefCell};

use super::{exception_of, is_coroutine, is_future, tell};
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step, plain_future};
use crate::asyncio::handle::cancel_any_handle;
use crate::asyncio::looping::{call_after, new_future};
use crate::asyncio::running::get_running_loop_object;
use crate::asyncio::state::state;
use crate::asyncio::sync::{is_cancelled, is_done, set_result};
use crate::support::*;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    First,
    FirstException,
    All,
}

/// Payload of what the futures call: it wakes who waits for them.
pub(super) struct Group {
    waiter: Object,
    until: Until,
    left: Cell<usize>,
    futures: RefCell<Vec<Object>>,
    /// The same as a set.
    set: Obj<Set>,
    timer: Slot,
}

impl Payload for Group {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&GROUP);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.waiter);
        visitor.visit(self.set.as_object());
        visitor.slot(&self.timer);
        self.futures.borrow().iter().for_each(|future| visitor.visit(future));
    }
    fn clear(&self) {
        drop(self.timer.take());
        drop(self.futures.take());
    }
}

static GROUP: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        call: Some(|vm, this, args, _| match (this.downcast::<Group>(), args) {
            (Some(group), [future]) => done(vm, group, future).map(|()| Object::none()),
            _ => Err(vm.type_error("a future was expected")),
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new::<Group>("_asyncio.Group")
};

static WAIT: Kind = Kind { name: "wait", step };

/// Wait for futures and tasks, until all of them, the first of them or the first with an exception is done, but no
/// longer than so many seconds. The result is a pair of sets: those that are done, the others.
#[native(
    "(fs, *, loop=None, timeout=None, return_when='ALL_COMPLETED')",
    python,
    shown = "(fs, *, timeout=None, return_when='ALL_COMPLETED')"
)]
pub(in crate::asyncio) fn wait(
    vm: &Vm,
    fs: &Object,
    _loop: Option<&Object>,
    timeout: Option<&Object>,
    return_when: Maybe<&Object>,
) -> Res {
    let timeout = timeout.cloned().unwrap_or_else(Object::none);
    let coroutine = awaiting::start_with(vm, &WAIT, fs, Some(&timeout))?;
    let until = return_when.given().cloned();
    coroutine.other.set(until.map_or_else(|| Ok(vm.str("ALL_COMPLETED")?.into_object()), Ok)?);
    Ok(coroutine.into_object())
}

fn step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    match came {
        Came::Start => begin(vm, coroutine),
        Came::Value(_) => {
            let group = leave(vm, coroutine)?;
            sorted(vm, &group).map(Step::Done)
        }
        Came::Raised(exception) => {
            leave(vm, coroutine)?;
            Err(vm.raise(exception))
        }
    }
}

fn until_of(vm: &Vm, wanted: &Object) -> Res<Until> {
    if let Some(text) = wanted.downcast::<Str>() {
        for (name, until) in [
            ("FIRST_COMPLETED", Until::First),
            ("FIRST_EXCEPTION", Until::FirstException),
            ("ALL_COMPLETED", Until::All),
        ] {
            if text.equals(name) {
                return Ok(until);
            }
        }
    }
    let shown = vm.to_str(wanted)?.to_string_lossy();
    Err(vm.value_error(format_args!("Invalid return_when value: {shown}")))
}

fn begin(vm: &Vm, coroutine: &Awaiting) -> Res<Step> {
    let fs = coroutine.target.get().unwrap_or_else(Object::none);
    let is_set = fs.downcast_exact::<Set>().is_some();
    if !is_set && (is_future(vm, &fs)? || is_coroutine(vm, &fs)?) {
        return Err(vm.type_error(format_args!(
            "expect a list of futures, not {}",
            vm.class_of(&fs).short_name()
        )));
    }
    if !vm.truth(&fs)? {
        return Err(vm.value_error("Set of Tasks/Futures is empty."));
    }
    let until = until_of(vm, &coroutine.other.take().unwrap_or_else(Object::none))?;
    let set = vm.call(vm.types().set.as_object(), &[fs])?;
    let Ok(set) = set.downcast_into::<Set>() else {
        return Err(vm.system_error("a set was expected"));
    };
    let mut futures = Vec::new();
    reserve(vm, &mut futures, set.len())?;
    vm.for_each(set.as_object(), |future| {
        futures.push(future);
        Ok(())
    })?;
    for future in &futures {
        if is_coroutine(vm, future)? {
            return Err(vm.type_error("Passing coroutines is forbidden, use tasks explicitly."));
        }
    }
    let looop = get_running_loop_object(vm)?;
    let waiter = new_future(vm, &looop)?;
    let timer = match coroutine.item.take().filter(|timeout| !timeout.is_none()) {
        Some(timeout) => {
            let release = state(vm).release_waiter(vm)?;
            let timer = call_after(vm, &looop, &timeout, &release, std::slice::from_ref(&waiter))?;
            Slot::new(timer)
        }
        None => Slot::empty(),
    };
    let group = vm.alloc(Group {
        waiter: waiter.clone(),
        until,
        left: Cell::new(futures.len()),
        futures: RefCell::new(futures.clone()),
        set,
        timer,
    })?;
    coroutine.other.set(group.as_object().clone());
    let context = contexts::copy_current(vm)?.into_object();
    for future in &futures {
        tell(vm, future, group.as_object(), &context)?;
    }
    Ok(Step::on(vm, waiter))
}

/// A future is done.
fn done(vm: &Vm, group: &Obj<Group>, future: &Object) -> Res<()> {
    let left = group.left.get().saturating_sub(1);
    group.left.set(left);
    let enough = left == 0
        || match group.until {
            Until::First => true,
            Until::All => false,
            Until::FirstException => {
                !is_cancelled(vm, future)? && exception_of(vm, future)?.is_some()
            }
        };
    if !enough {
        return Ok(());
    }
    if let Some(timer) = group.timer.get() {
        cancel_any_handle(vm, &timer)?;
    }
    if is_done(vm, &group.waiter)? {
        return Ok(());
    }
    set_result(vm, &group.waiter, Object::none())
}

/// It waits no more: neither the timer nor the futures are to tell it.
fn leave(vm: &Vm, coroutine: &Awaiting) -> Res<Obj<Group>> {
    let group = coroutine.other.take().and_then(|group| group.downcast_into::<Group>().ok());
    let group = group.ok_or_else(|| vm.system_error("wait() has lost its futures"))?;
    if let Some(timer) = group.timer.take() {
        cancel_any_handle(vm, &timer)?;
    }
    let futures = group.futures.borrow().clone();
    for future in &futures {
        match plain_future(vm, future) {
            Some(native) => native.tell_no_more(group.as_object()),
            None => {
                let group = [group.as_object().clone()];
                vm.call_method(future, "remove_done_callback", &group).map(drop)?;
            }
        }
    }
    Ok(group)
}

/// Those that are done and the others.
fn sorted(vm: &Vm, group: &Obj<Group>) -> Res {
    let done = vm.call(vm.types().set.as_object(), &[])?;
    for future in group.futures.take() {
        if is_done(vm, &future)? {
            group.set.remove(vm, &future)?;
            if let Some(done) = done.downcast::<Set>() {
                done.add(vm, &future)?;
            }
        }
    }
    Ok(vm.pair(done, group.set.as_object().clone())?.into_object())
}
