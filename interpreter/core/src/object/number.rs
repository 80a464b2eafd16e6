//! Boxed numbers: integers beyond 63 bits (and instances of int's subclasses), floats whose exponent
//! does not fit the value word.

use super::header::Kind;
use super::object::{Dying, Payload};
use num_bigint::BigInt;

/// An integer as an object. Exact ints are boxed only outside the immediate range; instances of
/// subclasses (`IntEnum`) hold any value.
pub struct Int(pub BigInt);

impl Int {
    /// Bytes of the digits that are accounted for: few are not worth it.
    #[inline]
    pub(crate) fn charged(&self) -> usize {
        let words = self.0.iter_u64_digits().len();
        if words < 512 { 0 } else { words * 8 }
    }
}

impl Payload for Int {
    const KIND: Kind = Kind::Int;

    #[inline]
    fn release(&self, dying: &Dying) {
        match self.charged() {
            0 => {}
            bytes => dying.discharge(bytes),
        }
    }
}

/// A float as an object.
pub struct Float(pub f64);

impl Payload for Float {
    const KIND: Kind = Kind::Float;
}

/// A complex number.
pub struct Complex {
    pub real: f64,
    pub imag: f64,
}

impl Payload for Complex {}
