//! Limits: recursion, digits, the switch interval. Also the flags of dlopen().

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
    getdlopenflags,
    setdlopenflags,
];

/// How deep calls may nest before RecursionError is raised.
#[native("()")]
fn getrecursionlimit(vm: &Vm) -> u32 {
    vm.interp().recursion_limit.get()
}

/// Set how deep calls may nest before RecursionError is raised.
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

/// How many decimal digits int() and str() convert at most; 0 is no limit.
#[native("()")]
fn get_int_max_str_digits(vm: &Vm) -> usize {
    vm.interp().int_max_str_digits.get()
}

/// Set how many decimal digits int() and str() convert at most; beyond that they raise ValueError.
///
/// 0 is no limit, the least one is sys.int_info.str_digits_check_threshold.
#[native("(maxdigits)")]
fn set_int_max_str_digits(vm: &Vm, maxdigits: i32) -> Res<()> {
    if maxdigits != 0 && maxdigits < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    vm.interp().int_max_str_digits.set(maxdigits as usize);
    Ok(())
}

/// For how many seconds a thread runs before another that waits gets its turn.
#[native("()")]
fn getswitchinterval(vm: &Vm) -> f64 {
    vm.interp().state::<State>().switch_interval.get()
}

/// Set for how many seconds a thread runs before another that waits gets its turn.
///
/// A native function that does not look at the clock can make it longer.
#[native("(interval, /)")]
fn setswitchinterval(vm: &Vm, interval: f64) -> Res<()> {
    if interval <= 0.0 || interval.is_nan() {
        return Err(vm.value_error("switch interval must be strictly positive"));
    }
    vm.interp().state::<State>().switch_interval.set(interval);
    Ok(())
}

/// The flags with which extension modules would be loaded. There are none, so that they have no effect.
#[native("()")]
fn getdlopenflags(vm: &Vm) -> i32 {
    vm.interp().state::<State>().dlopen_flags.get()
}

/// Set what getdlopenflags() gives.
#[native("(flags, /)")]
fn setdlopenflags(vm: &Vm, flags: i32) {
    vm.interp().state::<State>().dlopen_flags.set(flags);
}
