//! The type `method`: a callable bound to its first argument.

use crate::native::{GetSetDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The type `method`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "A function together with the object that becomes its first argument.",
    flags: type_flags::WEAKREF,
    slots: Slots {
        new: Some(new),
        call: Some(call),
        getattr: Some(getattr),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(compare),
        descr_get: Some(descr_get),
        ..Slots::NONE
    },
    methods: natives![reduce],
    getsets: &[
        GetSetDef {
            name: "__func__",
            doc: "what is called",
            get: function,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__self__",
            doc: "the object that becomes the first argument",
            get: receiver,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef { name: "__doc__", doc: "", get: doc, set: None },
    ],
    ..TypeSpec::new::<BoundMethod>("method")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<BoundMethod>> {
    this.downcast::<BoundMethod>().ok_or_else(|| vm.system_error("not a method"))
}

fn new(vm: &Vm, _: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("method() takes no keyword arguments"));
    }
    let [function, receiver] = args else {
        return Err(vm.type_error(format_args!("method expected 2 arguments, got {}", args.len())));
    };
    if vm.class_of(function).slots().call.is_none() {
        return Err(vm.type_error("first argument must be callable"));
    }
    if receiver.is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    vm.bound_method(function.clone(), receiver.clone())
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let m = of(vm, this)?;
    if let Some(function) = m.function.downcast_exact::<Function>() {
        return crate::vm::function_call::call_bound(vm, function, Some(&m.receiver), args, names);
    }
    let mut all = Vec::with_capacity(args.len() + 1);
    all.push(m.receiver.clone());
    all.extend_from_slice(args);
    vm.call_with(&m.function, &all, names)
}

/// What the type does not have is looked up on the function.
fn getattr(vm: &Vm, this: &Object, name: &Obj<Str>) -> Res {
    let m = of(vm, this)?;
    let name = &vm.intern_str(name);
    let class = vm.class_of(this);
    if let Some(attribute) = class.lookup(vm, name) {
        return match vm.class_of(&attribute).slots().descr_get {
            Some(get) => get(vm, &attribute, Some(this), Some(class.clone().as_object())),
            None => Ok(attribute),
        };
    }
    vm.getattr(&m.function, name)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let m = of(vm, this)?;
    let names = vm.names();
    let mut name = vm.getattr_opt(&m.function, &names.__qualname__)?;
    if name.is_none() {
        name = vm.getattr_opt(&m.function, &names.__name__)?;
    }
    let name = name
        .and_then(|n| n.downcast_into::<Str>().ok())
        .map_or("?".to_string(), |n| n.to_string_lossy());
    let receiver = vm.repr(&m.receiver)?.to_string_lossy();
    Ok(vm.str(&format!("<bound method {name} of {receiver}>"))?.into_object())
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let m = of(vm, this)?;
    let h = m.receiver.id().rotate_right(4) as i64 ^ vm.hash(&m.function)?;
    Ok(if h == -1 { -2 } else { h })
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<BoundMethod>(), b.downcast::<BoundMethod>()) else {
        return Ok(Object::not_implemented());
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Object::not_implemented());
    }
    let same = vm.eq(&x.function, &y.function)? && x.receiver.is(&y.receiver);
    Ok(Object::bool(same == (op == CmpOp::Eq)))
}

/// Bound already.
fn descr_get(_: &Vm, this: &Object, _: Option<&Object>, _: Option<&Object>) -> Res {
    Ok(this.clone())
}

fn function(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.function.clone())
}

fn receiver(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.receiver.clone())
}

fn doc(vm: &Vm, this: &Object) -> Res {
    Ok(vm.getattr_opt(&of(vm, this)?.function, &vm.names().__doc__)?.unwrap_or(Object::none()))
}

/// Pickle as `getattr(receiver, name)`.
#[native("(self, /)", name = "__reduce__")]
fn reduce(vm: &Vm, this: &Obj<BoundMethod>) -> Res {
    let name = vm.getattr(&this.function, &vm.names().__name__)?;
    let builtins = vm.interp().builtins.get_as::<Dict>();
    let getattr = builtins.and_then(|b| b.get_named(vm, "getattr")).unwrap_or(Object::none());
    let args = vm.tuple(vec![this.receiver.clone(), name])?.into_object();
    Ok(vm.tuple(vec![getattr, args])?.into_object())
}
