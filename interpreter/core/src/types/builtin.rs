//! Native functions as objects: `builtin_function_or_method` (functions of modules, bound methods,
//! `__new__`), `method_descriptor` and `classmethod_descriptor` (methods as classes hold them).
//!
//! **Invariant:** the row behind a method descriptor is called only with a receiver that is an instance
//! (a subclass, for class methods) of `owner`.

use crate::native::{GetSetDef, NativeDef, NativeKind, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use taipan_macros::native;

/// The type `builtin_function_or_method`.
pub static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::WEAKREF | type_flags::NO_NEW,
    slots: Slots {
        call: Some(call),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(compare),
        ..Slots::NONE
    },
    getsets: &[
        GetSetDef { name: "__name__", doc: "", get: name, set: None },
        GetSetDef { name: "__qualname__", doc: "", get: qualname, set: None },
        GetSetDef { name: "__doc__", doc: "", get: doc, set: None },
        GetSetDef { name: "__self__", doc: "", get: receiver, set: None },
        GetSetDef { name: "__module__", doc: "", get: module, set: Some(set_module) },
        GetSetDef { name: "__text_signature__", doc: "", get: signature, set: None },
    ],
    methods: natives![reduce],
    ..TypeSpec::new::<Builtin>("builtin_function_or_method")
};

/// The type `method_descriptor`.
pub static METHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        call: Some(call_unbound),
        repr: Some(repr_unbound),
        descr_get: Some(bind),
        ..Slots::NONE
    },
    getsets: DESCRIPTOR_GETSETS,
    methods: natives![reduce_descriptor],
    ..TypeSpec::new::<Builtin>("method_descriptor")
};

/// The type `classmethod_descriptor`.
pub static CLASSMETHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        call: Some(call_class),
        repr: Some(repr_unbound),
        descr_get: Some(bind_class),
        ..Slots::NONE
    },
    getsets: DESCRIPTOR_GETSETS,
    ..TypeSpec::new::<Builtin>("classmethod_descriptor")
};

const DESCRIPTOR_GETSETS: &[GetSetDef] = &[
    GetSetDef { name: "__name__", doc: "", get: name, set: None },
    GetSetDef { name: "__qualname__", doc: "", get: qualname, set: None },
    GetSetDef { name: "__objclass__", doc: "", get: owner, set: None },
    GetSetDef { name: "__doc__", doc: "", get: doc, set: None },
    GetSetDef { name: "__text_signature__", doc: "", get: signature, set: None },
];

/// The row of every native type's `__new__`: the receiver is that type, the first argument the class.
static NEW: NativeDef = NativeDef {
    name: "__new__",
    signature: "(*args, **kwargs)",
    doc: "Make an instance; how it is called is in the documentation of the type.",
    params: &[],
    call: call_new,
    kind: NativeKind::New,
    wording: crate::native::Wording::Native,
    coroutine: false,
};

fn make(vm: &Vm, ty: &Obj<Type>, def: &'static NativeDef, owner: Option<&Obj<Type>>) -> Res {
    let owner = owner.map(|o| o.as_object().clone());
    let payload =
        Builtin { def, owner: owner.into(), receiver: Slot::empty(), module: Slot::empty() };
    Ok(vm.alloc_typed(ty, payload, 0)?.into_object())
}

/// A method of a native type, as its dict holds it.
pub(crate) fn method(vm: &Vm, def: &'static NativeDef, owner: &Obj<Type>) -> Res {
    match def.kind {
        NativeKind::Class => make(vm, &vm.types().classmethod_descriptor, def, Some(owner)),
        NativeKind::Static => {
            let f = make(vm, &vm.types().builtin, def, Some(owner))?;
            super::class_methods::static_method(vm, f)
        }
        NativeKind::New => make(vm, &vm.types().builtin, def, Some(owner)),
        _ => make(vm, &vm.types().method_descriptor, def, Some(owner)),
    }
}

/// A function of a module.
pub fn function(vm: &Vm, def: &'static NativeDef, module: &str) -> Res {
    let module = Slot::new(vm.intern(module).into_object());
    let payload = Builtin { def, owner: Slot::empty(), receiver: Slot::empty(), module };
    Ok(vm.alloc_typed(&vm.types().builtin, payload, 0)?.into_object())
}

