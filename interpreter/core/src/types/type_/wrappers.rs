//! Native slots called as methods: what `int.__add__(1, 2)` does once the receiver is checked.
//!
//! Each function gets the slot of the wrapper's owner, the receiver and the other arguments.

use super::trampolines;
use crate::object::types::{BinarySlot, UnarySlot};
use crate::object::*;
use crate::vm::{Res, Vm};

/// Call a slot of these slots on a receiver.
pub(crate) type Wrapper = fn(&Vm, &Slots, &Object, &[Object], Option<&Obj<Tuple>>) -> Res;

type Names<'a> = Option<&'a Obj<Tuple>>;

#[cold]
fn missing(vm: &Vm, name: &str) -> crate::vm::Raised {
    vm.system_error(format_args!("{name}: the slot is empty"))
}

fn expect<'a, const N: usize>(vm: &Vm, args: &'a [Object]) -> Res<&'a [Object; N]> {
    args.try_into().map_err(|_| {
        let s = if N == 1 { "" } else { "s" };
        // CPython unpacks pairs with a function that puts an (empty) name in front.
        let name = if N == 2 { " " } else { "" };
        vm.type_error(format_args!("{name}expected {N} argument{s}, got {}", args.len()))
    })
}

fn one_or_two<'a>(vm: &Vm, args: &'a [Object]) -> Res<(&'a Object, Option<&'a Object>)> {
    match args {
        [a] => Ok((a, None)),
        [a, b] => Ok((a, Some(b))),
        [] => Err(vm.type_error(" expected at least 1 argument, got 0")),
        _ => Err(vm.type_error(format_args!(" expected at most 2 arguments, got {}", args.len()))),
    }
}

pub fn unary(
    vm: &Vm,
    name: &str,
    slot: Option<UnarySlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    expect::<0>(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this)
}

pub fn binary_left(
    vm: &Vm,
    name: &str,
    slot: Option<BinarySlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [other] = expect(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this, other)
}

pub fn binary_right(
    vm: &Vm,
    name: &str,
    slot: Option<BinarySlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [other] = expect(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, other, this)
}

type PowerSlot = fn(&Vm, &Object, &Object, &Object) -> Res;

pub fn power_left(
    vm: &Vm,
    name: &str,
    slot: Option<PowerSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let (other, modulus) = one_or_two(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this, other, modulus.unwrap_or(&Object::none()))
}

pub fn power_right(
    vm: &Vm,
    name: &str,
    slot: Option<PowerSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let (other, modulus) = one_or_two(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, other, this, modulus.unwrap_or(&Object::none()))
}

pub fn hash(
    vm: &Vm,
    name: &str,
    slot: Option<fn(&Vm, &Object) -> Res<i64>>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    expect::<0>(vm, args)?;
    let h = slot.ok_or_else(|| missing(vm, name))?(vm, this)?;
    vm.int(h)
}

pub fn truth(
    vm: &Vm,
    name: &str,
    slot: Option<fn(&Vm, &Object) -> Res<bool>>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    expect::<0>(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this).map(Object::bool)
}

pub fn len(
    vm: &Vm,
    name: &str,
    slot: Option<fn(&Vm, &Object) -> Res<usize>>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    expect::<0>(vm, args)?;
    let n = slot.ok_or_else(|| missing(vm, name))?(vm, this)?;
    vm.int_usize(n)
}

pub fn next(
    vm: &Vm,
    name: &str,
    slot: Option<fn(&Vm, &Object) -> Res<Option<Object>>>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    expect::<0>(vm, args)?;
    match slot.ok_or_else(|| missing(vm, name))?(vm, this)? {
        Some(o) => Ok(o),
        None => Err(stop_with(vm, Object::none())),
    }
}

/// StopIteration that carries what the iterator returned.
pub(crate) fn stop_with(vm: &Vm, value: Object) -> crate::vm::Raised {
    if value.is_none() {
        vm.stop_iteration(value)
    } else {
        vm.raise_args(Exc::StopIteration, vec![value])
    }
}

pub fn del(
    vm: &Vm,
    name: &str,
    slot: Option<fn(&Vm, &Object) -> Res<()>>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    expect::<0>(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this)?;
    Ok(Object::none())
}

type CallSlot = fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res;

pub fn call(
    vm: &Vm,
    name: &str,
    slot: Option<CallSlot>,
    this: &Object,
    args: &[Object],
    names: Names,
) -> Res {
    slot.ok_or_else(|| missing(vm, name))?(vm, this, args, names)
}

type InitSlot = fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res<()>;

pub fn init(
    vm: &Vm,
    name: &str,
    slot: Option<InitSlot>,
    this: &Object,
    args: &[Object],
    names: Names,
) -> Res {
    slot.ok_or_else(|| missing(vm, name))?(vm, this, args, names)?;
    Ok(Object::none())
}

fn attribute_name(vm: &Vm, name: &Object) -> Res<Obj<Str>> {
    match name.downcast::<Str>() {
        Some(s) => Ok(vm.intern_str(s)),
        None => Err(vm.type_error(format_args!(
            "attribute name must be string, not '{}'",
            vm.type_name(name)
        ))),
    }
}

