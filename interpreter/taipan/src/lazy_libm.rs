//! The mathematical functions of the C library, which is loaded when one of them is first called: most programs
//! call none, and loading it at each start costs 300 KB of resident memory and a tenth of the time.
//!
//! **Invariant:** every such function that the program refers to has a row here; else the loader loads the library
//! again (`.ci/run` looks), or, worse, one with another last digit from the compiler's own library is taken (`cbrt`;
//! golden scripts look). Only the program has this: what embeds the crate is linked as ever.
#![expect(unsafe_code, reason = "functions that C calls")]

use std::ffi::{CStr, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

#[cold]
fn load(place: &AtomicPtr<c_void>, name: &CStr) -> *mut c_void {
    let Some(found) = taipan_sys::dynamic::symbol(c"libm.so.6", name) else {
        eprintln!("taipan: the C library has no {name:?} in libm.so.6");
        std::process::abort();
    };
    place.store(found.as_ptr(), Ordering::Relaxed);
    found.as_ptr()
}

macro_rules! functions {
    ($($name:ident($($argument:ident: $of:ty),*) $(-> $result:ty)?;)*) => { $(
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $of),*) $(-> $result)? {
            static PLACE: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
            let mut p = PLACE.load(Ordering::Relaxed);
            if p.is_null() {
                const NAME: &CStr = {
                    match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                        Ok(name) => name,
                        Err(_) => panic!(),
                    }
                };
                p = load(&PLACE, NAME);
            }
            // SAFETY: the library's function of this name, whose prototype (math.h) is this one's.
            let f = unsafe {
                std::mem::transmute::<*mut c_void, extern "C" fn($($of),*) $(-> $result)?>(p)
            };
            f($($argument),*)
        }
    )* };
}

functions! {
    acos(x: f64) -> f64;
    acosh(x: f64) -> f64;
    asin(x: f64) -> f64;
    asinh(x: f64) -> f64;
    atan(x: f64) -> f64;
    atan2(y: f64, x: f64) -> f64;
    atanh(x: f64) -> f64;
    cbrt(x: f64) -> f64;
    cos(x: f64) -> f64;
    cosh(x: f64) -> f64;
    erf(x: f64) -> f64;
    erfc(x: f64) -> f64;
    exp(x: f64) -> f64;
    exp2(x: f64) -> f64;
    expm1(x: f64) -> f64;
    hypot(x: f64, y: f64) -> f64;
    log(x: f64) -> f64;
    log10(x: f64) -> f64;
    log1p(x: f64) -> f64;
    log2(x: f64) -> f64;
    pow(x: f64, y: f64) -> f64;
    sin(x: f64) -> f64;
    sincos(x: f64, sin: *mut f64, cos: *mut f64);
    sinh(x: f64) -> f64;
    tan(x: f64) -> f64;
    tanh(x: f64) -> f64;
}
