//! Modules that CPython has in C.

use taipan_core::native::ModuleDef;

pub mod errno;
pub mod itertools;
pub mod math;

/// The tables of all modules of this crate.
pub static MODULES: &[&ModuleDef] = &[
    &errno::MODULE,
    &itertools::MODULE,
    &math::MODULE,
];
