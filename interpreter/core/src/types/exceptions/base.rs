//! BaseException: construction, text forms, chain and traceback, notes, pickling.

use super::attributes::{method, no_keywords, one_argument, split};
use super::text::Message;
use super::{Family, args_of, payload};
use crate::native::{GetSetDef, NativeDef};
use crate::object::*;
use crate::vm::{Res, Vm};

/// Description of the layout's own type.
pub static SPEC: TypeSpec = super::spec("BaseException", "The root of all exceptions.", FAMILY);

pub(super) const FAMILY: Family = Family {
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        str: Some(str),
        ..Slots::NONE
    },
    methods: METHODS,
    getsets: GETSETS,
};

/// Any arguments are kept.
pub(super) fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (positional, _) = split(args, names);
    let args = vm.tuple_from(positional)?.into_object();
    Ok(vm.alloc_typed(class, Exception::new(args), 0)?.into_object())
}

pub(super) fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    if names.is_some_and(|n| !n.is_empty()) {
        no_keywords(vm, &vm.type_name(this), names)?;
    }
    set_args(vm, this, args)
}

/// Store the arguments, unless they are those already there.
pub(super) fn set_args(vm: &Vm, this: &Object, args: &[Object]) -> Res<()> {
    let e = payload(vm, this)?;
    let same = e.args.get_as::<Tuple>().is_some_and(|t| {
        t.len() == args.len() && t.as_slice().iter().zip(args).all(|(a, b)| a.is(b))
    });
    if !same {
        e.args.set(vm.tuple_from(args)?.into_object());
    }
    Ok(())
}

pub(super) fn repr(vm: &Vm, this: &Object) -> Res {
    let args = args_of(vm, payload(vm, this)?)?;
    let mut m = Message::new(vm);
    m.raw(&vm.class_of(this).short_name())?;
    match args.as_slice() {
        [one] => {
            m.raw("(")?;
            m.repr(one)?;
            m.raw(")")?;
        }
        _ => m.repr(args.as_object())?,
    }
    m.finish()
}

pub(super) fn str(vm: &Vm, this: &Object) -> Res {
    let args = args_of(vm, payload(vm, this)?)?;
    match args.as_slice() {
        [] => Ok(vm.str("")?.into_object()),
        [one] => Ok(vm.to_str(one)?.into_object()),
        _ => Ok(vm.to_str(args.as_object())?.into_object()),
    }
}

const METHODS: &[NativeDef] = &[
    method("with_traceback", "", "Set the traceback and return the exception.", with_traceback),
    method("add_note", "", "Add a line of text that is shown below the message.", add_note),
    method(
        "__reduce__",
        "",
        "The class, the arguments and the attributes, for pickle and copy.",
        reduce,
    ),
    method("__setstate__", "", "Set the attributes that a dict names.", set_state),
];

const GETSETS: &[GetSetDef] = &[
    GetSetDef { name: "args", doc: "", get: get_args, set: Some(assign_args) },
    GetSetDef { name: "__traceback__", doc: "", get: get_traceback, set: Some(assign_traceback) },
    GetSetDef { name: "__context__", doc: "", get: get_context, set: Some(assign_context) },
    GetSetDef { name: "__cause__", doc: "", get: get_cause, set: Some(assign_cause) },
    GetSetDef {
        name: "__suppress_context__",
        doc: "",
        get: get_suppress,
        set: Some(assign_suppress),
    },
    GetSetDef { name: "__dict__", doc: "", get: get_dict, set: Some(assign_dict) },
];

fn with_traceback(vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (this, tb) = one_argument(vm, "BaseException", "with_traceback", args, names)?;
    assign_traceback(vm, this, Some(tb))?;
    Ok(this.clone())
}

fn add_note(vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (this, note) = one_argument(vm, "BaseException", "add_note", args, names)?;
    if note.downcast::<Str>().is_none() {
        return Err(vm.type_error(format_args!("note must be a str, not '{}'", vm.type_name(note))));
    }
    let name = &vm.names().__notes__;
    let notes = match vm.getattr_opt(this, name)? {
        Some(n) => n,
        None => {
            let l = vm.new_list()?.into_object();
            vm.setattr(this, name, &l)?;
            l
        }
    };
    match notes.downcast::<List>() {
        Some(l) => l.push(note.clone()).map_err(|e| vm.no_memory(e))?,
        None => return Err(vm.type_error("Cannot add note: __notes__ is not a list")),
    }
    Ok(Object::none())
}

