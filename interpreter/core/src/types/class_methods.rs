//! `staticmethod` and `classmethod`.

use crate::native::{GetSetDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};

/// What both wrap; the class tells them apart.
pub struct Wrapped {
    callable: Slot,
}

impl Payload for Wrapped {
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.callable);
    }
    fn clear(&self) {
        drop(self.callable.take());
    }
}

const GETSETS: &[GetSetDef] = &[
    GetSetDef { name: "__func__", doc: "", get: callable, set: Some(super::descriptors::readonly) },
    GetSetDef {
        name: "__wrapped__",
        doc: "",
        get: callable,
        set: Some(super::descriptors::readonly),
    },
    GetSetDef { name: "__isabstractmethod__", doc: "", get: is_abstract, set: None },
];

/// The type `staticmethod`.
pub static STATIC: TypeSpec = TypeSpec {
    doc: "staticmethod(function) -> method\n\n\
          Keep a function in a class as it is: nothing is put in front of its arguments, whether it was looked\n\
          up on the class or on an instance. For use as a decorator.",
    flags: type_flags::BASETYPE | type_flags::DICT,
    slots: Slots {
        new: Some(new),
        init: Some(init_static),
        descr_get: Some(get_static),
        call: Some(call_static),
        repr: Some(repr_static),
        ..Slots::NONE
    },
    getsets: GETSETS,
    methods: natives![],
    ..TypeSpec::new::<Wrapped>("staticmethod")
};

/// The type `classmethod`.
pub static CLASS: TypeSpec = TypeSpec {
    doc: "classmethod(function) -> method\n\n\
          Make a function a method of the class: it is called with the class in front of the arguments, also\n\
          when it was looked up on an instance. For use as a decorator.",
    flags: type_flags::BASETYPE | type_flags::DICT,
    slots: Slots {
        new: Some(new),
        init: Some(init_class),
        descr_get: Some(get_class),
        repr: Some(repr_class),
        ..Slots::NONE
    },
    getsets: GETSETS,
    ..TypeSpec::new::<Wrapped>("classmethod")
};

/// `staticmethod(callable)`, for natives and `__new__`.
pub(crate) fn static_method(vm: &Vm, callable: Object) -> Res {
    let payload = Wrapped { callable: Slot::new(callable) };
    Ok(vm.alloc_typed(&vm.types().staticmethod, payload, 0)?.into_object())
}

/// `classmethod(callable)`.
pub(crate) fn class_method(vm: &Vm, callable: Object) -> Res {
    let payload = Wrapped { callable: Slot::new(callable) };
    Ok(vm.alloc_typed(&vm.types().classmethod, payload, 0)?.into_object())
}

/// The Python function in an exact `classmethod`.
pub(crate) fn function_of_classmethod(vm: &Vm, object: &Object) -> Option<Object> {
    if !vm.class_of(object).is(&vm.types().classmethod) {
        return None;
    }
    object.downcast::<Wrapped>()?.callable.get().filter(|f| f.is_kind(Kind::Function))
}

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.alloc_of(class, Wrapped { callable: Slot::empty() })?.into_object())
}

fn init(
    vm: &Vm,
    name: &str,
    this: &Object,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res<()> {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    let [callable] = args else {
        return Err(vm.type_error(format_args!("{name} expected 1 argument, got {}", args.len())));
    };
    let Some(w) = this.downcast::<Wrapped>() else { return Ok(()) };
    w.callable.set(callable.clone());
    // As functools.update_wrapper would.
    let names = vm.names();
    for n in [
        &names.__module__,
        &names.__name__,
        &names.__qualname__,
        &names.__doc__,
        &names.__annotations__,
    ] {
        if let Some(value) = vm.getattr_opt(callable, n)? {
            vm.setattr(this, n, &value)?;
        }
    }
    Ok(())
}

fn init_static(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    init(vm, "staticmethod", this, args, names)
}

fn init_class(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    init(vm, "classmethod", this, args, names)
}

fn inner(vm: &Vm, this: &Object, what: &str) -> Res {
    match this.downcast::<Wrapped>().and_then(|w| w.callable.get()) {
        Some(c) => Ok(c),
        None => Err(vm.runtime_error(format_args!("uninitialized {what} object"))),
    }
}

fn get_static(vm: &Vm, this: &Object, _: Option<&Object>, _: Option<&Object>) -> Res {
    inner(vm, this, "staticmethod")
}

fn get_class(vm: &Vm, this: &Object, instance: Option<&Object>, class: Option<&Object>) -> Res {
    let callable = inner(vm, this, "classmethod")?;
    let class = match (class, instance) {
        (Some(c), _) => c.clone(),
        (None, Some(i)) => vm.class_of(i).clone().into_object(),
        (None, None) => Object::none(),
    };
    // A descriptor inside (a property, say) is asked with the class in the instance's place.
    if let Some(get) = vm.class_of(&callable).slots().descr_get {
        return get(vm, &callable, Some(&class), Some(&class));
    }
    vm.bound_method(callable, class)
}

fn call_static(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    vm.call_with(&inner(vm, this, "staticmethod")?, args, names)
}

fn repr(vm: &Vm, this: &Object, name: &str) -> Res {
    let shown = match this.downcast::<Wrapped>().and_then(|w| w.callable.get()) {
        Some(c) => vm.repr(&c)?.to_string_lossy(),
        None => "<NULL>".to_string(),
    };
    Ok(vm.str(&format!("<{name}({shown})>"))?.into_object())
}

fn repr_static(vm: &Vm, this: &Object) -> Res {
    repr(vm, this, "staticmethod")
}

fn repr_class(vm: &Vm, this: &Object) -> Res {
    repr(vm, this, "classmethod")
}

fn callable(_: &Vm, this: &Object) -> Res {
    Ok(this.downcast::<Wrapped>().and_then(|w| w.callable.get()).unwrap_or(Object::none()))
}

fn is_abstract(vm: &Vm, this: &Object) -> Res {
    match this.downcast::<Wrapped>().and_then(|w| w.callable.get()) {
        Some(c) => super::property::is_abstract(vm, &c).map(Object::bool),
        None => Ok(Object::bool(false)),
    }
}
