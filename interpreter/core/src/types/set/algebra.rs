//! Union, intersection, difference, symmetric difference, subsets.

use super::{elements, this};
use crate::object::*;
use crate::vm::{Res, Vm};

/// Run `f` with each element and its hash as they come by position. May run Python.
pub(crate) fn each(set: &Set, mut f: impl FnMut(Object, i64) -> Res<()>) -> Res<()> {
    let mut i = 0;
    while let Some(at) = set.table.next_live(i) {
        let (Some((element, _)), Some(hash)) = (set.table.entry_at(at), set.table.hash_at(at))
        else {
            break;
        };
        f(element, hash)?;
        i = at + 1;
    }
    Ok(())
}

/// Add the elements of any iterable.
pub(crate) fn update(vm: &Vm, set: &Set, source: &Object) -> Res<()> {
    if let Some(other) = source.downcast::<Set>() {
        if std::ptr::eq(set, &**other) {
            return Ok(());
        }
        if set.is_empty() && set.table.end() == 0 {
            return set.table.copy_from(&other.table).map_err(|e| vm.no_memory(e));
        }
        return each(other, |element, hash| set.add_hashed(vm, &element, hash).map(drop));
    }
    if let Some(dict) = source.downcast_exact::<Dict>() {
        let mut i = 0;
        while let Some(at) = dict.table.next_live(i) {
            let (Some((key, _)), Some(hash)) = (dict.table.entry_at(at), dict.table.hash_at(at))
            else {
                break;
            };
            set.add_hashed(vm, &key, hash)?;
            i = at + 1;
        }
        return Ok(());
    }
    vm.for_each(source, |element| set.add(vm, &element).map(drop))
}

/// A new set of the plain type (set or frozenset) that `like` derives from.
pub(crate) fn empty_like(vm: &Vm, like: &Object) -> Res<Obj<Set>> {
    let class = vm.class_of(like);
    if class.is_subtype(&vm.types().frozenset) { vm.new_frozenset() } else { vm.new_set() }
}

/// A copy of the plain type.
pub(crate) fn copy_like(vm: &Vm, like: &Object, source: &Set) -> Res<Obj<Set>> {
    let r = empty_like(vm, like)?;
    r.table.copy_from(&source.table).map_err(|e| vm.no_memory(e))?;
    Ok(r)
}

/// A set of the elements of any iterable; sets are taken as they are.
pub(crate) fn as_set(vm: &Vm, source: &Object) -> Res<Obj<Set>> {
    if let Some(s) = source.downcast::<Set>() {
        return Ok(s.clone());
    }
    let s = vm.new_set()?;
    update(vm, &s, source)?;
    Ok(s)
}

/// The elements of `set` that are in `source` too, as a plain set like `like`.
pub(crate) fn intersection(vm: &Vm, like: &Object, set: &Set, source: &Object) -> Res<Obj<Set>> {
    let r = empty_like(vm, like)?;
    if let Some(other) = source.downcast::<Set>() {
        if std::ptr::eq(set, &**other) {
            return copy_like(vm, like, set);
        }
        // Walk the smaller one.
        let (walk, ask): (&Set, &Set) =
            if other.len() > set.len() { (set, other) } else { (other, set) };
        each(walk, |element, hash| {
            if ask.table.find(vm, &element, hash)?.is_some() {
                r.add_hashed(vm, &element, hash)?;
            }
            Ok(())
        })?;
        return Ok(r);
    }
    vm.for_each(source, |element| {
        let hash = vm.hash(&element)?;
        if set.table.find(vm, &element, hash)?.is_some() {
            r.add_hashed(vm, &element, hash)?;
        }
        Ok(())
    })?;
    Ok(r)
}

/// The elements of `set` that are not in `source`, as a plain set like `like`.
pub(crate) fn difference(vm: &Vm, like: &Object, set: &Set, source: &Object) -> Res<Obj<Set>> {
    let r = empty_like(vm, like)?;
    if let Some(other) = source.downcast::<Set>() {
        each(set, |element, hash| {
            if other.table.find(vm, &element, hash)?.is_none() {
                r.add_hashed(vm, &element, hash)?;
            }
            Ok(())
        })?;
    } else if let Some(other) = source.downcast_exact::<Dict>() {
        each(set, |element, hash| {
            if other.table.find(vm, &element, hash)?.is_none() {
                r.add_hashed(vm, &element, hash)?;
            }
            Ok(())
        })?;
    } else {
        r.table.copy_from(&set.table).map_err(|e| vm.no_memory(e))?;
        remove_all(vm, &r, source)?;
    }
    Ok(r)
}

