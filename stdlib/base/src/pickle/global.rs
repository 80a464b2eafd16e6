//! Objects that a pickle names: the way from an object to module and name, and back.

use super::{of_module, pickling_error};
use crate::support::{Dict, Exc, Object, Raised, Res, Str, Vm, optional_attr};
use taipan_core::object::{Obj, Tuple};

const LOCALS: &str = "<locals>";

/// What a dotted name means in `object`, with what holds it; AttributeError.
pub(super) fn walk(vm: &Vm, object: &Object, path: &Obj<Str>) -> Res<(Object, Object)> {
    let (mut parent, mut found) = (object.clone(), object.clone());
    let text = vm.utf8(path)?.into_owned();
    for part in text.split('.') {
        if part == LOCALS {
            return Err(vm.attribute_error(format_args!(
                "Can't get local attribute {} on {}",
                vm.repr_string(path.as_object())?,
                vm.repr_string(object)?
            )));
        }
        parent = found;
        found = match optional_attr(vm, &parent, part)? {
            Some(found) => found,
            None => return Err(no_attribute(vm, object, path)?),
        };
    }
    Ok((parent, found))
}

/// AttributeError.
pub(super) fn no_attribute(vm: &Vm, object: &Object, path: &Obj<Str>) -> Res<Raised> {
    Ok(vm.attribute_error(format_args!(
        "Can't get attribute {} on {}",
        vm.repr_string(path.as_object())?,
        vm.repr_string(object)?
    )))
}

/// The module that an object says it is from, or where it is found.
fn module_of(vm: &Vm, object: &Object, path: &Obj<Str>) -> Res {
    if let Some(name) = optional_attr(vm, object, "__module__")?.filter(|name| !name.is_none()) {
        return Ok(name);
    }
    let modules = of_module(vm, "sys", "modules")?;
    let rows = match modules.downcast::<Dict>() {
        Some(modules) => modules.snapshot(),
        None => Vec::new(),
    };
    for (name, module) in rows {
        let is_main = name.downcast::<Str>().is_some_and(|n| n.equals("__main__"));
        if is_main || module.is_none() {
            continue;
        }
        match walk(vm, &module, path) {
            Ok((_, found)) if found.is(object) => return Ok(name),
            Ok(_) => {}
            Err(raised) => _ = vm.caught(raised, Exc::AttributeError)?,
        }
    }
    Ok(vm.str("__main__")?.into_object())
}

/// Where an object is found.
pub(super) struct Place {
    pub(super) module_name: Object,
    pub(super) name: Obj<Str>,
    pub(super) parent: Object,
    pub(super) module: Object,
}

/// The place of an object that is to be written by name; PicklingError if it is not found there.
pub(super) fn place(vm: &Vm, object: &Object, name: Option<&Object>) -> Res<Place> {
    let name = match name {
        Some(name) => name.clone(),
        None => match optional_attr(vm, object, "__qualname__")? {
            Some(name) => name,
            None => vm.getattr_named(object, "__name__")?,
        },
    };
    let Ok(name) = name.downcast_into::<Str>() else {
        return Err(vm.type_error("a name must be a string"));
    };
    if vm.utf8(&name)?.split('.').any(|part| part == LOCALS) {
        let text = vm.repr_string(name.as_object())?;
        return Err(vm.attribute_error(format_args!("Can't pickle local object {text}")));
    }
    let module_name = module_of(vm, object, &name)?;
    let shown = || vm.repr_string(object);
    let imported = match module_name.downcast::<Str>() {
        Some(text) => vm.import(&vm.utf8(text)?),
        None => Err(vm.type_error("module name must be a string")),
    };
    let replaced = |raised: Raised, text: String| -> Raised {
        drop(vm.take_raised(raised));
        pickling_error(vm, text)
    };
    let module = match imported {
        Ok(module) => module,
        Err(raised) => {
            let text = format!(
                "Can't pickle {}: import of module {} failed",
                shown()?,
                vm.repr_string(&module_name)?
            );
            return Err(replaced(raised, text));
        }
    };
    let module_text = || match module_name.downcast::<Str>() {
        Some(text) => text.to_string_lossy(),
        None => String::new(),
    };
    let (parent, found) = match walk(vm, &module, &name) {
        Ok(found) => found,
        Err(raised) => {
            let text = format!(
                "Can't pickle {}: attribute lookup {} on {} failed",
                shown()?,
                name.to_str_lossy(),
                module_text()
            );
            return Err(replaced(raised, text));
        }
    };
    if !found.is(object) {
        return Err(pickling_error(
            vm,
            format!(
                "Can't pickle {}: it's not the same object as {}.{}",
                shown()?,
                module_text(),
                name.to_str_lossy()
            ),
        ));
    }
    Ok(Place { module_name, name, parent, module })
}

/// The name behind the last dot.
pub(super) fn last_name(vm: &Vm, name: &Obj<Str>) -> Res<Obj<Str>> {
    let text = vm.utf8(name)?;
    match text.rsplit_once('.') {
        Some((_, last)) => vm.str(last),
        None => Ok(name.clone()),
    }
}

/// What Python 2 called a module and a name (`reverse`), or what is meant by what it did.
pub(super) fn renamed(
    vm: &Vm,
    module: &Object,
    name: &Object,
    reverse: bool,
) -> Res<(Object, Object)> {
    let table = |forward: &str, backward: &str| {
        of_module(vm, "_compat_pickle", if reverse { backward } else { forward })
    };
    let look = |table: Object, key: &Object| match table.downcast::<Dict>() {
        Some(table) => table.get(vm, key),
        None => Ok(None),
    };
    let both = vm.pair(module.clone(), name.clone())?.into_object();
    if let Some(new) = look(table("NAME_MAPPING", "REVERSE_NAME_MAPPING")?, &both)? {
        if let Some([module, name]) = new.downcast::<Tuple>().map(|t| t.as_slice()) {
            return Ok((module.clone(), name.clone()));
        }
        return Err(vm.runtime_error("_compat_pickle.NAME_MAPPING values should be 2-tuples"));
    }
    let new = look(table("IMPORT_MAPPING", "REVERSE_IMPORT_MAPPING")?, module)?;
    Ok((new.unwrap_or_else(|| module.clone()), name.clone()))
}
