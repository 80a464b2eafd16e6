//! When the collector runs, and the module `gc` (library reference, "gc - Garbage Collector interface").
//!
//! There is one generation: the collector walks the whole heap, and runs when the number of collectable
//! objects, or of bytes, has doubled (grown by 50,000 or 32 MiB at least) since it last ran, so its cost is a
//! constant share of allocation (`Heap::collection_due`). The three thresholds and counts of the module are kept for programs that read them.

use super::{Res, Vm};
use crate::native::{ModuleDef, NativeDef};
use crate::natives;
use crate::object::{Module, Obj, Object, collect};
use std::cell::{Cell, RefCell};
use taipan_macros::native;

/// What the module remembers.
pub(crate) struct State {
    enabled: Cell<bool>,
    /// Its callbacks and finalisers included: none runs inside another.
    collecting: Cell<bool>,
    debug: Cell<i64>,
    thresholds: Cell<(i64, i64, i64)>,
    collections: Cell<[usize; 3]>,
    collected: Cell<[usize; 3]>,
    callbacks: RefCell<Option<Object>>,
    garbage: RefCell<Option<Object>>,
}

impl Default for State {
    fn default() -> State {
        State {
            enabled: Cell::new(true),
            collecting: Cell::new(false),
            debug: Cell::new(0),
            thresholds: Cell::new((700, 10, 10)),
            collections: Cell::default(),
            collected: Cell::default(),
            callbacks: RefCell::default(),
            garbage: RefCell::default(),
        }
    }
}

const SAVEALL: i64 = 32;

/// Run because enough objects were allocated.
pub(crate) fn collect_automatically(vm: &Vm) -> Res<()> {
    if !vm.interp().heap.collection_due() {
        return Ok(());
    }
    let state = vm.interp().state::<State>();
    if state.enabled.get() && state.thresholds.get().0 != 0 {
        run(vm, 2, None)?;
    } else {
        vm.interp().heap.gc_count.set(0);
    }
    Ok(())
}

/// Look for cycles at the end of a program that has instances of classes with `__del__`. What else cycles keep
/// dies with the process.
pub fn collect_at_exit(vm: &Vm) {
    collect_parting(vm, None);
}

/// The same, with an object that only the caller may still hold: what it leads to is taken apart with it.
pub fn collect_parting(vm: &Vm, parting: Option<&Object>) {
    if !vm.interp().has_finalizers.get() || !collect::has_finalizable(vm) {
        return;
    }
    if let Err(raised) = run(vm, 2, parting) {
        vm.unraisable(raised, None);
    }
}

fn run(vm: &Vm, generation: usize, parting: Option<&Object>) -> Res<usize> {
    let state = vm.interp().state::<State>();
    if state.collecting.replace(true) {
        vm.interp().heap.gc_count.set(0);
        return Ok(0);
    }
    let found = run_alone(vm, &state, generation, parting);
    state.collecting.set(false);
    found
}

fn run_alone(vm: &Vm, state: &State, generation: usize, parting: Option<&Object>) -> Res<usize> {
    call_back(vm, state, "start", generation, 0)?;
    let in_flight = vm.raised.take();
    let (n, saved) = collect::collect(vm, state.debug.get() & SAVEALL == SAVEALL, parting);
    vm.raised.assign(in_flight);
    if !saved.is_empty() {
        let garbage = state.garbage.borrow().clone();
        if let Some(list) = garbage.as_ref().and_then(|g| g.downcast::<crate::object::List>()) {
            for o in saved {
                list.push(o).map_err(|e| vm.no_memory(e))?;
            }
        }
    }
    let (mut c, mut d) = (state.collections.get(), state.collected.get());
    c[generation] += 1;
    d[generation] += n;
    state.collections.set(c);
    state.collected.set(d);
    call_back(vm, state, "stop", generation, n)?;
    Ok(n)
}

fn call_back(vm: &Vm, state: &State, phase: &str, generation: usize, collected: usize) -> Res<()> {
    let callbacks = state.callbacks.borrow().clone();
    let Some(callbacks) = callbacks else { return Ok(()) };
    let Some(list) = callbacks.downcast::<crate::object::List>() else { return Ok(()) };
    if list.is_empty() {
        return Ok(());
    }
    let info = vm.new_dict()?;
    info.set_named(vm, "generation", vm.int_usize(generation)?)?;
    info.set_named(vm, "collected", vm.int_usize(collected)?)?;
    info.set_named(vm, "uncollectable", Object::small(0))?;
    let phase = vm.str(phase)?.into_object();
    let mut i = 0;
    while let Some(f) = list.get(i) {
        i += 1;
        if let Err(r) = vm.call(&f, &[phase.clone(), info.clone().into_object()]) {
            vm.unraisable(r, Some(&f));
        }
    }
    Ok(())
}

/// Look for cycles from time to time.
#[native("()")]
fn enable(vm: &Vm) {
    vm.interp().state::<State>().enabled.set(true);
}

/// Stop looking for cycles from time to time; collect() still does it.
#[native("()")]
fn disable(vm: &Vm) {
    vm.interp().state::<State>().enabled.set(false);
}

/// Whether cycles are looked for from time to time.
#[native("()")]
fn isenabled(vm: &Vm) -> bool {
    vm.interp().state::<State>().enabled.get()
}

/// Look for cycles now and drop what only they keep; gives how many objects that were.
#[native("(generation=2)", name = "collect")]
fn collect_(vm: &Vm, generation: i64) -> Res<usize> {
    if !(0..=2).contains(&generation) {
        return Err(vm.value_error("invalid generation"));
    }
    run(vm, generation as usize, None)
}

