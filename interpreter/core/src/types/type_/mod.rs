//! The builtin type `type`: slots and methods.

use crate::object::*;

/// The type `type`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::TYPE | type_flags::WEAKREF, ..TypeSpec::new::<Type>("type") };
