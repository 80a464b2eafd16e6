//! The builtin type `tuple`: slots and methods.

use crate::object::*;

/// The type `tuple`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::TUPLE | type_flags::SEQUENCE | type_flags::MATCH_SELF, ..TypeSpec::new::<Tuple>("tuple") };
/// The type `tuple_iterator`.
pub static ITER: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<TupleIter>("tuple_iterator") };
