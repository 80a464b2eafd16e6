//! The builtin type `list`: its slots; methods are in `methods`, sorting in `sort`, iterators in `iter`.
//!
//! **Invariant:** no length is believed after Python ran: loops ask for item `i` again and stop where the
//! list now ends. What leaves a list is dropped only when the list is whole again.

pub(crate) mod iter;
mod methods;
pub(crate) mod sort;

use super::number::at_most_one;
use super::sequence::{Writer, guarded_repr, item_index, no_hash, slice_range, unhashable};
use crate::object::*;
use crate::text::slices;
use crate::vm::{Raised, Res, Vm};

pub use iter::ITER;

/// The type `list`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "A row of objects that can be changed. It starts with the items of the iterable, or empty.",
    flags: type_flags::BASETYPE | type_flags::LIST | type_flags::SEQUENCE | type_flags::MATCH_SELF,
    slots: Slots {
        concat: Some(concat),
        iconcat: Some(iconcat),
        repeat: Some(repeat),
        irepeat: Some(irepeat),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        iter: Some(iter::iter),
        repr: Some(repr),
        hash: Some(unhashable),
        richcmp: Some(richcmp),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    fill: Some(no_hash),
    ..TypeSpec::new::<List>("list")
};

/// The list in `self` of a slot.
#[inline(always)]
pub(crate) fn this<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<List>> {
    object.downcast::<List>().ok_or_else(|| wrong_self(vm, object))
}

#[cold]
fn wrong_self(vm: &Vm, object: &Object) -> Raised {
    vm.type_error(format_args!("a list is required (got type {})", vm.type_name(object)))
}

fn new(vm: &Vm, class: &Obj<Type>, _args: &[Object], _names: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.list_of(class)?.into_object())
}

fn init(vm: &Vm, a: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let list = this(vm, a)?;
    let (args, names) = match names {
        // A class with a `__new__` of its own knows what to do with them.
        Some(n) if has_own_new(vm, a) => (&args[..args.len().saturating_sub(n.len())], None),
        _ => (args, names),
    };
    let source = at_most_one(vm, "list", args, names)?;
    list.clear_items();
    match source {
        Some(source) => extend(vm, list, source),
        None => Ok(()),
    }
}

#[cold]
fn has_own_new(vm: &Vm, list: &Object) -> bool {
    match (vm.class_of(list).slots().new, vm.types().list.slots().new) {
        (Some(own), Some(usual)) => !std::ptr::fn_addr_eq(own, usual),
        _ => false,
    }
}

fn len(vm: &Vm, a: &Object) -> Res<usize> {
    Ok(this(vm, a)?.len())
}

/// Append the items of any iterable.
pub(crate) fn extend(vm: &Vm, list: &Obj<List>, source: &Object) -> Res<()> {
    if let Some(other) = source.downcast_exact::<List>() {
        return list.extend_from_list(other, 0, other.len()).map_err(|e| vm.no_memory(e));
    }
    if let Some(other) = source.downcast_exact::<Tuple>() {
        return list.extend_from_slice(other.as_slice()).map_err(|e| vm.no_memory(e));
    }
    if source.is(list.as_object()) {
        return list.extend_from_list(list, 0, list.len()).map_err(|e| vm.no_memory(e));
    }
    if let Some(range) = source.downcast_exact::<super::range::Range>()
        && super::range::append_to(vm, range, list)?
    {
        return Ok(());
    }
    let it = vm.iter(source)?;
    let hint = vm.length_hint(source, 8)?;
    // A hint that cannot be is no reason to fail.
    if list.len().checked_add(hint).is_some_and(|all| all <= isize::MAX as usize) {
        list.reserve(hint).map_err(|e| vm.no_memory(e))?;
    }
    while let Some(o) = vm.next(&it)? {
        list.push(o).map_err(|e| vm.no_memory(e))?;
        vm.poll()?;
    }
    Ok(())
}

/// The items of an iterable as they are now; `complaint` when there is no iterating over it. (Instances of subclasses
/// say themselves what they give.)
pub(crate) fn items_of(vm: &Vm, source: &Object, complaint: &str) -> Res<Vec<Object>> {
    if let Some(l) = source.downcast_exact::<List>() {
        return l.to_vec().map_err(|e| vm.no_memory(e));
    }
    if source.is_kind(Kind::Tuple) {
        return vm.collect(source);
    }
    match vm.iter(source) {
        Ok(it) => vm.collect(&it),
        Err(raised) => {
            drop(vm.caught(raised, Exc::TypeError)?);
            Err(vm.type_error(complaint))
        }
    }
}

