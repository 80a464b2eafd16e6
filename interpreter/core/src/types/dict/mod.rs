//! The builtin type `dict`: its slots, merging and copying; methods are in `methods`, views in `views`,
//! iterators in `iter`.
//!
//! **Invariant:** comparing keys may run Python, which may change the dict at hand: nothing is known about
//! a table after a look-up but what the look-up itself answers.

pub(crate) mod iter;
mod methods;
pub mod views;

use super::number::at_most_one;
use super::sequence::{Writer, guarded_repr, no_hash, unhashable};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};

/// The type `dict`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "dict() -> an empty dictionary\n\
          dict(mapping) -> a dictionary of the mapping's keys and values\n\
          dict(iterable) -> a dictionary of pairs (key, value)\n\
          dict(**kwargs) -> a dictionary of the names and values given; may follow the others",
    flags: type_flags::BASETYPE
        | type_flags::DICTIONARY
        | type_flags::MAPPING
        | type_flags::MATCH_SELF,
    slots: Slots {
        or: Some(or),
        ior: Some(ior),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        iter: Some(iter::keys),
        repr: Some(repr),
        hash: Some(unhashable),
        richcmp: Some(richcmp),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    fill: Some(no_hash),
    ..TypeSpec::new::<Dict>("dict")
};

/// The dict in `self` of a slot.
#[inline(always)]
pub(crate) fn this<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Dict>> {
    object.downcast::<Dict>().ok_or_else(|| wrong_self(vm, object))
}

#[cold]
fn wrong_self(vm: &Vm, object: &Object) -> Raised {
    vm.type_error(format_args!("a dict is required (got type {})", vm.type_name(object)))
}

fn new(vm: &Vm, class: &Obj<Type>, _args: &[Object], _names: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.dict_of(class)?.into_object())
}

fn init(vm: &Vm, a: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    update_from_call(vm, this(vm, a)?, "dict", args, names)
}

/// What `dict()` and `update` do with their arguments.
pub(crate) fn update_from_call(
    vm: &Vm,
    dict: &Obj<Dict>,
    name: &str,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res<()> {
    let named = names.map_or(0, |n| n.len()).min(args.len());
    let (positional, values) = args.split_at(args.len() - named);
    if let Some(source) = at_most_one(vm, name, positional, None)? {
        update(vm, dict, source)?;
    }
    if let Some(names) = names {
        for (name, value) in names.as_slice().iter().zip(values) {
            dict.set(vm, name, value.clone())?;
        }
    }
    Ok(())
}

/// Take over what a mapping, or an iterable of pairs, holds.
pub(crate) fn update(vm: &Vm, dict: &Obj<Dict>, source: &Object) -> Res<()> {
    if let Some(other) = plain(vm, source) {
        return merge(vm, dict, other, true);
    }
    match vm.getattr_opt(source, &vm.names().keys)? {
        Some(keys) => merge_mapping(vm, dict, source, &keys),
        None => merge_pairs(vm, dict, source),
    }
}

/// The dict in an object that iterates as dicts do.
fn plain<'a>(vm: &Vm, source: &'a Object) -> Option<&'a Obj<Dict>> {
    let dict = source.downcast::<Dict>()?;
    let iter = vm.class_of(source).slots().iter?;
    std::ptr::fn_addr_eq(iter, iter::keys as UnarySlot).then_some(dict)
}

type UnarySlot = fn(&Vm, &Object) -> Res;

/// Take over the entries of another dict; those that are there already only if `replace`.
pub(crate) fn merge(vm: &Vm, dict: &Obj<Dict>, other: &Obj<Dict>, replace: bool) -> Res<()> {
    if dict.is(other) {
        return Ok(());
    }
    if dict.is_empty() && dict.table.end() == 0 {
        return dict.table.copy_from(&other.table).map_err(|e| vm.no_memory(e));
    }
    let end = other.table.end();
    let mut i = 0;
    while let Some(at) = other.table.next_live(i) {
        let (Some((key, value)), Some(hash)) = (other.table.entry_at(at), other.table.hash_at(at))
        else {
            break;
        };
        if replace || dict.table.find(vm, &key, hash)?.is_none() {
            dict.set_hashed(vm, &key, hash, value)?;
        }
        if other.table.end() != end {
            return Err(vm.runtime_error("dict mutated during update"));
        }
        i = at + 1;
    }
    Ok(())
}

fn merge_mapping(vm: &Vm, dict: &Obj<Dict>, source: &Object, keys: &Object) -> Res<()> {
    let keys = vm.call(keys, &[])?;
    vm.for_each(&keys, |key| {
        let value = vm.getitem(source, &key)?;
        dict.set(vm, &key, value)
    })
}

