//! `dict.keys()`, `dict.values()`, `dict.items()`.
//!
//! A view owns its dict and nothing else; the set operations make plain sets.

use super::iter;
pub use super::iter::{ITEMS, KEYS, VALUES};
use crate::native::{NativeDef, getsets, natives};
use crate::object::*;
use crate::types::sequence::{Writer, guarded_repr, unhashable};
use crate::types::set::algebra;
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native};

/// A view of the keys, values or items (`WHAT`) of a dict.
pub struct DictView<const WHAT: u8> {
    pub dict: Obj<Dict>,
}

impl<const WHAT: u8> Payload for DictView<WHAT> {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(match WHAT {
        KEYS => &KEYS_VIEW,
        VALUES => &VALUES_VIEW,
        _ => &ITEMS_VIEW,
    });
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.dict.as_object());
    }
}

const SET_LIKE: Slots = Slots {
    sub: Some(sub),
    and: Some(and),
    xor: Some(xor),
    or: Some(or),
    hash: Some(unhashable),
    richcmp: Some(richcmp),
    ..Slots::NONE
};

/// The type `dict_keys`.
pub static KEYS_VIEW: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        len: Some(len::<KEYS>),
        contains: Some(contains),
        iter: Some(iter_of::<KEYS>),
        repr: Some(repr::<KEYS>),
        ..SET_LIKE
    },
    methods: KEYS_METHODS,
    getsets: getsets![keys_mapping],
    fill: Some(crate::types::sequence::no_hash),
    ..TypeSpec::new::<DictView<KEYS>>("dict_keys")
};

/// The type `dict_values`.
pub static VALUES_VIEW: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        len: Some(len::<VALUES>),
        iter: Some(iter_of::<VALUES>),
        repr: Some(repr::<VALUES>),
        ..Slots::NONE
    },
    methods: VALUES_METHODS,
    getsets: getsets![values_mapping],
    ..TypeSpec::new::<DictView<VALUES>>("dict_values")
};

/// The type `dict_items`.
pub static ITEMS_VIEW: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        len: Some(len::<ITEMS>),
        contains: Some(contains),
        iter: Some(iter_of::<ITEMS>),
        repr: Some(repr::<ITEMS>),
        ..SET_LIKE
    },
    methods: ITEMS_METHODS,
    getsets: getsets![items_mapping],
    fill: Some(crate::types::sequence::no_hash),
    ..TypeSpec::new::<DictView<ITEMS>>("dict_items")
};

static KEYS_METHODS: &[NativeDef] = natives![keys_isdisjoint, keys_reversed];
static VALUES_METHODS: &[NativeDef] = natives![values_reversed];
static ITEMS_METHODS: &[NativeDef] = natives![items_isdisjoint, items_reversed];

/// The view of a dict.
pub(crate) fn of<const WHAT: u8>(vm: &Vm, dict: &Obj<Dict>) -> Res {
    let types = vm.types();
    let class = match WHAT {
        KEYS => &types.dict_keys,
        VALUES => &types.dict_values,
        _ => &types.dict_items,
    };
    Ok(vm.alloc_of(class, DictView::<WHAT> { dict: dict.clone() })?.into_object())
}

/// The dict behind a view.
fn dict_of(vm: &Vm, a: &Object) -> Res<Obj<Dict>> {
    if let Some(v) = a.downcast::<DictView<KEYS>>() {
        return Ok(v.dict.clone());
    }
    if let Some(v) = a.downcast::<DictView<ITEMS>>() {
        return Ok(v.dict.clone());
    }
    match a.downcast::<DictView<VALUES>>() {
        Some(v) => Ok(v.dict.clone()),
        None => Err(vm.type_error("a view of a dict is required")),
    }
}

fn is_set_like(a: &Object) -> bool {
    a.downcast::<DictView<KEYS>>().is_some() || a.downcast::<DictView<ITEMS>>().is_some()
}

fn len<const WHAT: u8>(vm: &Vm, a: &Object) -> Res<usize> {
    Ok(dict_of(vm, a)?.len())
}

fn iter_of<const WHAT: u8>(vm: &Vm, a: &Object) -> Res {
    iter::over::<WHAT, false>(vm, &dict_of(vm, a)?)
}

fn contains(vm: &Vm, a: &Object, x: &Object) -> Res<bool> {
    let dict = dict_of(vm, a)?;
    if a.downcast::<DictView<KEYS>>().is_some() {
        return dict.contains(vm, x);
    }
    let Some(t) = x.downcast::<Tuple>() else { return Ok(false) };
    let [key, value] = t.as_slice() else { return Ok(false) };
    match dict.get(vm, key)? {
        Some(found) => vm.eq(&found, value),
        None => Ok(false),
    }
}

fn repr<const WHAT: u8>(vm: &Vm, a: &Object) -> Res {
    let dict = dict_of(vm, a)?;
    guarded_repr(vm, a, "...", || {
        let mut out = Writer::new(vm);
        out.ascii(&vm.type_name(a))?;
        out.ascii("([")?;
        vm.need_room(dict.len().saturating_mul(16))?;
        for (i, (key, value)) in dict.snapshot().into_iter().enumerate() {
            if i > 0 {
                out.ascii(", ")?;
            }
            let item = match WHAT {
                KEYS => key,
                VALUES => value,
                _ => vm.tuple(vec![key, value])?.into_object(),
            };
            out.repr(&item)?;
            vm.poll()?;
        }
        out.ascii("])")?;
        out.finish()
    })
}

