//! The builtin type `tuple`: slots, iterator and methods.
//!
//! Items never change, so they may be borrowed for as long as the tuple is held, whatever runs meanwhile.

use super::list::iter::itself;
use super::list::repeated;
use super::number::{at_most_one, for_subclass};
use super::sequence::{
    Writer, guarded_repr, item_index, reduce_iter, reduce_iter_at, search_bound, slice_range,
};
use crate::native::{Maybe, NativeDef, natives};
use crate::object::*;
use crate::text::numhash::{TupleHash, hash_i64};
use crate::text::slices;
use crate::vm::{Raised, Res, Vm};
use std::cell::Cell;
use taipan_macros::native;

/// The type `tuple`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "tuple(iterable=(), /)\n--\n\nA fixed row of objects: the items of the iterable, or none.\n\n\
          A tuple given as argument is the result itself.",
    flags: type_flags::BASETYPE | type_flags::TUPLE | type_flags::SEQUENCE | type_flags::MATCH_SELF,
    slots: Slots {
        concat: Some(concat),
        repeat: Some(repeat),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        iter: Some(iter),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(richcmp),
        new: Some(new),
        ..Slots::NONE
    },
    methods: METHODS,
    ..TypeSpec::new::<Tuple>("tuple")
};

/// The tuple in `self` of a slot.
#[inline(always)]
pub(crate) fn this<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Tuple>> {
    object.downcast::<Tuple>().ok_or_else(|| wrong_self(vm, object))
}

#[cold]
fn wrong_self(vm: &Vm, object: &Object) -> Raised {
    vm.type_error(format_args!("a tuple is required (got type {})", vm.type_name(object)))
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (args, names) = for_subclass(vm, class, &vm.types().tuple, args, names);
    let source = at_most_one(vm, "tuple", args, names)?;
    let exact = class.is(&vm.types().tuple);
    let Some(source) = source else { return Ok(vm.tuple_of(class, Vec::new())?.into_object()) };
    if let Some(t) = source.downcast_exact::<Tuple>() {
        if exact {
            return Ok(source.clone());
        }
        return Ok(vm.tuple_fill(class, t.len(), t.as_slice().iter().cloned())?.into_object());
    }
    if let Some(l) = source.downcast_exact::<List>() {
        let n = l.len();
        return Ok(vm.tuple_fill(class, n, (0..n).map_while(|i| l.get(i)))?.into_object());
    }
    let items = vm.collect(source)?;
    Ok(vm.tuple_of(class, items)?.into_object())
}

fn len(vm: &Vm, a: &Object) -> Res<usize> {
    Ok(this(vm, a)?.len())
}

fn concat(vm: &Vm, a: &Object, b: &Object) -> Res {
    let x = this(vm, a)?;
    let Some(y) = b.downcast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "can only concatenate tuple (not \"{}\") to tuple",
            vm.type_name(b)
        )));
    };
    if x.is_empty() && b.is_kind(Kind::Tuple) {
        return Ok(b.clone());
    }
    if y.is_empty() && a.is_kind(Kind::Tuple) {
        return Ok(a.clone());
    }
    let items = x.as_slice().iter().chain(y.as_slice()).cloned();
    Ok(vm.tuple_fill(&vm.types().tuple, x.len() + y.len(), items)?.into_object())
}

fn repeat(vm: &Vm, a: &Object, count: i64) -> Res {
    let x = this(vm, a)?;
    if (count == 1 || x.is_empty()) && a.is_kind(Kind::Tuple) {
        return Ok(a.clone());
    }
    let total = repeated(vm, x.len(), count)?;
    let items = x.as_slice().iter().cycle().cloned();
    Ok(vm.tuple_fill(&vm.types().tuple, total, items)?.into_object())
}