/// The instance's dict, if it has anything in it.
pub(super) fn state(vm: &Vm, this: &Object) -> Res<Option<Obj<Dict>>> {
    if instance::attributes(this).is_empty() {
        return Ok(None);
    }
    instance::materialize(vm, this).map(Some)
}

pub(super) fn reduced(vm: &Vm, this: &Object, args: Object, state: Option<Object>) -> Res {
    let class = vm.class_of(this).clone().into_object();
    let mut items = vec![class, args];
    items.extend(state);
    Ok(vm.tuple(items)?.into_object())
}

fn reduce(vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    no_keywords(vm, "BaseException.__reduce__", names)?;
    let Some(this) = args.first() else {
        return Err(vm.type_error("unbound method BaseException.__reduce__() needs an argument"));
    };
    let own = args_of(vm, payload(vm, this)?)?.into_object();
    let state = state(vm, this)?.map(Obj::into_object);
    reduced(vm, this, own, state)
}

fn set_state(vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (this, state) = one_argument(vm, "BaseException", "__setstate__", args, names)?;
    if state.is_none() {
        return Ok(Object::none());
    }
    let Some(d) = state.downcast::<Dict>() else {
        return Err(vm.type_error("state is not a dictionary"));
    };
    for (k, v) in d.snapshot() {
        match k.downcast::<Str>() {
            Some(k) => vm.setattr(this, k, &v)?,
            None => {
                return Err(vm.type_error(format_args!(
                    "attribute name must be string, not '{}'",
                    vm.type_name(&k)
                )));
            }
        }
    }
    Ok(Object::none())
}

fn get_args(vm: &Vm, this: &Object) -> Res {
    Ok(args_of(vm, payload(vm, this)?)?.into_object())
}

fn assign_args(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(v) = value else { return Err(vm.type_error("args may not be deleted")) };
    let items = vm.tuple(vm.collect(v)?)?;
    payload(vm, this)?.args.set(items.into_object());
    Ok(())
}

fn get_traceback(vm: &Vm, this: &Object) -> Res {
    Ok(payload(vm, this)?.traceback.get().unwrap_or_else(Object::none))
}

fn assign_traceback(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(v) = value else { return Err(vm.type_error("__traceback__ may not be deleted")) };
    if !v.is_none() && v.downcast::<Traceback>().is_none() {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    payload(vm, this)?.traceback.assign(if v.is_none() { None } else { Some(v.clone()) });
    Ok(())
}

/// None, or an exception.
fn link(vm: &Vm, value: Option<&Object>, deleted: &str, wrong: &str) -> Res<Option<Object>> {
    let Some(v) = value else { return Err(vm.type_error(deleted)) };
    if v.is_none() {
        return Ok(None);
    }
    if v.downcast::<Exception>().is_none() {
        return Err(vm.type_error(wrong));
    }
    Ok(Some(v.clone()))
}

fn get_context(vm: &Vm, this: &Object) -> Res {
    Ok(payload(vm, this)?.context.get().unwrap_or_else(Object::none))
}

fn assign_context(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let new = link(
        vm,
        value,
        "__context__ may not be deleted",
        "exception context must be None or derive from BaseException",
    )?;
    payload(vm, this)?.context.assign(new);
    Ok(())
}

fn get_cause(vm: &Vm, this: &Object) -> Res {
    Ok(payload(vm, this)?.cause.get().unwrap_or_else(Object::none))
}

fn assign_cause(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let new = link(
        vm,
        value,
        "__cause__ may not be deleted",
        "exception cause must be None or derive from BaseException",
    )?;
    let e = payload(vm, this)?;
    e.suppress_context.set(true);
    e.cause.assign(new);
    Ok(())
}

fn get_suppress(vm: &Vm, this: &Object) -> Res {
    Ok(Object::bool(payload(vm, this)?.suppress_context.get()))
}

fn assign_suppress(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(v) = value else { return Err(vm.type_error("can't delete numeric/char attribute")) };
    if !v.is_bool() {
        return Err(vm.type_error("attribute value type must be bool"));
    }
    payload(vm, this)?.suppress_context.set(v.is_true_singleton());
    Ok(())
}

fn get_dict(vm: &Vm, this: &Object) -> Res {
    payload(vm, this)?;
    Ok(instance::materialize(vm, this)?.into_object())
}

fn assign_dict(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    payload(vm, this)?;
    let Some(v) = value else { return Err(vm.type_error("cannot delete __dict__")) };
    match v.downcast::<Dict>() {
        Some(d) => instance::replace_dict(vm, this, d.clone()),
        None => Err(vm.type_error(format_args!(
            "__dict__ must be set to a dictionary, not a '{}'",
            vm.type_name(v)
        ))),
    }
}
