//! The cycle collector: which container objects are referred to only by each other.
//!
//! **How.** Every collectable object gets a count, its reference count; what its fellow containers refer
//! to is subtracted. Whatever has something left is referred to from outside (registers, Rust code, other
//! objects) and keeps all it reaches alive; the rest is garbage. Objects carry no links for this: the heap
//! is walked. Garbage is destroyed by dropping the references inside it, so that reference counting does
//! the rest: a payload that under-reports only leaks.
//!
//! **Order (PEP 442).** Weak references to garbage are cleared first (callbacks of live ones run), then
//! finalisers, once each; if one of them brought something back, what it reaches survives.
#![expect(unsafe_code, reason = "reads reference counts, walks the heap")]

use super::header::{Header, header_flags};
use super::instance;
use super::object::{Boxed, Object, Visitor};
use super::value::Value;
use super::{Dict, List, Tuple, Type};
use crate::vm::{Interp, Vm};

const REACHED: u32 = u32::MAX;

/// Call `f` with every reference that the object owns.
pub(crate) unsafe fn traverse(p: *mut Header, f: &mut dyn FnMut(Value)) {
    let ty = (*p).ty.get();
    let t = &(*ty).payload;
    let mut v = Visitor(f);
    (t.layout.traverse)(p, &mut v);
    if t.attr_offset.get() != 0 || t.member_count.get() != 0 {
        instance::traverse_attributes(p, t, &mut v);
    }
    if t.is_heap_type() {
        v.value(Value::from_ptr(ty as *const Header));
    }
}

unsafe fn clear(p: *mut Header) {
    let t = &(*(*p).ty.get()).payload;
    (t.layout.clear)(p);
    // A block that is another class's has no slots to go back to: its dict, which is cleared by itself, stays until the
    // end.
    if t.attr_offset.get() != 0 && !(*p).has_flag(header_flags::ODD_SIZE) {
        instance::drop_attributes(p, t);
    }
    if t.member_count.get() != 0 {
        instance::drop_members(p, t);
    }
}

#[inline]
unsafe fn is_gc(v: Value) -> bool {
    v.is_ptr() && (*v.ptr()).has_flag(header_flags::GC)
}

/// The garbage among all objects, each with a reference of ours, and the number of objects looked at. None
/// if there is no memory to look.
unsafe fn find_garbage(interp: &Interp, parting: Option<&Object>) -> Option<(Vec<Object>, usize)> {
    let heap = &interp.heap;
    heap.begin_counts().ok()?;
    let found = mark(interp, parting);
    heap.end_counts();
    found
}

/// The exact types whose items are looked at without a call for each.
struct Plain {
    tuple: *const Boxed<Type>,
    list: *const Boxed<Type>,
    dict: *const Boxed<Type>,
}

impl Plain {
    /// Call `f` with every reference that the object owns, as `traverse`.
    #[inline(always)]
    unsafe fn each(&self, p: *mut Header, mut f: impl FnMut(Value)) {
        let ty = (*p).ty.get();
        if std::ptr::eq(ty, self.tuple) {
            let t = &(*(p as *const Boxed<Tuple>)).payload;
            for i in 0..t.len() {
                f(*t.items.add(i));
            }
        } else if std::ptr::eq(ty, self.dict) {
            let t = &(*(p as *const Boxed<Dict>)).payload.table;
            for i in 0..t.end() as usize {
                let e = *t.entries.get().add(i);
                f(e.key);
                f(e.value);
            }
        } else if std::ptr::eq(ty, self.list) {
            let l = &(*(p as *const Boxed<List>)).payload;
            for i in 0..l.len.get() {
                f(*l.items.get().add(i));
            }
        } else {
            traverse(p, &mut f);
        }
    }

    /// A tuple or dict that refers to no collectable object: it is in no cycle. Its count stays 0, so
    /// that it is passed over from then on; like CPython's, it counts as not tracked.
    #[inline(always)]
    unsafe fn is_leaf(&self, p: *mut Header) -> bool {
        let ty = (*p).ty.get();
        if std::ptr::eq(ty, self.tuple) {
            let t = &(*(p as *const Boxed<Tuple>)).payload;
            (0..t.len()).all(|i| !is_gc(*t.items.add(i)))
        } else if std::ptr::eq(ty, self.dict) && !(*p).has_flag(header_flags::WEAKREFS) {
            let t = &(*(p as *const Boxed<Dict>)).payload.table;
            (0..t.end() as usize).all(|i| {
                let e = *t.entries.get().add(i);
                !is_gc(e.value) && !is_gc(e.key)
            })
        } else {
            false
        }
    }
}

