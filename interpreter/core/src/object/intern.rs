//! The set of interned strs: one object for each text, so that identity of names is equality.
//!
//! **Invariant:** `places` has a power of two of words, at least a fourth of them NULL; the others own
//! a count of an exact str whose hash is known and whose flag INTERNED is set, found by linear probing
//! from its hash. Interned strs live as long as the interpreter; nothing is ever taken out.
#![expect(unsafe_code, reason = "looks at strs behind plain words")]

use super::header::header_flags;
use super::heap::NoMemory;
use super::object::{Boxed, Obj, Object};
use super::str::Str;
use super::value::Value;
use crate::text::TextRef;

/// See the file's head.
#[derive(Default)]
pub(crate) struct Interned {
    places: Vec<Value>,
    len: usize,
}

/// Enough for the names that the core itself uses.
const FIRST: usize = 2048;

impl Interned {
    /// The str of this text, whose hash is `hash`.
    pub(crate) fn find(&self, hash: i64, text: TextRef) -> Option<Obj<Str>> {
        let mask = self.places.len().checked_sub(1)?;
        let mut i = hash as usize & mask;
        loop {
            let v = *self.places.get(i)?;
            if v.is_null() {
                return None;
            }
            // SAFETY: the file's invariant.
            let s = unsafe { &(*(v.ptr() as *const Boxed<Str>)).payload };
            if s.hash.get() == hash && s.as_text() == text {
                // SAFETY: as above.
                return Some(unsafe { Obj::from_object(Object::from_borrowed(v)) });
            }
            i = (i + 1) & mask;
        }
    }

    /// Add an exact str with a known hash whose text is not there; it is interned from now on.
    pub(crate) fn insert(&mut self, s: &Obj<Str>) -> Result<(), NoMemory> {
        if self.len >= self.places.len() / 4 * 3 {
            self.grow()?;
        }
        s.header_ref().set_flag(header_flags::INTERNED);
        self.place(s.clone().into_object().into_value(), s.hash.get());
        self.len += 1;
        Ok(())
    }

    fn place(&mut self, v: Value, hash: i64) {
        let mask = self.places.len() - 1;
        let mut i = hash as usize & mask;
        while !self.places[i].is_null() {
            i = (i + 1) & mask;
        }
        self.places[i] = v;
    }

    #[cold]
    fn grow(&mut self) -> Result<(), NoMemory> {
        let room = (self.places.len() * 2).max(FIRST);
        let mut places = Vec::new();
        places.try_reserve_exact(room)?;
        places.resize(room, Value::NULL);
        for v in std::mem::replace(&mut self.places, places) {
            if !v.is_null() {
                // SAFETY: the file's invariant.
                let hash = unsafe { (*(v.ptr() as *const Boxed<Str>)).payload.hash.get() };
                self.place(v, hash);
            }
        }
        Ok(())
    }
}