fn concat(vm: &Vm, a: &Object, b: &Object) -> Res {
    let x = this(vm, a)?;
    let Some(y) = b.downcast::<List>() else {
        return Err(vm.type_error(format_args!(
            "can only concatenate list (not \"{}\") to list",
            vm.type_name(b)
        )));
    };
    let r = vm.new_list()?;
    r.reserve(x.len().saturating_add(y.len())).map_err(|e| vm.no_memory(e))?;
    extend_long(vm, &r, x, 0, x.len())?;
    extend_long(vm, &r, y, 0, y.len())?;
    Ok(r.into_object())
}

fn iconcat(vm: &Vm, a: &Object, b: &Object) -> Res {
    extend(vm, this(vm, a)?, b)?;
    Ok(a.clone())
}

/// More items than this are copied in pieces, between which the host may stop it.
const LONG: usize = 1 << 19;

/// Append new references to items `start..end` of another list.
fn extend_long(vm: &Vm, to: &List, from: &List, start: usize, end: usize) -> Res<()> {
    let end = end.min(from.len());
    if end.saturating_sub(start) > LONG {
        to.reserve(end - start).map_err(|e| vm.no_memory(e))?;
    }
    let mut start = start;
    loop {
        let next = end.min(start.saturating_add(LONG));
        to.extend_from_list(from, start, next).map_err(|e| vm.no_memory(e))?;
        if next >= end {
            return Ok(());
        }
        start = next;
        vm.poll_stop()?;
    }
}

/// Append copies of the first `n` items until there are `total`, for which there is room.
fn repeat_long(vm: &Vm, list: &List, n: usize, total: usize) -> Res<()> {
    if total <= LONG {
        return list.repeat_to(n, total).map_err(|e| vm.no_memory(e));
    }
    // What is there is copied whole until it is long; then as much of it as is a multiple.
    while list.len() < total {
        vm.poll_stop()?;
        let (have, left) = (list.len(), total - list.len());
        if have < LONG {
            list.repeat_to(have, have + have.min(left)).map_err(|e| vm.no_memory(e))?;
        } else {
            let start = have % n;
            let count = LONG.min(left).min(have - start);
            list.extend_from_list(list, start, start + count).map_err(|e| vm.no_memory(e))?;
        }
    }
    Ok(())
}

/// The length of `n` items repeated.
pub(crate) fn repeated(vm: &Vm, n: usize, count: i64) -> Res<usize> {
    let count = usize::try_from(count).unwrap_or(0);
    match n.checked_mul(count) {
        Some(total) if total < isize::MAX as usize / 16 => Ok(total),
        _ => Err(vm.no_memory(NoMemory)),
    }
}

fn repeat(vm: &Vm, a: &Object, count: i64) -> Res {
    let x = this(vm, a)?;
    let total = repeated(vm, x.len(), count)?;
    let r = vm.new_list()?;
    if total > 0 {
        r.reserve(total).map_err(|e| vm.no_memory(e))?;
        extend_long(vm, &r, x, 0, x.len())?;
        repeat_long(vm, &r, x.len(), total)?;
    }
    Ok(r.into_object())
}

fn irepeat(vm: &Vm, a: &Object, count: i64) -> Res {
    let x = this(vm, a)?;
    let total = repeated(vm, x.len(), count)?;
    if total == 0 {
        x.clear_items();
    } else {
        x.reserve(total - x.len()).map_err(|e| vm.no_memory(e))?;
        repeat_long(vm, x, x.len(), total)?;
    }
    Ok(a.clone())
}

/// The list of items `start..end`.
pub(crate) fn slice_of(vm: &Vm, list: &List, start: usize, end: usize) -> Res<Obj<List>> {
    let r = vm.new_list()?;
    extend_long(vm, &r, list, start, end)?;
    Ok(r)
}

pub(crate) fn getitem(vm: &Vm, a: &Object, key: &Object) -> Res {
    let list = this(vm, a)?;
    if let Some(slice) = key.downcast_exact::<Slice>() {
        let range = slice_range(vm, slice, || list.len())?;
        if range.step == 1 {
            let start = range.start.max(0) as usize;
            return Ok(slice_of(vm, list, start, start + range.count)?.into_object());
        }
        let r = vm.new_list()?;
        r.extend_step(list, range.start, range.step, range.count).map_err(|e| vm.no_memory(e))?;
        return Ok(r.into_object());
    }
    let i = item_index(vm, key, "list")?;
    match slices::index(i, list.len()).and_then(|i| list.get(i)) {
        Some(o) => Ok(o),
        None => Err(vm.index_error("list index out of range")),
    }
}