pub fn getattr(
    vm: &Vm,
    _: &str,
    slot: Option<fn(&Vm, &Object, &Obj<Str>) -> Res>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [name] = expect(vm, args)?;
    let name = attribute_name(vm, name)?;
    match slot {
        Some(f) => f(vm, this, &name),
        None => vm.generic_getattr(this, &name),
    }
}

type SetAttrSlot = fn(&Vm, &Object, &Obj<Str>, Option<&Object>) -> Res<()>;

/// `object.__setattr__(cls, ...)` must not jump over a native type's own rules.
fn check_not_jumped(vm: &Vm, what: &str, slot: Option<SetAttrSlot>, this: &Object) -> Res<()> {
    let same = |a: Option<SetAttrSlot>, b: Option<SetAttrSlot>| match (a, b) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        (None, None) => true,
        _ => false,
    };
    let mut at = Some(vm.class_of(this).clone());
    while let Some(class) = at {
        let own = class.slots().setattr;
        if same(own, slot) {
            return Ok(());
        }
        if !same(own, Some(trampolines::setattr)) {
            let shown = vm.type_name(this);
            return Err(vm.type_error(format_args!("can't apply this {what} to {shown} object")));
        }
        at = class.base.get_as::<Type>();
    }
    Ok(())
}

fn set_attribute(
    vm: &Vm,
    slot: Option<SetAttrSlot>,
    this: &Object,
    name: &Object,
    value: Option<&Object>,
) -> Res {
    let name = attribute_name(vm, name)?;
    match slot {
        Some(f) => f(vm, this, &name, value)?,
        None => vm.generic_setattr(this, &name, value)?,
    }
    Ok(Object::none())
}

pub fn setattr(
    vm: &Vm,
    what: &str,
    slot: Option<SetAttrSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [name, value] = expect(vm, args)?;
    check_not_jumped(vm, what, slot, this)?;
    set_attribute(vm, slot, this, name, Some(value))
}

pub fn delattr(
    vm: &Vm,
    what: &str,
    slot: Option<SetAttrSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [name] = expect(vm, args)?;
    check_not_jumped(vm, what, slot, this)?;
    set_attribute(vm, slot, this, name, None)
}

type CompareSlot = fn(&Vm, &Object, &Object, CmpOp) -> Res;

macro_rules! comparisons {
    ($($name:ident $op:ident)*) => {$(
        pub fn $name(vm: &Vm, name: &str, slot: Option<CompareSlot>, this: &Object, args: &[Object], _: Names) -> Res {
            let [other] = expect(vm, args)?;
            slot.ok_or_else(|| missing(vm, name))?(vm, this, other, CmpOp::$op)
        }
    )*};
}
comparisons! { lt Lt le Le eq Eq ne Ne gt Gt ge Ge }

type GetSlot = fn(&Vm, &Object, Option<&Object>, Option<&Object>) -> Res;

pub fn descr_get(
    vm: &Vm,
    name: &str,
    slot: Option<GetSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let (instance, owner) = one_or_two(vm, args)?;
    let instance = Some(instance).filter(|o| !o.is_none());
    let owner = owner.filter(|o| !o.is_none());
    if instance.is_none() && owner.is_none() {
        return Err(vm.type_error("__get__(None, None) is invalid"));
    }
    slot.ok_or_else(|| missing(vm, name))?(vm, this, instance, owner)
}

type SetSlot = fn(&Vm, &Object, &Object, Option<&Object>) -> Res<()>;

pub fn descr_set(
    vm: &Vm,
    name: &str,
    slot: Option<SetSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [instance, value] = expect(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this, instance, Some(value))?;
    Ok(Object::none())
}

pub fn descr_delete(
    vm: &Vm,
    name: &str,
    slot: Option<SetSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [instance] = expect(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this, instance, None)?;
    Ok(Object::none())
}

pub fn setitem(
    vm: &Vm,
    name: &str,
    slot: Option<SetSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [key, value] = expect(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this, key, Some(value))?;
    Ok(Object::none())
}

pub fn delitem(
    vm: &Vm,
    name: &str,
    slot: Option<SetSlot>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [key] = expect(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this, key, None)?;
    Ok(Object::none())
}

pub fn contains(
    vm: &Vm,
    name: &str,
    slot: Option<fn(&Vm, &Object, &Object) -> Res<bool>>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [element] = expect(vm, args)?;
    slot.ok_or_else(|| missing(vm, name))?(vm, this, element).map(Object::bool)
}

pub fn repeat(
    vm: &Vm,
    name: &str,
    slot: Option<fn(&Vm, &Object, i64) -> Res>,
    this: &Object,
    args: &[Object],
    _: Names,
) -> Res {
    let [count] = expect(vm, args)?;
    let n = vm.index(count)?;
    let Some(n) = vm.as_i64(&n) else {
        let shown = vm.type_name(count);
        return Err(
            vm.overflow_error(format_args!("cannot fit '{shown}' into an index-sized integer"))
        );
    };
    slot.ok_or_else(|| missing(vm, name))?(vm, this, n)
}
