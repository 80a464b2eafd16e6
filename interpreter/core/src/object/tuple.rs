//! The tuple object: a fixed run of references behind its header.
#![expect(unsafe_code, reason = "the items lie behind the payload")]

use super::header::Kind;
use super::object::{Object, Payload, Visitor, decref};
use super::value::Value;
use std::cell::Cell;

/// **Invariant:** `items` names `len` owned, non-NULL words in the object's own tail.
pub struct Tuple {
    pub(crate) len: Cell<usize>,
    pub(crate) items: *mut Value,
    pub(crate) capacity: usize,
}

impl Payload for Tuple {
    const KIND: Kind = Kind::Tuple;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        for i in self.as_slice() {
            v.visit(i);
        }
    }
    fn tail(&self) -> usize {
        self.capacity * 8
    }
}

impl Tuple {
    #[inline(always)]
    pub fn as_slice(&self) -> &[Object] {
        // SAFETY: see the type; `Object` is a transparent word.
        unsafe { Object::view_slice(self.items, self.len.get()) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    /// A new reference to item `i`.
    pub fn get(&self, i: usize) -> Option<Object> {
        self.as_slice().get(i).cloned()
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        // From the end, as CPython: finalisers show the order.
        for i in (0..self.len.get()).rev() {
            // SAFETY: owned words.
            unsafe { decref(*self.items.add(i)) }
        }
    }
}
