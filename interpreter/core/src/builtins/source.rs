//! What the compiler complains about, as Python exceptions and warnings.

use crate::compile::{
    CompileError, CompileOptions, CompileWarning, Compiled, ErrorKind, WarningKind,
};
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

/// What the parser takes for each byte of source: it cannot say that it has no memory.
const COMPILED: usize = 32;

/// What `work` (from bytes, and whether they are UTF-8 whatever they declare) makes of a source. Where that declares
/// an encoding that the compiler does not know, the codecs are asked, and it is done again with UTF-8.
pub fn read_with<T>(
    vm: &Vm,
    source: &[u8],
    is_text: bool,
    work: impl Fn(&[u8], bool) -> Result<T, CompileError>,
) -> Res<Result<T, CompileError>> {
    vm.need_room(source.len().saturating_mul(COMPILED))?;
    let result = work(source, is_text);
    match &result {
        Err(error) => match decoded(vm, source, error)? {
            Some(text) => Ok(work(text.as_bytes(), true)),
            None => Ok(result),
        },
        Ok(_) => Ok(result),
    }
}

/// [`crate::compile::compile_source`], with all encodings that there are codecs for.
pub fn compile_file(
    vm: &Vm,
    source: &[u8],
    filename: &str,
    options: &CompileOptions,
) -> Res<Result<Compiled, CompileError>> {
    read_with(vm, source, false, |bytes, is_text| match std::str::from_utf8(bytes) {
        Ok(text) if is_text => crate::compile::compile_str(text, filename, options),
        _ => crate::compile::compile_source(bytes, filename, options),
    })
}

/// The text of a source whose encoding the compiler does not know, from the codecs; None if there is no such codec,
/// or something else is wrong.
#[cold]
fn decoded(vm: &Vm, source: &[u8], error: &CompileError) -> Res<Option<String>> {
    let Some(encoding) = error.message.strip_prefix("unknown encoding: ") else { return Ok(None) };
    if error.kind != ErrorKind::SyntaxError {
        return Ok(None);
    }
    let encoding = vm.str(encoding)?.into_object();
    let decode = vm.getattr_named(vm.bytes(source)?.as_object(), "decode")?;
    match vm.call(&decode, &[encoding.clone()]) {
        Ok(text) => Ok(text.downcast::<Str>().map(|text| text.to_string_lossy())),
        Err(raised) => {
            let Err(raised) = vm.caught(raised, Exc::LookupError) else { return Ok(None) };
            let exception = vm.caught(raised, Exc::UnicodeDecodeError)?;
            let reason = vm.to_str(&exception)?.to_string_lossy();
            Err(vm.raise_kind(Exc::SyntaxError, format_args!("(unicode error) {reason}")))
        }
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
