//! The builtin type `dict`: slots and methods.

use crate::object::*;

/// The type `dict`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::DICTIONARY | type_flags::MAPPING | type_flags::MATCH_SELF, ..TypeSpec::new::<Dict>("dict") };
