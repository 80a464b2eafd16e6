//! The bytes object: an immutable run of bytes behind its header.
#![expect(unsafe_code, reason = "the bytes lie behind the payload")]

use super::header::Kind;
use super::object::Payload;
use std::cell::Cell;

/// **Invariant:** `data` names `len` bytes of the object's own tail; immutable.
pub struct Bytes {
    pub(crate) hash: Cell<i64>,
    len: usize,
    data: *const u8,
}

impl Payload for Bytes {
    const KIND: Kind = Kind::Bytes;
    fn tail(&self) -> usize {
        self.len
    }
}

impl Bytes {
    pub(crate) unsafe fn new_raw(len: usize, data: *const u8) -> Bytes {
        Bytes { hash: Cell::new(-1), len, data }
    }

    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: see the type.
        unsafe { std::slice::from_raw_parts(self.data, self.len) }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}
