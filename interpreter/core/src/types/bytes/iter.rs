//! Iterators of bytes and bytearray.

use super::{ByteArray, slice_of};
use crate::native::natives;
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::native;

/// State of a `bytes_iterator`: the bytes until they are used up, and the next index.
pub struct BytesIter {
    bytes: Slot,
    at: Cell<usize>,
}

impl Payload for BytesIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.bytes);
    }
}

/// State of a `bytearray_iterator`.
pub struct ArrayIter(BytesIter);

impl Payload for ArrayIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ARRAY_SPEC);
    fn traverse(&self, v: &mut Visitor) {
        self.0.traverse(v);
    }
}

static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: natives![__length_hint__, __reduce__, __setstate__],
    ..TypeSpec::new::<BytesIter>("bytes_iterator")
};

static ARRAY_SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: natives![__length_hint__, __reduce__, __setstate__],
    ..TypeSpec::new::<ArrayIter>("bytearray_iterator")
};

pub(super) fn iter(vm: &Vm, object: &Object) -> Res {
    let state = BytesIter { bytes: Slot::new(object.clone()), at: Cell::new(0) };
    if object.downcast::<ByteArray>().is_some() {
        return Ok(vm.alloc(ArrayIter(state))?.into_object());
    }
    Ok(vm.alloc(state)?.into_object())
}

fn state(object: &Object) -> Option<&BytesIter> {
    match object.downcast::<BytesIter>() {
        Some(i) => Some(&**i),
        None => object.downcast::<ArrayIter>().map(|i| &i.0),
    }
}

fn next(_: &Vm, object: &Object) -> Res<Option<Object>> {
    let Some(this) = state(object) else { return Ok(None) };
    let Some(bytes) = this.bytes.get() else { return Ok(None) };
    let at = this.at.get();
    match slice_of(&bytes, |b| b.get(at).copied()).flatten() {
        Some(b) => {
            this.at.set(at + 1);
            Ok(Some(Object::small(i32::from(b))))
        }
        None => {
            drop(this.bytes.take());
            Ok(None)
        }
    }
}

fn len(this: &BytesIter) -> usize {
    this.bytes.get().and_then(|b| slice_of(&b, <[u8]>::len)).unwrap_or(0)
}

/// Return how many items are left.
#[native("(self, /)", no_signature)]
fn __length_hint__(this: &Object) -> usize {
    state(this).map_or(0, |s| len(s).saturating_sub(s.at.get()))
}

/// Return what pickle needs.
#[native("(self, /)", no_signature)]
fn __reduce__(vm: &Vm, this: &Object) -> Res {
    let builtins = vm.interp().builtins.get_as::<Dict>();
    let iter = builtins.and_then(|d| d.get_named(vm, "iter")).unwrap_or_else(Object::none);
    let Some(this) = state(this) else { return Ok(Object::none()) };
    let items = match this.bytes.get() {
        Some(b) => vec![iter, vm.tuple(vec![b])?.into_object(), vm.int_usize(this.at.get())?],
        None => vec![iter, vm.tuple(vec![vm.tuple(Vec::new())?.into_object()])?.into_object()],
    };
    Ok(vm.tuple(items)?.into_object())
}

/// Go to an index.
#[native("(self, state, /)", no_signature)]
fn __setstate__(this: &Object, to: isize) {
    if let Some(this) = state(this) {
        this.at.set(usize::try_from(to).unwrap_or(0).min(len(this)));
    }
}
