//! The value word: 63-bit integers, self-tagged floats, singletons and object pointers in 64 bits.
//!
//! **Encoding.** int: bit 0 set. float: low bits `10`, bits rotated so that exponents 2^-255..2^256
//! fit; all other floats (0.0 among them) are boxed. Singletons: low bits `100`. Pointer: low bits
//! `000`, never null. **Invariant:** a `Value` with pointer bits names a live object; the word
//! itself owns nothing (see `Object` for the owning form).
#![expect(unsafe_code, reason = "pointer bits of the value word")]

use super::header::{Header, Kind};

/// One Python value as bits. Copying it does not touch reference counts.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Value(u64);

const FLOAT_OFFSET: u64 = 1 << 60;

impl Value {
    /// The empty register.
    pub const NULL: Value = Value(36);
    pub const NONE: Value = Value(4);
    pub const FALSE: Value = Value(12);
    pub const TRUE: Value = Value(20);
    pub const NOT_IMPLEMENTED: Value = Value(28);
    pub const ELLIPSIS: Value = Value(44);
    /// Largest and smallest immediate integer.
    pub const MAX_INT: i64 = (1 << 62) - 1;
    pub const MIN_INT: i64 = -(1 << 62);

    /// The word of these bits.
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    /// The bits.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    #[inline(always)]
    pub const fn from_bool(b: bool) -> Value {
        Value(12 + 8 * b as u64)
    }

    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0 == Value::NULL.0
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.0 == Value::NONE.0
    }

    #[inline(always)]
    pub fn is_true(self) -> bool {
        self.0 == Value::TRUE.0
    }

    #[inline(always)]
    pub fn is_false(self) -> bool {
        self.0 == Value::FALSE.0
    }

    #[inline(always)]
    pub fn is_bool(self) -> bool {
        self.0 == Value::TRUE.0 || self.0 == Value::FALSE.0
    }

    #[inline(always)]
    pub fn is_ptr(self) -> bool {
        self.0 & 7 == 0
    }

    #[inline(always)]
    pub fn is_int(self) -> bool {
        self.0 & 1 != 0
    }

    /// An immediate (not boxed) float.
    #[inline(always)]
    pub fn is_flonum(self) -> bool {
        self.0 & 3 == 2
    }

    /// The integer as an immediate, if it fits in 63 bits.
    #[inline(always)]
    pub fn from_int(i: i64) -> Option<Value> {
        Some(Value(i.checked_mul(2)? as u64 | 1))
    }

    /// A small integer that surely fits (`i32`, lengths).
    #[inline(always)]
    pub const fn small(i: i32) -> Value {
        Value(((i as i64) << 1) as u64 | 1)
    }

    /// The immediate integer.
    #[inline(always)]
    pub fn as_int(self) -> Option<i64> {
        if self.is_int() { Some((self.0 as i64) >> 1) } else { None }
    }

    /// The immediate integer without a check of the tag (garbage otherwise, never unsound).
    #[inline(always)]
    pub fn int_unchecked(self) -> i64 {
        (self.0 as i64) >> 1
    }

    /// Both words immediate integers.
    #[inline(always)]
    pub fn both_ints(a: Value, b: Value) -> bool {
        a.0 & b.0 & 1 != 0
    }

    /// Both words immediate floats.
    #[inline(always)]
    pub fn both_flonums(a: Value, b: Value) -> bool {
        ((a.0 ^ 2) | (b.0 ^ 2)) & 3 == 0
    }

    #[inline(always)]
    pub fn add_ints(a: Value, b: Value) -> Option<Value> {
        let (r, o) = (a.0 as i64).overflowing_add((b.0 as i64) - 1);
        if o { None } else { Some(Value(r as u64)) }
    }

    #[inline(always)]
    pub fn sub_ints(a: Value, b: Value) -> Option<Value> {
        let (r, o) = (a.0 as i64).overflowing_sub((b.0 as i64) - 1);
        if o { None } else { Some(Value(r as u64)) }
    }

    #[inline(always)]
    pub fn mul_ints(a: Value, b: Value) -> Option<Value> {
        let (r, o) = ((a.0 as i64) - 1).overflowing_mul((b.0 as i64) >> 1);
        if o { None } else { Some(Value(r as u64 + 1)) }
    }

    /// The float as an immediate, if its exponent allows.
    #[inline(always)]
    pub fn from_flonum(f: f64) -> Option<Value> {
        let t = f.to_bits().wrapping_add(FLOAT_OFFSET).rotate_left(3);
        if t & 3 == 2 { Some(Value(t)) } else { None }
    }

    /// The immediate float.
    #[inline(always)]
    pub fn as_flonum(self) -> Option<f64> {
        if self.is_flonum() { Some(self.flonum_unchecked()) } else { None }
    }

    /// The immediate float without a check of the tag.
    #[inline(always)]
    pub fn flonum_unchecked(self) -> f64 {
        f64::from_bits(self.0.rotate_right(3).wrapping_sub(FLOAT_OFFSET))
    }

    /// The word of an object pointer.
    #[inline(always)]
    pub fn from_ptr(p: *const Header) -> Value {
        Value(p.expose_provenance() as u64)
    }

    /// The object pointer; only of use if `is_ptr`.
    #[inline(always)]
    pub fn ptr(self) -> *mut Header {
        std::ptr::with_exposed_provenance_mut(self.0 as usize)
    }

    /// The header of the object, if this is a pointer.
    ///
    /// # Safety
    /// The object must be alive for `'a`.
    #[inline(always)]
    pub unsafe fn header<'a>(self) -> Option<&'a Header> {
        // SAFETY: the encoding's invariant; liveness is the caller's.
        if self.is_ptr() { Some(unsafe { &*self.ptr() }) } else { None }
    }

    /// Whether this is an object of exactly this builtin kind.
    ///
    /// # Safety
    /// The object must be alive.
    #[inline(always)]
    pub unsafe fn is_kind(self, kind: Kind) -> bool {
        // SAFETY: as above.
        self.is_ptr() && unsafe { (*self.ptr()).kind() == kind }
    }
}
