//! Slots of classes whose special methods are written in Python: each looks its method up on the class
//! and calls it, and holds the result to what the slot promises.
//!
//! **Invariant:** these are plain functions, never generic ones: `binary` slots of two operands are
//! compared by address to see whether one operand's class was written in Python.

use crate::object::*;
use crate::vm::{Raised, Res, Vm};

/// Call the special method `name` of `all[0]`'s class with `all`; None if the class has none.
pub(crate) fn maybe(vm: &Vm, name: &Obj<Str>, all: &[Object]) -> Res<Option<Object>> {
    let Some((this, rest)) = all.split_first() else { return Ok(None) };
    let class = vm.class_of(this).clone();
    let Some(method) = class.lookup(vm, name) else { return Ok(None) };
    if method.is_kind(Kind::Function) {
        return vm.call(&method, all).map(Some);
    }
    match vm.class_of(&method).slots().descr_get {
        Some(get) => {
            let bound = get(vm, &method, Some(this), Some(class.as_object()))?;
            vm.call(&bound, rest).map(Some)
        }
        None => vm.call(&method, rest).map(Some),
    }
}

/// The same; AttributeError with the bare name if there is none.
fn must(vm: &Vm, name: &Obj<Str>, all: &[Object]) -> Res {
    match maybe(vm, name, all)? {
        Some(r) => Ok(r),
        None => Err(vm.attribute_error(name.to_str_lossy())),
    }
}

macro_rules! unaries {
    ($($slot:ident $name:ident)*) => {$(
        pub fn $slot(vm: &Vm, this: &Object) -> Res {
            must(vm, &vm.names().$name, std::slice::from_ref(this))
        }
    )*};
}
unaries! {
    str __str__ neg __neg__ pos __pos__ abs __abs__ invert __invert__ int __int__ float __float__ index __index__
}

pub fn repr(vm: &Vm, this: &Object) -> Res {
    match maybe(vm, &vm.names().__repr__, std::slice::from_ref(this))? {
        Some(r) => Ok(r),
        None => crate::types::object::repr(vm, this),
    }
}

pub fn await_(vm: &Vm, this: &Object) -> Res {
    match maybe(vm, &vm.names().__await__, std::slice::from_ref(this))? {
        Some(r) => Ok(r),
        None => {
            let shown = vm.type_name(this);
            Err(vm.attribute_error(format_args!("object {shown} does not have __await__ method")))
        }
    }
}

pub fn aiter(vm: &Vm, this: &Object) -> Res {
    match maybe(vm, &vm.names().__aiter__, std::slice::from_ref(this))? {
        Some(r) => Ok(r),
        None => {
            let shown = vm.type_name(this);
            Err(vm.attribute_error(format_args!("object {shown} does not have __aiter__ method")))
        }
    }
}

pub fn anext(vm: &Vm, this: &Object) -> Res {
    match maybe(vm, &vm.names().__anext__, std::slice::from_ref(this))? {
        Some(r) => Ok(r),
        None => {
            let shown = vm.type_name(this);
            Err(vm.attribute_error(format_args!("object {shown} does not have __anext__ method")))
        }
    }
}

/// Whether the right operand's class found another reflected method than the left one's.
fn overrides(vm: &Vm, left: &Object, right: &Object, name: &Obj<Str>) -> Res<bool> {
    let Some(b) = vm.class_of(right).lookup(vm, name) else { return Ok(false) };
    let Some(a) = vm.class_of(left).lookup(vm, name) else { return Ok(true) };
    if a.is(&b) {
        return Ok(false);
    }
    // Attributes found through descriptors are compared as such, by identity first.
    vm.compare_bool(&a, &b, CmpOp::Ne)
}

