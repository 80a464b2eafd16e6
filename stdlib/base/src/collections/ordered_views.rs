//! Views and iterators of OrderedDict: they notice every change of the keys, not only of their number.

use super::ordered::dict;
use crate::support::{
    Dict, Obj, Object, Payload, Res, Slot, Slots, Tuple, TypeSpec, Visitor, Vm, builtin, native,
    natives, type_flags,
};
use std::cell::Cell;
use taipan_core::types::dict::views::{DictView, ITEMS, KEYS, VALUES};

/// No entry: the iterator is at its end.
const END: u32 = u32::MAX;

/// The iterator of all three kinds and both directions.
pub(super) struct OrderedIter {
    /// Unset when exhausted.
    dict: Slot,
    what: u8,
    back: bool,
    at: Cell<u32>,
    stamp: u32,
}

impl Payload for OrderedIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ORDERED_ITER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.dict);
    }
    fn clear(&self) {
        drop(self.dict.take());
    }
}

static ORDERED_ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, this| Ok(this.clone())), next: Some(next), ..Slots::NONE },
    methods: natives![reduce_iter],
    ..TypeSpec::new::<OrderedIter>("odict_iterator")
};

fn iterate(vm: &Vm, dict: &Obj<Dict>, what: u8, back: bool) -> Res {
    let table = &dict.table;
    let first = if back { table.previous_live(END) } else { table.next_live(0) };
    let iterator = OrderedIter {
        dict: Slot::new(dict.as_object().clone()),
        what,
        back,
        at: Cell::new(first.unwrap_or(END)),
        stamp: table.stamp(),
    };
    Ok(vm.alloc(iterator)?.into_object())
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<OrderedIter>() else { return Ok(None) };
    let Some(dict) = this.dict.get_as::<Dict>() else { return Ok(None) };
    let (table, at) = (&dict.table, this.at.get());
    if at == END {
        drop(this.dict.take());
        return Ok(None);
    }
    if table.stamp() != this.stamp {
        drop(this.dict.take());
        return Err(vm.runtime_error("OrderedDict mutated during iteration"));
    }
    let Some((key, value)) = table.entry_at(at) else { return Ok(None) };
    let next = if this.back { table.previous_live(at) } else { table.next_live(at + 1) };
    this.at.set(next.unwrap_or(END));
    Ok(Some(match this.what {
        KEYS => key,
        VALUES => value,
        _ => vm.pair(key, value)?.into_object(),
    }))
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce_iter(vm: &Vm, this: &Obj<OrderedIter>) -> Res<Obj<Tuple>> {
    let copy = OrderedIter {
        dict: this.dict.get().into(),
        what: this.what,
        back: this.back,
        at: this.at.clone(),
        stamp: this.stamp,
    };
    let rest = vm.list(vm.collect(vm.alloc(copy)?.as_object())?)?.into_object();
    let iter = builtin(vm, "iter")?;
    vm.tuple(vec![iter, vm.tuple(vec![rest])?.into_object()])
}

pub(super) fn keys_iter(vm: &Vm, this: &Object) -> Res {
    iterate(vm, dict(vm, this)?, KEYS, false)
}

macro_rules! views {
    ($($what:ident $spec:ident $name:literal $base:ident $iter:ident $reversed:ident;)*) => {$(
        static $spec: TypeSpec = TypeSpec {
            flags: type_flags::NO_NEW,
            base: Some(|vm| vm.types().$base.clone()),
            slots: Slots { iter: Some($iter), ..Slots::NONE },
            methods: natives![$reversed],
            ..TypeSpec::extending::<DictView<$what>>($name)
        };

        fn $iter(vm: &Vm, this: &Object) -> Res {
            match this.downcast::<DictView<$what>>() {
                Some(view) => iterate(vm, &view.dict, $what, false),
                None => Err(vm.system_error("a view was expected")),
            }
        }

        /// An iterator from the last to the first.
        #[native("(self, /)", name = "__reversed__", no_signature)]
        fn $reversed(vm: &Vm, this: &Object) -> Res {
            match this.downcast::<DictView<$what>>() {
                Some(view) => iterate(vm, &view.dict, $what, true),
                None => Err(vm.system_error("a view was expected")),
            }
        }
    )*};
}

views! {
    KEYS KEYS_VIEW "odict_keys" dict_keys iter_keys reversed_keys;
    VALUES VALUES_VIEW "odict_values" dict_values iter_values reversed_values;
    ITEMS ITEMS_VIEW "odict_items" dict_items iter_items reversed_items;
}

/// D.keys() -> the keys as they are at any time, to be used like a set
#[native("(self, /)", no_signature)]
pub(super) fn keys(vm: &Vm, this: &Obj<Dict>) -> Res {
    let view = DictView::<KEYS> { dict: this.clone() };
    Ok(vm.alloc_of(&vm.type_of_spec(&KEYS_VIEW)?, view)?.into_object())
}

/// D.values() -> the values as they are at any time
#[native("(self, /)", no_signature)]
pub(super) fn values(vm: &Vm, this: &Obj<Dict>) -> Res {
    let view = DictView::<VALUES> { dict: this.clone() };
    Ok(vm.alloc_of(&vm.type_of_spec(&VALUES_VIEW)?, view)?.into_object())
}

/// D.items() -> the pairs (key, value) as they are at any time, to be used like a set
#[native("(self, /)", no_signature)]
pub(super) fn items(vm: &Vm, this: &Obj<Dict>) -> Res {
    let view = DictView::<ITEMS> { dict: this.clone() };
    Ok(vm.alloc_of(&vm.type_of_spec(&ITEMS_VIEW)?, view)?.into_object())
}

/// od.__reversed__() -> the keys, the last first
#[native("(self, /)", name = "__reversed__", no_signature)]
pub(super) fn reversed(vm: &Vm, this: &Obj<Dict>) -> Res {
    iterate(vm, this, KEYS, true)
}
