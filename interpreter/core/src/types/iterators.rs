//! Iterators that belong to no one type.

use crate::object::*;
use crate::vm::{Res, Vm};

/// `iter()` of an object with only `__getitem__`.
pub fn sequence_iter(vm: &Vm, _object: &Object) -> Res {
    Err(vm.not_implemented_error("iteration by __getitem__"))
}
