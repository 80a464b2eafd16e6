//! The builtin type `set`: slots and methods.

use crate::object::*;

/// The type `set`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::MATCH_SELF, ..TypeSpec::new::<Set>("set") };
/// The type `frozenset`.
pub static FROZENSET: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::MATCH_SELF, ..TypeSpec::new::<Set>("frozenset") };
