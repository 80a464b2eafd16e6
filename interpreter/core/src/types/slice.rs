//! The builtin type `slice`: slots and methods.

use crate::object::*;

/// The type `slice`.
pub static SPEC: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<Slice>("slice") };
