//! For native types that extend a builtin one or behave as the builtin containers do.

use crate::object::{Dict, Obj, Object, Slice, Tuple, instance, type_flags};
use crate::text::slices;
use crate::vm::{Res, Vm};

/// Reference word `i` of an instance of a type with [`words`](crate::object::TypeSpec::words), or of a
/// class that derives from one. None if unset.
#[inline]
pub fn word(object: &Object, i: u32) -> Option<Object> {
    instance::get_member(object, instance::word_offset(object, i)?)
}

/// Store such a word, dropping what was held.
pub fn set_word(object: &Object, i: u32, value: Option<Object>) {
    if let Some(offset) = instance::word_offset(object, i) {
        drop(instance::set_member(object, offset, value));
    }
}

/// Run `f` unless the representation of `object` is being made already: then give `otherwise`.
pub fn guarded_repr(vm: &Vm, object: &Object, otherwise: &str, f: impl FnOnce() -> Res) -> Res {
    crate::types::sequence::guarded_repr(vm, object, otherwise, f)
}

/// What `dict()` does with its arguments: fill `dict` from one mapping or iterable of pairs, and names.
pub fn dict_from_call(
    vm: &Vm,
    dict: &Obj<Dict>,
    name: &str,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res<()> {
    crate::types::dict::update_from_call(vm, dict, name, args, names)
}

/// `dict.update(source)`.
pub fn dict_merge(vm: &Vm, dict: &Obj<Dict>, source: &Object) -> Res<()> {
    crate::types::dict::update(vm, dict, source)
}

/// The indices that a slice names in a sequence whose length `len` tells. May run Python (`__index__`);
/// the length is asked for afterwards.
pub fn slice_range(vm: &Vm, slice: &Slice, len: impl FnOnce() -> usize) -> Res<slices::Slice> {
    crate::types::sequence::slice_range(vm, slice, len)
}

/// An attribute of the module builtins.
pub fn builtin(vm: &Vm, name: &str) -> Res {
    crate::types::sequence::builtin(vm, name)
}

/// The descriptor of an integer or of an object with `fileno()`.
pub fn descriptor_of(vm: &Vm, object: &Object) -> Res<i32> {
    let number = if vm.class_of(object).has(type_flags::INT) {
        object.clone()
    } else if let Some(method) = vm.getattr_opt(object, &vm.intern("fileno"))? {
        let number = vm.call(&method, &[])?;
        if !vm.class_of(&number).has(type_flags::INT) {
            return Err(vm.type_error("fileno() returned a non-integer"));
        }
        number
    } else {
        return Err(vm.type_error("argument must be an int, or have a fileno() method."));
    };
    let fd = vm.as_i64(&number).and_then(|number| i32::try_from(number).ok());
    match fd {
        Some(fd) if fd >= 0 => Ok(fd),
        Some(fd) => {
            Err(vm.value_error(format_args!("file descriptor cannot be a negative integer ({fd})")))
        }
        None => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}
