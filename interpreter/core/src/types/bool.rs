//! The builtin type `bool`: slots and methods.

use crate::object::*;

/// The type `bool`.
pub static SPEC: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<Int>("bool") };
