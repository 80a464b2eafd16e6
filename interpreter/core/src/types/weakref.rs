//! Weak references and proxies: `weakref.ReferenceType`, `weakref.ProxyType`, `weakref.CallableProxyType`, and
//! the module `_weakref`.
//!
//! **Invariant:** an object has at most one reference of the exact class without a callback, and at most one
//! such proxy: they are given out again.

use crate::native::{GetSetDef, ModuleDef, class_getitem, natives};
use crate::object::types::{BinarySlot, UnarySlot};
use crate::object::weakref::{self, WeakRef};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The type `weakref.ReferenceType`.
pub static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        call: Some(call),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(compare),
        ..Slots::NONE
    },
    methods: natives![class_getitem],
    getsets: &[GetSetDef { name: "__callback__", doc: "", get: callback, set: None }],
    ..TypeSpec::new::<WeakRef>("weakref.ReferenceType")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<WeakRef>> {
    this.downcast::<WeakRef>().ok_or_else(|| vm.system_error("not a weak reference"))
}

/// The referent and the callback, if any, of a constructor's arguments.
fn arguments<'a>(vm: &Vm, name: &str, args: &'a [Object]) -> Res<(&'a Object, Option<&'a Object>)> {
    match args {
        [object] => Ok((object, None)),
        [object, callback] => Ok((object, Some(callback).filter(|c| !c.is_none()))),
        [] => Err(vm.type_error(format_args!("{name} expected at least 1 argument, got 0"))),
        _ => Err(
            vm.type_error(format_args!("{name} expected at most 2 arguments, got {}", args.len()))
        ),
    }
}

fn check_referable(vm: &Vm, object: &Object) -> Res<()> {
    let class = vm.class_of(object);
    if object.value().is_ptr() && class.has(type_flags::WEAKREF) {
        return Ok(());
    }
    Err(vm
        .type_error(format_args!("cannot create weak reference to '{}' object", class.full_name())))
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let exact = class.is(&vm.type_of_payload::<WeakRef>()?);
    if exact && names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    let (object, callback) = arguments(vm, "__new__", &args[..positional])?;
    make(vm, class, object, callback)
}

/// A reference of class `class`, or the shared one.
fn make(vm: &Vm, class: &Obj<Type>, object: &Object, callback: Option<&Object>) -> Res {
    check_referable(vm, object)?;
    if callback.is_none() && !class.is_heap_type() {
        for known in weakref::references_to(vm, object) {
            if !known.callback.is_set() && vm.class_of(known.as_object()).is(class) {
                return Ok(known.into_object());
            }
        }
    }
    let made = vm.alloc_of(class, WeakRef::new(vm, object, callback.cloned()))?;
    weakref::register(vm, &made);
    Ok(made.into_object())
}

/// `weakref.ref(object)`, for natives.
pub fn reference(vm: &Vm, object: &Object) -> Res {
    make(vm, &vm.type_of_payload::<WeakRef>()?, object, None)
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    if names.is_some_and(|n| !n.is_empty()) && !vm.class_of(this).is_heap_type() {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    arguments(vm, "__init__", &args[..positional]).map(drop)
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("ref() takes no keyword arguments"));
    }
    if !args.is_empty() {
        return Err(
            vm.type_error(format_args!("__call__ expected 0 arguments, got {}", args.len()))
        );
    }
    Ok(of(vm, this)?.get().unwrap_or(Object::none()))
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let at = this.id();
    let text = match of(vm, this)?.get() {
        None => format!("<weakref at {at:#x}; dead>"),
        Some(o) => {
            let class = vm.type_name(&o);
            let name = vm
                .lookup_special(&o, &vm.names().__name__)?
                .and_then(|n| n.downcast_into::<Str>().ok());
            match name {
                Some(n) => format!(
                    "<weakref at {at:#x}; to '{class}' at {:#x} ({})>",
                    o.id(),
                    n.to_str_lossy()
                ),
                None => format!("<weakref at {at:#x}; to '{class}' at {:#x}>", o.id()),
            }
        }
    };
    Ok(vm.str(&text)?.into_object())
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let r = of(vm, this)?;
    if r.hash.get() != -1 {
        return Ok(r.hash.get());
    }
    match r.get() {
        Some(o) => {
            let h = vm.hash(&o)?;
            r.hash.set(h);
            Ok(h)
        }
        None => Err(vm.type_error("weak object has gone away")),
    }
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<WeakRef>(), b.downcast::<WeakRef>()) else {
        return Ok(Object::not_implemented());
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Object::not_implemented());
    }
    match (x.get(), y.get()) {
        (Some(x), Some(y)) => vm.compare(&x, &y, op),
        _ => Ok(Object::bool(a.is(b) == (op == CmpOp::Eq))),
    }
}

