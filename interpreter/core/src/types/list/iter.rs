//! Iterators of lists, forwards and backwards.

use super::this;
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::Cell;

/// The type `list_iterator`.
pub static ITER: TypeSpec = TypeSpec {
    flags: 0,
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
    ..TypeSpec::new::<ListIter>("list_iterator")
};

/// `iter(list)`.
pub(super) fn iter(vm: &Vm, a: &Object) -> Res {
    this(vm, a)?;
    let it = ListIter { list: Slot::new(a.clone()), index: Cell::new(0) };
    Ok(vm.alloc_typed(&vm.types().list_iter, it, 0)?.into_object())
}

/// Iterators are their own iterators.
pub(crate) fn itself(_vm: &Vm, a: &Object) -> Res {
    Ok(a.clone())
}

fn next(_vm: &Vm, a: &Object) -> Res<Option<Object>> {
    let Some(it) = a.downcast::<ListIter>() else { return Ok(None) };
    let Some(list) = it.list.get_as::<List>() else { return Ok(None) };
    let i = it.index.get();
    let item = list.get(i);
    match item {
        Some(_) => it.index.set(i + 1),
        None => drop(it.list.take()),
    }
    Ok(item)
}

/// `reversed(list)`.
pub struct ListReverseIter {
    /// Unset when exhausted.
    list: Slot,
    /// One more than the index of the next item.
    left: Cell<usize>,
}

impl Payload for ListReverseIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&REVERSE);
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.list);
    }
    fn clear(&self) {
        drop(self.list.take());
    }
}

/// The type `list_reverseiterator`.
pub static REVERSE: TypeSpec = TypeSpec {
    flags: 0,
    slots: Slots { iter: Some(itself), next: Some(next_back), ..Slots::NONE },
    ..TypeSpec::new::<ListReverseIter>("list_reverseiterator")
};

/// `reversed(list)`.
pub(crate) fn reversed(vm: &Vm, list: &Obj<List>) -> Res {
    let left = Cell::new(list.len());
    let it = ListReverseIter { list: Slot::new(list.as_object().clone()), left };
    Ok(vm.alloc(it)?.into_object())
}

fn next_back(_vm: &Vm, a: &Object) -> Res<Option<Object>> {
    let Some(it) = a.downcast::<ListReverseIter>() else { return Ok(None) };
    let Some(list) = it.list.get_as::<List>() else { return Ok(None) };
    let item = it.left.get().checked_sub(1).and_then(|i| list.get(i));
    match item {
        Some(_) => it.left.set(it.left.get() - 1),
        None => drop(it.list.take()),
    }
    Ok(item)
}
