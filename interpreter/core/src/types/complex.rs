//! The builtin type `complex`: slots and methods.

use crate::object::*;

/// The type `complex`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE, ..TypeSpec::new::<Complex>("complex") };
