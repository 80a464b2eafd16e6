//! The builtin type `bytes`: slots and methods.

use crate::object::*;

/// The type `bytes`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::BYTES | type_flags::MATCH_SELF, ..TypeSpec::new::<Bytes>("bytes") };
