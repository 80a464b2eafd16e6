//! The builtin type `method`: slots and methods.

use crate::object::*;

/// The type `method`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::WEAKREF, ..TypeSpec::new::<BoundMethod>("method") };
