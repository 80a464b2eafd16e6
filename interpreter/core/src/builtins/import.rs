//! The import statement.
use crate::object::*;
use crate::vm::{Res, Vm};
pub(crate) fn import_from(vm: &Vm, module: &Object, name: &Obj<Str>) -> Res { vm.getattr(module, name) }
pub(crate) fn import_star(vm: &Vm, _module: &Object, _namespace: &Object) -> Res<()> { Err(vm.not_implemented_error("import *")) }
