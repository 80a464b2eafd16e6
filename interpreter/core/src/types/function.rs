//! The type `function`: calling, binding, and all of a function's attributes.
//!
//! **Invariant:** whatever changes what a call does (`__code__`, `__defaults__`, `__kwdefaults__`) resets
//! the function's version, which call caches look at.

use crate::native::{GetSetDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The type `function`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "A function with variables of its own: code runs with globals as its module's names.\n\n\
          name is by default that of the code. argdefs is the tuple of defaults for the last arguments, closure a\n\
          tuple of as many cells as the code has free variables.",
    flags: type_flags::WEAKREF | type_flags::DICT,
    slots: Slots {
        new: Some(<new as crate::native::NativeConstructor>::new),
        call: Some(call),
        repr: Some(repr),
        descr_get: Some(descr_get),
        ..Slots::NONE
    },
    methods: natives![],
    getsets: &[
        GetSetDef { name: "__code__", doc: "", get: code, set: Some(set_code) },
        GetSetDef {
            name: "__defaults__",
            doc: "",
            get: |vm, o| get(vm, o, |f| &f.defaults),
            set: Some(set_defaults),
        },
        GetSetDef {
            name: "__kwdefaults__",
            doc: "",
            get: |vm, o| get(vm, o, |f| &f.kwdefaults),
            set: Some(set_kwdefaults),
        },
        GetSetDef {
            name: "__annotations__",
            doc: "",
            get: annotations,
            set: Some(set_annotations),
        },
        GetSetDef {
            name: "__closure__",
            doc: "",
            get: |vm, o| get(vm, o, |f| &f.closure),
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__globals__",
            doc: "",
            get: |vm, o| Ok(of(vm, o)?.globals().clone().into_object()),
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__builtins__",
            doc: "",
            get: |vm, o| Ok(of(vm, o)?.builtins().clone().into_object()),
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__name__",
            doc: "",
            get: |vm, o| get(vm, o, |f| &f.name),
            set: Some(set_name),
        },
        GetSetDef {
            name: "__qualname__",
            doc: "",
            get: |vm, o| get(vm, o, |f| &f.qualname),
            set: Some(set_qualname),
        },
        GetSetDef {
            name: "__doc__",
            doc: "",
            get: |vm, o| get(vm, o, |f| &f.doc),
            set: Some(set_doc),
        },
        GetSetDef {
            name: "__module__",
            doc: "",
            get: |vm, o| get(vm, o, |f| &f.module),
            set: Some(set_module),
        },
        GetSetDef { name: "__dict__", doc: "", get: dict, set: Some(set_dict) },
    ],
    ..TypeSpec::new::<Function>("function")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Function>> {
    this.downcast::<Function>().ok_or_else(|| vm.system_error("not a function"))
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    crate::vm::function_call::call_function(vm, of(vm, this)?, args, names)
}

fn descr_get(vm: &Vm, this: &Object, instance: Option<&Object>, _: Option<&Object>) -> Res {
    match instance {
        Some(o) => vm.bound_method(this.clone(), o.clone()),
        None => Ok(this.clone()),
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let qualname =
        of(vm, this)?.qualname.get_as::<Str>().map_or(String::new(), |q| q.to_string_lossy());
    Ok(vm.str(&format!("<function {qualname} at {:#x}>", this.id()))?.into_object())
}

fn get(vm: &Vm, this: &Object, slot: fn(&Function) -> &Slot) -> Res {
    Ok(slot(of(vm, this)?).get().unwrap_or(Object::none()))
}

fn code(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.code().clone().into_object())
}

fn set_code(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let f = of(vm, this)?;
    let Some(code) = value.and_then(|o| o.downcast::<Code>()) else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let (free, has) = (code.freevars.len(), f.closure.get_as::<Tuple>().map_or(0, |t| t.len()));
    if free != has {
        let name = f.name.get_as::<Str>().map_or(String::new(), |n| n.to_string_lossy());
        return Err(vm.value_error(format_args!(
            "{name}() requires a code object with {has} free vars, not {free}"
        )));
    }
    f.set_code(code.clone());
    Ok(())
}

fn set_defaults(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let f = of(vm, this)?;
    let value = value.filter(|v| !v.is_none());
    if value.is_some_and(|v| v.downcast::<Tuple>().is_none()) {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    f.version.set(0);
    f.defaults.assign(value.cloned());
    Ok(())
}

fn set_kwdefaults(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let f = of(vm, this)?;
    let value = value.filter(|v| !v.is_none());
    if value.is_some_and(|v| v.downcast::<Dict>().is_none()) {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    f.version.set(0);
    f.kwdefaults.assign(value.cloned());
    Ok(())
}

/// The dict, made of the compiler's tuple (name, value, ...) when first asked for.
fn annotations(vm: &Vm, this: &Object) -> Res {
    let f = of(vm, this)?;
    let held = f.annotations.get();
    if let Some(d) = held.as_ref().filter(|o| o.downcast::<Dict>().is_some()) {
        return Ok(d.clone());
    }
    let dict = vm.new_dict()?;
    if let Some(pairs) = held.and_then(|o| o.downcast_into::<Tuple>().ok()) {
        for pair in pairs.as_slice().chunks(2) {
            if let [name, value] = pair {
                dict.set(vm, name, value.clone())?;
            }
        }
    }
    f.annotations.set(dict.clone().into_object());
    Ok(dict.into_object())
}

fn set_annotations(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let f = of(vm, this)?;
    let value = value.filter(|v| !v.is_none());
    if value.is_some_and(|v| v.downcast::<Dict>().is_none()) {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    f.annotations.assign(value.cloned());
    Ok(())
}

fn text(vm: &Vm, name: &str, value: Option<&Object>) -> Res {
    match value.filter(|o| o.downcast::<Str>().is_some()) {
        Some(o) => Ok(o.clone()),
        None => Err(vm.type_error(format_args!("{name} must be set to a string object"))),
    }
}

fn set_name(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.name.set(text(vm, "__name__", value)?);
    Ok(())
}

fn set_qualname(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.qualname.set(text(vm, "__qualname__", value)?);
    Ok(())
}

fn set_doc(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.doc.assign(value.cloned());
    Ok(())
}

fn set_module(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.module.assign(value.cloned());
    Ok(())
}

fn dict(vm: &Vm, this: &Object) -> Res {
    let f = of(vm, this)?;
    if let Some(d) = f.dict.get() {
        return Ok(d);
    }
    let d = vm.new_dict()?.into_object();
    f.dict.set(d.clone());
    Ok(d)
}

fn set_dict(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("cannot delete __dict__")) };
    if value.downcast::<Dict>().is_none() {
        let got = vm.type_name(value);
        return Err(
            vm.type_error(format_args!("__dict__ must be set to a dictionary, not a '{got}'"))
        );
    }
    of(vm, this)?.dict.set(value.clone());
    Ok(())
}

/// `types.FunctionType(...)`.
#[native(
    "(cls, code, globals, name=None, argdefs=None, closure=None)",
    constructor,
    name = "function"
)]
fn new(
    vm: &Vm,
    cls: &Obj<Type>,
    code: &Obj<Code>,
    globals: &Obj<Dict>,
    name: Option<&Object>,
    argdefs: Option<&Object>,
    closure: Option<&Object>,
) -> Res {
    if name.is_some_and(|n| n.downcast::<Str>().is_none()) {
        return Err(vm.type_error("arg 3 (name) must be None or string"));
    }
    if argdefs.is_some_and(|d| d.downcast::<Tuple>().is_none()) {
        return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let free = code.freevars.len();
    let cells = match closure {
        None if free > 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        None => None,
        Some(c) => match c.downcast::<Tuple>() {
            Some(t) => Some(t),
            None => return Err(vm.type_error("arg 5 (closure) must be None or tuple")),
        },
    };
    let has = cells.map_or(0, |t| t.len());
    if has != free {
        let name = code.name.to_str_lossy();
        return Err(
            vm.value_error(format_args!("{name} requires closure of length {free}, not {has}"))
        );
    }
    if let Some(bad) =
        cells.and_then(|t| t.as_slice().iter().find(|c| c.downcast::<CellObject>().is_none()))
    {
        let got = vm.type_name(bad);
        return Err(vm.type_error(format_args!("arg 5 (closure) expected cell, found {got}")));
    }
    let builtins = crate::vm::code::builtins_for(vm, globals)?;
    let f = vm.alloc_of(cls, Function::new(code.clone(), globals.clone(), builtins))?;
    if let Some(name) = name {
        f.name.set(name.clone());
    }
    f.defaults.assign(argdefs.cloned());
    if free > 0 {
        f.closure.assign(closure.cloned());
    }
    f.module.assign(globals.get_str(vm, &vm.names().__name__));
    Ok(f.into_object())
}
