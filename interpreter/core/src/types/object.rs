//! The builtin type `object`: slots and methods.

use crate::object::*;

/// The type `object`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE, ..TypeSpec::new::<Empty>("object") };
