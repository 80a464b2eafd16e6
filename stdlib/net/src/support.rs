//! What the modules of this crate use of the core, and small helpers that several of them share.

use std::io;
use std::time::Duration;

pub(crate) use taipan_core::native::*;
pub(crate) use taipan_core::object::*;
pub(crate) use taipan_core::types::context as contexts;
pub(crate) use taipan_core::vm::generator::{Resumed, Sent, resume, stop_value};
pub(crate) use taipan_macros::{getter, native, setter};

use taipan_core::native::buffer::BufferView;

/// Calls a native `__init__` from a type's slot.
pub(crate) fn call_init(
    vm: &Vm,
    def: &'static NativeDef,
    this: &Object,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res<()> {
    let mut all = Vec::new();
    reserve(vm, &mut all, args.len() + 1)?;
    all.push(this.clone());
    all.extend_from_slice(args);
    (def.call)(vm, &all, names).map(drop)
}

/// What was given, or None.
pub(crate) fn or_none(object: Option<&Object>) -> Object {
    object.cloned().unwrap_or_else(Object::none)
}

/// A failed system call as an exception.
pub(crate) fn raise_io(vm: &Vm, failure: io::Error) -> Raised {
    failure.into_raised(vm)
}

/// OSError with a text and no number.
pub(crate) fn os_error(vm: &Vm, text: &str) -> Raised {
    vm.raise_kind(Exc::OSError, text)
}

/// Room for `more` items, or MemoryError.
pub(crate) fn reserve<T>(vm: &Vm, items: &mut Vec<T>, more: usize) -> Res<()> {
    items.try_reserve(more).map_err(|_| vm.no_memory(NoMemory))
}

/// A vector of `len` zeros, or MemoryError.
pub(crate) fn zeros(vm: &Vm, len: usize) -> Res<Vec<u8>> {
    let mut bytes = Vec::new();
    reserve(vm, &mut bytes, len)?;
    bytes.resize(len, 0);
    Ok(bytes)
}

/// Copies `data` into a writable view from `start` on.
pub(crate) fn copy_into(view: &BufferView, start: usize, data: &[u8]) {
    view.with_mut(|target| {
        if let Some(target) = target.get_mut(start..) {
            let len = target.len().min(data.len());
            target[..len].copy_from_slice(&data[..len]);
        }
    });
}

/// Bytes from the system as a str, bytes that are not UTF-8 as lone surrogates.
pub(crate) fn system_str(vm: &Vm, bytes: &[u8]) -> Res {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(vm.str(text)?.into_object());
    }
    let bytes = vm.bytes(bytes)?.into_object();
    let arguments = [vm.str("utf-8")?.into_object(), vm.str("surrogateescape")?.into_object()];
    vm.call_method(&bytes, "decode", &arguments)
}

/// Seconds, an int or a float, rounded up to nanoseconds. The sign is left to the caller.
pub(crate) fn nanoseconds(vm: &Vm, object: &Object) -> Res<i64> {
    let too_large = || vm.overflow_error("timestamp too large to convert to C _PyTime_t");
    let is_float = object.as_exact_float().is_some() || vm.class_of(object).has(type_flags::FLOAT);
    if is_float {
        let x = to_f64(vm, object)?;
        if x.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let nanos = if x >= 0.0 { (x * 1e9).ceil() } else { (x * 1e9).floor() };
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanos) {
            return Err(too_large());
        }
        return Ok(nanos as i64);
    }
    let index = vm.index(object)?;
    vm.as_i64(&index).and_then(|s| s.checked_mul(1_000_000_000)).ok_or_else(too_large)
}

/// A timeout of so many nanoseconds.
pub(crate) fn duration(nanos: i64) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
}

/// The items of a list, none of anything else.
pub(crate) fn list_items(vm: &Vm, list: &Object) -> Res<Vec<Object>> {
    let items = list.downcast::<List>().map_or(Ok(Vec::new()), |list| list.to_vec());
    items.map_err(|_| vm.no_memory(NoMemory))
}

/// A name of the module builtins.
pub(crate) fn builtin(vm: &Vm, name: &str) -> Res {
    let builtins = vm.interp().builtins.get_as::<Dict>();
    match builtins.and_then(|dict| dict.get_named(vm, name)) {
        Some(object) => Ok(object),
        None => Err(vm.name_error(format_args!("name '{name}' is not defined"))),
    }
}

/// Runs the part of a native module that is written in Python, with the module's dict for its globals.
pub(crate) fn run_python_part(vm: &Vm, module: &Obj<Module>, name: &str, source: &str) -> Res<()> {
    let file = format!("<frozen {name}>");
    // The library has it compiled.
    let code = match vm.library_code(name, &file)? {
        Some(code) => code.into_object(),
        None => {
            let source = vm.str(source)?.into_object();
            let mode = vm.str("exec")?.into_object();
            let arguments = [source, vm.str(&file)?.into_object(), mode];
            vm.call(&builtin(vm, "compile")?, &arguments)?
        }
    };
    let globals = module.dict.clone();
    if globals.get_named(vm, "__builtins__").is_none() {
        globals.set_named(vm, "__builtins__", vm.import("builtins")?)?;
    }
    vm.call(&builtin(vm, "exec")?, &[code, globals.into_object()]).map(drop)
}

/// A type; for want of memory at its first use `object`, which has none of the methods.
pub(crate) fn type_or_object(vm: &Vm, made: Res<Obj<Type>>) -> Obj<Type> {
    made.unwrap_or_else(|raised| {
        drop(vm.take_raised(raised));
        vm.types().object.clone()
    })
}

/// The type of a payload, for [`TypeSpec::base`].
pub(crate) fn type_for<T: Payload>(vm: &Vm) -> Obj<Type> {
    type_or_object(vm, vm.type_of_payload::<T>())
}
