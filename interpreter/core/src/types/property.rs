//! The type `property`.

use crate::native::{GetSetDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::native;

/// A property: functions to get, set and delete, each of which may be missing.
#[derive(Default)]
pub struct Property {
    getter: Slot,
    setter: Slot,
    deleter: Slot,
    doc: Slot,
    /// What `__set_name__` said.
    name: Slot,
    /// The doc came from the getter.
    getter_doc: Cell<bool>,
}

impl Payload for Property {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, v: &mut Visitor) {
        for s in [&self.getter, &self.setter, &self.deleter, &self.doc, &self.name] {
            v.slot(s);
        }
    }
    fn clear(&self) {
        for s in [&self.getter, &self.setter, &self.deleter, &self.doc] {
            drop(s.take());
        }
    }
}

/// The type `property`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nAn attribute made of functions: fget is called to read it,\n\
          fset to assign to it, fdel to delete it; without one that is refused. doc is its docstring.\n\n\
          As a decorator it turns a method into an attribute that can only be read.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        descr_get: Some(descr_get),
        descr_set: Some(descr_set),
        ..Slots::NONE
    },
    methods: natives![getter, setter, deleter, set_name],
    getsets: &[
        GetSetDef {
            name: "fget",
            doc: "",
            get: |vm, o| Ok(part(vm, o, |p| &p.getter)),
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "fset",
            doc: "",
            get: |vm, o| Ok(part(vm, o, |p| &p.setter)),
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "fdel",
            doc: "",
            get: |vm, o| Ok(part(vm, o, |p| &p.deleter)),
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__doc__",
            doc: "",
            get: |vm, o| Ok(part(vm, o, |p| &p.doc)),
            set: Some(set_doc),
        },
        GetSetDef { name: "__isabstractmethod__", doc: "", get: get_abstract, set: None },
    ],
    ..TypeSpec::new::<Property>("property")
};

fn part(_: &Vm, this: &Object, slot: fn(&Property) -> &Slot) -> Object {
    this.downcast::<Property>().and_then(|p| slot(p).get()).unwrap_or(Object::none())
}

fn set_doc(_: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    if let Some(p) = this.downcast::<Property>() {
        p.doc.assign(value.cloned());
    }
    Ok(())
}

/// Whether `__isabstractmethod__` of an object is true.
pub(crate) fn is_abstract(vm: &Vm, object: &Object) -> Res<bool> {
    match vm.getattr_opt(object, &vm.names().__isabstractmethod__)? {
        Some(o) => vm.truth(&o),
        None => Ok(false),
    }
}

fn get_abstract(vm: &Vm, this: &Object) -> Res {
    let Some(p) = this.downcast::<Property>() else { return Ok(Object::bool(false)) };
    for s in [&p.getter, &p.setter, &p.deleter] {
        if let Some(f) = s.get() {
            if is_abstract(vm, &f)? {
                return Ok(Object::bool(true));
            }
        }
    }
    Ok(Object::bool(false))
}

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.alloc_of(class, Property::default())?.into_object())
}

const PARAMS: [&str; 4] = ["fget", "fset", "fdel", "doc"];

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let Some(p) = this.downcast::<Property>() else { return Ok(()) };
    let names = names.map_or(&[][..], |n| n.as_slice());
    let positional = args.len().saturating_sub(names.len());
    if args.len() > 4 {
        let sort = if positional == 0 { "keyword " } else { "" };
        let given = args.len();
        return Err(vm.type_error(format_args!(
            "property() takes at most 4 {sort}arguments ({given} given)"
        )));
    }
    let mut given: [Option<&Object>; 4] = [None; 4];
    for (slot, arg) in given.iter_mut().zip(&args[..positional]) {
        *slot = Some(arg);
    }
    for (name, value) in names.iter().zip(&args[positional..]) {
        let Some(name) = name.downcast::<Str>() else { continue };
        let shown = name.to_str_lossy();
        match PARAMS.iter().position(|n| name.equals(n)) {
            Some(i) if i < positional => {
                let at = i + 1;
                return Err(vm.type_error(format_args!(
                    "argument for property() given by name ('{shown}') and position ({at})"
                )));
            }
            Some(i) => given[i] = Some(value),
            None => {
                return Err(vm.type_error(format_args!(
                    "'{shown}' is an invalid keyword argument for property()"
                )));
            }
        }
    }
    let one = |i: usize| given[i].filter(|o| !o.is_none()).cloned();
    p.getter.assign(one(0));
    p.setter.assign(one(1));
    p.deleter.assign(one(2));
    p.getter_doc.set(false);
    drop(p.name.take());
    let mut doc = one(3);
    if doc.is_none() {
        if let Some(f) = p.getter.get() {
            doc = vm.getattr_opt(&f, &vm.names().__doc__)?.filter(|o| !o.is_none());
            p.getter_doc.set(doc.is_some());
        }
    }
    // A subclass's instances keep their doc in their own dict: the class's `__doc__` hides ours.
    if vm.class_of(this).is(&vm.types().property) || given[3].is_some() || doc.is_none() {
        p.doc.assign(doc);
    } else if let Some(doc) = doc {
        p.doc.set(doc.clone());
        vm.setattr(this, &vm.names().__doc__, &doc)?;
    }
    Ok(())
}

