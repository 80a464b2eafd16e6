//! The builtin type `int`: its slots; construction from numbers and text is in `make`, methods in
//! `methods`.
//!
//! **Invariant:** an exact int that fits 63 bits is an immediate, never an object; instances of
//! subclasses are objects of any value. Results are exact ints, whatever the operands.

mod arith;
pub(crate) mod make;
mod methods;

use super::number::{big, int_ref, int_to_f64};
use crate::object::*;
use crate::text::intconv::{self, IntRef};
use crate::text::{TextRef, numhash};
use crate::vm::{Res, Vm};

pub(crate) use arith::{
    add, and, floor_div, lshift, mul, or, pow, rem, rshift, sub, true_div, xor,
};
pub(crate) use make::from_float;

/// The type `int`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\n\
          Make an integer of a number or of text; without arguments give 0.\n\n\
          Numbers are cut towards zero. Text is a literal in the given base, with an optional sign,\n\
          surrounding white space and underscores between digits. Base 0 reads the base from the\n\
          prefix of the literal.",
    flags: type_flags::BASETYPE | type_flags::INT | type_flags::MATCH_SELF,
    slots: Slots {
        add: Some(add),
        sub: Some(sub),
        mul: Some(mul),
        true_div: Some(true_div),
        floor_div: Some(floor_div),
        rem: Some(rem),
        divmod: Some(arith::divmod),
        pow: Some(pow),
        lshift: Some(lshift),
        rshift: Some(rshift),
        and: Some(and),
        or: Some(or),
        xor: Some(xor),
        neg: Some(neg),
        pos: Some(exact),
        abs: Some(abs),
        invert: Some(invert),
        bool: Some(truth),
        int: Some(exact),
        float: Some(to_float),
        index: Some(exact),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(richcmp),
        new: Some(make::new),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getsets: methods::GETSETS,
    ..TypeSpec::new::<Int>("int")
};

/// The exact int of an int or an instance of a subclass.
pub fn exact(vm: &Vm, object: &Object) -> Res {
    if object.as_small_int().is_some() || object.is_kind(Kind::Int) {
        return Ok(object.clone());
    }
    match int_ref(object) {
        Some(n) => from_ref(vm, n),
        None => Err(wrong_self(vm, object)),
    }
}

/// The int object of a borrowed integer.
pub(crate) fn from_ref(vm: &Vm, n: IntRef<'_>) -> Res {
    match n {
        IntRef::Small(n) => vm.int(n),
        IntRef::Big(n) => vm.bigint(n.clone()),
    }
}

#[cold]
pub(crate) fn wrong_self(vm: &Vm, object: &Object) -> crate::vm::Raised {
    vm.type_error(format_args!("an integer is required (got type {})", vm.type_name(object)))
}

/// The integer in `self` of a slot.
#[inline(always)]
pub(crate) fn this<'a>(vm: &Vm, object: &'a Object) -> Res<IntRef<'a>> {
    int_ref(object).ok_or_else(|| wrong_self(vm, object))
}

fn neg(vm: &Vm, a: &Object) -> Res {
    match this(vm, a)? {
        IntRef::Small(n) => match n.checked_neg() {
            Some(n) => vm.int(n),
            None => vm.bigint(-&*big(IntRef::Small(n))),
        },
        IntRef::Big(n) => vm.bigint(-n),
    }
}

fn abs(vm: &Vm, a: &Object) -> Res {
    match this(vm, a)? {
        IntRef::Small(n) => vm.int_u64(n.unsigned_abs()),
        IntRef::Big(n) => vm.bigint(num_traits::Signed::abs(n)),
    }
}

fn invert(vm: &Vm, a: &Object) -> Res {
    match this(vm, a)? {
        IntRef::Small(n) => vm.int(!n),
        IntRef::Big(n) => vm.bigint(!n),
    }
}

fn truth(vm: &Vm, a: &Object) -> Res<bool> {
    Ok(!matches!(this(vm, a)?, IntRef::Small(0)))
}

fn to_float(vm: &Vm, a: &Object) -> Res {
    vm.float(int_to_f64(vm, this(vm, a)?)?)
}

fn hash(vm: &Vm, a: &Object) -> Res<i64> {
    Ok(match this(vm, a)? {
        IntRef::Small(n) => numhash::hash_i64(n),
        IntRef::Big(n) => numhash::hash_bigint(n),
    })
}

pub(crate) fn repr(vm: &Vm, a: &Object) -> Res {
    Ok(to_decimal(vm, this(vm, a)?)?.into_object())
}

/// `str(n)` of a machine integer.
#[inline]
pub(crate) fn small_decimal(vm: &Vm, n: i64) -> Res<Obj<Str>> {
    vm.ascii(intconv::decimal_i64(n, &mut [0; 21]))
}

/// `str(n)`.
pub(crate) fn to_decimal(vm: &Vm, n: IntRef<'_>) -> Res<Obj<Str>> {
    match n {
        IntRef::Small(n) => small_decimal(vm, n),
        IntRef::Big(_) => {
            let text = intconv::to_decimal(n, vm.digits()).map_err(|e| vm.text_error(e))?;
            vm.text(TextRef::Ascii(text.as_bytes()))
        }
    }
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let x = this(vm, a)?;
    let Some(y) = int_ref(b) else { return Ok(Object::not_implemented()) };
    let order = match (x, y) {
        (IntRef::Small(x), IntRef::Small(y)) => x.cmp(&y),
        _ => big(x).cmp(&big(y)),
    };
    Ok(Object::bool(op.holds(order)))
}
