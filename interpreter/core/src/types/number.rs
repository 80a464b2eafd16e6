//! What int, float and complex share: reading operands, exact comparison, room for big results.
//!
//! **Invariant:** an [`IntRef`] from here is `Small` exactly if the value fits 64 bits.

use crate::object::*;
use crate::text::TextError;
use crate::text::intconv::IntRef;
use crate::text::numops;
use crate::vm::{Raised, Res, Vm};
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The integer that an int, bool or instance of a subclass holds.
#[inline(always)]
pub(crate) fn int_ref(object: &Object) -> Option<IntRef<'_>> {
    match object.as_small_int() {
        Some(n) => Some(IntRef::Small(n)),
        None => int_ref_slow(object),
    }
}

#[inline(never)]
fn int_ref_slow(object: &Object) -> Option<IntRef<'_>> {
    if object.is_bool() {
        return Some(IntRef::Small(i64::from(object.is_true_singleton())));
    }
    let n = &object.downcast::<Int>()?.0;
    if n.iter_u64_digits().len() > 1 {
        return Some(IntRef::Big(n));
    }
    Some(n.to_i64().map_or(IntRef::Big(n), IntRef::Small))
}

/// The float that a float or an instance of a subclass holds.
#[inline(always)]
pub(crate) fn float_ref(object: &Object) -> Option<f64> {
    match object.value().as_flonum() {
        Some(x) => Some(x),
        None => object.downcast::<Float>().map(|f| f.0),
    }
}

/// As a big integer.
pub(crate) fn big(n: IntRef<'_>) -> Cow<'_, BigInt> {
    match n {
        IntRef::Small(n) => Cow::Owned(BigInt::from(n)),
        IntRef::Big(n) => Cow::Borrowed(n),
    }
}

/// The nearest float; OverflowError when there is none.
pub(crate) fn int_to_f64(vm: &Vm, n: IntRef<'_>) -> Res<f64> {
    match n {
        IntRef::Small(n) => Ok(n as f64),
        IntRef::Big(n) => numops::bigint_to_f64(n).map_err(|e| vm.text_error(e)),
    }
}

/// The value of a float or int operand; None for anything else.
#[inline(always)]
pub(crate) fn real_operand(vm: &Vm, object: &Object) -> Res<Option<f64>> {
    if let Some(x) = float_ref(object) {
        return Ok(Some(x));
    }
    match int_ref(object) {
        Some(n) => int_to_f64(vm, n).map(Some),
        None => Ok(None),
    }
}

/// Compare a float with an int, exactly; None for NaN.
pub(crate) fn compare_float_int(x: f64, n: IntRef<'_>) -> Option<Ordering> {
    /// 2^63: no 64-bit integer reaches it.
    const TOP: f64 = 9_223_372_036_854_775_808.0;
    if x.is_nan() {
        return None;
    }
    match n {
        IntRef::Small(n) => {
            if x >= TOP {
                return Some(Ordering::Greater);
            }
            if x < -TOP {
                return Some(Ordering::Less);
            }
            let whole = x.trunc();
            Some(
                (whole as i64)
                    .cmp(&n)
                    .then_with(|| (x - whole).partial_cmp(&0.0).unwrap_or(Ordering::Equal)),
            )
        }
        IntRef::Big(n) => {
            let negative = n.sign() == Sign::Minus;
            if x.is_infinite() || x.abs() < TOP || (x < 0.0) != negative {
                let less =
                    if x.is_infinite() || (x < 0.0) != negative { x < 0.0 } else { !negative };
                return Some(if less { Ordering::Less } else { Ordering::Greater });
            }
            // A float this large is whole.
            numops::f64_to_bigint(x).ok().map(|x| x.cmp(n))
        }
    }
}

/// MemoryError unless a number of this many bits has a place; small ones are not asked about.
#[inline]
pub(crate) fn check_bits(vm: &Vm, bits: u64) -> Res<()> {
    if bits < 1 << 23 { Ok(()) } else { check_many_bits(vm, bits) }
}

#[cold]
fn check_many_bits(vm: &Vm, bits: u64) -> Res<()> {
    // The arithmetic itself cannot fail, so ask for its room and some for its intermediate results first.
    let bytes = usize::try_from(bits / 8).unwrap_or(usize::MAX).saturating_mul(2);
    if vm.has_room(bytes) { Ok(()) } else { Err(vm.no_memory(NoMemory)) }
}

/// What a kernel could not do. A power out of range carries C's error number, as CPython's does.
#[cold]
pub(crate) fn power_error(vm: &Vm, error: TextError) -> Raised {
    match error {
        TextError::Overflow(_) => match vm.str("Numerical result out of range") {
            Ok(text) => {
                vm.raise_args(Exc::OverflowError, vec![Object::small(34), text.into_object()])
            }
            Err(raised) => raised,
        },
        other => vm.text_error(other),
    }
}

/// `T()` of a type that takes one positional argument at most, "T expected at most 1 argument".
#[inline]
pub(crate) fn at_most_one<'a>(
    vm: &Vm,
    name: &str,
    args: &'a [Object],
    names: Option<&Obj<Tuple>>,
) -> Res<Option<&'a Object>> {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    match args {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => {
            Err(vm
                .type_error(format_args!("{name} expected at most 1 argument, got {}", args.len())))
        }
    }
}

/// The positional arguments for the `new` of a class that may have an `__init__` of its own: keywords
/// are that one's affair then.
pub(crate) fn for_subclass<'a>(
    vm: &Vm,
    class: &Obj<Type>,
    base: &Obj<Type>,
    args: &'a [Object],
    names: Option<&'a Obj<Tuple>>,
) -> (&'a [Object], Option<&'a Obj<Tuple>>) {
    let _ = vm;
    let Some(n) = names else { return (args, None) };
    let same = |a: Option<InitSlot>, b: Option<InitSlot>| match (a, b) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    if class.is(base) || same(class.slots().init, base.slots().init) {
        return (args, names);
    }
    (&args[..args.len().saturating_sub(n.len())], None)
}

type InitSlot = fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res<()>;
