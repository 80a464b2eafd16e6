//! The builtin type `ReferenceType`: slots and methods.

use crate::object::weakref::WeakRef;
use crate::object::*;

/// The type `weakref.ReferenceType`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::WEAKREF, ..TypeSpec::new::<WeakRef>("weakref.ReferenceType") };