/// Say in bits what the collector tells about its work, on standard error.
#[native("(flags, /)")]
fn set_debug(vm: &Vm, flags: i64) {
    vm.interp().state::<State>().debug.set(flags);
}

/// What set_debug() set, as bits.
#[native("()")]
fn get_debug(vm: &Vm) -> i64 {
    vm.interp().state::<State>().debug.get()
}

impl Vm {
    /// All objects whose layout is `T`'s. A walk of the whole heap.
    pub fn instances<T: crate::object::Payload>(&self) -> Vec<Obj<T>> {
        let all = collect::all_objects(self).into_iter();
        all.filter_map(|object| object.downcast_into().ok()).collect()
    }
}

/// Return the number of objects allocated less those freed since the last collection, for three
/// generations of which only the first is real.
#[native("()")]
fn get_count(vm: &Vm) -> Res {
    let n = vm.int(vm.interp().heap.gc_count.get().max(0))?;
    Ok(vm.tuple(vec![n, Object::small(0), Object::small(0)])?.into_object())
}

/// Say how often to look for cycles; 0 as the first one is never.
#[native("(threshold0, threshold1=None, threshold2=None, /)", parse_tuple)]
fn set_threshold(vm: &Vm, threshold0: i64, threshold1: Option<i64>, threshold2: Option<i64>) {
    let state = vm.interp().state::<State>();
    let (_, b, c) = state.thresholds.get();
    state.thresholds.set((threshold0, threshold1.unwrap_or(b), threshold2.unwrap_or(c)));
}

/// What set_threshold() set, as a tuple of three.
#[native("()")]
fn get_threshold(vm: &Vm) -> Res {
    let (a, b, c) = vm.interp().state::<State>().thresholds.get();
    Ok(vm.tuple(vec![vm.int(a)?, vm.int(b)?, vm.int(c)?])?.into_object())
}

/// Return all objects that the collector tracks (of one generation: the only one is 0).
#[native("(generation=None)")]
fn get_objects(vm: &Vm, generation: Option<i64>) -> Res {
    if let Some(g) = generation {
        if g < 0 {
            return Err(vm.value_error("generation parameter cannot be negative"));
        }
        if g > 2 {
            return Err(vm.value_error(
                "generation parameter must be less than the number of available generations (3)",
            ));
        }
    }
    let objects = collect::all_objects(vm);
    Ok(vm.list(objects)?.into_object())
}

/// What holds one of the objects, as a list.
#[native("(*objs)")]
fn get_referrers(vm: &Vm, objs: &[Object]) -> Res {
    let mut out = Vec::new();
    for o in collect::all_objects(vm) {
        if collect::referents(&o).iter().any(|r| objs.iter().any(|x| x.is(r))) {
            out.push(o);
        }
    }
    Ok(vm.list(out)?.into_object())
}

/// What the objects hold, as a list.
#[native("(*objs)")]
fn get_referents(vm: &Vm, objs: &[Object]) -> Res {
    let out = objs.iter().flat_map(collect::referents).collect();
    Ok(vm.list(out)?.into_object())
}

/// Return whether the collector tracks the object.
#[native("(obj, /)")]
fn is_tracked(obj: &Object) -> bool {
    collect::is_tracked(obj)
}

/// Return whether the object's finaliser has been called.
#[native("(obj, /)")]
fn is_finalized(obj: &Object) -> bool {
    collect::is_finalized(obj)
}

/// Keep all present objects out of future collections.
#[native("()")]
fn freeze(vm: &Vm) {
    collect::set_frozen(vm, true);
}

/// Let the collector look at frozen objects again.
#[native("()")]
fn unfreeze(vm: &Vm) {
    collect::set_frozen(vm, false);
}

/// How many objects freeze() put aside.
#[native("()")]
fn get_freeze_count(vm: &Vm) -> usize {
    collect::frozen_count(vm)
}

/// Return a list of three dicts with the number of collections and of what they found.
#[native("()")]
fn get_stats(vm: &Vm) -> Res {
    let state = vm.interp().state::<State>();
    let mut out = Vec::new();
    for i in 0..3 {
        let d = vm.new_dict()?;
        d.set_named(vm, "collections", vm.int_usize(state.collections.get()[i])?)?;
        d.set_named(vm, "collected", vm.int_usize(state.collected.get()[i])?)?;
        d.set_named(vm, "uncollectable", Object::small(0))?;
        out.push(d.into_object());
    }
    Ok(vm.list(out)?.into_object())
}

const FUNCTIONS: &[NativeDef] = natives![
    enable,
    disable,
    isenabled,
    collect_,
    set_debug,
    get_debug,
    get_count,
    set_threshold,
    get_threshold,
    get_objects,
    get_referrers,
    get_referents,
    is_tracked,
    is_finalized,
    freeze,
    unfreeze,
    get_freeze_count,
    get_stats,
];

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "gc",
    doc: "The garbage collector's interface.",
    functions: FUNCTIONS,
    fill: Some(fill),
    ..ModuleDef::EMPTY
};

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let state = vm.interp().state::<State>();
    for (name, place) in [("garbage", &state.garbage), ("callbacks", &state.callbacks)] {
        let list = place.borrow().clone();
        let list = match list {
            Some(l) => l,
            None => vm.new_list()?.into_object(),
        };
        *place.borrow_mut() = Some(list.clone());
        module.dict.set_named(vm, name, list)?;
    }
    for (name, value) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        module.dict.set_named(vm, name, Object::small(value))?;
    }
    Ok(())
}