fn merge_pairs(vm: &Vm, dict: &Obj<Dict>, source: &Object) -> Res<()> {
    let it = vm.iter(source)?;
    let mut number = 0;
    while let Some(item) = vm.next(&it)? {
        let (key, value) = pair(vm, &item, number)?;
        dict.set(vm, &key, value)?;
        number += 1;
        vm.poll()?;
    }
    Ok(())
}

/// Key and value of the element `number` of what a dict is updated with.
fn pair(vm: &Vm, item: &Object, number: usize) -> Res<(Object, Object)> {
    let wrong = |n: usize| {
        vm.value_error(format_args!(
            "dictionary update sequence element #{number} has length {n}; 2 is required"
        ))
    };
    if let Some(t) = item.downcast::<Tuple>() {
        return match t.as_slice() {
            [k, v] => Ok((k.clone(), v.clone())),
            other => Err(wrong(other.len())),
        };
    }
    let complaint =
        format!("cannot convert dictionary update sequence element #{number} to a sequence");
    let mut items = super::list::items_of(vm, item, &complaint)?;
    if items.len() != 2 {
        return Err(wrong(items.len()));
    }
    match (items.pop(), items.pop()) {
        (Some(value), Some(key)) => Ok((key, value)),
        _ => Err(wrong(0)),
    }
}

/// A new exact dict with the same entries.
pub(crate) fn copy(vm: &Vm, dict: &Obj<Dict>) -> Res<Obj<Dict>> {
    let r = vm.new_dict()?;
    r.table.copy_from(&dict.table).map_err(|e| vm.no_memory(e))?;
    Ok(r)
}

fn len(vm: &Vm, a: &Object) -> Res<usize> {
    Ok(this(vm, a)?.len())
}

pub(crate) fn getitem(vm: &Vm, a: &Object, key: &Object) -> Res {
    let dict = this(vm, a)?;
    match dict.get(vm, key)? {
        Some(value) => Ok(value),
        None => missing(vm, a, key),
    }
}

/// `__missing__` of subclasses, or KeyError.
#[cold]
fn missing(vm: &Vm, a: &Object, key: &Object) -> Res {
    if !a.is_kind(Kind::Dict) {
        if let Some(value) =
            vm.call_special(a, &vm.names().__missing__, std::slice::from_ref(key))?
        {
            return Ok(value);
        }
    }
    Err(vm.key_error(key))
}

pub(crate) fn setitem(vm: &Vm, a: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    let dict = this(vm, a)?;
    match value {
        Some(value) => dict.set(vm, key, value.clone()),
        None => match dict.remove(vm, key)? {
            Some(_) => Ok(()),
            None => Err(vm.key_error(key)),
        },
    }
}

fn contains(vm: &Vm, a: &Object, key: &Object) -> Res<bool> {
    this(vm, a)?.contains(vm, key)
}

fn or(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (Some(x), Some(_)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
        return Ok(Object::not_implemented());
    };
    let r = copy(vm, x)?;
    update(vm, &r, b)?;
    Ok(r.into_object())
}

fn ior(vm: &Vm, a: &Object, b: &Object) -> Res {
    update(vm, this(vm, a)?, b)?;
    Ok(a.clone())
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y), CmpOp::Eq | CmpOp::Ne) =
        (a.downcast::<Dict>(), b.downcast::<Dict>(), op)
    else {
        return Ok(Object::not_implemented());
    };
    Ok(Object::bool(equal(vm, x, y)? == (op == CmpOp::Eq)))
}

fn equal(vm: &Vm, x: &Obj<Dict>, y: &Obj<Dict>) -> Res<bool> {
    if x.len() != y.len() {
        return Ok(false);
    }
    let mut i = 0;
    while let Some(at) = x.table.next_live(i) {
        let (Some((key, value)), Some(hash)) = (x.table.entry_at(at), x.table.hash_at(at)) else {
            break;
        };
        let Some(other) = y.table.find(vm, &key, hash)?.and_then(|j| y.table.value_at(j)) else {
            return Ok(false);
        };
        if !vm.eq(&value, &other)? {
            return Ok(false);
        }
        i = at + 1;
    }
    Ok(true)
}

fn repr(vm: &Vm, a: &Object) -> Res {
    let dict = this(vm, a)?;
    if dict.is_empty() {
        return Ok(vm.str("{}")?.into_object());
    }
    guarded_repr(vm, a, "{...}", || {
        let mut out = Writer::new(vm);
        out.ascii("{")?;
        let (mut i, mut first) = (0, true);
        while let Some(at) = dict.table.next_live(i) {
            let Some((key, value)) = dict.table.entry_at(at) else { break };
            if !std::mem::take(&mut first) {
                out.ascii(", ")?;
            }
            out.repr(&key)?;
            out.ascii(": ")?;
            out.repr(&value)?;
            i = at + 1;
            vm.poll()?;
        }
        out.ascii("}")?;
        out.finish()
    })
}
