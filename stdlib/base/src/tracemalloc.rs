//! The module _tracemalloc, from the account of the interpreter's heap: how much is in use, and not where it was
//! taken. The peak is looked at when blocks of some size are taken, so it may be a little low.

use crate::support::*;
use std::cell::Cell;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_tracemalloc",
    doc: "Debug module to trace memory blocks allocated by Python.",
    functions: natives![
        is_tracing,
        clear_traces,
        get_traceback_limit,
        get_traced_memory,
        get_tracemalloc_memory,
        get_object_traceback,
        reset_peak,
        start,
        stop
    ],
    ..ModuleDef::EMPTY
};

/// What was in use when the account began; the number of frames asked for, 0 if there is none.
#[derive(Default)]
struct Account {
    before: Cell<usize>,
    frames: Cell<i32>,
}

/// Return True if the tracemalloc module is tracing Python memory allocations.
#[native("()")]
fn is_tracing(vm: &Vm) -> bool {
    vm.interp().state::<Account>().frames.get() > 0
}

fn begin(vm: &Vm, account: &Account) {
    let heap = &vm.interp().heap;
    heap.reset_peak();
    account.before.set(heap.used());
}

/// Clear traces of memory blocks allocated by Python.
#[native("()")]
fn clear_traces(vm: &Vm) {
    let account = vm.interp().state::<Account>();
    if account.frames.get() > 0 {
        begin(vm, &account);
    }
}

/// Get the maximum number of frames stored in the traceback of a trace.
///
/// By default, a trace of an allocated memory block only stores
/// the most recent frame: the limit is 1.
#[native("()")]
fn get_traceback_limit(vm: &Vm) -> i32 {
    vm.interp().state::<Account>().frames.get().max(1)
}

/// Get the current size and peak size of memory blocks traced by tracemalloc.
///
/// Returns a tuple: (current: int, peak: int).
#[native("()")]
fn get_traced_memory(vm: &Vm) -> (usize, usize) {
    let account = vm.interp().state::<Account>();
    if account.frames.get() == 0 {
        return (0, 0);
    }
    let heap = &vm.interp().heap;
    let since = |bytes: usize| bytes.saturating_sub(account.before.get());
    (since(heap.used()), since(heap.peak().max(heap.used())))
}

/// Get the memory usage in bytes of the tracemalloc module.
#[native("()")]
fn get_tracemalloc_memory() -> usize {
    0
}

/// Get the traceback where the Python object obj was allocated: None, as that is not recorded.
#[native("(obj, /)")]
fn get_object_traceback(obj: &Object) {
    let _ = obj;
}

/// Set the peak size of memory blocks traced by tracemalloc to the current size.
///
/// Do nothing if the tracemalloc module is not tracing memory allocations.
#[native("()")]
fn reset_peak(vm: &Vm) {
    if vm.interp().state::<Account>().frames.get() > 0 {
        vm.interp().heap.reset_peak();
    }
}

/// Start tracing Python memory allocations.
///
/// The number of frames of a trace is checked, and without effect.
#[native("(nframe=1, /)")]
fn start(vm: &Vm, nframe: i32) -> Res<()> {
    if !(1..=65535).contains(&nframe) {
        return Err(vm.value_error("the number of frames must be in range [1; 65535]"));
    }
    let account = vm.interp().state::<Account>();
    if account.frames.get() == 0 {
        begin(vm, &account);
    }
    account.frames.set(nframe);
    Ok(())
}

/// Stop tracing Python memory allocations.
#[native("()")]
fn stop(vm: &Vm) {
    vm.interp().state::<Account>().frames.set(0);
}