/// `__new__` of a native type.
pub(crate) fn constructor(vm: &Vm, class: &Obj<Type>) -> Res {
    let class = class.as_object();
    let payload = Builtin {
        def: &NEW,
        owner: Slot::empty(),
        receiver: Slot::new(class.clone()),
        module: Slot::empty(),
    };
    Ok(vm.alloc_typed(&vm.types().builtin, payload, 0)?.into_object())
}

/// The native type whose `__new__` this is.
pub(crate) fn constructor_owner(attribute: &Object) -> Option<Obj<Type>> {
    let f = attribute.downcast::<Builtin>()?;
    if std::ptr::eq(f.def, &NEW) { f.receiver.get_as::<Type>() } else { None }
}

/// `T.__new__(C, ...)`: the class must be one of `T`'s, and nothing native may lie between.
fn call_new(vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(owner) = args.first().and_then(|o| o.downcast::<Type>()) else {
        return Err(vm.system_error("__new__ without its type"));
    };
    let shown = owner.full_name();
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    let Some(given) = args.get(1).filter(|_| positional > 1) else {
        return Err(vm.type_error(format_args!("{shown}.__new__(): not enough arguments")));
    };
    let Some(class) = given.downcast::<Type>() else {
        let given = vm.type_name(given);
        return Err(
            vm.type_error(format_args!("{shown}.__new__(X): X is not a type object ({given})"))
        );
    };
    let wanted = class.full_name();
    if !class.is_subtype(owner) {
        return Err(vm.type_error(format_args!(
            "{shown}.__new__({wanted}): {wanted} is not a subtype of {shown}"
        )));
    }
    // The nearest native base must have the same constructor.
    let mut base = class.clone();
    while base.is_heap_type() {
        match base.base.get_as::<Type>() {
            Some(b) => base = b,
            None => break,
        }
    }
    let Some(new) = owner.slots().new else {
        return Err(vm.type_error(format_args!("cannot create '{shown}' instances")));
    };
    if !base.slots().new.is_some_and(|n| std::ptr::fn_addr_eq(n, new)) {
        let right = base.full_name();
        return Err(vm.type_error(format_args!(
            "{shown}.__new__({wanted}) is not safe, use {right}.__new__()"
        )));
    }
    new(vm, class, args.get(2..).unwrap_or(&[]), names)
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(f) = this.downcast::<Builtin>() else { return Ok(Object::none()) };
    match f.receiver.get() {
        None => (f.def.call)(vm, args, names),
        Some(receiver) => {
            if args.is_empty() {
                return (f.def.call)(vm, std::slice::from_ref(&receiver), names);
            }
            let mut all = Vec::with_capacity(args.len() + 1);
            all.push(receiver);
            all.extend_from_slice(args);
            (f.def.call)(vm, &all, names)
        }
    }
}

#[cold]
fn does_not_apply(vm: &Vm, f: &Builtin, owner: &Obj<Type>, object: &Object) -> Raised {
    vm.type_error(format_args!(
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        f.def.name,
        owner.full_name(),
        vm.type_name(object)
    ))
}

fn call_unbound(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(f) = this.downcast::<Builtin>() else { return Ok(Object::none()) };
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    let Some(object) = args.first().filter(|_| positional > 0) else {
        return Err(match f.owner.get_as::<Type>() {
            Some(owner) => crate::native::no_receiver(vm, &owner.short_name(), &owner, f.def),
            None => {
                vm.type_error(format_args!("unbound method {}() needs an argument", f.def.name))
            }
        });
    };
    if let Some(owner) = f.owner.get_as::<Type>() {
        if !vm.is_exact_instance(object, &owner) {
            return Err(does_not_apply(vm, f, &owner, object));
        }
    }
    (f.def.call)(vm, args, names)
}

/// The function with its first argument bound.
fn bound(vm: &Vm, f: &Builtin, receiver: Object) -> Res {
    let payload = Builtin {
        def: f.def,
        owner: f.owner.get().into(),
        receiver: Slot::new(receiver),
        module: Slot::empty(),
    };
    Ok(vm.alloc_typed(&vm.types().builtin, payload, 0)?.into_object())
}

