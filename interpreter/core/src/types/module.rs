//! The builtin type `module`: slots and methods.

use crate::object::*;

/// The type `module`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::WEAKREF, ..TypeSpec::new::<Module>("module") };
