//! Weak references: objects that name another without owning it.
//!
//! **Invariant:** a live `WeakRef` whose referent is alive is listed in `Interp::weakrefs` under the
//! referent's address; it takes itself out when it dies, and the referent's death unsets it first.
#![expect(unsafe_code, reason = "references that do not own")]

use super::header::header_flags;
use super::object::{Obj, Object, Payload, Slot, Visitor};
use super::value::Value;
use crate::vm::{Interp, Vm};
use std::cell::Cell;

/// A weak reference (also the state of proxies).
pub struct WeakRef {
    /// The referent's word, NULL once dead.
    referent: Cell<Value>,
    /// Called with the reference when the referent dies.
    pub callback: Slot,
    /// Hash of the referent, -1 until known.
    pub hash: Cell<i64>,
    interp: *const Interp,
}

impl Payload for WeakRef {
    const GC: bool = true;
    const SPEC: Option<&'static super::types::TypeSpec> = Some(&crate::types::weakref::SPEC);
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.callback);
    }
    fn clear(&self) {
        drop(self.callback.take());
    }
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        let r = self.referent.get();
        if r.is_null() {
            return;
        }
        // SAFETY: the interpreter outlives its objects.
        let interp = unsafe { &*self.interp };
        let me = self as *const WeakRef;
        let mut table = interp.weakrefs.borrow_mut();
        if let Some(list) = table.get_mut(&(r.ptr() as usize)) {
            list.retain(|w| {
                // SAFETY: listed references are alive (they take themselves out).
                unsafe {
                    &raw const (*(w.ptr() as *const super::object::Boxed<WeakRef>)).payload != me
                }
            });
            if list.is_empty() {
                table.remove(&(r.ptr() as usize));
                // SAFETY: the referent is alive while it is listed.
                unsafe { (*r.ptr()).clear_flag(header_flags::WEAKREFS) };
            }
        }
    }
}

impl WeakRef {
    /// The referent, if it is alive.
    pub fn get(&self) -> Option<Object> {
        let v = self.referent.get();
        // SAFETY: unset before the referent dies.
        if v.is_null() { None } else { Some(unsafe { Object::from_borrowed(v) }) }
    }

    /// A payload that refers to `referent`; list it with [`register`] once it is an object.
    pub fn new(vm: &Vm, referent: &Object, callback: Option<Object>) -> WeakRef {
        WeakRef {
            referent: Cell::new(referent.value()),
            callback: callback.into(),
            hash: Cell::new(-1),
            interp: vm.interp(),
        }
    }
}

/// List a fresh weak reference.
pub fn register(vm: &Vm, reference: &Obj<WeakRef>) {
    let r = reference.referent.get();
    if r.is_ptr() {
        // SAFETY: the referent is alive: the caller holds it.
        unsafe { (*r.ptr()).set_flag(header_flags::WEAKREFS) };
        vm.interp()
            .weakrefs
            .borrow_mut()
            .entry(r.ptr() as usize)
            .or_default()
            .push(reference.value());
    }
}

/// The live weak references to an object, oldest first.
pub fn references_to(vm: &Vm, referent: &Object) -> Vec<Obj<WeakRef>> {
    let table = vm.interp().weakrefs.borrow();
    let Some(list) = table.get(&(referent.value().ptr() as usize)) else { return Vec::new() };
    // SAFETY: listed references are alive.
    list.iter().map(|w| unsafe { Obj::from_object(Object::from_borrowed(*w)) }).collect()
}

/// The referent dies: unset its references, then call their callbacks, newest first.
pub(crate) fn referent_died(vm: &Vm, list: Vec<Value>) {
    // SAFETY: listed references are alive; a dying one (count 0) is only unset.
    let refs: Vec<Obj<WeakRef>> = unsafe {
        for w in &list {
            (*(w.ptr() as *const super::object::Boxed<WeakRef>)).payload.referent.set(Value::NULL);
        }
        list.iter()
            .filter(|w| !(*w.ptr()).has_flag(header_flags::DYING))
            .map(|w| Obj::from_object(Object::from_borrowed(*w)))
            .collect()
    };
    for r in refs.iter().rev() {
        if let Some(callback) = r.callback.take() {
            if let Err(e) = vm.call(&callback, &[r.as_object().clone()]) {
                vm.unraisable(e, Some(&callback));
            }
        }
    }
}
