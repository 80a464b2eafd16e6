//! What the compiler complains about, as Python exceptions and warnings.

use crate::compile::{CompileError, CompileWarning, ErrorKind, WarningKind};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};

/// Raise what a text that does not compile calls for. `incomplete`: only say so (for prompts).
#[cold]
pub fn raise(vm: &Vm, error: &CompileError, filename: &str, incomplete: bool) -> Raised {
    let kind = match error.kind {
        ErrorKind::SyntaxError => Exc::SyntaxError,
        ErrorKind::IndentationError => Exc::IndentationError,
        ErrorKind::TabError => Exc::TabError,
        ErrorKind::RecursionError => return vm.recursion_error(&error.message),
        ErrorKind::MemoryError => return vm.no_memory(NoMemory),
        ErrorKind::ValueError => return vm.value_error(&error.message),
        ErrorKind::TypeError => return vm.type_error(&error.message),
        ErrorKind::SystemError => return vm.system_error(&error.message),
    };
    let message = if incomplete { "incomplete input" } else { &error.message };
    let make = || {
        let number = |n: Option<u32>| n.map_or(Ok(Object::none()), |n| vm.int(i64::from(n)));
        let is_file = || match vm.host() {
            Some(host) => host.path_kind(filename) == Some(crate::vm::host::PathKind::File),
            None => false,
        };
        let text = match &error.text {
            Some(_) if error.parsed && !is_file() => Object::none(),
            Some(text) => vm.str(text)?.into_object(),
            None => Object::none(),
        };
        let place = vec![
            vm.str(filename)?.into_object(),
            number(error.line)?,
            number(error.col)?,
            text,
            number(error.end_line)?,
            error.end_col.map_or(Ok(Object::none()), |n| vm.int(i64::from(n)))?,
        ];
        let args = [vm.str(message)?.into_object(), vm.tuple(place)?.into_object()];
        vm.call(vm.types().exception(kind).as_object(), &args)
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// Issue a warning of the compiler. Where warnings are errors it becomes a SyntaxError.
pub fn warn(vm: &Vm, warning: &CompileWarning, filename: &str) -> Res<()> {
    let category = match warning.category {
        WarningKind::SyntaxWarning => Exc::SyntaxWarning,
        WarningKind::DeprecationWarning => Exc::DeprecationWarning,
    };
    let Err(raised) = vm.warn_at(category, &warning.message, filename, i64::from(warning.line))
    else {
        return Ok(());
    };
    vm.caught(raised, category)?;
    Err(raise(vm, &warning.error, filename, false))
}