/// Take out what `source` has.
pub(crate) fn remove_all(vm: &Vm, set: &Set, source: &Object) -> Res<()> {
    let remove = |element: &Object, hash: i64| -> Res<()> {
        if let Some(at) = set.table.find(vm, element, hash)? {
            drop(set.table.remove_at(at));
        }
        Ok(())
    };
    if let Some(other) = source.downcast::<Set>() {
        if std::ptr::eq(set, &**other) {
            set.table.clear_all();
            return Ok(());
        }
        return each(other, |element, hash| remove(&element, hash));
    }
    vm.for_each(source, |element| {
        let hash = vm.hash(&element)?;
        remove(&element, hash)
    })
}

/// Elements in exactly one of both: take out what both have, add what only `other` has.
pub(crate) fn toggle_all(vm: &Vm, set: &Set, other: &Set) -> Res<()> {
    if std::ptr::eq(set, other) {
        set.table.clear_all();
        return Ok(());
    }
    each(other, |element, hash| {
        match set.table.find(vm, &element, hash)? {
            Some(at) => drop(set.table.remove_at(at)),
            None => {
                set.table.push_entry(element, hash, Object::none()).map_err(|e| vm.no_memory(e))?
            }
        }
        Ok(())
    })
}

/// Replace the elements of `set` by those of `other`.
pub(crate) fn take_over(set: &Set, other: &Set) {
    set.table.swap(&other.table);
}

/// Whether all elements of `a` are in `b`.
pub(crate) fn is_subset(vm: &Vm, a: &Set, b: &Set) -> Res<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    let mut i = 0;
    while let Some(at) = a.table.next_live(i) {
        let (Some((element, _)), Some(hash)) = (a.table.entry_at(at), a.table.hash_at(at)) else {
            break;
        };
        if b.table.find(vm, &element, hash)?.is_none() {
            return Ok(false);
        }
        i = at + 1;
    }
    Ok(true)
}

/// Both operands, or `return NotImplemented`.
macro_rules! operands {
    ($a:expr, $b:expr) => {
        match ($a.downcast::<Set>(), $b.downcast::<Set>()) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(Object::not_implemented()),
        }
    };
}

pub(super) fn or(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, _) = operands!(a, b);
    let r = copy_like(vm, a, x)?;
    update(vm, &r, b)?;
    Ok(r.into_object())
}

pub(super) fn and(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, _) = operands!(a, b);
    Ok(intersection(vm, a, x, b)?.into_object())
}

pub(super) fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, _) = operands!(a, b);
    Ok(difference(vm, a, x, b)?.into_object())
}

pub(super) fn xor(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    let r = copy_like(vm, a, y)?;
    toggle_all(vm, &r, x)?;
    Ok(r.into_object())
}

pub(super) fn ior(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, _) = operands!(a, b);
    update(vm, x, b)?;
    Ok(a.clone())
}

pub(super) fn iand(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, _) = operands!(a, b);
    let r = intersection(vm, a, x, b)?;
    take_over(x, &r);
    Ok(a.clone())
}

pub(super) fn isub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, _) = operands!(a, b);
    remove_all(vm, x, b)?;
    Ok(a.clone())
}

pub(super) fn ixor(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    toggle_all(vm, x, y)?;
    Ok(a.clone())
}

pub(super) fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let x = this(vm, a)?;
    let Some(y) = b.downcast::<Set>() else { return Ok(Object::not_implemented()) };
    let same = |x: &Set, y: &Set| -> Res<bool> {
        let (h, k) = (x.hash.get(), y.hash.get());
        if x.len() != y.len() || (h != -1 && k != -1 && h != k) {
            return Ok(false);
        }
        is_subset(vm, x, y)
    };
    Ok(Object::bool(match op {
        CmpOp::Eq => same(x, y)?,
        CmpOp::Ne => !same(x, y)?,
        CmpOp::Le => is_subset(vm, x, y)?,
        CmpOp::Ge => is_subset(vm, y, x)?,
        CmpOp::Lt => x.len() < y.len() && is_subset(vm, x, y)?,
        CmpOp::Gt => y.len() < x.len() && is_subset(vm, y, x)?,
    }))
}

/// Whether two collections have no element in common.
pub(crate) fn is_disjoint(vm: &Vm, set: &Set, source: &Object) -> Res<bool> {
    if let Some(other) = source.downcast::<Set>() {
        if std::ptr::eq(set, &**other) {
            return Ok(set.is_empty());
        }
        let (walk, ask): (&Set, &Set) =
            if other.len() > set.len() { (set, other) } else { (other, set) };
        for element in elements(vm, walk)? {
            if ask.contains(vm, &element)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let it = vm.iter(source)?;
    while let Some(element) = vm.next(&it)? {
        if set.contains(vm, &element)? {
            return Ok(false);
        }
        vm.poll()?;
    }
    Ok(true)
}
