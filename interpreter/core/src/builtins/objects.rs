//! Functions of any object: ascii, format, hash, id, repr.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![ascii, format, hash, id, repr];

/// The object as text for programmers: as source that makes an equal one where there is such source.
#[native("(obj, /)")]
fn repr(vm: &Vm, obj: &Object) -> Res<Obj<Str>> {
    vm.repr(obj)
}

/// What repr() gives, with all that is not ASCII written as \x, \u and \U escapes.
#[native("(obj, /)")]
pub(crate) fn ascii(vm: &Vm, obj: &Object) -> Res<Obj<Str>> {
    let text = vm.repr(obj)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut escaped = crate::text::TextBuf::default();
    for c in text.as_text().iter() {
        let pushed = match c {
            0..0x80 => escaped.push(c),
            _ => crate::text::repr::push_escape(&mut escaped, c),
        };
        pushed.map_err(|error| vm.text_error(error))?;
    }
    vm.text(escaped.finish().as_ref())
}

/// The value as text, laid out by its class's `__format__()` as format_spec asks.
///
/// Numbers and strings know the small language of str.format() for that.
#[native("(value, format_spec='', /)")]
fn format(vm: &Vm, value: &Object, format_spec: crate::native::Maybe<&Obj<Str>>) -> Res<Obj<Str>> {
    match format_spec.given() {
        Some(spec) => vm.format(value, spec),
        None => vm.format(value, &vm.intern("")),
    }
}

/// The integer by which dicts and sets find the object.
///
/// Objects that are equal have the same one; TypeError if the object cannot have any.
#[native("(obj, /)")]
fn hash(vm: &Vm, obj: &Object) -> Res<i64> {
    vm.hash(obj)
}

/// A number that no other object has at the same time.
#[native("(obj, /)")]
fn id(obj: &Object) -> u64 {
    obj.id()
}
