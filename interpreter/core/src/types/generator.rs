//! The builtin type `generator`: slots and methods.

use crate::object::*;

/// The type `generator`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::WEAKREF, ..TypeSpec::new::<Generator>("generator") };
/// The type `coroutine`.
pub static COROUTINE: TypeSpec = TypeSpec { flags: type_flags::WEAKREF, ..TypeSpec::new::<Generator>("coroutine") };
/// The type `async_generator`.
pub static ASYNC_GENERATOR: TypeSpec = TypeSpec { flags: type_flags::WEAKREF, ..TypeSpec::new::<Generator>("async_generator") };
