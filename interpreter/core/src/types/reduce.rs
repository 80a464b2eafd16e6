//! How objects say what pickle and copy must do to make them again: `__reduce__`, `__reduce_ex__`,
//! `__getstate__` of `object`.

use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// How copy and pickle take the object apart: by its class and its attributes.
#[native("(self, /)", name = "__reduce__")]
pub(super) fn reduce(vm: &Vm, this: &Object) -> Res {
    common(vm, this, 0)
}

/// How copy and pickle take the object apart: by its class and its attributes.
#[native("(self, protocol, /)", name = "__reduce_ex__")]
pub(super) fn reduce_ex(vm: &Vm, this: &Object, protocol: i64) -> Res {
    let name = &vm.names().__reduce__;
    if let Some(method) = vm.getattr_opt(this, name)? {
        let own = vm.class_of(this).lookup(vm, name);
        let usual = vm.types().object.lookup(vm, name);
        let overridden = match (own, usual) {
            (Some(own), Some(usual)) => !own.is(&usual),
            _ => true,
        };
        if overridden {
            return vm.call(&method, &[]);
        }
    }
    common(vm, this, protocol)
}

/// How copy and pickle take the object apart: by its class and its attributes.
#[native("(self, /)", name = "__getstate__")]
pub(super) fn getstate(vm: &Vm, this: &Object) -> Res {
    default_state(vm, this, false)
}

fn copyreg(vm: &Vm, function: &str, args: &[Object]) -> Res {
    let module = import(vm, "copyreg")?;
    vm.call(&vm.getattr_named(&module, function)?, args)
}

/// `import name`, through the builtin `__import__`.
fn import(vm: &Vm, name: &str) -> Res {
    let modules = vm.interp().modules.get_as::<Dict>();
    if let Some(m) = modules.and_then(|m| m.get_named(vm, name)) {
        return Ok(m);
    }
    let builtins = vm.interp().builtins.get_as::<Dict>();
    match builtins.and_then(|b| b.get_str(vm, &vm.names().__import__)) {
        Some(f) => vm.call(&f, &[vm.str(name)?.into_object()]),
        None => Err(vm.import_error("__import__ not found")),
    }
}

fn common(vm: &Vm, this: &Object, protocol: i64) -> Res {
    if protocol < 2 {
        return copyreg(vm, "_reduce_ex", &[this.clone(), vm.int(protocol)?]);
    }
    let class = vm.class_of(this).clone();
    if class.slots().new.is_none() {
        return Err(cannot_pickle(vm, &class));
    }
    let (args, kwargs) = new_arguments(vm, this)?;
    let is_container = class.has(type_flags::LIST | type_flags::DICTIONARY);
    let required = args.is_none() && !is_container;
    let module = import(vm, "copyreg")?;
    let class_object = class.clone().into_object();
    let (function, newargs) = match (&args, kwargs.filter(|k| !k.is_empty())) {
        (Some(args), Some(kwargs)) => {
            let all = vec![class_object, args.as_object().clone(), kwargs.into_object()];
            (vm.getattr_named(&module, "__newobj_ex__")?, vm.tuple(all)?)
        }
        (args, _) => {
            let mut all = vec![class_object];
            all.extend_from_slice(args.as_ref().map_or(&[], |a| a.as_slice()));
            (vm.getattr_named(&module, "__newobj__")?, vm.tuple(all)?)
        }
    };
    let state = state(vm, this, required)?;
    let items = if class.has(type_flags::LIST) { vm.iter(this)? } else { Object::none() };
    let pairs = if class.has(type_flags::DICTIONARY) {
        let all = vm.call_method(this, "items", &[])?;
        vm.iter(&all)?
    } else {
        Object::none()
    };
    Ok(vm.tuple(vec![function, newargs.into_object(), state, items, pairs])?.into_object())
}

#[cold]
fn cannot_pickle(vm: &Vm, class: &Type) -> crate::vm::Raised {
    vm.type_error(format_args!("cannot pickle '{}' object", class.full_name()))
}

