//! Iterators of lists, forwards and backwards.

use super::this;
use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::types::sequence::{reduce_iter, reduce_iter_at};
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::native;

/// The type `list_iterator`.
pub static ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
    methods: METHODS,
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
    Ok(a.downcast::<ListIter>().and_then(|it| it.advance()))
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
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(next_back), ..Slots::NONE },
    methods: REVERSE_METHODS,
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

static METHODS: &[NativeDef] = natives![length_hint, reduce, setstate];
static REVERSE_METHODS: &[NativeDef] = natives![back_length_hint, back_reduce, back_setstate];

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn length_hint(this: &Obj<ListIter>) -> usize {
    this.list.get_as::<List>().map_or(0, |l| l.len().saturating_sub(this.index.get()))
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<ListIter>) -> Res {
    match this.list.get() {
        Some(l) => reduce_iter_at(vm, "iter", l, this.index.get() as i64),
        None => reduce_iter(vm, vec![vm.new_list()?.into_object()]),
    }
}

/// Move to the place that `__reduce__()` told.
#[native("(self, state, /)", name = "__setstate__", no_signature)]
fn setstate(this: &Obj<ListIter>, state: i64) {
    if let Some(l) = this.list.get_as::<List>() {
        this.index.set((state.max(0) as usize).min(l.len()));
    }
}

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn back_length_hint(this: &Obj<ListReverseIter>) -> usize {
    match this.list.get_as::<List>() {
        Some(l) if l.len() >= this.left.get() => this.left.get(),
        _ => 0,
    }
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn back_reduce(vm: &Vm, this: &Obj<ListReverseIter>) -> Res {
    match this.list.get() {
        Some(l) => reduce_iter_at(vm, "reversed", l, this.left.get() as i64 - 1),
        None => reduce_iter(vm, vec![vm.new_list()?.into_object()]),
    }
}

/// Move to the place that `__reduce__()` told.
#[native("(self, state, /)", name = "__setstate__", no_signature)]
fn back_setstate(this: &Obj<ListReverseIter>, state: i64) {
    if let Some(l) = this.list.get_as::<List>() {
        let left = state.saturating_add(1).max(0) as usize;
        this.left.set(left.min(l.len()));
    }
}
