//! Rows for the classes' attribute tables.

use super::payload;
use crate::native::{GetSetDef, NativeCall, NativeDef, NativeKind};
use crate::object::*;
use crate::vm::{Res, Vm};

/// Field `I`, None when unset.
pub(super) fn get<const I: usize>(vm: &Vm, this: &Object) -> Res {
    Ok(payload(vm, this)?.field(I).unwrap_or_else(Object::none))
}

/// Set field `I`; deletion unsets it.
pub(super) fn set<const I: usize>(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    payload(vm, this)?.set_field(I, value.cloned());
    Ok(())
}

/// Field `I` as index-sized number.
pub(super) fn set_size<const I: usize>(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(v) = value else { return Err(vm.type_error("can't delete numeric/char attribute")) };
    if !vm.class_of(v).has(type_flags::INT) {
        return Err(vm.type_error(format_args!(
            "'{}' object cannot be interpreted as an integer",
            vm.type_name(v)
        )));
    }
    let n = vm.index_size(v)?;
    payload(vm, this)?.set_field(I, Some(vm.int(n)?));
    Ok(())
}

/// An attribute that is field `I`.
pub(super) const fn field<const I: usize>(name: &'static str, doc: &'static str) -> GetSetDef {
    GetSetDef { name, doc, get: get::<I>, set: Some(set::<I>) }
}

pub(super) const fn method(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    call: NativeCall,
) -> NativeDef {
    NativeDef {
        name,
        signature,
        doc,
        params: &[],
        call,
        kind: NativeKind::Method,
        wording: crate::native::Wording::Native,
        coroutine: false,
    }
}

/// The one argument of a method, `self` before it.
pub(super) fn one_argument<'a>(
    vm: &Vm,
    class: &str,
    method: &str,
    args: &'a [Object],
    names: Option<&Obj<Tuple>>,
) -> Res<(&'a Object, &'a Object)> {
    no_keywords(vm, &format!("{class}.{method}"), names)?;
    match args {
        [this, a] => Ok((this, a)),
        _ => Err(vm.type_error(format_args!(
            "{class}.{method}() takes exactly one argument ({} given)",
            args.len().saturating_sub(1)
        ))),
    }
}

/// TypeError if there are keyword arguments.
pub(super) fn no_keywords(vm: &Vm, function: &str, names: Option<&Obj<Tuple>>) -> Res<()> {
    match names {
        Some(n) if !n.is_empty() => {
            Err(vm.type_error(format_args!("{function}() takes no keyword arguments")))
        }
        _ => Ok(()),
    }
}

/// Split into positional arguments and (name, value) pairs.
pub(super) fn split<'a>(
    args: &'a [Object],
    names: Option<&'a Obj<Tuple>>,
) -> (&'a [Object], Vec<(&'a Object, &'a Object)>) {
    let Some(names) = names else { return (args, Vec::new()) };
    let n = args.len().saturating_sub(names.len());
    let (positional, values) = args.split_at(n);
    (positional, names.as_slice().iter().zip(values).collect())
}