type NewArguments = (Option<Obj<Tuple>>, Option<Obj<Dict>>);

/// What `__getnewargs_ex__` or `__getnewargs__` give.
fn new_arguments(vm: &Vm, this: &Object) -> Res<NewArguments> {
    let names = vm.names();
    if let Some(method) = vm.lookup_special(this, &names.__getnewargs_ex__)? {
        let given = vm.call(&method, &[])?;
        let Some(pair) = given.downcast::<Tuple>() else {
            let got = vm.type_name(&given);
            return Err(
                vm.type_error(format_args!("__getnewargs_ex__ should return a tuple, not '{got}'"))
            );
        };
        let [args, kwargs] = pair.as_slice() else {
            let n = pair.len();
            return Err(vm.value_error(format_args!(
                "__getnewargs_ex__ should return a tuple of length 2, not {n}"
            )));
        };
        let Ok(args_tuple) = args.clone().downcast_into::<Tuple>() else {
            let got = vm.type_name(args);
            return Err(vm.type_error(format_args!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'"
            )));
        };
        let Ok(kwargs_dict) = kwargs.clone().downcast_into::<Dict>() else {
            let got = vm.type_name(kwargs);
            return Err(vm.type_error(format_args!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'"
            )));
        };
        return Ok((Some(args_tuple), Some(kwargs_dict)));
    }
    if let Some(method) = vm.lookup_special(this, &names.__getnewargs__)? {
        let given = vm.call(&method, &[])?;
        return match given.downcast_into::<Tuple>() {
            Ok(args) => Ok((Some(args), None)),
            Err(o) => {
                let got = vm.type_name(&o);
                Err(vm
                    .type_error(format_args!("__getnewargs__ should return a tuple, not '{got}'")))
            }
        };
    }
    Ok((None, None))
}

/// `__getstate__`, the class's own or the default.
pub(super) fn state(vm: &Vm, this: &Object, required: bool) -> Res {
    let name = &vm.names().__getstate__;
    let method = vm.getattr(this, name)?;
    let own = vm.class_of(this).lookup(vm, name);
    let usual = vm.types().object.lookup(vm, name);
    if let (Some(own), Some(usual)) = (own, usual) {
        let bound_natively = method.is_kind(Kind::Builtin);
        if own.is(&usual) && bound_natively {
            return default_state(vm, this, required);
        }
    }
    vm.call(&method, &[])
}

/// The attributes; with `__slots__`, a pair of them and a dict of the slots.
fn default_state(vm: &Vm, this: &Object, required: bool) -> Res {
    let class = vm.class_of(this).clone();
    if required && (class.has(type_flags::INT | type_flags::TUPLE | type_flags::BYTES)) {
        return Err(cannot_pickle(vm, &class));
    }
    let state = vm
        .getattr_opt(this, &vm.names().__dict__)?
        .filter(|state| !state.downcast_exact::<Dict>().is_some_and(|dict| dict.is_empty()))
        .unwrap_or(Object::none());
    let slot_names = slot_names(vm, &class)?;
    if required && !class.has_layout::<Empty>() && !class.has_layout::<Module>() {
        return Err(cannot_pickle(vm, &class));
    }
    if slot_names.is_empty() {
        return Ok(state);
    }
    let slots = vm.new_dict()?;
    for name in slot_names {
        let Ok(name) = name.downcast_into::<Str>() else { continue };
        if let Some(value) = vm.getattr_opt(this, &vm.intern_str(&name))? {
            slots.set_str(vm, &name, value)?;
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(vm.tuple(vec![state, slots.into_object()])?.into_object())
}

fn slot_names(vm: &Vm, class: &Obj<Type>) -> Res<Vec<Object>> {
    if class.member_count.get() == 0 {
        return Ok(Vec::new());
    }
    let names = copyreg(vm, "_slotnames", &[class.as_object().clone()])?;
    if names.is_none() { Ok(Vec::new()) } else { vm.collect(&names) }
}
