//! The classes with a field or two: StopIteration, SystemExit, KeyError, NameError, AttributeError, ImportError.

use super::attributes::{field, method, no_keywords, split};
use super::base::{self, set_args};
use super::{Family, args_of, fields, payload};
use crate::object::*;
use crate::vm::{Res, Vm};

pub(super) const STOP_ITERATION: Family = Family {
    slots: Slots { init: Some(init_stop), ..Slots::NONE },
    methods: &[],
    getsets: &[field::<{ fields::VALUE }>("value", "what the generator returned")],
};

pub(super) const SYSTEM_EXIT: Family = Family {
    slots: Slots { init: Some(init_exit), ..Slots::NONE },
    methods: &[],
    getsets: &[field::<{ fields::VALUE }>("code", "the status, as it was given to exit()")],
};

pub(super) const KEY_ERROR: Family =
    Family { slots: Slots { str: Some(key_str), ..Slots::NONE }, methods: &[], getsets: &[] };

pub(super) const NAME_ERROR: Family = Family {
    slots: Slots { init: Some(init_name), ..Slots::NONE },
    methods: &[],
    getsets: &[field::<{ fields::NAME }>("name", "which variable it was")],
};

pub(super) const ATTRIBUTE_ERROR: Family = Family {
    slots: Slots { init: Some(init_attribute), ..Slots::NONE },
    methods: &[],
    getsets: &[
        field::<{ fields::NAME }>("name", "which attribute it was"),
        field::<{ fields::OBJ }>("obj", "what was asked for it"),
    ],
};

pub(super) const IMPORT_ERROR: Family = Family {
    slots: Slots { init: Some(init_import), str: Some(import_str), ..Slots::NONE },
    methods: &[method(
        "__reduce__",
        "",
        "The class, the arguments and the attributes, for pickle and copy.",
        import_reduce,
    )],
    getsets: &[
        field::<{ fields::MSG }>("msg", "what str() gives"),
        field::<{ fields::NAME }>("name", "which module it was"),
        field::<{ fields::PATH }>("path", "where the module was found that could not be imported"),
    ],
};

type Names<'a> = Option<&'a Obj<Tuple>>;

fn init_stop(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    base::init(vm, this, args, names)?;
    payload(vm, this)?.set_field(fields::VALUE, args.first().cloned());
    Ok(())
}

fn init_exit(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    base::init(vm, this, args, names)?;
    let code = match args {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(vm.tuple_from(args)?.into_object()),
    };
    payload(vm, this)?.set_field(fields::VALUE, code);
    Ok(())
}

/// A lone key is shown by its repr, so that an empty str does not vanish.
fn key_str(vm: &Vm, this: &Object) -> Res {
    match args_of(vm, payload(vm, this)?)?.as_slice() {
        [key] => Ok(vm.repr(key)?.into_object()),
        _ => base::str(vm, this),
    }
}

/// Take keyword arguments into fields.
fn keyword_fields(
    vm: &Vm,
    this: &Object,
    function: &str,
    named: &[(&Object, &Object)],
    known: &[(&str, usize)],
) -> Res<()> {
    let e = payload(vm, this)?;
    let mut new: Vec<Option<Object>> = vec![None; known.len()];
    if named.len() > known.len() {
        let plural = if known.len() == 1 { "" } else { "s" };
        return Err(vm.type_error(format_args!(
            "{function}() takes at most {} keyword argument{plural} ({} given)",
            known.len(),
            named.len()
        )));
    }
    for (name, value) in named {
        let text = name.downcast::<Str>().map(|s| s.to_string_lossy()).unwrap_or_default();
        match known.iter().position(|(n, _)| *n == text) {
            Some(i) => new[i] = Some((*value).clone()),
            None => {
                return Err(vm.type_error(format_args!(
                    "'{text}' is an invalid keyword argument for {function}()"
                )));
            }
        }
    }
    for ((_, field), value) in known.iter().zip(new) {
        e.set_field(*field, value);
    }
    Ok(())
}

fn init_name(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    let (positional, named) = split(args, names);
    set_args(vm, this, positional)?;
    keyword_fields(vm, this, "NameError", &named, &[("name", fields::NAME)])
}

fn init_attribute(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    let (positional, named) = split(args, names);
    set_args(vm, this, positional)?;
    keyword_fields(
        vm,
        this,
        "AttributeError",
        &named,
        &[("name", fields::NAME), ("obj", fields::OBJ)],
    )
}

fn init_import(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    let (positional, named) = split(args, names);
    set_args(vm, this, positional)?;
    keyword_fields(
        vm,
        this,
        "ImportError",
        &named,
        &[("name", fields::NAME), ("path", fields::PATH)],
    )?;
    let msg = if positional.len() == 1 { positional.first().cloned() } else { None };
    payload(vm, this)?.set_field(fields::MSG, msg);
    Ok(())
}

fn import_str(vm: &Vm, this: &Object) -> Res {
    match payload(vm, this)?.field(fields::MSG) {
        Some(m) if m.is_kind(Kind::Str) => Ok(m),
        _ => base::str(vm, this),
    }
}

fn import_reduce(vm: &Vm, args: &[Object], names: Names) -> Res {
    no_keywords(vm, "ImportError.__reduce__", names)?;
    let Some(this) = args.first() else {
        return Err(vm.type_error("unbound method ImportError.__reduce__() needs an argument"));
    };
    let e = payload(vm, this)?;
    let own = args_of(vm, e)?.into_object();
    let mut state = base::state(vm, this)?;
    for (name, field) in [("name", fields::NAME), ("path", fields::PATH)] {
        if let Some(v) = e.field(field) {
            let d = match state.take() {
                // The state is a copy: the fields are no part of `__dict__`.
                Some(d) => {
                    let copy = vm.new_dict()?;
                    for (k, v) in d.snapshot() {
                        copy.set(vm, &k, v)?;
                    }
                    copy
                }
                None => vm.new_dict()?,
            };
            d.set_named(vm, name, v)?;
            state = Some(d);
        }
    }
    base::reduced(vm, this, own, state.map(Obj::into_object))
}
