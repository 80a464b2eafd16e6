//! Functions of the C mathematics library that `std` does not offer, or computes by formulas of its own.
//! The results are those of the platform, as CPython's are.
#![expect(unsafe_code, reason = "C functions")]

use std::sync::OnceLock;

// SAFETY: pure functions of C99's <math.h> with these signatures, linked by `std` itself.
unsafe extern "C" {
    /// The error function.
    pub safe fn erf(x: f64) -> f64;
    /// The complementary error function.
    pub safe fn erfc(x: f64) -> f64;
    /// Inverse hyperbolic cosine.
    pub safe fn acosh(x: f64) -> f64;
    /// Inverse hyperbolic sine.
    pub safe fn asinh(x: f64) -> f64;
    /// Inverse hyperbolic tangent.
    pub safe fn atanh(x: f64) -> f64;
}

/// The cube root. Rust's own symbol of this name hides the platform's (whose results can differ in the
/// last bit), so that one is asked for by name, once.
pub fn cbrt(x: f64) -> f64 {
    static PLATFORM: OnceLock<Option<extern "C" fn(f64) -> f64>> = OnceLock::new();
    let found = PLATFORM.get_or_init(|| {
        // SAFETY: the name ends in NUL; C's `cbrt` has this signature wherever it is found.
        unsafe {
            let symbol = libc::dlsym(libc::RTLD_DEFAULT, c"cbrt".as_ptr());
            (!symbol.is_null()).then(|| std::mem::transmute::<_, extern "C" fn(f64) -> f64>(symbol))
        }
    });
    found.map_or_else(|| x.cbrt(), |cbrt| cbrt(x))
}