fn callback(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.callback.get().unwrap_or(Object::none()))
}

/// What a proxy stands for; other objects stand for themselves.
fn target(vm: &Vm, object: &Object) -> Res {
    let Some(r) = object.downcast::<WeakRef>().filter(|_| is_proxy(vm, object)) else {
        return Ok(object.clone());
    };
    r.get().ok_or_else(|| vm.reference_error("weakly-referenced object no longer exists"))
}

fn is_proxy(vm: &Vm, object: &Object) -> bool {
    vm.class_of(object)
        .spec()
        .is_some_and(|s| std::ptr::eq(s, &PROXY) || std::ptr::eq(s, &CALLABLE_PROXY))
}

macro_rules! forward_binary {
    ($($field:ident $op:ident)*) => { Slots { $($field: Some({
        fn forward(vm: &Vm, a: &Object, b: &Object) -> Res {
            vm.binary(BinOp::$op, &target(vm, a)?, &target(vm, b)?)
        }
        forward as BinarySlot
    }),)* ..Slots::NONE } };
}

macro_rules! forward_inplace {
    ($slots:ident $($field:ident $op:ident)*) => { $($slots.$field = Some({
        fn forward(vm: &Vm, a: &Object, b: &Object) -> Res {
            vm.inplace(BinOp::$op, &target(vm, a)?, &target(vm, b)?)
        }
        forward as BinarySlot
    });)* };
}

macro_rules! forward_unary {
    ($slots:ident $($field:ident $what:literal)*) => { $($slots.$field = Some({
        fn forward(vm: &Vm, a: &Object) -> Res {
            let o = target(vm, a)?;
            match vm.class_of(&o).slots().$field {
                Some(f) => f(vm, &o),
                None => Err(vm.type_error(format_args!(concat!("bad operand type for ", $what, ": '{}'"), vm.type_name(&o)))),
            }
        }
        forward as UnarySlot
    });)* };
}

const fn proxy_slots() -> Slots {
    let mut s = forward_binary! {
        add Add sub Sub mul Mul rem Mod divmod DivMod lshift LShift rshift RShift and And xor Xor or Or
        floor_div FloorDiv true_div TrueDiv matmul MatMul
    };
    forward_inplace! { s
        iadd Add isub Sub imul Mul irem Mod ilshift LShift irshift RShift iand And ixor Xor ior Or ipow Pow
        ifloor_div FloorDiv itrue_div TrueDiv imatmul MatMul
    }
    forward_unary! { s neg "unary -" pos "unary +" abs "abs()" invert "unary ~" int "int()" float "float()" }
    s.pow = Some(|vm, a, b, m| vm.power(&target(vm, a)?, &target(vm, b)?, &target(vm, m)?));
    s.index = Some(|vm, a| vm.index(&target(vm, a)?));
    s.bool = Some(|vm, a| vm.truth(&target(vm, a)?));
    s.len = Some(|vm, a| vm.len(&target(vm, a)?));
    s.getitem = Some(|vm, a, key| vm.getitem(&target(vm, a)?, &target(vm, key)?));
    s.setitem = Some(|vm, a, key, value| match value {
        Some(v) => vm.setitem(&target(vm, a)?, key, v),
        None => vm.delitem(&target(vm, a)?, key),
    });
    s.contains = Some(|vm, a, element| vm.contains(&target(vm, a)?, element));
    s.iter = Some(|vm, a| vm.iter(&target(vm, a)?));
    s.next = Some(proxy_next);
    s.repr = Some(proxy_repr);
    s.str = Some(|vm, a| Ok(vm.to_str(&target(vm, a)?)?.into_object()));
    s.richcmp = Some(|vm, a, b, op| vm.compare(&target(vm, a)?, &target(vm, b)?, op));
    s.getattr = Some(|vm, a, name| vm.getattr(&target(vm, a)?, name));
    s.setattr = Some(|vm, a, name, value| vm.setattr_or_delete(&target(vm, a)?, name, value));
    s
}

const fn with_call(mut slots: Slots) -> Slots {
    slots.call = Some(|vm, a, args, names| vm.call_with(&target(vm, a)?, args, names));
    slots
}

/// The type `weakref.ProxyType`.
pub static PROXY: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: proxy_slots(),
    methods: natives![proxy_bytes, proxy_reversed],
    ..TypeSpec::new::<WeakRef>("weakref.ProxyType")
};

/// The type `weakref.CallableProxyType`.
pub static CALLABLE_PROXY: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: with_call(proxy_slots()),
    methods: natives![proxy_bytes, proxy_reversed],
    ..TypeSpec::new::<WeakRef>("weakref.CallableProxyType")
};