fn bind(vm: &Vm, this: &Object, object: Option<&Object>, _: Option<&Object>) -> Res {
    let (Some(f), Some(object)) = (this.downcast::<Builtin>(), object) else {
        return Ok(this.clone());
    };
    if let Some(owner) = f.owner.get_as::<Type>() {
        if !vm.is_exact_instance(object, &owner) {
            return Err(does_not_apply(vm, f, &owner, object));
        }
    }
    bound(vm, f, object.clone())
}

fn bind_class(vm: &Vm, this: &Object, object: Option<&Object>, class: Option<&Object>) -> Res {
    let Some(f) = this.downcast::<Builtin>() else { return Ok(this.clone()) };
    let Some(owner) = f.owner.get_as::<Type>() else { return Ok(this.clone()) };
    let class = match (class, object) {
        (Some(c), _) => c.clone(),
        (None, Some(o)) => vm.class_of(o).clone().into_object(),
        (None, None) => {
            return Err(vm.type_error(format_args!(
                "descriptor '{}' for type '{}' needs either an object or a type",
                f.def.name,
                owner.full_name()
            )));
        }
    };
    check_class(vm, f, &owner, &class)?;
    bound(vm, f, class)
}

fn check_class(vm: &Vm, f: &Builtin, owner: &Obj<Type>, class: &Object) -> Res<()> {
    let (name, shown) = (f.def.name, owner.full_name());
    let Some(c) = class.downcast::<Type>() else {
        let got = vm.type_name(class);
        return Err(vm.type_error(format_args!(
            "descriptor '{name}' for type '{shown}' needs a type, not a '{got}' as arg 2"
        )));
    };
    if !c.is_subtype(owner) {
        let got = c.full_name();
        return Err(vm.type_error(format_args!(
            "descriptor '{name}' requires a subtype of '{shown}' but received '{got}'"
        )));
    }
    Ok(())
}

fn call_class(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(f) = this.downcast::<Builtin>() else { return Ok(Object::none()) };
    let Some(owner) = f.owner.get_as::<Type>() else { return Ok(Object::none()) };
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    let Some(class) = args.first().filter(|_| positional > 0) else {
        let shown = owner.full_name();
        return Err(vm.type_error(format_args!(
            "descriptor '{}' of '{shown}' object needs an argument",
            f.def.name
        )));
    };
    check_class(vm, f, &owner, class)?;
    (f.def.call)(vm, args, names)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(f) = this.downcast::<Builtin>() else { return Ok(Object::none()) };
    let text = match f.receiver.get() {
        Some(r) if !r.is_kind(Kind::Module) => format!(
            "<built-in method {} of {} object at {:#x}>",
            f.def.name,
            vm.type_name(&r),
            r.id()
        ),
        _ => format!("<built-in function {}>", f.def.name),
    };
    Ok(vm.str(&text)?.into_object())
}

fn repr_unbound(vm: &Vm, this: &Object) -> Res {
    let Some(f) = this.downcast::<Builtin>() else { return Ok(Object::none()) };
    let owner = f.owner.get_as::<Type>().map_or(String::new(), |o| o.full_name());
    Ok(vm.str(&format!("<method '{}' of '{owner}' objects>", f.def.name))?.into_object())
}

fn hash(_: &Vm, this: &Object) -> Res<i64> {
    let Some(f) = this.downcast::<Builtin>() else { return Ok(0) };
    let receiver = f.receiver.get().map_or(0, |r| r.id());
    let h = (receiver.rotate_right(4) ^ (f.def.call as usize as u64).rotate_right(3)) as i64;
    Ok(if h == -1 { -2 } else { h })
}

fn compare(_: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Builtin>(), b.downcast::<Builtin>()) else {
        return Ok(Object::not_implemented());
    };
    let same = std::ptr::eq(x.def, y.def) && x.receiver.peek() == y.receiver.peek();
    match op {
        CmpOp::Eq => Ok(Object::bool(same)),
        CmpOp::Ne => Ok(Object::bool(!same)),
        _ => Ok(Object::not_implemented()),
    }
}

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Builtin>> {
    this.downcast::<Builtin>().ok_or_else(|| vm.system_error("not a native function"))
}

