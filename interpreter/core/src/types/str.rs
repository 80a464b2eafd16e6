//! The builtin type `str`: slots and methods.

use crate::object::*;

/// The type `str`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::STR | type_flags::MATCH_SELF, ..TypeSpec::new::<Str>("str") };

use crate::vm::{Raised, Vm};

/// UnicodeEncodeError for a str that holds lone surrogates.
pub(crate) fn surrogates_not_allowed(vm: &Vm, _s: &Obj<Str>) -> Raised {
    vm.value_error("surrogates not allowed")
}
