//! The dict and set objects: a `Table` behind a header, and the operations natives use.
//!
//! Does not know dict's Python methods (types/dict).

use super::header::Kind;
use super::heap::Heap;
use super::object::{Dying, Obj, Object, Payload, Visitor};
use super::str::Str;
use super::table::Table;
use crate::vm::{Res, Vm};
use std::cell::Cell;

/// A dict.
pub struct Dict {
    pub table: Table,
}

impl Payload for Dict {
    const KIND: Kind = Kind::Dict;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        self.table.traverse(v);
    }
    fn clear(&self) {
        self.table.clear_all();
    }
    fn release(&self, _dying: &Dying) {
        self.table.clear_all();
    }
}

impl Dict {
    pub(crate) fn new(heap: &Heap) -> Dict {
        Dict { table: Table::new(heap) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Value of a str key; never runs Python.
    #[inline]
    pub fn get_str(&self, vm: &Vm, key: &Obj<Str>) -> Option<Object> {
        self.table.value_at(self.table.find_str(key, vm.str_hash(key))?)
    }

    /// Value of a key named by a Rust string; never runs Python.
    pub fn get_named(&self, vm: &Vm, key: &str) -> Option<Object> {
        self.get_str(vm, &vm.intern(key))
    }

    /// Set a str key. Fails only for want of memory. The old value is dropped.
    pub fn set_str(&self, vm: &Vm, key: &Obj<Str>, value: Object) -> Res<()> {
        let hash = vm.str_hash(key);
        if let Some(i) = self.table.find_str(key, hash) {
            drop(self.table.replace_value(i, value));
            return Ok(());
        }
        self.table.push_entry(key.as_object().clone(), hash, value).map_err(|e| vm.no_memory(e))
    }

    /// Set a key named by a Rust string.
    pub fn set_named(&self, vm: &Vm, key: &str, value: impl Into<Object>) -> Res<()> {
        self.set_str(vm, &vm.intern(key), value.into())
    }

    /// Remove a str key, giving its value.
    pub fn remove_str(&self, vm: &Vm, key: &Obj<Str>) -> Option<Object> {
        let i = self.table.find_str(key, vm.str_hash(key))?;
        self.table.remove_at(i).map(|(_, v)| v)
    }

    /// Value of any key; may run `__hash__` and `__eq__`.
    #[inline]
    pub fn get(&self, vm: &Vm, key: &Object) -> Res<Option<Object>> {
        let hash = vm.hash(key)?;
        Ok(self.table.find(vm, key, hash)?.and_then(|i| self.table.value_at(i)))
    }

    /// Set any key; may run `__hash__`, `__eq__`.
    #[inline]
    pub fn set(&self, vm: &Vm, key: &Object, value: Object) -> Res<()> {
        let hash = vm.hash(key)?;
        self.set_hashed(vm, key, hash, value)
    }

    /// `set` with the key's hash at hand.
    #[inline]
    pub fn set_hashed(&self, vm: &Vm, key: &Object, hash: i64, value: Object) -> Res<()> {
        if let Some(i) = self.table.find(vm, key, hash)? {
            drop(self.table.replace_value(i, value));
            return Ok(());
        }
        self.table.push_entry(key.clone(), hash, value).map_err(|e| vm.no_memory(e))
    }

    /// Remove any key, giving its value.
    pub fn remove(&self, vm: &Vm, key: &Object) -> Res<Option<Object>> {
        let hash = vm.hash(key)?;
        Ok(self.table.find(vm, key, hash)?.and_then(|i| self.table.remove_at(i)).map(|(_, v)| v))
    }

    pub fn contains(&self, vm: &Vm, key: &Object) -> Res<bool> {
        let hash = vm.hash(key)?;
        Ok(self.table.find(vm, key, hash)?.is_some())
    }

    /// Drop all entries.
    pub fn clear(&self) {
        self.table.clear_all();
    }

    /// New references to keys and values as they are now.
    pub fn snapshot(&self) -> Vec<(Object, Object)> {
        (0..self.table.end()).filter_map(|i| self.table.entry_at(i)).collect()
    }
}

/// A set or frozenset: a table whose values are all None.
pub struct Set {
    pub table: Table,
    /// Hash of a frozenset, -1 until asked for.
    pub hash: Cell<i64>,
}

impl Payload for Set {
    const KIND: Kind = Kind::Set;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        self.table.traverse(v);
    }
    fn clear(&self) {
        self.table.clear_all();
    }
    fn release(&self, _dying: &Dying) {
        self.table.clear_all();
    }
}

impl Set {
    pub(crate) fn new(heap: &Heap) -> Set {
        Set { table: Table::new(heap), hash: Cell::new(-1) }
    }

    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Add; tells whether the element is new.
    pub fn add(&self, vm: &Vm, element: &Object) -> Res<bool> {
        let hash = vm.hash(element)?;
        self.add_hashed(vm, element, hash)
    }

    pub fn add_hashed(&self, vm: &Vm, element: &Object, hash: i64) -> Res<bool> {
        if self.table.find(vm, element, hash)?.is_some() {
            return Ok(false);
        }
        self.table
            .push_entry(element.clone(), hash, Object::none())
            .map_err(|e| vm.no_memory(e))?;
        Ok(true)
    }

    pub fn contains(&self, vm: &Vm, element: &Object) -> Res<bool> {
        let hash = vm.hash(element)?;
        Ok(self.table.find(vm, element, hash)?.is_some())
    }

    pub fn remove(&self, vm: &Vm, element: &Object) -> Res<bool> {
        let hash = vm.hash(element)?;
        Ok(self.table.find(vm, element, hash)?.and_then(|i| self.table.remove_at(i)).is_some())
    }
}
