//! The module `_io`: files, buffers and text streams.
//!
//! | file        | holds                                                                    |
//! |-------------|--------------------------------------------------------------------------|
//! | `base`      | the abstract base classes                                                |
//! | `fileio`    | descriptors as raw streams                                               |
//! | `buffered/` | buffers over raw streams                                                 |
//! | `bytesio`   | bytes in memory as a stream                                              |
//! | `newline`   | line ends: what they become when reading                                 |
//! | `stringio`  | text in memory as a stream                                               |
//! | `text/`     | text over a buffered stream                                              |
//! | `open`      | `open` and its kin                                                       |
//! | `streams`   | `sys.stdin`, `sys.stdout`, `sys.stderr`                                  |
//!
//! **Invariant:** no borrow of a stream's state lives across a call that may run Python or let
//! another thread run.

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod fileio;
pub mod newline;
mod open;
pub mod streams;
pub mod stringio;
pub mod text;

use std::cell::OnceCell;

use taipan_core::types::memoryview::MemoryView;

use crate::support::*;

/// The module `_io`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_io",
    doc: "Streams: what the module io shows.",
    functions: natives![open::open_code, open::text_encoding],
    types: TYPES,
    fill: Some(fill),
};

static TYPES: &[&TypeSpec] = &[
    &base::IO_BASE,
    &base::RAW_IO_BASE,
    &base::BUFFERED_IO_BASE,
    &base::TEXT_IO_BASE,
    &fileio::SPEC,
    &bytesio::SPEC,
    &stringio::SPEC,
    &buffered::READER,
    &buffered::WRITER,
    &buffered::RANDOM,
    &buffered::PAIR,
    &text::SPEC,
    &newline::SPEC,
];

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    module.set(vm, "open", open_function(vm)?)?;
    module.set(vm, "DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE)?;
    module.set(vm, "UnsupportedOperation", unsupported_class(vm)?)?;
    module.set(vm, "BlockingIOError", vm.types().exception(Exc::BlockingIOError))
}

/// What `io.DEFAULT_BUFFER_SIZE` says.
pub const DEFAULT_BUFFER_SIZE: usize = 8192;

pub(crate) const SEEK_SET: i32 = 0;
pub(crate) const SEEK_CUR: i32 = 1;
pub(crate) const SEEK_END: i32 = 2;

/// What an interpreter keeps of this module.
#[derive(Default)]
struct State {
    unsupported: OnceCell<Object>,
    open: OnceCell<Object>,
}

/// The function `open`: one for `builtins`, `_io` and `io`.
fn open_function(vm: &Vm) -> Res {
    static ROWS: &[NativeDef] = natives![open::open];
    let state = vm.interp().state::<State>();
    if let Some(open) = state.open.get() {
        return Ok(open.clone());
    }
    let open = taipan_core::types::builtin::function(vm, &ROWS[0], "_io")?;
    Ok(state.open.get_or_init(|| open).clone())
}

/// The class `UnsupportedOperation`, a subclass of both OSError and ValueError.
pub(crate) fn unsupported_class(vm: &Vm) -> Res {
    let state = vm.interp().state::<State>();
    if let Some(class) = state.unsupported.get() {
        return Ok(class.clone());
    }
    let types = vm.types();
    let bases = vec![
        types.exception(Exc::OSError).into_object(),
        types.exception(Exc::ValueError).into_object(),
    ];
    let dict = vm.new_dict()?;
    dict.set_named(vm, "__module__", vm.str("io")?)?;
    let arguments = [
        vm.str("UnsupportedOperation")?.into_object(),
        vm.tuple(bases)?.into_object(),
        dict.into_object(),
    ];
    let class = vm.call(types.type_.as_object(), &arguments)?;
    let _ = state.unsupported.set(class.clone());
    Ok(class)
}

