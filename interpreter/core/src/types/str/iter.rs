//! Iterators of str: one for ASCII text, one for the rest, as CPython names them.

use super::text_of;
use crate::native::natives;
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::native;

/// An iterator's state: the text until it is used up, and the next index.
pub struct StrIter {
    text: Slot,
    at: Cell<usize>,
}

impl Payload for StrIter {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

/// The same over ASCII text.
pub struct StrAsciiIter(StrIter);

impl Payload for StrAsciiIter {
    const SPEC: Option<&'static TypeSpec> = Some(&ASCII_SPEC);
}

static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    methods: natives![__length_hint__, __reduce__, __setstate__],
    ..TypeSpec::new::<StrIter>("str_iterator")
};

static ASCII_SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next_ascii), ..Slots::NONE },
    methods: natives![__length_hint__, __reduce__, __setstate__],
    ..TypeSpec::new::<StrAsciiIter>("str_ascii_iterator")
};

/// `iter(text)`.
pub(super) fn iter(vm: &Vm, object: &Object) -> Res {
    let state = StrIter { text: Slot::new(object.clone()), at: Cell::new(0) };
    if text_of(object).is_ascii_kind() {
        return Ok(vm.alloc(StrAsciiIter(state))?.into_object());
    }
    Ok(vm.alloc(state)?.into_object())
}

fn state(object: &Object) -> Option<&StrIter> {
    match object.downcast::<StrAsciiIter>() {
        Some(i) => Some(&i.0),
        None => object.downcast::<StrIter>().map(|i| &**i),
    }
}

fn next_ascii(vm: &Vm, object: &Object) -> Res<Option<Object>> {
    match object.downcast::<StrAsciiIter>() {
        Some(i) => advance(vm, &i.0),
        None => Ok(None),
    }
}

fn next(vm: &Vm, object: &Object) -> Res<Option<Object>> {
    match object.downcast::<StrIter>() {
        Some(i) => advance(vm, i),
        None => Ok(None),
    }
}

fn advance(vm: &Vm, this: &StrIter) -> Res<Option<Object>> {
    let Some(text) = this.text.get() else { return Ok(None) };
    let at = this.at.get();
    let one = text_of(&text).slice(at, at.saturating_add(1));
    if one.is_empty() {
        drop(this.text.take());
        return Ok(None);
    }
    this.at.set(at + 1);
    if let Some(s) = vm.interp().short_str(one) {
        return Ok(Some(s.into_object()));
    }
    Ok(Some(vm.text_slice(one)?.into_object()))
}

/// Return how many items are left.
#[native("(self, /)", no_signature)]
fn __length_hint__(this: &Object) -> usize {
    let Some(this) = state(this) else { return 0 };
    let len = this.text.get().map_or(0, |t| text_of(&t).len());
    len.saturating_sub(this.at.get())
}

/// Return what pickle needs.
#[native("(self, /)", no_signature)]
fn __reduce__(vm: &Vm, this: &Object) -> Res {
    let iter = vm.interp().builtins.get_as::<Dict>().and_then(|d| d.get_named(vm, "iter"));
    let iter = iter.unwrap_or_else(Object::none);
    let Some(this) = state(this) else { return Ok(Object::none()) };
    let items = match this.text.get() {
        Some(text) => vec![iter, vm.tuple(vec![text])?.into_object(), vm.int_usize(this.at.get())?],
        None => vec![iter, vm.tuple(vec![vm.str("")?.into_object()])?.into_object()],
    };
    Ok(vm.tuple(items)?.into_object())
}

/// Go to an index.
#[native("(self, state, /)", no_signature)]
fn __setstate__(this: &Object, to: isize) {
    if let Some(this) = state(this) {
        let len = this.text.get().map_or(0, |t| text_of(&t).len());
        this.at.set(usize::try_from(to).unwrap_or(0).min(len));
    }
}