/// The words of an AttributeError: with the names if they are known.
fn complaint(vm: &Vm, p: &Property, object: &Object, what: &str) -> Res<crate::vm::Raised> {
    let class = vm.class_of(object).clone();
    let qualname = vm.getattr_opt(class.as_object(), &vm.names().__qualname__)?;
    let class = match qualname {
        Some(q) => vm.repr_string(&q)?,
        None => String::new(),
    };
    Ok(match p.name.get() {
        Some(name) => {
            let name = vm.repr_string(&name)?;
            vm.attribute_error(format_args!("property {name} of {class} object has no {what}"))
        }
        None => vm.attribute_error(format_args!("property of {class} object has no {what}")),
    })
}

fn descr_get(vm: &Vm, this: &Object, object: Option<&Object>, _: Option<&Object>) -> Res {
    let (Some(p), Some(object)) = (this.downcast::<Property>(), object) else {
        return Ok(this.clone());
    };
    match p.getter.get() {
        Some(f) => vm.call(&f, std::slice::from_ref(object)),
        None => Err(complaint(vm, p, object, "getter")?),
    }
}

fn descr_set(vm: &Vm, this: &Object, object: &Object, value: Option<&Object>) -> Res<()> {
    let Some(p) = this.downcast::<Property>() else { return Ok(()) };
    let done = match value {
        Some(value) => match p.setter.get() {
            Some(f) => vm.call(&f, &[object.clone(), value.clone()]),
            None => Err(complaint(vm, p, object, "setter")?),
        },
        None => match p.deleter.get() {
            Some(f) => vm.call(&f, std::slice::from_ref(object)),
            None => Err(complaint(vm, p, object, "deleter")?),
        },
    };
    done.map(drop)
}

/// A copy with one function replaced, made by calling the class.
fn copy(vm: &Vm, this: &Obj<Property>, which: usize, function: &Object) -> Res {
    let slots = [&this.getter, &this.setter, &this.deleter];
    let mut args: Vec<Object> = slots.iter().map(|s| s.get().unwrap_or(Object::none())).collect();
    if let Some(place) = args.get_mut(which) {
        if !function.is_none() {
            *place = function.clone();
        }
    }
    let from_getter = this.getter_doc.get() && !args.first().is_none_or(Object::is_none);
    let doc = if from_getter { Object::none() } else { this.doc.get().unwrap_or(Object::none()) };
    args.push(doc);
    let made = vm.call(vm.class_of(this.as_object()).clone().as_object(), &args)?;
    if let Some(p) = made.downcast::<Property>() {
        p.name.assign(this.name.get());
    }
    Ok(made)
}

/// The same property with another function for reading. For use as a decorator.
#[native("(self, function, /)", no_signature)]
fn getter(vm: &Vm, this: &Obj<Property>, function: &Object) -> Res {
    copy(vm, this, 0, function)
}

/// The same property with another function for assignments. For use as a decorator.
#[native("(self, function, /)", no_signature)]
fn setter(vm: &Vm, this: &Obj<Property>, function: &Object) -> Res {
    copy(vm, this, 1, function)
}

/// The same property with another function for `del`. For use as a decorator.
#[native("(self, function, /)", no_signature)]
fn deleter(vm: &Vm, this: &Obj<Property>, function: &Object) -> Res {
    copy(vm, this, 2, function)
}

/// Note the name under which a class holds the property.
#[native("(self, *args)", name = "__set_name__", no_signature)]
fn set_name(vm: &Vm, this: &Obj<Property>, args: &[Object]) -> Res<()> {
    let [_, name] = args else {
        let given = args.len();
        return Err(vm.type_error(format_args!(
            "__set_name__() takes 2 positional arguments but {given} were given"
        )));
    };
    this.name.set(name.clone());
    Ok(())
}

/// The getter of an exact property, if it is a Python function: the VM enters it without recursion.
pub(crate) fn python_getter(attribute: &Object) -> Option<Object> {
    let property = attribute.downcast::<Property>()?;
    if property.class().is_heap_type() {
        return None;
    }
    property.getter.get().filter(|g| g.is_kind(Kind::Function))
}
