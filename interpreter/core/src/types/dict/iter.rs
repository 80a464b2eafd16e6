//! Iterators over keys, values and items of a dict, forwards and backwards.
//!
//! **Invariant:** an iterator knows a position, never a pointer: the table may move or shrink at any time,
//! and a change of its size ends the iteration with RuntimeError, then and ever after.

use super::this;
use crate::native::{NativeCall, NativeDef, NativeKind, Param, ParamKind};
use crate::object::*;
use crate::types::list::iter::itself;
use crate::types::sequence::reduce_iter;
use crate::vm::{Res, Vm};
use std::cell::Cell;

/// What an iterator or view gives.
pub const KEYS: u8 = 0;
pub const VALUES: u8 = 1;
pub const ITEMS: u8 = 2;

/// Iterator of the keys, values or items (`WHAT`) of a dict, from the end if `BACK`.
pub struct DictIter<const WHAT: u8, const BACK: bool> {
    /// Unset when exhausted.
    pub(crate) dict: Slot,
    /// Where to go on (going back: one more than that).
    pub(crate) at: Cell<u32>,
    /// Entries still to come.
    pub(crate) left: Cell<usize>,
    /// Size that the dict must have; `usize::MAX` once it had another.
    pub(crate) size: Cell<usize>,
}

impl<const WHAT: u8, const BACK: bool> Payload for DictIter<WHAT, BACK> {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(match (WHAT, BACK) {
        (KEYS, false) => &KEY_ITER,
        (VALUES, false) => &VALUE_ITER,
        (ITEMS, false) => &ITEM_ITER,
        (KEYS, true) => &KEY_REVERSE_ITER,
        (VALUES, true) => &VALUE_REVERSE_ITER,
        _ => &ITEM_REVERSE_ITER,
    });
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.dict);
    }
    fn clear(&self) {
        drop(self.dict.take());
    }
}

macro_rules! types {
    ($($name:ident $text:literal $what:ident $back:literal;)*) => {$(
        #[doc = concat!("The type `", $text, "`.")]
        pub static $name: TypeSpec = TypeSpec {
            flags: type_flags::NO_NEW,
            slots: Slots { iter: Some(itself), next: Some(next::<$what, $back>), ..Slots::NONE },
            methods: &[
                method("__length_hint__", HINT_DOC, call_length_hint::<$what, $back>),
                method("__reduce__", REDUCE_DOC, call_reduce::<$what, $back>),
            ],
            ..TypeSpec::new::<DictIter<$what, $back>>($text)
        };
    )*};
}
types! {
    KEY_ITER "dict_keyiterator" KEYS false;
    VALUE_ITER "dict_valueiterator" VALUES false;
    ITEM_ITER "dict_itemiterator" ITEMS false;
    KEY_REVERSE_ITER "dict_reversekeyiterator" KEYS true;
    VALUE_REVERSE_ITER "dict_reversevalueiterator" VALUES true;
    ITEM_REVERSE_ITER "dict_reverseitemiterator" ITEMS true;
}

/// `iter(dict)`.
pub(super) fn keys(vm: &Vm, a: &Object) -> Res {
    over::<KEYS, false>(vm, this(vm, a)?)
}

/// An iterator over a dict.
pub(crate) fn over<const WHAT: u8, const BACK: bool>(vm: &Vm, dict: &Obj<Dict>) -> Res {
    let it = DictIter::<WHAT, BACK> {
        dict: Slot::new(dict.as_object().clone()),
        at: Cell::new(if BACK { dict.table.end() } else { 0 }),
        left: Cell::new(dict.len()),
        size: Cell::new(dict.len()),
    };
    let types = vm.types();
    let class = match (WHAT, BACK) {
        (KEYS, false) => &types.dict_key_iter,
        (VALUES, false) => &types.dict_value_iter,
        (ITEMS, false) => &types.dict_item_iter,
        _ => return Ok(vm.alloc(it)?.into_object()),
    };
    Ok(vm.alloc_of(class, it)?.into_object())
}

fn next<const WHAT: u8, const BACK: bool>(vm: &Vm, a: &Object) -> Res<Option<Object>> {
    let Some(it) = a.downcast::<DictIter<WHAT, BACK>>() else { return Ok(None) };
    let Some(dict) = it.dict.get_as::<Dict>() else { return Ok(None) };
    if dict.len() != it.size.get() {
        it.size.set(usize::MAX);
        return Err(vm.runtime_error("dictionary changed size during iteration"));
    }
    let table = &dict.table;
    let found = if BACK { table.previous_live(it.at.get()) } else { table.next_live(it.at.get()) };
    let Some((at, (key, value))) = found.and_then(|at| Some((at, table.entry_at(at)?))) else {
        drop(it.dict.take());
        return Ok(None);
    };
    if it.left.get() == 0 {
        drop(it.dict.take());
        return Err(vm.runtime_error("dictionary keys changed during iteration"));
    }
    it.left.set(it.left.get() - 1);
    it.at.set(if BACK { at } else { at + 1 });
    item::<WHAT>(vm, key, value).map(Some)
}

/// What of an entry is given.
#[inline(always)]
fn item<const WHAT: u8>(vm: &Vm, key: Object, value: Object) -> Res {
    match WHAT {
        KEYS => Ok(key),
        VALUES => Ok(value),
        _ => Ok(vm.pair(key, value)?.into_object()),
    }
}

const HINT_DOC: &str = "How many items seem to be left, for those who want to make room.";
const REDUCE_DOC: &str = "What pickle and copy make another one from.";

/// The row of a method without arguments. (The attribute macro knows no generic functions.)
const fn method(name: &'static str, doc: &'static str, call: NativeCall) -> NativeDef {
    const SELF: &[Param] =
        &[Param { name: "self", kind: ParamKind::PositionalOnly, has_default: false }];
    let kind = NativeKind::Method;
    NativeDef {
        name,
        signature: "",
        doc,
        params: SELF,
        call,
        kind,
        wording: crate::native::Wording::Native,
        coroutine: false,
    }
}

/// The iterator that a method was called on.
fn receiver<'a, const WHAT: u8, const BACK: bool>(
    vm: &Vm,
    args: &'a [Object],
) -> Res<&'a Obj<DictIter<WHAT, BACK>>> {
    match args {
        [a] => a.downcast().ok_or_else(|| vm.type_error("an iterator of a dict is required")),
        _ => {
            let given = args.len().saturating_sub(1);
            Err(vm.type_error(format_args!("method takes no arguments ({given} given)")))
        }
    }
}

fn call_length_hint<const WHAT: u8, const BACK: bool>(
    vm: &Vm,
    args: &[Object],
    _names: Option<&Obj<Tuple>>,
) -> Res {
    let it = receiver::<WHAT, BACK>(vm, args)?;
    vm.int_usize(match it.dict.get_as::<Dict>() {
        Some(d) if d.len() == it.size.get() => it.left.get(),
        _ => 0,
    })
}

/// `(iter, ([what is still to come],))`, the iterator left as it is.
fn call_reduce<const WHAT: u8, const BACK: bool>(
    vm: &Vm,
    args: &[Object],
    _names: Option<&Obj<Tuple>>,
) -> Res {
    let it = receiver::<WHAT, BACK>(vm, args)?;
    let copy = DictIter::<WHAT, BACK> {
        dict: it.dict.get().into(),
        at: it.at.clone(),
        left: it.left.clone(),
        size: it.size.clone(),
    };
    let rest = vm.collect(vm.alloc(copy)?.as_object())?;
    reduce_iter(vm, vec![vm.list(rest)?.into_object()])
}
