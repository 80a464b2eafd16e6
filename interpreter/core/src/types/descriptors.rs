//! Descriptors of native attributes.
use crate::object::*;
/// Offset of the word that a `__slots__` member descriptor names.
pub(crate) fn member_offset(_d: &Object) -> Option<u32> { None }
