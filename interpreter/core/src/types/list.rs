//! The builtin type `list`: slots and methods.

use crate::object::*;

/// The type `list`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::LIST | type_flags::SEQUENCE | type_flags::MATCH_SELF, ..TypeSpec::new::<List>("list") };
/// The type `list_iterator`.
pub static ITER: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<ListIter>("list_iterator") };
