//! Who waits for a lock or a queue: futures, in the order in which they came.
//!
//! Seen from Python (`_waiters`, `_getters`, `_putters`) it is a sequence that can be changed, as a deque.
//!
//! **Invariant:** no borrow of the items is held while Python runs.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::asyncio::awaiting::plain_future;
use crate::asyncio::future::Stage;
use crate::support::*;

/// See the file's head.
#[derive(Default)]
pub(super) struct Waiters {
    items: RefCell<VecDeque<Object>>,
    charge: Charge,
}

impl Payload for Waiters {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        self.items.borrow().iter().for_each(|item| visitor.visit(item));
    }
    fn clear(&self) {
        drop(self.items.take());
    }
}

static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        len: Some(|vm, this| Ok(of(vm, this)?.len())),
        getitem: Some(getitem),
        iter: Some(|vm, this| vm.iter(vm.list(of(vm, this)?.all())?.as_object())),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![append, popleft, remove, clear],
    ..TypeSpec::new::<Waiters>("_asyncio.Waiters")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Waiters>> {
    this.downcast::<Waiters>().ok_or_else(|| vm.system_error("a list of waiters was expected"))
}

impl Waiters {
    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub fn get(&self, i: usize) -> Option<Object> {
        self.items.borrow().get(i).cloned()
    }

    pub fn all(&self) -> Vec<Object> {
        self.items.borrow().iter().cloned().collect()
    }

    pub fn push(&self, vm: &Vm, item: Object) -> Res<()> {
        let mut items = self.items.borrow_mut();
        if items.len() == items.capacity() {
            let heap = &vm.interp().heap;
            let bytes = items.capacity() * size_of::<Object>();
            if !heap.has_room(bytes) || items.try_reserve(1).is_err() {
                drop(items);
                return Err(vm.no_memory(NoMemory));
            }
            self.charge.keep(heap, items.capacity() * size_of::<Object>());
        }
        items.push_back(item);
        Ok(())
    }

    pub fn pop(&self) -> Option<Object> {
        self.items.borrow_mut().pop_front()
    }

    /// Take one out; false: it was not there.
    pub fn take_out(&self, item: &Object) -> bool {
        let mut items = self.items.borrow_mut();
        let Some(place) = items.iter().position(|other| other.is(item)) else { return false };
        let gone = items.remove(place);
        drop(items);
        drop(gone);
        true
    }

    /// The first that is not done.
    pub fn first_undone(&self, vm: &Vm) -> Res<Option<Object>> {
        let mut i = 0;
        while let Some(waiter) = self.get(i) {
            if !is_done(vm, &waiter)? {
                return Ok(Some(waiter));
            }
            i += 1;
        }
        Ok(None)
    }

    /// Whether all of them were cancelled.
    pub fn all_cancelled(&self, vm: &Vm) -> Res<bool> {
        let mut i = 0;
        while let Some(waiter) = self.get(i) {
            if !is_cancelled(vm, &waiter)? {
                return Ok(false);
            }
            i += 1;
        }
        Ok(true)
    }
}

/// The waiters of a slot, if there ever were some.
pub(super) fn those_of(slot: &Slot) -> Option<Obj<Waiters>> {
    slot.get_as::<Waiters>()
}

/// The waiters of a slot.
pub(super) fn waiters_of(vm: &Vm, slot: &Slot) -> Res<Obj<Waiters>> {
    if let Some(waiters) = slot.get_as::<Waiters>() {
        return Ok(waiters);
    }
    let waiters = vm.alloc(Waiters::default())?;
    slot.set(waiters.as_object().clone());
    Ok(waiters)
}

/// Have the items of an iterable as waiters (None: nobody).
pub(super) fn replace(vm: &Vm, slot: &Slot, value: Option<&Object>) -> Res<()> {
    let Some(value) = value.filter(|v| !v.is_none()) else {
        drop(slot.take());
        return Ok(());
    };
    let waiters = vm.alloc(Waiters::default())?;
    vm.for_each(value, |item| waiters.push(vm, item))?;
    slot.set(waiters.into_object());
    Ok(())
}

/// `len()` of the waiters of a slot.
pub(super) fn count(slot: &Slot) -> usize {
    those_of(slot).map_or(0, |waiters| waiters.len())
}

/// `future.done()`, of any kind of future.
pub(in crate::asyncio) fn is_done(vm: &Vm, future: &Object) -> Res<bool> {
    match plain_future(vm, future) {
        Some(future) => Ok(future.is_done()),
        None => vm.truth(&vm.call_method(future, "done", &[])?),
    }
}

/// `future.cancelled()`.
pub(in crate::asyncio) fn is_cancelled(vm: &Vm, future: &Object) -> Res<bool> {
    match plain_future(vm, future) {
        Some(future) => Ok(future.stage.get() == Stage::Cancelled),
        None => vm.truth(&vm.call_method(future, "cancelled", &[])?),
    }
}

/// `future.set_result(result)`.
pub(in crate::asyncio) fn set_result(vm: &Vm, future: &Object, result: Object) -> Res<()> {
    match plain_future(vm, future).filter(|future| future.task.is_none()) {
        Some(future) => future.finish(vm, future, result),
        None => vm.call_method(future, "set_result", &[result]).map(drop),
    }
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    let waiters = of(vm, this)?;
    let index = vm.index(key)?;
    let len = waiters.len() as i64;
    let index = vm.as_i64(&index).map(|i| if i < 0 { i + len } else { i });
    let found = index.and_then(|i| usize::try_from(i).ok()).and_then(|i| waiters.get(i));
    found.ok_or_else(|| vm.raise_kind(Exc::IndexError, "deque index out of range"))
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let list = vm.list(of(vm, this)?.all())?;
    let shown = vm.repr_string(list.as_object())?;
    Ok(vm.str(&format!("deque({shown})"))?.into_object())
}

/// Add one at the end.
#[native("(self, item, /)")]
fn append(vm: &Vm, this: &Obj<Waiters>, item: &Object) -> Res<()> {
    this.push(vm, item.clone())
}

/// Take the first one out and return it.
#[native("(self, /)")]
fn popleft(vm: &Vm, this: &Obj<Waiters>) -> Res {
    this.pop().ok_or_else(|| vm.raise_kind(Exc::IndexError, "pop from an empty deque"))
}

/// Take one out; ValueError if it is not there.
#[native("(self, item, /)")]
fn remove(vm: &Vm, this: &Obj<Waiters>, item: &Object) -> Res<()> {
    if this.take_out(item) { Ok(()) } else { Err(missing(vm)) }
}

/// What Python's deque says.
pub(super) fn missing(vm: &Vm) -> Raised {
    vm.value_error("deque.remove(x): x not in deque")
}

/// Take all out.
#[native("(self, /)")]
fn clear(this: &Obj<Waiters>) {
    drop(this.items.take());
}