/// The protocol of a binary operator: the left operand's method, the right one's reflected method,
/// the latter first if its class derives from the other and has its own.
fn binary(
    vm: &Vm,
    a: &Object,
    b: &Object,
    in_left: bool,
    in_right: bool,
    name: &Obj<Str>,
    reflected: &Obj<Str>,
) -> Res {
    let same = vm.class_of(a).is(vm.class_of(b));
    let mut try_right = in_right && !same;
    if in_left {
        if try_right && vm.class_of(b).is_subtype(vm.class_of(a)) && overrides(vm, a, b, reflected)?
        {
            if let Some(r) = maybe(vm, reflected, &[b.clone(), a.clone()])? {
                if !r.is_not_implemented() {
                    return Ok(r);
                }
            }
            try_right = false;
        }
        if let Some(r) = maybe(vm, name, &[a.clone(), b.clone()])? {
            if !r.is_not_implemented() || same {
                return Ok(r);
            }
        } else if same {
            return Ok(Object::not_implemented());
        }
    }
    if try_right {
        if let Some(r) = maybe(vm, reflected, &[b.clone(), a.clone()])? {
            return Ok(r);
        }
    }
    Ok(Object::not_implemented())
}

macro_rules! binaries {
    ($($slot:ident $name:ident $reflected:ident)*) => {$(
        pub fn $slot(vm: &Vm, a: &Object, b: &Object) -> Res {
            let mine = |o: &Object| {
                let slot = vm.class_of(o).slots().$slot;
                slot.is_some_and(|f| std::ptr::fn_addr_eq(f, $slot as crate::object::types::BinarySlot))
            };
            binary(vm, a, b, mine(a), mine(b), &vm.names().$name, &vm.names().$reflected)
        }
    )*};
}
binaries! {
    add __add__ __radd__ sub __sub__ __rsub__ mul __mul__ __rmul__ true_div __truediv__ __rtruediv__
    floor_div __floordiv__ __rfloordiv__ rem __mod__ __rmod__ divmod __divmod__ __rdivmod__
    lshift __lshift__ __rlshift__ rshift __rshift__ __rrshift__ and __and__ __rand__ or __or__ __ror__
    xor __xor__ __rxor__ matmul __matmul__ __rmatmul__
}

pub fn pow(vm: &Vm, a: &Object, b: &Object, modulus: &Object) -> Res {
    type Power = fn(&Vm, &Object, &Object, &Object) -> Res;
    let mine = |o: &Object| {
        vm.class_of(o).slots().pow.is_some_and(|f| std::ptr::fn_addr_eq(f, pow as Power))
    };
    let names = vm.names();
    if modulus.is_none() {
        return binary(vm, a, b, mine(a), mine(b), &names.__pow__, &names.__rpow__);
    }
    // Three arguments: no reflected method is tried.
    if mine(a) {
        return must(vm, &names.__pow__, &[a.clone(), b.clone(), modulus.clone()]);
    }
    Ok(Object::not_implemented())
}

macro_rules! inplaces {
    ($($slot:ident $name:ident)*) => {$(
        pub fn $slot(vm: &Vm, a: &Object, b: &Object) -> Res {
            match maybe(vm, &vm.names().$name, &[a.clone(), b.clone()])? {
                Some(r) => Ok(r),
                None => Ok(Object::not_implemented()),
            }
        }
    )*};
}
inplaces! {
    iadd __iadd__ isub __isub__ imul __imul__ itrue_div __itruediv__ ifloor_div __ifloordiv__ irem __imod__
    ipow __ipow__ ilshift __ilshift__ irshift __irshift__ iand __iand__ ior __ior__ ixor __ixor__
    imatmul __imatmul__
}

pub fn bool(vm: &Vm, this: &Object) -> Res<bool> {
    if let Some(r) = maybe(vm, &vm.names().__bool__, std::slice::from_ref(this))? {
        if r.is_bool() {
            return Ok(r.is_true_singleton());
        }
        let shown = vm.type_name(&r);
        return Err(vm.type_error(format_args!("__bool__ should return bool, returned {shown}")));
    }
    match vm.class_of(this).slots().len {
        Some(f) => Ok(f(vm, this)? != 0),
        None => Ok(true),
    }
}

pub fn len(vm: &Vm, this: &Object) -> Res<usize> {
    let r = must(vm, &vm.names().__len__, std::slice::from_ref(this))?;
    let n = vm.index(&r)?;
    match vm.as_i64(&n) {
        Some(n) if n >= 0 => Ok(n as usize),
        None if n.downcast::<Int>().is_some_and(|b| b.0.sign() != num_bigint::Sign::Minus) => {
            let shown = vm.type_name(&r);
            Err(vm.overflow_error(format_args!("cannot fit '{shown}' into an index-sized integer")))
        }
        _ => Err(vm.value_error("__len__() should return >= 0")),
    }
}