pub(crate) fn getitem(vm: &Vm, a: &Object, key: &Object) -> Res {
    let t = this(vm, a)?;
    if let Some(slice) = key.downcast_exact::<Slice>() {
        let range = slice_range(vm, slice, || t.len())?;
        if range.step == 1 && range.count == t.len() && a.is_kind(Kind::Tuple) {
            return Ok(a.clone());
        }
        let items = range.indices().map_while(|i| t.get(i));
        return Ok(vm.tuple_fill(&vm.types().tuple, range.count, items)?.into_object());
    }
    let i = item_index(vm, key, "tuple")?;
    match slices::index(i, t.len()).and_then(|i| t.get(i)) {
        Some(o) => Ok(o),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// The index of the first item equal to `x` in `start..end`. May run Python.
fn find(vm: &Vm, t: &Tuple, x: &Object, start: usize, end: usize) -> Res<Option<usize>> {
    let end = end.min(t.len());
    for (i, item) in t.as_slice().iter().enumerate().take(end).skip(start) {
        if item.is(x) || (!Value::both_ints(item.value(), x.value()) && vm.eq(item, x)?) {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn contains(vm: &Vm, a: &Object, x: &Object) -> Res<bool> {
    holds(vm, this(vm, a)?, x)
}

/// `x in t`. May run Python.
pub(crate) fn holds(vm: &Vm, t: &Obj<Tuple>, x: &Object) -> Res<bool> {
    if let Some(bytes) = x.downcast_exact::<Bytes>() {
        return holds_text(vm, t, x, |item| {
            Some(item.downcast_exact::<Bytes>()?.as_slice() == bytes.as_slice())
        });
    }
    if let Some(text) = x.downcast_exact::<Str>() {
        return holds_text(vm, t, x, |item| Some(item.downcast_exact::<Str>()?.same_text(text)));
    }
    Ok(find(vm, t, x, 0, usize::MAX)?.is_some())
}

/// The same where `same` compares with items that are of the kind of `x`.
#[inline(always)]
fn holds_text(vm: &Vm, t: &Tuple, x: &Object, same: impl Fn(&Object) -> Option<bool>) -> Res<bool> {
    for item in t.as_slice() {
        if item.is(x) || same(item).map_or_else(|| vm.eq(item, x), Ok)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Tuple>(), b.downcast::<Tuple>()) else {
        return Ok(Object::not_implemented());
    };
    for (p, q) in x.as_slice().iter().zip(y.as_slice()) {
        if p.is(q) || (!Value::both_ints(p.value(), q.value()) && vm.eq(p, q)?) {
            continue;
        }
        return match op {
            CmpOp::Eq => Ok(Object::bool(false)),
            CmpOp::Ne => Ok(Object::bool(true)),
            _ => vm.compare(p, q, op),
        };
    }
    Ok(Object::bool(op.holds(x.len().cmp(&y.len()))))
}

/// (Machine integers alone need no call: what else there may be is out of line, twice.)
pub(crate) fn hash(vm: &Vm, a: &Object) -> Res<i64> {
    hash_of(vm, this(vm, a)?)
}

/// The hash of a tuple.
pub(crate) fn hash_of(vm: &Vm, t: &Tuple) -> Res<i64> {
    let mut h = TupleHash::new();
    for item in t.as_slice() {
        match item.as_small_int() {
            Some(n) => h.add(hash_i64(n)),
            None => return hash_mixed(vm, t),
        }
    }
    Ok(h.finish())
}

/// The hash of a tuple of machine integers and exact strs, which runs no Python, or of any other.
#[inline(never)]
fn hash_mixed(vm: &Vm, t: &Tuple) -> Res<i64> {
    let mut h = TupleHash::new();
    for item in t.as_slice() {
        h.add(match (item.as_small_int(), item.downcast_str()) {
            (Some(n), _) => hash_i64(n),
            (None, Some(s)) => vm.str_hash(s),
            _ => return hash_deep(vm, t),
        });
    }
    Ok(h.finish())
}

#[inline(never)]
fn hash_deep(vm: &Vm, t: &Tuple) -> Res<i64> {
    vm.recurse("", || {
        let mut h = TupleHash::new();
        for item in t.as_slice() {
            h.add(vm.hash(item)?);
        }
        Ok(h.finish())
    })
}

fn repr(vm: &Vm, a: &Object) -> Res {
    let t = this(vm, a)?;
    if t.is_empty() {
        return Ok(vm.str("()")?.into_object());
    }
    guarded_repr(vm, a, "(...)", || {
        let mut out = Writer::new(vm);
        out.ascii("(")?;
        for (i, item) in t.as_slice().iter().enumerate() {
            if i > 0 {
                out.ascii(", ")?;
            }
            out.repr(item)?;
            vm.poll()?;
        }
        out.ascii(if t.len() == 1 { ",)" } else { ")" })?;
        out.finish()
    })
}

/// The type `tuple_iterator`.
pub static ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
    methods: natives![iter_length_hint, iter_reduce, iter_setstate],
    ..TypeSpec::new::<TupleIter>("tuple_iterator")
};

fn iter(vm: &Vm, a: &Object) -> Res {
    this(vm, a)?;
    let it = TupleIter { tuple: Slot::new(a.clone()), index: Cell::new(0) };
    Ok(vm.alloc_typed(&vm.types().tuple_iter, it, 0)?.into_object())
}

fn next(_vm: &Vm, a: &Object) -> Res<Option<Object>> {
    let Some(it) = a.downcast::<TupleIter>() else { return Ok(None) };
    let Some(tuple) = it.tuple.get_as::<Tuple>() else { return Ok(None) };
    let i = it.index.get();
    let item = tuple.get(i);
    match item {
        Some(_) => it.index.set(i + 1),
        None => drop(it.tuple.take()),
    }
    Ok(item)
}

static METHODS: &[NativeDef] = natives![count, index, getnewargs, class_getitem];

/// How many items equal the value.
#[native("(self, value, /)")]
fn count(vm: &Vm, this: &Obj<Tuple>, value: &Object) -> Res<usize> {
    let (mut n, mut i) = (0, 0);
    while let Some(at) = find(vm, this, value, i, usize::MAX)? {
        n += 1;
        i = at + 1;
    }
    Ok(n)
}

/// Where the first item stands that equals the value, between start and stop.
///
/// ValueError if there is none.
#[native("(self, value, start=0, stop=sys.maxsize, /)")]
fn index(
    vm: &Vm,
    this: &Obj<Tuple>,
    value: &Object,
    start: Maybe<&Object>,
    stop: Maybe<&Object>,
) -> Res<usize> {
    let start = search_bound(vm, start.given(), 0)?;
    let stop = search_bound(vm, stop.given(), i64::MAX)?;
    let found = match slices::bounds(Some(start), Some(stop), this.len()) {
        Some((from, to)) => find(vm, this, value, from, to)?,
        None => None,
    };
    found.ok_or_else(|| vm.value_error("tuple.index(x): x not in tuple"))
}

#[native("(self, /)", name = "__getnewargs__")]
fn getnewargs(vm: &Vm, this: &Obj<Tuple>) -> Res<Obj<Tuple>> {
    let exact = match this.as_object().downcast_exact::<Tuple>() {
        Some(t) => t.clone(),
        None => vm.tuple_from(this.as_slice())?,
    };
    vm.tuple(vec![exact.into_object()])
}

/// The class with type arguments, as in list[int].
#[native("(cls, object, /)", classmethod, name = "__class_getitem__", no_signature)]
fn class_getitem(vm: &Vm, cls: &Object, object: &Object) -> Res {
    crate::types::generic_alias::of(vm, cls, object)
}

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn iter_length_hint(this: &Obj<TupleIter>) -> usize {
    this.tuple.get_as::<Tuple>().map_or(0, |t| t.len().saturating_sub(this.index.get()))
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn iter_reduce(vm: &Vm, this: &Obj<TupleIter>) -> Res {
    match this.tuple.get() {
        Some(t) => reduce_iter_at(vm, "iter", t, this.index.get() as i64),
        None => reduce_iter(vm, vec![vm.tuple(Vec::new())?.into_object()]),
    }
}

/// Move to the place that `__reduce__()` told.
#[native("(self, state, /)", name = "__setstate__", no_signature)]
fn iter_setstate(this: &Obj<TupleIter>, state: i64) {
    if let Some(t) = this.tuple.get_as::<Tuple>() {
        this.index.set((state.max(0) as usize).min(t.len()));
    }
}
