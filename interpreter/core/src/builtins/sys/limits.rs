//! Limits: recursion, digits, the switch interval.

use super::State;
use crate::native::{NativeDef, natives};
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![
    getrecursionlimit,
    setrecursionlimit,
    get_int_max_str_digits,
    set_int_max_str_digits,
    getswitchinterval,
    setswitchinterval,
];

/// Return the current value of the recursion limit.
///
/// The recursion limit is the maximum depth of the Python interpreter
/// stack.  This limit prevents infinite recursion from causing an overflow
/// of the native stack and a crash of the program.
#[native("()")]
fn getrecursionlimit(vm: &Vm) -> u32 {
    vm.interp().recursion_limit.get()
}

/// Set the maximum depth of the Python interpreter stack to n.
#[native("(limit, /)")]
fn setrecursionlimit(vm: &Vm, limit: i32) -> Res<()> {
    if limit < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    let depth = vm.recursion_depth();
    if depth >= limit as u32 {
        return Err(vm.recursion_error(format_args!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    vm.set_recursion_limit(limit as u32);
    Ok(())
}

/// Return the maximum string digits limit for non-binary int<->str conversions.
#[native("()")]
fn get_int_max_str_digits(vm: &Vm) -> usize {
    vm.interp().int_max_str_digits.get()
}

/// Set the maximum string digits limit for non-binary int<->str conversions.
#[native("(maxdigits)")]
fn set_int_max_str_digits(vm: &Vm, maxdigits: i32) -> Res<()> {
    if maxdigits != 0 && maxdigits < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    vm.interp().int_max_str_digits.set(maxdigits as usize);
    Ok(())
}

/// Return the current thread switch interval; see sys.setswitchinterval().
#[native("()")]
fn getswitchinterval(vm: &Vm) -> f64 {
    vm.interp().state::<State>().switch_interval.get()
}

/// Set the ideal thread switching delay inside the interpreter.
///
/// The actual frequency of switching threads can be lower if the
/// interpreter executes long sequences of uninterruptible code.
///
/// The parameter is a number of seconds, for example 0.005 for 5 milliseconds.
#[native("(interval, /)")]
fn setswitchinterval(vm: &Vm, interval: f64) -> Res<()> {
    if interval <= 0.0 || interval.is_nan() {
        return Err(vm.value_error("switch interval must be strictly positive"));
    }
    vm.interp().state::<State>().switch_interval.set(interval);
    Ok(())
}