pub fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let class = vm.class_of(this).clone();
    match class.lookup(vm, &vm.names().__hash__) {
        Some(m) if !m.is_none() => {}
        _ => return Err(vm.type_error(format_args!("unhashable type: '{}'", class.full_name()))),
    }
    let r = must(vm, &vm.names().__hash__, std::slice::from_ref(this))?;
    if !vm.class_of(&r).has(type_flags::INT) {
        return Err(vm.type_error("__hash__ method should return an integer"));
    }
    let h = match vm.as_i64(&r) {
        Some(h) => h,
        // A big integer stands for its own hash.
        None => match vm.types().int.slots().hash {
            Some(f) => f(vm, &r)?,
            None => 0,
        },
    };
    Ok(if h == -1 { -2 } else { h })
}

pub fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    must(vm, &vm.names().__getitem__, &[this.clone(), key.clone()])
}

pub fn setitem(vm: &Vm, this: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    match value {
        Some(v) => must(vm, &vm.names().__setitem__, &[this.clone(), key.clone(), v.clone()])?,
        None => must(vm, &vm.names().__delitem__, &[this.clone(), key.clone()])?,
    };
    Ok(())
}

pub fn contains(vm: &Vm, this: &Object, element: &Object) -> Res<bool> {
    let name = &vm.names().__contains__;
    match vm.class_of(this).lookup(vm, name) {
        Some(m) if m.is_none() => {
            let shown = vm.type_name(this);
            Err(vm.type_error(format_args!("'{shown}' object is not a container")))
        }
        Some(_) => {
            let r = must(vm, name, &[this.clone(), element.clone()])?;
            vm.truth(&r)
        }
        None => vm.search(this, element),
    }
}

pub fn iter(vm: &Vm, this: &Object) -> Res {
    let name = &vm.names().__iter__;
    match vm.class_of(this).lookup(vm, name) {
        Some(m) if m.is_none() => not_iterable(vm, this),
        Some(_) => must(vm, name, std::slice::from_ref(this)),
        None if vm.class_of(this).slots().getitem.is_some() => {
            crate::types::iterators::sequence_iter(vm, this)
        }
        None => not_iterable(vm, this),
    }
}

#[cold]
fn not_iterable(vm: &Vm, this: &Object) -> Res {
    Err(vm.type_error(format_args!("'{}' object is not iterable", vm.type_name(this))))
}

/// StopIteration is left to the caller (see `Vm::next`), as it may have a value.
pub fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    must(vm, &vm.names().__next__, std::slice::from_ref(this)).map(Some)
}

/// `this` (for plain functions) and then the arguments.
fn with_receiver(this: &Object, args: &[Object]) -> Vec<Object> {
    let mut all = Vec::with_capacity(args.len() + 1);
    all.push(this.clone());
    all.extend_from_slice(args);
    all
}

/// Call a special method with any arguments; None if the class has none.
fn maybe_with(
    vm: &Vm,
    name: &Obj<Str>,
    this: &Object,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res<Option<Object>> {
    let class = vm.class_of(this).clone();
    let Some(method) = class.lookup(vm, name) else { return Ok(None) };
    if method.is_kind(Kind::Function) {
        return vm.call_with(&method, &with_receiver(this, args), names).map(Some);
    }
    match vm.class_of(&method).slots().descr_get {
        Some(get) => {
            let bound = get(vm, &method, Some(this), Some(class.as_object()))?;
            vm.call_with(&bound, args, names).map(Some)
        }
        None => vm.call_with(&method, args, names).map(Some),
    }
}

pub fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    match maybe_with(vm, &vm.names().__call__, this, args, names)? {
        Some(r) => Ok(r),
        None => Err(vm.attribute_error("__call__")),
    }
}

pub fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    match maybe_with(vm, &vm.names().__init__, this, args, names)? {
        Some(r) if r.is_none() => Ok(()),
        Some(r) => {
            let shown = vm.type_name(&r);
            Err(vm.type_error(format_args!("__init__() should return None, not '{shown}'")))
        }
        None => Err(vm.attribute_error("__init__")),
    }
}

