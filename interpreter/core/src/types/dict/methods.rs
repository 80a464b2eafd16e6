//! The methods of dict.

use super::iter::{self, ITEMS, KEYS, VALUES};
use super::views;
use crate::native::{Kwargs, Maybe, NativeDef, natives};
use crate::object::*;
use crate::types::number::at_most_one;
use crate::types::sequence::sized;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) static METHODS: &[NativeDef] = natives![
    contains,
    getitem,
    clear,
    copy,
    fromkeys,
    get,
    items,
    keys,
    pop,
    popitem,
    setdefault,
    update,
    values,
    reversed,
    size_of,
    class_getitem,
];

/// Whether the key is in the dict.
#[native("(self, key, /)", name = "__contains__")]
fn contains(vm: &Vm, this: &Obj<Dict>, key: &Object) -> Res<bool> {
    this.contains(vm, key)
}

/// D.__getitem__(key) -> the value of a key, for D[key]
#[native("(self, key, /)", name = "__getitem__", no_signature)]
fn getitem(vm: &Vm, this: &Obj<Dict>, key: &Object) -> Res {
    super::getitem(vm, this.as_object(), key)
}

/// D.clear() -> None.  Leaves D empty.
#[native("(self, /)", no_signature)]
fn clear(_vm: &Vm, this: &Obj<Dict>) {
    this.clear();
}

/// D.copy() -> a new dict with the same keys and values
#[native("(self, /)", no_signature)]
fn copy(vm: &Vm, this: &Obj<Dict>) -> Res<Obj<Dict>> {
    super::copy(vm, this)
}

/// A dict with the items of an iterable as keys, all with the same value.
#[native("(cls, iterable, value=None, /)", classmethod)]
fn fromkeys(vm: &Vm, cls: &Object, iterable: &Object, value: Option<&Object>) -> Res {
    let value = value.cloned().unwrap_or_else(Object::none);
    let made = vm.call(cls, &[])?;
    match made.downcast_exact::<Dict>() {
        Some(dict) => match (iterable.downcast_exact::<Dict>(), iterable.downcast::<Set>()) {
            // Hashes that are known are not asked for again.
            (Some(keys), _) => {
                each(&keys.table, |key, hash| dict.set_hashed(vm, &key, hash, value.clone()))?
            }
            (None, Some(keys)) if !vm.class_of(iterable).is_heap_type() => {
                each(&keys.table, |key, hash| dict.set_hashed(vm, &key, hash, value.clone()))?
            }
            _ => vm.for_each(iterable, |key| dict.set(vm, &key, value.clone()))?,
        },
        None => vm.for_each(iterable, |key| vm.setitem(&made, &key, &value))?,
    }
    Ok(made)
}

/// Run `f` with each key and its hash as they come by position. May run Python.
fn each(table: &crate::object::table::Table, mut f: impl FnMut(Object, i64) -> Res<()>) -> Res<()> {
    let mut next = 0;
    while let Some(at) = table.next_live(next) {
        let (Some((key, _)), Some(hash)) = (table.entry_at(at), table.hash_at(at)) else { break };
        f(key, hash)?;
        next = at + 1;
    }
    Ok(())
}

/// The value of a key, or the default where the key is not there.
#[native("(self, key, default=None, /)")]
fn get(vm: &Vm, this: &Obj<Dict>, key: &Object, default: Option<&Object>) -> Res {
    match this.get(vm, key)? {
        Some(value) => Ok(value),
        None => Ok(default.cloned().unwrap_or_else(Object::none)),
    }
}

/// D.items() -> the pairs (key, value) as they are at any time, to be used like a set
#[native("(self, /)", no_signature)]
fn items(vm: &Vm, this: &Obj<Dict>) -> Res {
    views::of::<ITEMS>(vm, this)
}

/// D.keys() -> the keys as they are at any time, to be used like a set
#[native("(self, /)", no_signature)]
fn keys(vm: &Vm, this: &Obj<Dict>) -> Res {
    views::of::<KEYS>(vm, this)
}

/// D.values() -> the values as they are at any time
#[native("(self, /)", no_signature)]
fn values(vm: &Vm, this: &Obj<Dict>) -> Res {
    views::of::<VALUES>(vm, this)
}

/// D.pop(k[,d]) -> the value of k, which is taken out of D.
///
/// Where k is not there it is d, or a KeyError without d.
#[native("(self, key, default=<unrepresentable>, /)", no_signature)]
fn pop(vm: &Vm, this: &Obj<Dict>, key: &Object, default: Maybe<&Object>) -> Res {
    match this.remove(vm, key)? {
        Some(value) => Ok(value),
        None => match default {
            Maybe::Given(value) => Ok(value.clone()),
            Maybe::Absent => Err(vm.key_error(key)),
        },
    }
}

/// Take out the key that was put in last and return it with its value, as a tuple.
///
/// KeyError if there is none.
#[native("(self, /)")]
fn popitem(vm: &Vm, this: &Obj<Dict>) -> Res {
    match this.table.pop_last() {
        Some((key, value)) => Ok(vm.pair(key, value)?.into_object()),
        None => Err(vm.raise_kind(Exc::KeyError, "popitem(): dictionary is empty")),
    }
}

/// The value of a key, which is first put in with the default where it is not there.
#[native("(self, key, default=None, /)")]
fn setdefault(vm: &Vm, this: &Obj<Dict>, key: &Object, default: Option<&Object>) -> Res {
    let hash = vm.hash(key)?;
    if let Some(value) = this.table.find(vm, key, hash)?.and_then(|i| this.table.value_at(i)) {
        return Ok(value);
    }
    let value = default.cloned().unwrap_or_else(Object::none);
    this.table.push_entry(key.clone(), hash, value.clone()).map_err(|e| vm.no_memory(e))?;
    Ok(value)
}

/// D.update([E, ]**F) -> None.  Puts everything in that E and the keywords hold.
///
/// If E has a method keys(), its values are looked up by those; otherwise E is a series of pairs
/// (key, value). Then come the keyword arguments.
#[native("(self, /, *args, **kwargs)", no_signature)]
fn update(vm: &Vm, this: &Obj<Dict>, args: &[Object], kwargs: Kwargs) -> Res<()> {
    if let Some(source) = at_most_one(vm, "update", args, None)? {
        super::update(vm, this, source)?;
    }
    for (name, value) in kwargs.iter() {
        this.set(vm, name.as_object(), value.clone())?;
    }
    Ok(())
}

/// The keys, the newest first.
#[native("(self, /)", name = "__reversed__")]
fn reversed(vm: &Vm, this: &Obj<Dict>) -> Res {
    iter::over::<KEYS, true>(vm, this)
}

/// D.__sizeof__() -> how many bytes of memory D takes, without its keys and values
#[native("(self, /)", name = "__sizeof__", no_signature)]
fn size_of(vm: &Vm, this: &Obj<Dict>) -> usize {
    sized(vm, this.as_object()) + this.table.storage_size()
}

/// The class with type arguments, as in list[int].
#[native("(cls, object, /)", classmethod, name = "__class_getitem__", no_signature)]
fn class_getitem(vm: &Vm, cls: &Object, object: &Object) -> Res {
    crate::types::generic_alias::of(vm, cls, object)
}
