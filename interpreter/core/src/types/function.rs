//! The builtin type `function`: slots and methods.

use crate::object::*;

/// The type `function`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::WEAKREF, ..TypeSpec::new::<Function>("function") };
