//! From Python numbers to moments and lengths of time.

use crate::support::*;

/// What becomes of fractions of a nanosecond.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Towards the past.
    Floor,
    /// Away from zero, so that no wait is too short.
    Up,
}

const BILLION: i64 = 1_000_000_000;

/// The value of a float or of a subclass's instance.
fn as_float(vm: &Vm, object: &Object) -> Res<Option<f64>> {
    match object.as_exact_float() {
        Some(x) => Ok(Some(x)),
        None if vm.class_of(object).has(type_flags::FLOAT) => to_f64(vm, object).map(Some),
        None => Ok(None),
    }
}

fn not_a_number(vm: &Vm) -> Raised {
    vm.value_error("Invalid value NaN (not a number)")
}

/// Seconds, an int or a float, as nanoseconds; OverflowError beyond 63 bits.
pub(crate) fn nanoseconds(vm: &Vm, object: &Object, round: Round) -> Res<i64> {
    let too_large = || vm.overflow_error("timestamp too large to convert to C _PyTime_t");
    if let Some(x) = as_float(vm, object)? {
        if x.is_nan() {
            return Err(not_a_number(vm));
        }
        let nanos = x * 1e9;
        let nanos = match round {
            Round::Floor => nanos.floor(),
            Round::Up if nanos >= 0.0 => nanos.ceil(),
            Round::Up => nanos.floor(),
        };
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanos) {
            return Err(too_large());
        }
        return Ok(nanos as i64);
    }
    let index = vm.index(object)?;
    vm.as_i64(&index).and_then(|seconds| seconds.checked_mul(BILLION)).ok_or_else(too_large)
}

/// Seconds, an int or a float, as whole seconds and nanoseconds, rounded towards the past.
pub(crate) fn timespec(vm: &Vm, object: &Object) -> Res<(i64, i64)> {
    let out_of_range = || vm.overflow_error("timestamp out of range for platform time_t");
    if let Some(x) = as_float(vm, object)? {
        if x.is_nan() {
            return Err(not_a_number(vm));
        }
        let whole = x.floor();
        let mut nanos = ((x - whole) * 1e9).floor();
        let mut whole = whole;
        if nanos >= 1e9 {
            nanos -= 1e9;
            whole += 1.0;
        }
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return Err(out_of_range());
        }
        return Ok((whole as i64, nanos as i64));
    }
    let index = vm.index(object)?;
    vm.as_i64(&index).map(|seconds| (seconds, 0)).ok_or_else(out_of_range)
}

/// Nanoseconds as seconds, exact where a float can be.
pub(super) fn seconds(nanos: i64) -> f64 {
    if nanos % BILLION == 0 { (nanos / BILLION) as f64 } else { nanos as f64 / 1e9 }
}
