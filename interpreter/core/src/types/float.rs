//! The builtin type `float`: slots and methods.

use crate::object::*;

/// The type `float`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::FLOAT | type_flags::MATCH_SELF, ..TypeSpec::new::<Float>("float") };
