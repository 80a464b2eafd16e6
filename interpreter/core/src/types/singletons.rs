//! The builtin type `None`: slots and methods.

use crate::object::*;

/// The type `NoneType`.
pub static NONE: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<Empty>("NoneType") };
/// The type `NotImplementedType`.
pub static NOT_IMPLEMENTED: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<Empty>("NotImplementedType") };
/// The type `ellipsis`.
pub static ELLIPSIS: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<Empty>("ellipsis") };
