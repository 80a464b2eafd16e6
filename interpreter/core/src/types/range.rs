//! The builtin type `range`: slots and methods.

use crate::object::*;

/// The type `range_iterator`.
pub static ITER: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<RangeIter>("range_iterator") };