fn name(vm: &Vm, this: &Object) -> Res {
    Ok(vm.intern(of(vm, this)?.def.name).into_object())
}

fn qualname(vm: &Vm, this: &Object) -> Res {
    let f = of(vm, this)?;
    let text = match (f.receiver.get(), f.owner.get_as::<Type>()) {
        (Some(r), _) if !r.is_kind(Kind::Module) => {
            let class = match r.downcast::<Type>() {
                Some(t) => t.clone(),
                None => vm.class_of(&r).clone(),
            };
            format!("{}.{}", class.qualname.borrow().to_str_lossy(), f.def.name)
        }
        (None, Some(owner)) => format!("{}.{}", owner.qualname.borrow().to_str_lossy(), f.def.name),
        _ => f.def.name.to_string(),
    };
    Ok(vm.str(&text)?.into_object())
}

fn doc(vm: &Vm, this: &Object) -> Res {
    let doc = of(vm, this)?.def.doc;
    if doc.is_empty() { Ok(Object::none()) } else { Ok(vm.str(doc)?.into_object()) }
}

fn owner(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.owner.get().unwrap_or(Object::none()))
}

/// What a function is bound to; functions of modules name their module.
fn receiver(vm: &Vm, this: &Object) -> Res {
    let f = of(vm, this)?;
    if let Some(r) = f.receiver.get() {
        return Ok(r);
    }
    let modules = vm.interp().modules.get_as::<Dict>();
    let module = f.module.get_as::<Str>().and_then(|name| modules?.get_str(vm, &name));
    Ok(module.unwrap_or(Object::none()))
}

fn module(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.module.get().unwrap_or(Object::none()))
}

fn set_module(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.module.assign(value.cloned());
    Ok(())
}

/// The signature as introspection reads it: the receiver marked with a dollar sign.
pub(crate) fn marked_signature(def: &NativeDef) -> String {
    let s = def.signature;
    match def.kind {
        NativeKind::Method => s.replacen("(self", "($self", 1),
        NativeKind::Class => s.replacen("(cls", "($type", 1).replacen("(type", "($type", 1),
        NativeKind::New => s.replacen('(', "($type, ", 1),
        _ => s.replacen('(', "($module, ", 1).replace("($module, )", "($module)"),
    }
}

fn signature(vm: &Vm, this: &Object) -> Res {
    let def = of(vm, this)?.def;
    if def.signature.is_empty() {
        return Ok(Object::none());
    }
    let text = match def.kind {
        NativeKind::Function if def.signature == "()" => "($module, /)".to_string(),
        NativeKind::Function if !def.signature.contains('/') => {
            // The module itself is positional-only.
            def.signature.replacen('(', "($module, /, ", 1)
        }
        NativeKind::Static => def.signature.to_string(),
        _ => marked_signature(def),
    };
    Ok(vm.str(&text)?.into_object())
}

/// Functions of modules pickle by name, bound methods as `getattr(receiver, name)`.
#[native("(self, /)", name = "__reduce__")]
fn reduce(vm: &Vm, this: &Obj<Builtin>) -> Res {
    let name = vm.intern(this.def.name).into_object();
    match this.receiver.get() {
        Some(r) if !r.is_kind(Kind::Module) => by_name(vm, r, name),
        _ => Ok(name),
    }
}

#[native("(self, /)", name = "__reduce__")]
fn reduce_descriptor(vm: &Vm, this: &Obj<Builtin>) -> Res {
    let owner = this.owner.get().unwrap_or(Object::none());
    by_name(vm, owner, vm.intern(this.def.name).into_object())
}

fn by_name(vm: &Vm, object: Object, name: Object) -> Res {
    let builtins = vm.interp().builtins.get_as::<Dict>();
    let getattr = builtins.and_then(|b| b.get_named(vm, "getattr")).unwrap_or(Object::none());
    let args = vm.tuple(vec![object, name])?.into_object();
    Ok(vm.tuple(vec![getattr, args])?.into_object())
}
