//! The builtin type `cell`: slots and methods.

use crate::object::*;

/// The type `cell`.
pub static SPEC: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<CellObject>("cell") };