/// The middle of `find_garbage`, while the heap has counts.
unsafe fn mark(interp: &Interp, parting: Option<&Object>) -> Option<(Vec<Object>, usize)> {
    let heap = &interp.heap;
    let types = interp.types();
    let plain =
        Plain { tuple: types.tuple.as_ptr(), list: types.list.as_ptr(), dict: types.dict.as_ptr() };
    let mut all: Vec<*mut Header> = Vec::new();
    let mut failed = false;
    let mut leaves = 0;
    heap.walk(|p| {
        if (*p).has_flag(header_flags::GC) && !(*p).has_flag(header_flags::DYING) {
            if plain.is_leaf(p) {
                leaves += 1;
                return;
            }
            if let Some(c) = heap.count_of(p) {
                c.set((*p).rc.get() + 1 - held_by_caller(p, parting));
                if all.try_reserve(1).is_ok() {
                    all.push(p);
                } else {
                    failed = true;
                }
            }
        }
    });
    if failed {
        return None;
    }
    for &p in &all {
        plain.each(p, |v| {
            if is_gc(v) {
                if let Some(c) = heap.count_of(v.ptr()) {
                    if c.get() > 1 {
                        c.set(c.get() - 1);
                    }
                }
            }
        });
    }
    let mut stack: Vec<*mut Header> = Vec::new();
    // Every object is pushed once at most.
    stack.try_reserve(all.len()).ok()?;
    for &p in &all {
        if let Some(c) = heap.count_of(p) {
            if c.get() > 1 && c.get() != REACHED || (*p).has_flag(header_flags::FROZEN) {
                c.set(REACHED);
                stack.push(p);
            }
        }
        while let Some(q) = stack.pop() {
            plain.each(q, |v| {
                if is_gc(v) {
                    if let Some(c) = heap.count_of(v.ptr()) {
                        if c.get() != 0 && c.get() != REACHED {
                            c.set(REACHED);
                            stack.push(v.ptr());
                        }
                    }
                }
            });
        }
    }
    let live = all.len() + leaves;
    all.retain(|&p| heap.count_of(p).is_some_and(|c| c.get() != REACHED));
    let mut garbage: Vec<Object> = Vec::new();
    garbage.try_reserve(all.len()).ok()?;
    garbage.extend(all.iter().map(|&p| Object::from_borrowed(Value::from_ptr(p))));
    Some((garbage, live))
}

/// Of objects that were garbage, those that nobody brought back.
unsafe fn still_garbage(garbage: Vec<Object>, parting: Option<&Object>) -> Vec<Object> {
    use std::collections::HashMap;
    let mut counts: HashMap<usize, i64> = HashMap::with_capacity(garbage.len());
    for o in &garbage {
        // Our own reference does not count.
        let p = o.value().ptr();
        let ours = 1 + i64::from(held_by_caller(p, parting));
        counts.insert(p as usize, (*p).rc.get() as i64 - ours);
    }
    for o in &garbage {
        traverse(o.value().ptr(), &mut |v| {
            if v.is_ptr() {
                if let Some(c) = counts.get_mut(&(v.ptr() as usize)) {
                    *c -= 1;
                }
            }
        });
    }
    let mut stack: Vec<usize> = counts.iter().filter(|(_, c)| **c > 0).map(|(p, _)| *p).collect();
    if stack.is_empty() {
        return garbage;
    }
    let mut reached: std::collections::HashSet<usize> = stack.iter().copied().collect();
    while let Some(p) = stack.pop() {
        traverse(p as *mut Header, &mut |v| {
            if v.is_ptr()
                && counts.contains_key(&(v.ptr() as usize))
                && reached.insert(v.ptr() as usize)
            {
                stack.push(v.ptr() as usize);
            }
        });
    }
    garbage.into_iter().filter(|o| !reached.contains(&(o.value().ptr() as usize))).collect()
}

/// How many of the references to an object are the caller's, who asks whether there are others.
fn held_by_caller(p: *mut Header, parting: Option<&Object>) -> u32 {
    u32::from(parting.is_some_and(|object| object.value().is_ptr() && object.value().ptr() == p))
}

/// Collect. `save` puts what was found into `gc.garbage` instead (DEBUG_SAVEALL). The reference that is `parting` counts
/// for nothing. Gives the number of unreachable objects found.
pub(crate) fn collect(vm: &Vm, save: bool, parting: Option<&Object>) -> (usize, Vec<Object>) {
    let interp = vm.interp();
    if interp.gc_running.replace(true) {
        return (0, Vec::new());
    }
    // SAFETY: under the lock, at a point where all objects are whole; what is found is kept alive by our
    // references until `clear` has run.
    unsafe {
        let Some((garbage, live)) = find_garbage(interp, parting) else {
            interp.gc_running.set(false);
            return (0, Vec::new());
        };
        let found = garbage.len();
        interp.heap.collected(live - found);
        if found == 0 || save {
            interp.gc_running.set(false);
            return (found, if save { garbage } else { Vec::new() });
        }
        clear_weakrefs(vm, &garbage);
        let mut finalised = false;
        let in_order = parting.map(|parting| from_on(parting, &garbage));
        for o in in_order.as_ref().unwrap_or(&garbage) {
            let p = o.value().ptr();
            let t = &(*(*p).ty.get()).payload;
            if t.has_finalizer() && !(*p).has_flag(header_flags::FINALIZED) {
                (*p).set_flag(header_flags::FINALIZED);
                vm.finalize(o);
                finalised = true;
            }
        }
        drop(in_order);
        let garbage = if finalised { still_garbage(garbage, parting) } else { garbage };
        for o in &garbage {
            clear(o.value().ptr());
        }
        // What came back to life was not collected.
        let collected = garbage.len();
        drop(garbage);
        interp.gc_running.set(false);
        (collected, Vec::new())
    }
}