/// A new set of what an iterable gives.
fn set_of(vm: &Vm, source: &Object) -> Res<Obj<Set>> {
    let set = vm.new_set()?;
    match source.downcast::<DictView<KEYS>>() {
        Some(view) => algebra::update(vm, &set, view.dict.as_object())?,
        None => algebra::update(vm, &set, source)?,
    }
    Ok(set)
}

fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let set = set_of(vm, a)?;
    algebra::remove_all(vm, &set, b)?;
    Ok(set.into_object())
}

fn and(vm: &Vm, a: &Object, b: &Object) -> Res {
    // The view may be on either side.
    let (view, other) = if is_set_like(a) { (a, b) } else { (b, a) };
    if let Some(set) = other.downcast_exact::<Set>() {
        if vm.len(view)? <= set.len() {
            return Ok(algebra::intersection(vm, other, set, view)?.into_object());
        }
    }
    let set = vm.new_set()?;
    vm.for_each(other, |x| {
        if contains(vm, view, &x)? {
            set.add(vm, &x)?;
        }
        Ok(())
    })?;
    Ok(set.into_object())
}

fn or(vm: &Vm, a: &Object, b: &Object) -> Res {
    let set = set_of(vm, a)?;
    algebra::update(vm, &set, b)?;
    Ok(set.into_object())
}

fn xor(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (left, right) = (set_of(vm, a)?, set_of(vm, b)?);
    algebra::toggle_all(vm, &left, &right)?;
    Ok(left.into_object())
}

/// Whether all of `a` is in `b`.
fn all_in(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    let it = vm.iter(a)?;
    while let Some(x) = vm.next(&it)? {
        if !vm.contains(b, &x)? {
            return Ok(false);
        }
        vm.poll()?;
    }
    Ok(true)
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    if !is_set_like(b) && b.downcast::<Set>().is_none() {
        return Ok(Object::not_implemented());
    }
    let (x, y) = (vm.len(a)?, vm.len(b)?);
    Ok(Object::bool(match op {
        CmpOp::Eq => x == y && all_in(vm, a, b)?,
        CmpOp::Ne => !(x == y && all_in(vm, a, b)?),
        CmpOp::Lt => x < y && all_in(vm, a, b)?,
        CmpOp::Le => x <= y && all_in(vm, a, b)?,
        CmpOp::Gt => x > y && all_in(vm, b, a)?,
        CmpOp::Ge => x >= y && all_in(vm, b, a)?,
    }))
}

fn disjoint(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    if a.is(b) {
        return Ok(vm.len(a)? == 0);
    }
    let sized = is_set_like(b) || b.downcast::<Set>().is_some();
    // Walk the shorter one if both know their length.
    let (walk, ask) = if sized && vm.len(b)? > vm.len(a)? { (a, b) } else { (b, a) };
    let it = vm.iter(walk)?;
    while let Some(x) = vm.next(&it)? {
        if vm.contains(ask, &x)? {
            return Ok(false);
        }
        vm.poll()?;
    }
    Ok(true)
}

/// Whether the view has no item that the iterable has too.
#[native("(self, other, /)", name = "isdisjoint", no_signature)]
fn keys_isdisjoint(vm: &Vm, this: &Obj<DictView<KEYS>>, other: &Object) -> Res<bool> {
    disjoint(vm, this.as_object(), other)
}

/// Whether the view has no item that the iterable has too.
#[native("(self, other, /)", name = "isdisjoint", no_signature)]
fn items_isdisjoint(vm: &Vm, this: &Obj<DictView<ITEMS>>, other: &Object) -> Res<bool> {
    disjoint(vm, this.as_object(), other)
}

/// The keys, the newest first.
#[native("(self, /)", name = "__reversed__", no_signature)]
fn keys_reversed(vm: &Vm, this: &Obj<DictView<KEYS>>) -> Res {
    iter::over::<KEYS, true>(vm, &this.dict)
}

/// The values, the newest first.
#[native("(self, /)", name = "__reversed__", no_signature)]
fn values_reversed(vm: &Vm, this: &Obj<DictView<VALUES>>) -> Res {
    iter::over::<VALUES, true>(vm, &this.dict)
}

/// The pairs of key and value, the newest first.
#[native("(self, /)", name = "__reversed__", no_signature)]
fn items_reversed(vm: &Vm, this: &Obj<DictView<ITEMS>>) -> Res {
    iter::over::<ITEMS, true>(vm, &this.dict)
}

/// the dict behind the view, read only
#[getter(name = "mapping")]
fn keys_mapping(vm: &Vm, this: &Obj<DictView<KEYS>>) -> Res {
    crate::types::mappingproxy::new(vm, this.dict.clone().into_object())
}

/// the dict behind the view, read only
#[getter(name = "mapping")]
fn values_mapping(vm: &Vm, this: &Obj<DictView<VALUES>>) -> Res {
    crate::types::mappingproxy::new(vm, this.dict.clone().into_object())
}

/// the dict behind the view, read only
#[getter(name = "mapping")]
fn items_mapping(vm: &Vm, this: &Obj<DictView<ITEMS>>) -> Res {
    crate::types::mappingproxy::new(vm, this.dict.clone().into_object())
}
