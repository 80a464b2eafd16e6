//! Indices and slices as Python objects, for the sequences: `__index__`, None and clipping.
//!
//! **Invariant:** all of `__index__` runs before a length is looked at by the caller's work.

use crate::object::*;
use crate::text::slices;
use crate::vm::{Res, Vm};

/// What `seq[key]` asks for.
pub(crate) enum Key {
    /// An index, perhaps negative or out of range.
    Index(i64),
    /// A slice, not yet fitted to a length.
    Slice(Bounds),
}

/// The numbers of a slice, None where it says nothing.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    start: Option<i64>,
    stop: Option<i64>,
    step: Option<i64>,
}

impl Bounds {
    /// Fit to a length.
    pub(crate) fn fit(self, len: usize) -> slices::Slice {
        slices::adjust(self.start, self.stop, self.step, len)
    }
}

/// Read a subscript; `what` is the error for others, with `{}` for the name of their type.
pub(crate) fn key(vm: &Vm, key: &Object, what: &str) -> Res<Key> {
    if let Some(i) = key.as_small_int() {
        return Ok(Key::Index(i));
    }
    if let Some(s) = key.downcast::<Slice>() {
        return Ok(Key::Slice(bounds(vm, s)?));
    }
    if vm.class_of(key).slots().index.is_none() && !vm.class_of(key).has(type_flags::INT) {
        return Err(vm.type_error(what.replace("{}", &vm.type_name(key))));
    }
    vm.index_size(key).map(Key::Index)
}

/// The numbers of a slice object. May run Python.
pub(crate) fn bounds(vm: &Vm, s: &Slice) -> Res<Bounds> {
    let step = part(vm, &s.step)?;
    if step == Some(0) {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    Ok(Bounds { step, start: part(vm, &s.start)?, stop: part(vm, &s.stop)? })
}

/// One number of a slice, or an optional index argument: None, or anything with `__index__`.
pub(crate) fn part(vm: &Vm, object: &Object) -> Res<Option<i64>> {
    if object.is_none() {
        return Ok(None);
    }
    if let Some(i) = object.as_small_int() {
        return Ok(Some(i));
    }
    if vm.class_of(object).slots().index.is_none() && !vm.class_of(object).has(type_flags::INT) {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    vm.index_clamped(object).map(Some)
}

/// The optional `start` and `end` of `find` and its kin.
pub(crate) fn range(
    vm: &Vm,
    start: Option<&Object>,
    end: Option<&Object>,
) -> Res<(Option<i64>, Option<i64>)> {
    let one = |o: Option<&Object>| o.map_or(Ok(None), |o| part(vm, o));
    Ok((one(start)?, one(end)?))
}
