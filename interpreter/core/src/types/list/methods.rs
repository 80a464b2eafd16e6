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

/// Put one object behind the last item.
#[native("(self, object, /)")]
fn append(vm: &Vm, this: &Obj<List>, object: &Object) -> Res<()> {
    this.push(object.clone()).map_err(|e| vm.no_memory(e))
}

/// Drop all items.
#[native("(self, /)")]
fn clear(_vm: &Vm, this: &Obj<List>) {
    this.clear_items();
}

/// A new list of the same items.
#[native("(self, /)")]
fn copy(vm: &Vm, this: &Obj<List>) -> Res<Obj<List>> {
    super::slice_of(vm, this, 0, this.len())
}

/// How many items equal the value.
#[native("(self, value, /)")]
fn count(vm: &Vm, this: &Obj<List>, value: &Object) -> Res<usize> {
    let (mut n, mut i) = (0, 0);
    while let Some(at) = find(vm, this, value, i, usize::MAX)? {
        n += 1;
        i = at + 1;
    }
    Ok(n)
}

/// Put all items of an iterable behind the last item.
#[native("(self, iterable, /)")]
fn extend(vm: &Vm, this: &Obj<List>, iterable: &Object) -> Res<()> {
    extend_with(vm, this, iterable)
}

/// Where the first item stands that equals the value, between start and stop.
///
/// ValueError if there is none.
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

/// Put an object in where it gets the index; what was there and behind moves on by one.
#[native("(self, index, object, /)")]
fn insert(vm: &Vm, this: &Obj<List>, index: isize, object: &Object) -> Res<()> {
    let n = this.len() as isize;
    let at = if index < 0 { index.saturating_add(n).max(0) } else { index.min(n) };
    this.insert(at as usize, object.clone()).map_err(|e| vm.no_memory(e))
}

/// Take the item at an index out of the list, by default the last. IndexError if there is none.
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

/// Take the first item out that equals the value. ValueError if none does.
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

/// Turn the list round: the last item becomes the first.
#[native("(self, /)")]
fn reverse(_vm: &Vm, this: &Obj<List>) {
    this.reverse();
}

/// Put the items in order, least first. Equal items stay as they stand to each other.
///
/// key is called once with each item for what to compare instead; with reverse the greatest comes first.
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

/// An iterator from the last item to the first.
#[native("(self, /)", name = "__reversed__")]
fn reversed(vm: &Vm, this: &Obj<List>) -> Res {
    iter::reversed(vm, this)
}

/// How many bytes of memory the list takes, without its items.
#[native("(self, /)", name = "__sizeof__")]
fn size_of(vm: &Vm, this: &Obj<List>) -> usize {
    sized(vm, this.as_object()) + this.capacity() * 8
}

/// The class with type arguments, as in list[int].
#[native("(cls, object, /)", classmethod, name = "__class_getitem__", no_signature)]
fn class_getitem(vm: &Vm, cls: &Object, object: &Object) -> Res {
    crate::types::generic_alias::of(vm, cls, object)
}
