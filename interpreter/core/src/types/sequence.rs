//! What the containers share: slices and indices, guarded representations, unhashable types.

use crate::object::*;
use crate::text::slices::{self, Slice as Range};
use crate::text::{TextBuf, TextRef, intconv, repr as text_repr};
use crate::vm::{Raised, Res, Vm};

/// The hash slot of mutable containers.
pub(crate) fn unhashable(vm: &Vm, object: &Object) -> Res<i64> {
    Err(vm.type_error(format_args!("unhashable type: '{}'", vm.type_name(object))))
}

/// Start, stop and step of a slice. May run Python (`__index__`): ask for the length afterwards.
pub(crate) fn unpack_slice(vm: &Vm, slice: &Slice) -> Res<(Option<i64>, Option<i64>, i64)> {
    let step = match slice_index(vm, &slice.step)? {
        None => 1,
        Some(0) => return Err(vm.value_error("slice step cannot be zero")),
        Some(n) => n.max(-i64::MAX),
    };
    Ok((slice_index(vm, &slice.start)?, slice_index(vm, &slice.stop)?, step))
}

/// A part of a slice; None is None.
pub(crate) fn slice_index(vm: &Vm, part: &Object) -> Res<Option<i64>> {
    if part.is_none() {
        return Ok(None);
    }
    if let Some(n) = part.as_small_int() {
        return Ok(Some(n));
    }
    let class = vm.class_of(part);
    if class.slots().index.is_none() && !class.has(type_flags::INT) {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    vm.index_clamped(part).map(Some)
}

/// The indices that a slice names in a sequence whose length `len` tells (after `__index__` ran).
#[inline]
pub(crate) fn slice_range(vm: &Vm, slice: &Slice, len: impl FnOnce() -> usize) -> Res<Range> {
    let (start, stop, step) = unpack_slice(vm, slice)?;
    Ok(slices::adjust(start, stop, Some(step), len()))
}

/// An index into a sequence, "list indices must be integers or slices, not str".
#[inline(always)]
pub(crate) fn item_index(vm: &Vm, key: &Object, kind: &str) -> Res<i64> {
    match key.as_small_int() {
        Some(i) => Ok(i),
        None => item_index_slow(vm, key, kind),
    }
}

#[inline(never)]
fn item_index_slow(vm: &Vm, key: &Object, kind: &str) -> Res<i64> {
    let class = vm.class_of(key);
    if class.slots().index.is_none() && !class.has(type_flags::INT) {
        return Err(bad_index(vm, key, kind));
    }
    vm.index_size(key)
}

#[cold]
fn bad_index(vm: &Vm, key: &Object, kind: &str) -> Raised {
    vm.type_error(format_args!(
        "{kind} indices must be integers or slices, not {}",
        vm.type_name(key)
    ))
}

/// The optional bounds of `index(x, start, stop)`: clamped, counted from the end when negative.
pub(crate) fn search_bound(vm: &Vm, bound: Option<&Object>, default: i64) -> Res<i64> {
    let Some(b) = bound else { return Ok(default) };
    if let Some(n) = b.as_small_int() {
        return Ok(n);
    }
    let class = vm.class_of(b);
    if class.slots().index.is_none() && !class.has(type_flags::INT) {
        return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
    }
    vm.index_clamped(b)
}

/// A text under construction.
pub(crate) struct Writer<'v> {
    vm: &'v Vm,
    buf: TextBuf,
}

impl<'v> Writer<'v> {
    pub(crate) fn new(vm: &'v Vm) -> Writer<'v> {
        Writer { vm, buf: TextBuf::new() }
    }

    pub(crate) fn ascii(&mut self, s: &str) -> Res<()> {
        self.buf.push_ascii(s.as_bytes()).map_err(|e| self.vm.text_error(e))
    }

    pub(crate) fn text(&mut self, t: TextRef<'_>) -> Res<()> {
        self.buf.push_text(t).map_err(|e| self.vm.text_error(e))
    }

    /// Append `repr(object)`. May run Python.
    pub(crate) fn repr(&mut self, object: &Object) -> Res<()> {
        if let Some(n) = object.as_small_int() {
            let text = self.buf.push_ascii(intconv::decimal_i64(n, &mut [0; 21]));
            return text.map_err(|e| self.vm.text_error(e));
        }
        if let Some(s) = object.downcast_str() {
            let quoted = text_repr::text(s.as_text()).map_err(|e| self.vm.text_error(e))?;
            return self.text(quoted.as_ref());
        }
        let s = self.vm.repr(object)?;
        self.text(s.as_text())
    }

    pub(crate) fn finish(self) -> Res {
        Ok(self.vm.text_owned(self.buf.finish())?.into_object())
    }
}

/// Run `f` unless the representation of `object` is being made already: then give `otherwise`.
pub(crate) fn guarded_repr(
    vm: &Vm,
    object: &Object,
    otherwise: &str,
    f: impl FnOnce() -> Res,
) -> Res {
    let word = object.value();
    if vm.in_repr.borrow().contains(&word) {
        return Ok(vm.str(otherwise)?.into_object());
    }
    vm.in_repr.borrow_mut().push(word);
    let r = f();
    let mut active = vm.in_repr.borrow_mut();
    if let Some(at) = active.iter().rposition(|w| *w == word) {
        active.remove(at);
    }
    r
}

/// The fixed part of an object's size in memory.
pub(crate) fn sized(vm: &Vm, object: &Object) -> usize {
    vm.class_of(object).instance_size()
}

/// `__hash__ = None` of mutable containers.
pub(crate) fn no_hash(vm: &Vm, class: &Obj<Type>) -> Res<()> {
    class.dict.set_named(vm, "__hash__", Object::none())
}

/// `(iter, args)`: how iterators are pickled.
pub(crate) fn reduce_iter(vm: &Vm, args: Vec<Object>) -> Res {
    let iter = builtin(vm, "iter")?;
    let args = vm.tuple(args)?.into_object();
    Ok(vm.tuple(vec![iter, args])?.into_object())
}

/// An attribute of the module builtins.
pub(crate) fn builtin(vm: &Vm, name: &str) -> Res {
    match vm.interp().builtins.get_as::<Dict>().and_then(|d| d.get_named(vm, name)) {
        Some(o) => Ok(o),
        None => {
            Err(vm.attribute_error(format_args!("module 'builtins' has no attribute '{name}'")))
        }
    }
}

/// `(function, (object,), index)`: the same for iterators that know a place.
pub(crate) fn reduce_iter_at(vm: &Vm, function: &str, object: Object, index: i64) -> Res {
    let function = builtin(vm, function)?;
    let args = vm.tuple(vec![object])?.into_object();
    Ok(vm.tuple(vec![function, args, vm.int(index)?])?.into_object())
}