pub fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let function = vm.getattr(class.as_object(), &vm.names().__new__)?;
    vm.call_with(&function, &with_receiver(class.as_object(), args), names)
}

pub fn del(vm: &Vm, this: &Object) -> Res<()> {
    maybe(vm, &vm.names().__del__, std::slice::from_ref(this)).map(drop)
}

pub fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let names = vm.names();
    let name = match op {
        CmpOp::Lt => &names.__lt__,
        CmpOp::Le => &names.__le__,
        CmpOp::Eq => &names.__eq__,
        CmpOp::Ne => &names.__ne__,
        CmpOp::Gt => &names.__gt__,
        CmpOp::Ge => &names.__ge__,
    };
    let class = vm.class_of(a).clone();
    let Some(method) = class.lookup(vm, name) else { return Ok(Object::not_implemented()) };
    if method.is_kind(Kind::Function) {
        return vm.call(&method, &[a.clone(), b.clone()]);
    }
    let Some(get) = vm.class_of(&method).slots().descr_get else {
        return vm.call(&method, std::slice::from_ref(b));
    };
    match get(vm, &method, Some(a), Some(class.as_object())) {
        Ok(bound) => vm.call(&bound, std::slice::from_ref(b)),
        // A method that cannot be had is none.
        Err(raised) => {
            drop(vm.take_raised(raised));
            Ok(Object::not_implemented())
        }
    }
}

/// Whether an attribute is `object.__getattribute__` itself.
fn is_generic(attribute: &Object) -> bool {
    use crate::types::descriptors::SlotWrapper;
    attribute
        .downcast::<SlotWrapper>()
        .is_some_and(|w| w.method.name == "__getattribute__" && w.owner.slots().getattr.is_none())
}

pub fn getattr(vm: &Vm, this: &Object, name: &Obj<Str>) -> Res {
    let class = vm.class_of(this).clone();
    let found = class.lookup(vm, &vm.names().__getattribute__);
    let has_fallback = class.lookup(vm, &vm.names().__getattr__).is_some();
    let generic = found.as_ref().is_none_or(is_generic);
    let failed: Raised = if generic {
        match vm.generic_getattr_opt(this, name) {
            Ok(Some(o)) => return Ok(o),
            Ok(None) if has_fallback => return fallback(vm, this, name),
            Ok(None) => return Err(vm.no_attribute(this, name)),
            Err(r) => r,
        }
    } else {
        match must(vm, &vm.names().__getattribute__, &[this.clone(), name.clone().into_object()]) {
            Ok(o) => return Ok(o),
            Err(r) => r,
        }
    };
    if !has_fallback {
        return Err(failed);
    }
    drop(vm.caught(failed, Exc::AttributeError)?);
    fallback(vm, this, name)
}

fn fallback(vm: &Vm, this: &Object, name: &Obj<Str>) -> Res {
    must(vm, &vm.names().__getattr__, &[this.clone(), name.clone().into_object()])
}

pub fn setattr(vm: &Vm, this: &Object, name: &Obj<Str>, value: Option<&Object>) -> Res<()> {
    let name = name.clone().into_object();
    match value {
        Some(v) => must(vm, &vm.names().__setattr__, &[this.clone(), name, v.clone()])?,
        None => must(vm, &vm.names().__delattr__, &[this.clone(), name])?,
    };
    Ok(())
}

pub fn descr_get(vm: &Vm, this: &Object, instance: Option<&Object>, owner: Option<&Object>) -> Res {
    let or_none = |o: Option<&Object>| o.cloned().unwrap_or(Object::none());
    match maybe(vm, &vm.names().__get__, &[this.clone(), or_none(instance), or_none(owner)])? {
        Some(r) => Ok(r),
        None => Ok(this.clone()),
    }
}

pub fn descr_set(vm: &Vm, this: &Object, instance: &Object, value: Option<&Object>) -> Res<()> {
    match value {
        Some(v) => must(vm, &vm.names().__set__, &[this.clone(), instance.clone(), v.clone()])?,
        None => must(vm, &vm.names().__delete__, &[this.clone(), instance.clone()])?,
    };
    Ok(())
}
