//! Functions of the C mathematics library that `std` does not offer, or computes by formulas of its own.
//! The results are those of the platform, as CPython's are.
#![expect(unsafe_code, reason = "declarations of C functions")]

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
