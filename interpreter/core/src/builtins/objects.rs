//! Functions of any object: ascii, format, hash, id, repr.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![ascii, format, hash, id, repr];

/// Return the canonical string representation of the object.
///
/// For many object types, including most builtins, eval(repr(obj)) == obj.
#[native("(obj, /)")]
fn repr(vm: &Vm, obj: &Object) -> Res<Obj<Str>> {
    vm.repr(obj)
}

/// Return an ASCII-only representation of an object.
///
/// As repr(), return a string containing a printable representation of an
/// object, but escape the non-ASCII characters in the string returned by
/// repr() using \\x, \\u or \\U escapes.
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

/// Return type(value).__format__(value, format_spec)
///
/// Many built-in types implement format_spec according to the
/// Format Specification Mini-language.
#[native("(value, format_spec='', /)")]
fn format(vm: &Vm, value: &Object, format_spec: crate::native::Maybe<&Obj<Str>>) -> Res<Obj<Str>> {
    match format_spec.given() {
        Some(spec) => vm.format(value, spec),
        None => vm.format(value, &vm.intern("")),
    }
}

/// Return the hash value for the given object.
///
/// Two objects that compare equal must also have the same hash value, but the
/// reverse is not necessarily true.
#[native("(obj, /)")]
fn hash(vm: &Vm, obj: &Object) -> Res<i64> {
    vm.hash(obj)
}

/// Return the identity of an object.
///
/// This is guaranteed to be unique among simultaneously existing objects.
#[native("(obj, /)")]
fn id(obj: &Object) -> u64 {
    obj.id()
}