fn proxy_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let o = target(vm, this)?;
    if vm.class_of(&o).slots().next.is_none() {
        let got = vm.type_name(&o);
        return Err(
            vm.type_error(format_args!("Weakref proxy referenced a non-iterator '{got}' object"))
        );
    }
    vm.next(&o)
}

fn proxy_repr(vm: &Vm, this: &Object) -> Res {
    let r = of(vm, this)?;
    let text = match r.get() {
        Some(o) => {
            format!("<weakproxy at {:#x} to {} at {:#x}>", this.id(), vm.type_name(&o), o.id())
        }
        None => {
            format!("<weakproxy at {:#x} to NoneType at {:#x}>", this.id(), Object::none().id())
        }
    };
    Ok(vm.str(&text)?.into_object())
}

#[native("(self, /)", name = "__bytes__", no_signature)]
fn proxy_bytes(vm: &Vm, this: &Object) -> Res {
    vm.call_method(&target(vm, this)?, "__bytes__", &[])
}

#[native("(self, /)", name = "__reversed__", no_signature)]
fn proxy_reversed(vm: &Vm, this: &Object) -> Res {
    vm.call_method(&target(vm, this)?, "__reversed__", &[])
}

/// The two proxy types of an interpreter.
#[derive(Default)]
struct Proxies(std::cell::OnceCell<(Obj<Type>, Obj<Type>)>);

fn proxy_types(vm: &Vm) -> Res<(Obj<Type>, Obj<Type>)> {
    let state = vm.interp().state::<Proxies>();
    if let Some(known) = state.0.get() {
        return Ok(known.clone());
    }
    let made = (vm.native_type_of(&PROXY)?, vm.native_type_of(&CALLABLE_PROXY)?);
    Ok(state.0.get_or_init(|| made).clone())
}

/// Return a weak reference count of 'object'.
#[native("(object, /)")]
fn getweakrefcount(vm: &Vm, object: &Object) -> usize {
    if object.value().is_ptr() { weakref::references_to(vm, object).len() } else { 0 }
}

/// getweakrefs(object) -- the weak references and proxies of an object, as a list
#[native("(object, /)", no_signature)]
fn getweakrefs(vm: &Vm, object: &Object) -> Res {
    let all = if object.value().is_ptr() { weakref::references_to(vm, object) } else { Vec::new() };
    // Those that are given out again come first, then the newest.
    let (reference, (plain, callable)) = (vm.type_of_payload::<WeakRef>()?, proxy_types(vm)?);
    let rank = |known: &Obj<WeakRef>| {
        let class = vm.class_of(known.as_object());
        match known.callback.is_set() {
            false if class.is(&reference) => 0,
            false if class.is(&plain) || class.is(&callable) => 1,
            _ => 2,
        }
    };
    let of_rank = |wanted: u8| all.iter().rev().filter(move |known| rank(known) == wanted);
    let ranked = (0..3).flat_map(of_rank).map(|known| known.as_object().clone());
    Ok(vm.list(ranked.collect())?.into_object())
}

/// proxy(object[, callback]) -- something to use in place of the object that does not keep it alive.
/// It raises ReferenceError once the object is gone, when the callback is called with it.
#[native("(object, callback=None, /)", no_signature)]
fn proxy(vm: &Vm, object: &Object, callback: Option<&Object>) -> Res {
    let (plain, callable) = proxy_types(vm)?;
    let class = if vm.class_of(object).slots().call.is_some() { callable } else { plain };
    make(vm, &class, object, callback)
}

/// Drop a key from a dict if its value is a weak reference to an object that is gone.
#[native("(dct, key, /)", name = "_remove_dead_weakref")]
fn remove_dead_weakref(vm: &Vm, dct: &Obj<Dict>, key: &Object) -> Res<()> {
    if let Some(held) = dct.get(vm, key)? {
        let Some(r) = held.downcast::<WeakRef>() else {
            return Err(vm.type_error("not a weakref"));
        };
        if r.get().is_none() {
            dct.remove(vm, key)?;
        }
    }
    Ok(())
}

/// The module `_weakref`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_weakref",
    doc: "References that do not keep their object alive.",
    functions: natives![getweakrefcount, getweakrefs, proxy, remove_dead_weakref],
    fill: Some(|vm, module| {
        let reference = vm.type_of_payload::<WeakRef>()?;
        let (plain, callable) = proxy_types(vm)?;
        module.set(vm, "ref", reference.clone())?;
        module.set(vm, "ReferenceType", reference)?;
        module.set(vm, "ProxyType", plain)?;
        module.set(vm, "CallableProxyType", callable)
    }),
    ..ModuleDef::EMPTY
};
