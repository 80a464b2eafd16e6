//! The methods of set and frozenset.
//!
//! Each function serves both types where both have it; the tables below say which has what.

use super::{SetIter, algebra, contains as has, lookup_hash};
use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::types::sequence::sized;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) static SET: &[NativeDef] = natives![
    add,
    clear,
    contains,
    copy,
    difference,
    difference_update,
    discard,
    intersection,
    intersection_update,
    isdisjoint,
    issubset,
    issuperset,
    pop,
    reduce,
    remove,
    size_of,
    symmetric_difference,
    symmetric_difference_update,
    union,
    update,
    class_getitem,
];

pub(super) static FROZENSET: &[NativeDef] = natives![
    contains,
    copy,
    difference,
    intersection,
    isdisjoint,
    issubset,
    issuperset,
    reduce,
    size_of,
    symmetric_difference,
    union,
    class_getitem,
];

pub(super) static ITER: &[NativeDef] = natives![iter_length_hint, iter_reduce];

/// Put an item in; nothing changes if an equal one is there.
#[native("(self, element, /)", no_signature)]
fn add(vm: &Vm, this: &Obj<Set>, element: &Object) -> Res<()> {
    this.add(vm, element).map(drop)
}

/// Drop all items.
#[native("(self, /)", no_signature)]
fn clear(_vm: &Vm, this: &Obj<Set>) {
    this.table.clear_all();
}

/// Whether an item is there; a set is looked for as if it were a frozenset.
#[native("(self, element, /)", name = "__contains__", no_signature)]
fn contains(vm: &Vm, this: &Obj<Set>, element: &Object) -> Res<bool> {
    has(vm, this.as_object(), element)
}

/// A new set of the same items.
#[native("(self, /)", no_signature)]
fn copy(vm: &Vm, this: &Obj<Set>) -> Res {
    if this.as_object().is_kind(Kind::FrozenSet) {
        return Ok(this.as_object().clone());
    }
    Ok(algebra::copy_like(vm, this.as_object(), this)?.into_object())
}

/// A new set: the items that none of the others has.
#[native("(self, /, *others)", no_signature)]
fn difference(vm: &Vm, this: &Obj<Set>, others: &[Object]) -> Res<Obj<Set>> {
    let like = this.as_object();
    let Some((first, rest)) = others.split_first() else {
        return algebra::copy_like(vm, like, this);
    };
    let set = algebra::difference(vm, like, this, first)?;
    for other in rest {
        algebra::remove_all(vm, &set, other)?;
    }
    Ok(set)
}

/// Drop the items that one of the others has.
#[native("(self, /, *others)", no_signature)]
fn difference_update(vm: &Vm, this: &Obj<Set>, others: &[Object]) -> Res<()> {
    others.iter().try_for_each(|other| algebra::remove_all(vm, this, other))
}

/// Take an item out if it is there; remove() is the one that complains if it is not.
#[native("(self, element, /)", no_signature)]
fn discard(vm: &Vm, this: &Obj<Set>, element: &Object) -> Res<()> {
    take(vm, this, element).map(drop)
}

/// Remove an element; whether it was there.
fn take(vm: &Vm, this: &Obj<Set>, element: &Object) -> Res<bool> {
    let hash = lookup_hash(vm, element)?;
    match this.table.find(vm, element, hash)? {
        Some(at) => {
            drop(this.table.remove_at(at));
            Ok(true)
        }
        None => Ok(false),
    }
}

/// A new set: the items that each of the others has too.
#[native("(self, /, *others)", no_signature)]
fn intersection(vm: &Vm, this: &Obj<Set>, others: &[Object]) -> Res<Obj<Set>> {
    let like = this.as_object();
    let Some((first, rest)) = others.split_first() else {
        return algebra::copy_like(vm, like, this);
    };
    let mut set = algebra::intersection(vm, like, this, first)?;
    for other in rest {
        set = algebra::intersection(vm, like, &set, other)?;
    }
    Ok(set)
}

/// Drop the items that not all of the others have.
#[native("(self, /, *others)", no_signature)]
fn intersection_update(vm: &Vm, this: &Obj<Set>, others: &[Object]) -> Res<()> {
    let mut set = this.clone();
    for other in others {
        set = algebra::intersection(vm, this.as_object(), &set, other)?;
    }
    if !set.is(this) {
        algebra::take_over(this, &set);
    }
    Ok(())
}

