//! The builtin type `code`: slots and methods.

use crate::object::*;

/// The type `code`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::WEAKREF, ..TypeSpec::new::<Code>("code") };