pub(crate) fn setitem(vm: &Vm, a: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    let list = this(vm, a)?;
    if let Some(slice) = key.downcast_exact::<Slice>() {
        return set_slice(vm, list, slice, value);
    }
    let i = item_index(vm, key, "list")?;
    let Some(i) = slices::index(i, list.len()) else {
        return Err(vm.index_error("list assignment index out of range"));
    };
    match value {
        Some(v) => drop(list.replace(i, v.clone())),
        None => drop(list.remove(i)),
    }
    Ok(())
}

fn set_slice(vm: &Vm, list: &Obj<List>, slice: &Slice, value: Option<&Object>) -> Res<()> {
    let range = slice_range(vm, slice, || list.len())?;
    let Some(value) = value else {
        let low = range.ascending();
        let gone = if low.step == 1 {
            list.splice(low.start as usize, low.start as usize + low.count, Vec::new())
        } else {
            list.remove_step(low.start as usize, low.step as usize, low.count)
        };
        drop(gone.map_err(|e| vm.no_memory(e))?);
        return Ok(());
    };
    if range.step == 1 {
        let items = items_of(vm, value, "can only assign an iterable")?;
        let start = range.start as usize;
        let gone = list.splice(start, start + range.count, items).map_err(|e| vm.no_memory(e))?;
        drop(gone);
        return Ok(());
    }
    let items = items_of(vm, value, "must assign iterable to extended slice")?;
    if items.len() != range.count {
        return Err(vm.value_error(format_args!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            range.count
        )));
    }
    let mut gone = Vec::new();
    gone.try_reserve_exact(items.len()).map_err(|e| vm.no_memory(e.into()))?;
    for (i, o) in range.indices().zip(items) {
        if let Ok(old) = list.replace(i, o) {
            gone.push(old);
        }
    }
    Ok(())
}

/// The index of the first item equal to `x` in `start..end`. May run Python.
pub(crate) fn find(
    vm: &Vm,
    list: &List,
    x: &Object,
    start: usize,
    end: usize,
) -> Res<Option<usize>> {
    let wanted = x.value();
    let mut i = start;
    while i < end {
        let Some(v) = list.peek(i) else { break };
        if v == wanted {
            return Ok(Some(i));
        }
        if !Value::both_ints(v, wanted) {
            let Some(item) = list.get(i) else { break };
            if vm.eq(&item, x)? {
                return Ok(Some(i));
            }
        }
        i += 1;
        if i & 0xffff == 0 {
            vm.poll()?;
        }
    }
    Ok(None)
}

fn contains(vm: &Vm, a: &Object, x: &Object) -> Res<bool> {
    Ok(find(vm, this(vm, a)?, x, 0, usize::MAX)?.is_some())
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<List>(), b.downcast::<List>()) else {
        return Ok(Object::not_implemented());
    };
    if x.len() != y.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Object::bool(op == CmpOp::Ne));
    }
    let mut i = 0;
    while let (Some(v), Some(w)) = (x.peek(i), y.peek(i)) {
        if v != w {
            let (Some(p), Some(q)) = (x.get(i), y.get(i)) else { break };
            if Value::both_ints(v, w) || !vm.eq(&p, &q)? {
                if i >= x.len() || i >= y.len() {
                    break; // the comparison took items away
                }
                return match op {
                    CmpOp::Eq => Ok(Object::bool(false)),
                    CmpOp::Ne => Ok(Object::bool(true)),
                    _ => vm.compare(&p, &q, op),
                };
            }
        }
        i += 1;
        if i & 0xffff == 0 {
            vm.poll()?;
        }
    }
    Ok(Object::bool(op.holds(x.len().cmp(&y.len()))))
}

fn repr(vm: &Vm, a: &Object) -> Res {
    let list = this(vm, a)?;
    if list.is_empty() {
        return Ok(vm.str("[]")?.into_object());
    }
    guarded_repr(vm, a, "[...]", || {
        let mut out = Writer::new(vm);
        out.ascii("[")?;
        let mut i = 0;
        while let Some(item) = list.get(i) {
            if i > 0 {
                out.ascii(", ")?;
            }
            out.repr(&item)?;
            i += 1;
            vm.poll()?;
        }
        out.ascii("]")?;
        out.finish()
    })
}
