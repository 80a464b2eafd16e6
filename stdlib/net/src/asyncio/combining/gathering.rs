//! `asyncio.gather()`.

use std::cell::{Cell, RefCell};

use super::{ensure_future, exception_of, given_loop, tell};
use crate::asyncio::awaiting::plain_future;
use crate::asyncio::future::Future;
use crate::asyncio::looping::new_future;
use crate::asyncio::running::loop_for;
use crate::asyncio::state::state;
use crate::asyncio::sync::{is_cancelled, is_done, set_result};
use crate::asyncio::task::be_quiet;
use crate::support::*;

/// Payload of what the futures call: it collects their results.
pub(super) struct Gathering {
    /// Unset until all are there.
    outer: Slot,
    children: RefCell<Vec<Object>>,
    /// How many different futures there are, and how many of them are done.
    count: Cell<usize>,
    finished: Cell<usize>,
    keeps_exceptions: bool,
}

impl Payload for Gathering {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&GATHERING);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.outer);
        self.children.borrow().iter().for_each(|child| visitor.visit(child));
    }
    fn clear(&self) {
        drop(self.outer.take());
        drop(self.children.take());
    }
}

static GATHERING: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        call: Some(|vm, this, args, _| match (this.downcast::<Gathering>(), args) {
            (Some(all), [future]) => done(vm, all, future).map(|()| Object::none()),
            _ => Err(vm.type_error("a future was expected")),
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new::<Gathering>("_asyncio.Gathering")
};

/// A future for the list of the results of all that is given. Coroutines become tasks.
///
/// The first exception goes to who waits, and the others go on; with return_exceptions exceptions are results. Who
/// cancels the future cancels all that are not done.
#[native(
    "(*coros_or_futures, loop=None, return_exceptions=False)",
    python,
    shown = "(*coros_or_futures, return_exceptions=False)"
)]
pub(in crate::asyncio) fn gather(
    vm: &Vm,
    coros_or_futures: &[Object],
    r#loop: Option<&Object>,
    return_exceptions: Maybe<&Object>,
) -> Res {
    let given = given_loop(vm, r#loop);
    if coros_or_futures.is_empty() {
        let looop = given.map_or_else(|| loop_for(vm), Ok)?;
        let outer = new_future(vm, &looop)?;
        set_result(vm, &outer, vm.list(Vec::new())?.into_object())?;
        return Ok(outer);
    }
    let keeps_exceptions = match return_exceptions.given() {
        Some(wanted) => vm.truth(wanted)?,
        None => false,
    };
    let all = vm.alloc(Gathering {
        outer: Slot::empty(),
        children: RefCell::default(),
        count: Cell::new(0),
        finished: Cell::new(0),
        keeps_exceptions,
    })?;
    let mut children = Vec::new();
    reserve(vm, &mut children, coros_or_futures.len())?;
    let (looop, early) = adopt(vm, &all, coros_or_futures, given, &mut children)?;
    let list = vm.list(children.clone())?.into_object();
    all.children.replace(children);
    let class = state(vm).gathering_future(vm)?;
    let outer = vm.call_named(&class, &[list], &[("loop", looop)])?;
    all.outer.set(outer.clone());
    for future in early {
        done(vm, &all, &future)?;
    }
    Ok(outer)
}

/// Have a future for each argument, which tells when it is done. Gives the loop, and those that are done already.
fn adopt(
    vm: &Vm,
    all: &Obj<Gathering>,
    arguments: &[Object],
    given: Option<Object>,
    children: &mut Vec<Object>,
) -> Res<(Object, Vec<Object>)> {
    let known = vm.new_dict()?;
    let context = contexts::copy_current(vm)?.into_object();
    let mut looop: Option<Object> = None;
    let mut early = Vec::new();
    for argument in arguments {
        if let Some(future) = known.get(vm, argument)? {
            children.push(future);
            continue;
        }
        let future = ensure_future(vm, argument, looop.as_ref().or(given.as_ref()))?;
        if looop.is_none() {
            looop = Some(match plain_future(vm, &future) {
                Some(native) => native.its_loop(vm)?,
                None => vm.call(&state(vm).loop_of_future(vm)?, std::slice::from_ref(&future))?,
            });
        }
        if !future.is(argument) {
            // Nobody else can do it.
            be_quiet(vm, &future)?;
        }
        all.count.set(all.count.get() + 1);
        known.set(vm, argument, future.clone())?;
        if is_done(vm, &future)? {
            early.push(future.clone());
        } else {
            tell(vm, &future, all.as_object(), &context)?;
        }
        children.push(future);
    }
    Ok((looop.unwrap_or_else(Object::none), early))
}

fn outer_of<'a>(vm: &Vm, outer: &'a Object) -> Res<&'a Obj<Future>> {
    outer.downcast::<Future>().ok_or_else(|| vm.system_error("a future was expected"))
}

/// A future is done.
fn done(vm: &Vm, all: &Obj<Gathering>, future: &Object) -> Res<()> {
    all.finished.set(all.finished.get() + 1);
    let outer = all.outer.get();
    let Some(outer) =
        outer.filter(|outer| outer.downcast::<Future>().is_some_and(|outer| !outer.is_done()))
    else {
        if !is_cancelled(vm, future)? {
            exception_of(vm, future)?;
        }
        return Ok(());
    };
    let outer = outer_of(vm, &outer)?;
    if !all.keeps_exceptions {
        if is_cancelled(vm, future)? {
            return outer.fail(vm, outer, cancellation_of(vm, future)?);
        }
        if let Some(exception) = exception_of(vm, future)? {
            return outer.fail(vm, outer, exception);
        }
    }
    if all.finished.get() < all.count.get() {
        return Ok(());
    }
    let results = results(vm, all)?;
    let requested = vm.getattr_named(outer.as_object(), "_cancel_requested")?;
    if vm.truth(&requested)? {
        return outer.fail(vm, outer, cancellation_of(vm, future)?);
    }
    outer.finish(vm, outer, vm.list(results)?.into_object())
}

fn cancellation_of(vm: &Vm, future: &Object) -> Res {
    match plain_future(vm, future) {
        Some(native) => native.cancellation(vm),
        None => vm.call_method(future, "_make_cancelled_error", &[]),
    }
}

fn results(vm: &Vm, all: &Obj<Gathering>) -> Res<Vec<Object>> {
    let children = all.children.borrow().clone();
    let mut results = Vec::new();
    reserve(vm, &mut results, children.len())?;
    for child in &children {
        results.push(if is_cancelled(vm, child)? {
            let message = vm.getattr_named(child, "_cancel_message")?;
            let message = match message.is_none() {
                true => vm.str("")?.into_object(),
                false => message,
            };
            vm.call(&state(vm).cancelled_error(vm)?, &[message])?
        } else if let Some(exception) = exception_of(vm, child)? {
            exception
        } else {
            match plain_future(vm, child) {
                Some(native) => native.result.get().unwrap_or_else(Object::none),
                None => vm.call_method(child, "result", &[])?,
            }
        });
    }
    Ok(results)
}
