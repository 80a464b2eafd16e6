//! `__build_class__`: what a class statement calls.

use super::classes::{check_class_cell, most_derived_metaclass, resolve_bases};
use crate::native::{Kwargs, NativeDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![build_class];

/// What a class statement calls; func runs the statement's body.
#[native("(func, name, /, *bases, **kwds)", name = "__build_class__", no_signature)]
fn build_class(vm: &Vm, func: &Object, name: &Object, bases: &[Object], kwds: Kwargs) -> Res {
    let Some(function) = func.downcast::<Function>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    if name.downcast::<Str>().is_none() {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let resolved = resolve_bases(vm, bases)?;
    let original = bases;
    let bases = resolved.as_deref().unwrap_or(bases);
    let mut metaclass = kwds.get("metaclass").cloned();
    let keywords: Vec<(Object, Object)> = kwds
        .iter()
        .filter(|(k, _)| !k.equals("metaclass"))
        .map(|(k, v)| (k.as_object().clone(), v.clone()))
        .collect();
    if metaclass.is_none() {
        let class = bases.first().map_or(&vm.types().type_, |b| vm.class_of(b));
        metaclass = Some(class.clone().into_object());
    }
    let mut metaclass = metaclass.unwrap_or(Object::none());
    if let Some(class) = metaclass.downcast::<Type>() {
        metaclass = most_derived_metaclass(vm, class, bases)?.into_object();
    }
    let bases_tuple = vm.tuple_from(bases)?.into_object();
    let call = |callable: &Object, mut args: Vec<Object>| -> Res {
        if keywords.is_empty() {
            return vm.call(callable, &args);
        }
        let (names, values): (Vec<Object>, Vec<Object>) = keywords.iter().cloned().unzip();
        args.extend(values);
        vm.call_with(callable, &args, Some(&vm.tuple(names)?))
    };
    let namespace = match vm.getattr_opt(&metaclass, &vm.names().__prepare__)? {
        None => vm.new_dict()?.into_object(),
        Some(prepare) => call(&prepare, vec![name.clone(), bases_tuple.clone()])?,
    };
    let is_mapping = namespace.downcast::<Dict>().is_some()
        || vm.class_of(&namespace).slots().getitem.is_some()
            && namespace.downcast::<List>().is_none()
            && namespace.downcast::<Tuple>().is_none()
            && namespace.downcast::<Str>().is_none();
    if !is_mapping {
        let shown =
            metaclass.downcast::<Type>().map_or("<metaclass>".to_string(), |t| t.short_name());
        let got = vm.type_name(&namespace);
        return Err(
            vm.type_error(format_args!("{shown}.__prepare__() must return a mapping, not {got}"))
        );
    }
    let cell = crate::vm::function_call::run_code(vm, function, Some(&namespace))?;
    if resolved.is_some() {
        let key = vm.intern("__orig_bases__").into_object();
        vm.setitem(&namespace, &key, vm.tuple_from(original)?.as_object())?;
    }
    let named = function.code().self_attributes().len();
    vm.interp().attribute_hint.set(u32::try_from(named).ok());
    let class = call(&metaclass, vec![name.clone(), bases_tuple, namespace]);
    vm.interp().attribute_hint.set(None);
    let class = class?;
    check_class_cell(vm, &class, &cell, name)?;
    Ok(class)
}
