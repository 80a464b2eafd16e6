//! The methods of list.

use super::{extend as extend_with, find, iter, sort as sorting};
use crate::native::{Maybe, natives};
use crate::object::*;
use crate::text::slices;
use crate::types::sequence::{search_bound, sized};
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) static METHODS: &[crate::native::NativeDef] = natives![
    append,
    getitem,
    clear,
    copy,
    count,
    extend,
    index,
    insert,
    pop,
    remove,
    reverse,
    sort,
    reversed,
    size_of,
    class_getitem,
];

/// x.__getitem__(y) <==> x[y]
#[native("(self, index, /)", name = "__getitem__", no_signature)]
fn getitem(vm: &Vm, this: &Obj<List>, index: &Object) -> Res {
    super::getitem(vm, this.as_object(), index)
}

/// Append object to the end of the list.
#[native("(self, object, /)")]
fn append(vm: &Vm, this: &Obj<List>, object: &Object) -> Res<()> {
    this.push(object.clone()).map_err(|e| vm.no_memory(e))
}

/// Remove all items from list.
#[native("(self, /)")]
fn clear(_vm: &Vm, this: &Obj<List>) {
    this.clear_items();
}

/// Return a shallow copy of the list.
#[native("(self, /)")]
fn copy(vm: &Vm, this: &Obj<List>) -> Res<Obj<List>> {
    super::slice_of(vm, this, 0, this.len())
}

/// Return number of occurrences of value.
#[native("(self, value, /)")]
fn count(vm: &Vm, this: &Obj<List>, value: &Object) -> Res<usize> {
    let (mut n, mut i) = (0, 0);
    while let Some(at) = find(vm, this, value, i, usize::MAX)? {
        n += 1;
        i = at + 1;
    }
    Ok(n)
}

/// Extend list by appending elements from the iterable.
#[native("(self, iterable, /)")]
fn extend(vm: &Vm, this: &Obj<List>, iterable: &Object) -> Res<()> {
    extend_with(vm, this, iterable)
}

/// Return first index of value.
///
/// Raises ValueError if the value is not present.
#[native("(self, value, start=0, stop=sys.maxsize, /)")]
fn index(
    vm: &Vm,
    this: &Obj<List>,
    value: &Object,
    start: Maybe<&Object>,
    stop: Maybe<&Object>,
) -> Res<usize> {
    let start = search_bound(vm, start.given(), 0)?;
    let stop = search_bound(vm, stop.given(), i64::MAX)?;
    let found = match slices::bounds(Some(start), Some(stop), this.len()) {
        // (The list may change while it is searched, so the end is only a bound.)
        Some((from, to)) => find(vm, this, value, from, to)?,
        None => None,
    };
    match found {
        Some(i) => Ok(i),
        None => {
            let shown = vm.repr_string(value)?;
            Err(vm.value_error(format_args!("{shown} is not in list")))
        }
    }
}

/// Insert object before index.
#[native("(self, index, object, /)")]
fn insert(vm: &Vm, this: &Obj<List>, index: isize, object: &Object) -> Res<()> {
    let n = this.len() as isize;
    let at = if index < 0 { index.saturating_add(n).max(0) } else { index.min(n) };
    this.insert(at as usize, object.clone()).map_err(|e| vm.no_memory(e))
}

/// Remove and return item at index (default last).
///
/// Raises IndexError if list is empty or index is out of range.
#[native("(self, index=-1, /)")]
fn pop(vm: &Vm, this: &Obj<List>, index: isize) -> Res {
    if index == -1 {
        return this.pop().ok_or_else(|| vm.index_error("pop from empty list"));
    }
    if this.is_empty() {
        return Err(vm.index_error("pop from empty list"));
    }
    let item = slices::index(index as i64, this.len()).and_then(|i| this.remove(i));
    item.ok_or_else(|| vm.index_error("pop index out of range"))
}

/// Remove first occurrence of value.
///
/// Raises ValueError if the value is not present.
#[native("(self, value, /)")]
fn remove(vm: &Vm, this: &Obj<List>, value: &Object) -> Res<()> {
    match find(vm, this, value, 0, usize::MAX)? {
        Some(i) => {
            drop(this.remove(i));
            Ok(())
        }
        None => Err(vm.value_error("list.remove(x): x not in list")),
    }
}

/// Reverse *IN PLACE*.
#[native("(self, /)")]
fn reverse(_vm: &Vm, this: &Obj<List>) {
    this.reverse();
}

/// Sort the list in ascending order and return None.
///
/// The sort is in-place and stable: equal items keep their order. A key function is applied once to
/// each item, and the items are sorted by its results. With reverse the order is descending.
#[native("(self, /, *, key=None, reverse=False)")]
fn sort(vm: &Vm, this: &Obj<List>, key: Option<&Object>, reverse: Maybe<&Object>) -> Res<()> {
    // (3.11 takes any integer for `reverse`.)
    let reverse = match reverse.given() {
        Some(r) => flag(vm, r)?,
        None => false,
    };
    sorting::sort(vm, this, key, reverse)
}

/// A truth value that must be an integer.
pub(crate) fn flag(vm: &Vm, value: &Object) -> Res<bool> {
    if value.is_bool() {
        return Ok(value.is_true_singleton());
    }
    let n = vm.index(value)?;
    match vm.as_i64(&n) {
        Some(n) if i32::try_from(n).is_ok() => Ok(n != 0),
        _ => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

/// Return a reverse iterator over the list.
#[native("(self, /)", name = "__reversed__")]
fn reversed(vm: &Vm, this: &Obj<List>) -> Res {
    iter::reversed(vm, this)
}

/// Return the size of the list in memory, in bytes.
#[native("(self, /)", name = "__sizeof__")]
fn size_of(vm: &Vm, this: &Obj<List>) -> usize {
    sized(vm, this.as_object()) + this.capacity() * 8
}

/// See PEP 585
#[native("(cls, object, /)", classmethod, name = "__class_getitem__", no_signature)]
fn class_getitem(vm: &Vm, cls: &Object, object: &Object) -> Res {
    crate::types::generic_alias::of(vm, cls, object)
}