/// The garbage in the order in which it is found from an object on, what it holds first; then the rest.
unsafe fn from_on(start: &Object, garbage: &[Object]) -> Vec<Object> {
    use std::collections::HashSet;
    let mut left: HashSet<usize> = garbage.iter().map(|o| o.value().ptr() as usize).collect();
    let mut found: Vec<Object> = Vec::with_capacity(garbage.len());
    if left.remove(&(start.value().ptr() as usize)) {
        found.push(start.clone());
    }
    let mut at = 0;
    while let Some(o) = found.get(at) {
        let p = o.value().ptr();
        at += 1;
        traverse(p, &mut |v| {
            if v.is_ptr() && left.remove(&(v.ptr() as usize)) {
                found.push(Object::from_borrowed(v));
            }
        });
    }
    found.extend(garbage.iter().filter(|o| left.contains(&(o.value().ptr() as usize))).cloned());
    found
}

/// Clear weak references to garbage; those that are not garbage themselves get their callbacks.
unsafe fn clear_weakrefs(vm: &Vm, garbage: &[Object]) {
    let trash: std::collections::HashSet<usize> =
        garbage.iter().map(|o| o.value().ptr() as usize).collect();
    for o in garbage {
        let p = o.value().ptr();
        if !(*p).has_flag(header_flags::WEAKREFS) {
            continue;
        }
        let refs = super::weakref::references_to(vm, o);
        for r in &refs {
            if trash.contains(&(r.value().ptr() as usize)) {
                drop(r.callback.take());
            }
        }
        drop(refs);
        vm.interp().weakrefs_cleared(p);
    }
}

/// Whether there is an instance of a script's class whose `__del__` is still to run.
pub(crate) fn has_finalizable(vm: &Vm) -> bool {
    let mut found = false;
    let finalizes = |class: &Type| class.is_heap_type() && class.has_finalizer();
    // SAFETY: under the lock.
    unsafe {
        vm.interp().heap.walk(|p| {
            let has = |flag| (*p).has_flag(flag);
            found = found
                || has(header_flags::GC)
                    && !has(header_flags::DYING)
                    && !has(header_flags::FINALIZED)
                    && finalizes(&(*(*p).ty.get()).payload);
        });
    }
    found
}

/// All collectable objects.
pub(crate) fn all_objects(vm: &Vm) -> Vec<Object> {
    let mut out = Vec::new();
    // SAFETY: under the lock.
    unsafe {
        vm.interp().heap.walk(|p| {
            if (*p).has_flag(header_flags::GC) && !(*p).has_flag(header_flags::DYING) {
                out.push(Object::from_borrowed(Value::from_ptr(p)));
            }
        });
    }
    out
}

/// What an object refers to.
pub(crate) fn referents(object: &Object) -> Vec<Object> {
    let mut out = Vec::new();
    // SAFETY: alive.
    unsafe {
        if is_gc(object.value()) {
            traverse(object.value().ptr(), &mut |v| {
                if !v.is_null() {
                    out.push(Object::from_borrowed(v));
                }
            });
        }
    }
    out
}

/// Whether the collector looks at it.
pub(crate) fn is_tracked(object: &Object) -> bool {
    // Builtin types are in no cycle that could die.
    if object.downcast::<Type>().is_some_and(|t| !t.is_heap_type()) {
        return false;
    }
    // SAFETY: alive.
    unsafe { is_gc(object.value()) }
}

/// Whether its finaliser has run.
pub(crate) fn is_finalized(object: &Object) -> bool {
    object.header().is_some_and(|h| h.has_flag(header_flags::FINALIZED))
}

/// `gc.freeze` and `unfreeze`: all present objects count as reachable from now on, or no longer.
pub(crate) fn set_frozen(vm: &Vm, frozen: bool) -> usize {
    let mut n = 0;
    // SAFETY: under the lock.
    unsafe {
        vm.interp().heap.walk(|p| {
            if (*p).has_flag(header_flags::GC) {
                n += 1;
                if frozen {
                    (*p).set_flag(header_flags::FROZEN)
                } else {
                    (*p).clear_flag(header_flags::FROZEN)
                }
            }
        });
    }
    n
}

/// Number of frozen objects.
pub(crate) fn frozen_count(vm: &Vm) -> usize {
    let mut n = 0;
    // SAFETY: under the lock.
    unsafe {
        vm.interp().heap.walk(|p| {
            if (*p).has_flag(header_flags::FROZEN) {
                n += 1;
            }
        });
    }
    n
}
