//! The type `super`: look-up that starts behind a class in the order of an object's class.

use crate::native::GetSetDef;
use crate::object::*;
use crate::vm::{Res, Vm};

/// A `super` object; unbound without `object`.
pub struct Super {
    /// Start behind this class.
    this_class: Slot,
    object: Slot,
    /// The class whose order is followed.
    object_class: Slot,
}

impl Payload for Super {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, v: &mut Visitor) {
        for s in [&self.this_class, &self.object, &self.object_class] {
            v.slot(s);
        }
    }
}

/// The type `super`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "super() -> in a method: as with the class it is written in and its first argument\n\
          super(type, obj) -> the attributes of an instance of type\n\
          super(type, type2) -> those of a class that inherits from type\n\
          super(type) -> a descriptor that does it for an instance\n\n\
          Look attributes up behind a class in the method resolution order, as\n\
          methods do that extend those of the bases.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        getattr: Some(getattr),
        descr_get: Some(descr_get),
        repr: Some(repr),
        ..Slots::NONE
    },
    getsets: &[
        GetSetDef {
            name: "__thisclass__",
            doc: "the class behind which it starts",
            get: this_class,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__self__",
            doc: "the object whose methods it finds, or None",
            get: object,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__self_class__",
            doc: "the class in whose order it searches, or None",
            get: object_class,
            set: Some(super::descriptors::readonly),
        },
    ],
    ..TypeSpec::new::<Super>("super")
};

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    let payload =
        Super { this_class: Slot::empty(), object: Slot::empty(), object_class: Slot::empty() };
    Ok(vm.alloc_of(class, payload)?.into_object())
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("super() takes no keyword arguments"));
    }
    let Some(s) = this.downcast::<Super>() else { return Ok(()) };
    let (class, object) = match args {
        [] => {
            let (class, object) = vm.super_arguments()?;
            (class, Some(object))
        }
        [class] => (class.clone(), None),
        [class, object] => (class.clone(), Some(object.clone()).filter(|o| !o.is_none())),
        _ => {
            let given = args.len();
            return Err(
                vm.type_error(format_args!("super() expected at most 2 arguments, got {given}"))
            );
        }
    };
    let Ok(class) = class.clone().downcast_into::<Type>() else {
        let got = vm.type_name(&class);
        return Err(vm.type_error(format_args!("super() argument 1 must be a type, not {got}")));
    };
    let found = match &object {
        Some(o) => Some(check(vm, &class, o)?),
        None => None,
    };
    s.this_class.set(class.into_object());
    s.object.assign(object);
    s.object_class.assign(found.map(Obj::into_object));
    Ok(())
}

/// The class whose order is followed: the object itself if it is a subclass, else its class.
fn check(vm: &Vm, class: &Obj<Type>, object: &Object) -> Res<Obj<Type>> {
    if let Some(t) = object.downcast::<Type>().filter(|t| t.is_subtype(class)) {
        return Ok(t.clone());
    }
    let own = vm.class_of(object);
    if own.is_subtype(class) {
        return Ok(own.clone());
    }
    if let Some(claimed) = vm.getattr_opt(object, &vm.names().__class__)? {
        if let Ok(claimed) = claimed.downcast_into::<Type>() {
            if !claimed.is(vm.class_of(object)) && claimed.is_subtype(class) {
                return Ok(claimed);
            }
        }
    }
    Err(vm.type_error("super(type, obj): obj must be an instance or subtype of type"))
}

/// Whether an object is the builtin type `super` itself.
pub(crate) fn is_super_type(object: &Object) -> bool {
    object.downcast_exact::<Type>().is_some_and(|t| t.spec.is_some_and(|s| std::ptr::eq(s, &SPEC)))
}

/// `super(class, object).name` if that is a Python function, unbound, and `object` an instance of `class`.
pub(crate) fn plain_method(
    vm: &Vm,
    class: &Object,
    object: &Object,
    name: &Obj<Str>,
) -> Option<Object> {
    let class = class.downcast::<Type>()?;
    let own = vm.class_of(object);
    if object.is_kind(Kind::Type) || !own.is_subtype(class) || name.is(&vm.names().__class__) {
        return None;
    }
    lookup_after(vm, class, own, name).filter(|f| f.is_kind(Kind::Function))
}

/// Look a name up in the order of `start`, behind `behind`.
pub(crate) fn lookup_after(
    vm: &Vm,
    behind: &Obj<Type>,
    start: &Obj<Type>,
    name: &Obj<Str>,
) -> Option<Object> {
    let order = start.mro_tuple()?;
    let mut passed = false;
    for t in order.as_slice().iter().filter_map(|t| t.downcast::<Type>()) {
        if passed {
            super::ensure_filled(vm, t);
            if let Some(found) = t.dict.get_str(vm, name) {
                return Some(found);
            }
        }
        passed |= t.is(behind);
    }
    None
}

fn getattr(vm: &Vm, this: &Object, name: &Obj<Str>) -> Res {
    let Some(s) = this.downcast::<Super>() else { return vm.generic_getattr(this, name) };
    let name = &vm.intern_str(name);
    let (Some(start), Some(behind)) =
        (s.object_class.get_as::<Type>(), s.this_class.get_as::<Type>())
    else {
        return vm.generic_getattr(this, name);
    };
    if name.equals("__class__") {
        return vm.generic_getattr(this, name);
    }
    let Some(found) = lookup_after(vm, &behind, &start, name) else {
        return vm.generic_getattr(this, name);
    };
    let Some(get) = vm.class_of(&found).slots().descr_get else { return Ok(found) };
    let object = s.object.get();
    // Bound to a class: methods come out unbound.
    let instance = object.as_ref().filter(|o| !o.is(start.as_object()));
    get(vm, &found, instance, Some(start.as_object()))
}

fn descr_get(vm: &Vm, this: &Object, instance: Option<&Object>, _: Option<&Object>) -> Res {
    let (Some(s), Some(instance)) = (this.downcast::<Super>(), instance) else {
        return Ok(this.clone());
    };
    if s.object.is_set() {
        return Ok(this.clone());
    }
    let Some(behind) = s.this_class.get_as::<Type>() else { return Ok(this.clone()) };
    let own = vm.class_of(this);
    if !own.is(&vm.types().super_) {
        // A subclass binds by calling it.
        return vm.call(own.clone().as_object(), &[behind.into_object(), instance.clone()]);
    }
    let start = check(vm, &behind, instance)?;
    let payload = Super {
        this_class: Slot::new(behind.into_object()),
        object: Slot::new(instance.clone()),
        object_class: Slot::new(start.into_object()),
    };
    Ok(vm.alloc_typed(&vm.types().super_, payload, 0)?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(s) = this.downcast::<Super>() else { return Ok(Object::none()) };
    let class = s.this_class.get_as::<Type>().map_or("NULL".to_string(), |t| t.short_name());
    let text = match s.object_class.get_as::<Type>() {
        Some(t) => format!("<super: <class '{class}'>, <{} object>>", t.short_name()),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    Ok(vm.str(&text)?.into_object())
}

fn this_class(_: &Vm, this: &Object) -> Res {
    Ok(this.downcast::<Super>().and_then(|s| s.this_class.get()).unwrap_or(Object::none()))
}

fn object(_: &Vm, this: &Object) -> Res {
    Ok(this.downcast::<Super>().and_then(|s| s.object.get()).unwrap_or(Object::none()))
}

fn object_class(_: &Vm, this: &Object) -> Res {
    Ok(this.downcast::<Super>().and_then(|s| s.object_class.get()).unwrap_or(Object::none()))
}