/// UnsupportedOperation with a message.
#[cold]
pub(crate) fn unsupported(vm: &Vm, message: &str) -> Raised {
    let make = || {
        let message = vm.str(message)?.into_object();
        vm.call(&unsupported_class(vm)?, &[message])
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

#[cold]
fn closed_file(vm: &Vm) -> Raised {
    vm.value_error("I/O operation on closed file.")
}

/// A name of the module builtins.
pub(crate) fn builtin(vm: &Vm, name: &str) -> Res {
    let builtins = vm.interp().builtins.get_as::<Dict>();
    match builtins.and_then(|dict| dict.get_named(vm, name)) {
        Some(object) => Ok(object),
        None => Err(vm.name_error(format_args!("name '{name}' is not defined"))),
    }
}

/// `memoryview(object)`.
fn memoryview(vm: &Vm, object: &Object) -> Res {
    vm.call(type_for::<MemoryView>(vm).as_object(), std::slice::from_ref(object))
}

/// A position or length in a file; ValueError beyond 63 bits.
pub(crate) fn offset(vm: &Vm, object: &Object) -> Res<i64> {
    let index = match vm.index(object) {
        Ok(index) => index,
        Err(raised) => {
            drop(vm.caught(raised, Exc::TypeError)?);
            return Err(vm.type_error(format_args!(
                "'{}' object cannot be interpreted as an integer",
                vm.type_name(object)
            )));
        }
    };
    vm.as_i64(&index).ok_or_else(|| vm.value_error("cannot fit 'int' into an offset-sized integer"))
}

/// OSError with `text`, caused by the TypeError or OverflowError in flight.
fn chain_os_error(vm: &Vm, raised: Raised, text: &str) -> Raised {
    let cause = vm.take_raised(raised);
    let raised = vm.raise_kind(Exc::OSError, text);
    let error = vm.take_raised(raised);
    if let Some(error) = error.downcast::<Exception>() {
        error.cause.set(cause.clone());
        error.suppress_context.set(true);
        error.context.set(cause);
    }
    vm.raise(error)
}

/// The `name` attribute of a stream, None if it has none or cannot tell.
fn stream_name(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    match optional_attr(vm, this, "name") {
        Ok(name) => Ok(name),
        Err(raised) => vm.caught(raised, Exc::ValueError).map(|_| None),
    }
}

/// The repr of `name` as part of the repr of `this`, guarded against a name that holds `this`.
fn guarded_repr(vm: &Vm, this: &Object, name: &Object) -> Res<String> {
    if name.is(this) {
        return Err(
            vm.runtime_error(format_args!("reentrant call inside {}.__repr__", vm.type_name(this)))
        );
    }
    vm.repr_string(name)
}

/// A copy of an object's `__dict__`, None if there is nothing in it.
fn dict_copy(vm: &Vm, this: &Object) -> Res {
    let dict = vm.getattr_named(this, "__dict__")?;
    if !vm.truth(&dict)? {
        return Ok(Object::none());
    }
    vm.call_method(&dict, "copy", &[])
}

/// `this.__dict__.update(dict)`, unless it is None.
fn update_dict(vm: &Vm, this: &Object, dict: &Object) -> Res<()> {
    if dict.is_none() {
        return Ok(());
    }
    if dict.downcast::<Dict>().is_none() {
        return Err(vm.type_error(format_args!(
            "third item of state should be a dict, got a {}",
            vm.type_name(dict)
        )));
    }
    let own = vm.getattr_named(this, "__dict__")?;
    vm.call_method(&own, "update", std::slice::from_ref(dict)).map(drop)
}

/// `warnings.warn(message, category)`, a category of the module builtins.
fn warn(vm: &Vm, category: &str, message: &str) -> Res<()> {
    let import = builtin(vm, "__import__")?;
    let warnings = vm.call(&import, &[vm.str("_warnings")?.into_object()])?;
    let arguments = [vm.str(message)?.into_object(), builtin(vm, category)?];
    vm.call_method(&warnings, "warn", &arguments).map(drop)
}

/// Whether a str holds a NUL.
pub(crate) fn has_nul(text: &Str) -> bool {
    newline::find_char(text.as_text(), 0, '\0').is_some()
}