/// Whether there is no item that both have.
#[native("(self, other, /)", no_signature)]
fn isdisjoint(vm: &Vm, this: &Obj<Set>, other: &Object) -> Res<bool> {
    algebra::is_disjoint(vm, this, other)
}

/// Whether the other has every item of this one.
#[native("(self, other, /)", no_signature)]
fn issubset(vm: &Vm, this: &Obj<Set>, other: &Object) -> Res<bool> {
    algebra::is_subset(vm, this, &*algebra::as_set(vm, other)?)
}

/// Whether every item of the other is in this one.
#[native("(self, other, /)", no_signature)]
fn issuperset(vm: &Vm, this: &Obj<Set>, other: &Object) -> Res<bool> {
    if let Some(other) = other.downcast::<Set>() {
        return algebra::is_subset(vm, other, this);
    }
    let it = vm.iter(other)?;
    while let Some(element) = vm.next(&it)? {
        if !has(vm, this.as_object(), &element)? {
            return Ok(false);
        }
        vm.poll()?;
    }
    Ok(true)
}

/// Take out some item and return it, whichever comes first. KeyError if there is none.
#[native("(self, /)", no_signature)]
fn pop(vm: &Vm, this: &Obj<Set>) -> Res {
    let first = this.table.next_live(0).and_then(|at| this.table.remove_at(at));
    match first {
        Some((element, _)) => Ok(element),
        None => Err(vm.raise_kind(Exc::KeyError, "pop from an empty set")),
    }
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Set>) -> Res {
    let object = this.as_object();
    let elements = vm.list(super::elements(vm, this)?)?.into_object();
    let args = vm.tuple(vec![elements])?.into_object();
    let state = match vm.lookup_special(object, &vm.names().__getstate__)? {
        Some(f) => vm.call(&f, &[])?,
        None => Object::none(),
    };
    Ok(vm.tuple(vec![vm.class_of(object).as_object().clone(), args, state])?.into_object())
}

/// Take an item out. KeyError if it is not there.
#[native("(self, element, /)", no_signature)]
fn remove(vm: &Vm, this: &Obj<Set>, element: &Object) -> Res<()> {
    if take(vm, this, element)? { Ok(()) } else { Err(vm.key_error(element)) }
}

/// S.__sizeof__() -> how many bytes of memory S takes, without its items
#[native("(self, /)", name = "__sizeof__", no_signature)]
fn size_of(vm: &Vm, this: &Obj<Set>) -> usize {
    sized(vm, this.as_object()) + this.table.storage_size()
}

/// A new set: what only one of the two has.
#[native("(self, other, /)", no_signature)]
fn symmetric_difference(vm: &Vm, this: &Obj<Set>, other: &Object) -> Res<Obj<Set>> {
    let other = algebra::as_set(vm, other)?;
    let set = algebra::copy_like(vm, this.as_object(), &other)?;
    algebra::toggle_all(vm, &set, this)?;
    Ok(set)
}

/// Put in what only the other has, and drop what both have.
#[native("(self, other, /)", no_signature)]
fn symmetric_difference_update(vm: &Vm, this: &Obj<Set>, other: &Object) -> Res<()> {
    algebra::toggle_all(vm, this, &*algebra::as_set(vm, other)?)
}

/// A new set: all items of this one and of the others.
#[native("(self, /, *others)", no_signature)]
fn union(vm: &Vm, this: &Obj<Set>, others: &[Object]) -> Res<Obj<Set>> {
    let set = algebra::copy_like(vm, this.as_object(), this)?;
    others.iter().try_for_each(|other| algebra::update(vm, &set, other))?;
    Ok(set)
}

/// Put in all items of the others.
#[native("(self, /, *others)", no_signature)]
fn update(vm: &Vm, this: &Obj<Set>, others: &[Object]) -> Res<()> {
    others.iter().try_for_each(|other| algebra::update(vm, this, other))
}

/// The class with type arguments, as in list[int].
#[native("(cls, object, /)", classmethod, name = "__class_getitem__", no_signature)]
fn class_getitem(vm: &Vm, cls: &Object, object: &Object) -> Res {
    crate::types::generic_alias::of(vm, cls, object)
}

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn iter_length_hint(_vm: &Vm, this: &Obj<SetIter>) -> usize {
    super::length_hint(this)
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn iter_reduce(vm: &Vm, this: &Obj<SetIter>) -> Res {
    let rest = vm.list(super::rest_of(vm, this)?)?.into_object();
    crate::types::sequence::reduce_iter(vm, vec![rest])
}
