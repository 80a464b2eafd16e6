//! getattr and its kin, vars, dir, callable.

use crate::native::{Maybe, NativeDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] =
    natives![callable, delattr, dir, getattr, hasattr, setattr, vars];

/// An attribute's name.
fn attribute_name<'a>(vm: &Vm, name: &'a Object) -> Res<&'a Obj<Str>> {
    name.downcast::<Str>().ok_or_else(|| {
        let got = vm.type_name(name);
        vm.type_error(format_args!("attribute name must be string, not '{got}'"))
    })
}

/// getattr(object, name[, default]) -> value
///
/// The attribute of the object with this name: getattr(x, 'y') is x.y.
/// If it does not exist, the default is returned, or without one AttributeError raised.
#[native("(object, name, default=<unrepresentable>, /)", no_signature)]
fn getattr(vm: &Vm, object: &Object, name: &Object, default: Maybe<&Object>) -> Res {
    let name = attribute_name(vm, name)?;
    match default {
        Maybe::Absent => vm.getattr(object, name),
        Maybe::Given(default) => {
            Ok(vm.getattr_opt(object, name)?.unwrap_or_else(|| default.clone()))
        }
    }
}

/// Whether getattr() would find the name.
///
/// An AttributeError counts as no; other exceptions are passed on.
#[native("(obj, name, /)")]
fn hasattr(vm: &Vm, obj: &Object, name: &Object) -> Res<bool> {
    let name = attribute_name(vm, name)?;
    Ok(vm.getattr_opt(obj, name)?.is_some())
}

/// Assign to an attribute by name: setattr(x, 'y', v) does what `x.y = v` does.
#[native("(obj, name, value, /)")]
fn setattr(vm: &Vm, obj: &Object, name: &Object, value: &Object) -> Res<()> {
    vm.setattr(obj, attribute_name(vm, name)?, value)
}

/// Remove an attribute by name: delattr(x, 'y') does what `del x.y` does.
#[native("(obj, name, /)")]
fn delattr(vm: &Vm, obj: &Object, name: &Object) -> Res<()> {
    vm.delattr(obj, attribute_name(vm, name)?)
}

/// Whether the object can be called: functions, methods and classes can, and what has a `__call__()`
/// in its class.
#[native("(obj, /)")]
fn callable(vm: &Vm, obj: &Object) -> bool {
    vm.class_of(obj).slots().call.is_some()
}

/// vars([object]) -> dictionary
///
/// The attributes of the object (its __dict__), or without one what locals() gives.
#[native("(object=<unrepresentable>, /)", no_signature)]
fn vars(vm: &Vm, object: Maybe<&Object>) -> Res {
    let Maybe::Given(object) = object else { return super::frames::locals_of_caller(vm) };
    match vm.getattr_opt(object, &vm.names().__dict__)? {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}

/// dir([object]) -> list of strings
///
/// What can be named here, or with an object what can stand behind its dot, in order.
///
/// The object's `__dir__()` may have its own opinion.
#[native("(object=<unrepresentable>, /)", no_signature)]
fn dir(vm: &Vm, object: Maybe<&Object>) -> Res {
    let names = match object {
        Maybe::Absent => {
            let locals = super::frames::locals_of_caller(vm)?;
            vm.call_method(&locals, "keys", &[])?
        }
        Maybe::Given(object) => match vm.call_special(object, &vm.names().__dir__, &[])? {
            Some(names) => names,
            None => return Err(vm.type_error("object does not provide __dir__")),
        },
    };
    let names = vm.list(vm.collect(&names)?)?.into_object();
    vm.call_method(&names, "sort", &[])?;
    Ok(names)
}
