//! What the modules of this crate that touch the system use of the core, and small helpers that
//! several of them share.

use std::io;

pub(crate) use taipan_core::native::*;
pub(crate) use taipan_core::object::*;
pub(crate) use taipan_core::text::{Text, TextBuf, TextRef};
pub(crate) use taipan_macros::{getter, native, setter};

use taipan_core::native::buffer::BufferView;

/// The class that `T` belongs to.
pub(crate) fn type_for<T: Payload>(vm: &Vm) -> Obj<Type> {
    match vm.type_of_payload::<T>() {
        Ok(class) => class,
        Err(raised) => {
            // Only for want of memory at the first use; `object` has none of the methods.
            drop(vm.take_raised(raised));
            vm.types().object.clone()
        }
    }
}

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

/// `getattr(object, name, None)`, absence being None.
pub(crate) fn optional_attr(vm: &Vm, object: &Object, name: &str) -> Res<Option<Object>> {
    vm.getattr_opt(object, &vm.intern(name))
}

/// `object.name = value`.
pub(crate) fn set_attr(vm: &Vm, object: &Object, name: &str, value: &Object) -> Res<()> {
    vm.setattr(object, &vm.intern(name), value)
}

/// A system call that may wait: without the interpreter's lock, repeated after a signal.
pub(crate) fn blocking<T: Send>(vm: &Vm, call: impl FnMut() -> io::Result<T> + Send) -> Res<T> {
    vm.blocking(call)
}

/// A failed system call as an exception.
pub(crate) fn raise_io(vm: &Vm, failure: io::Error) -> Raised {
    failure.into_raised(vm)
}

/// As [`raise_io`], with the file's name.
pub(crate) fn raise_io_at(vm: &Vm, failure: io::Error, path: &Object) -> Raised {
    errors::os_error_with(vm, &failure, Some(path), None)
}

/// Whether a call failed only because it would have to wait.
pub(crate) fn would_block(failure: &io::Error) -> bool {
    failure.kind() == io::ErrorKind::WouldBlock
}

/// A vector of `len` zeros, or MemoryError.
pub(crate) fn zeros(vm: &Vm, len: usize) -> Res<Vec<u8>> {
    let mut bytes = Vec::new();
    reserve(vm, &mut bytes, len)?;
    bytes.resize(len, 0);
    Ok(bytes)
}

/// Room for `more` items, or MemoryError.
pub(crate) fn reserve<T>(vm: &Vm, items: &mut Vec<T>, more: usize) -> Res<()> {
    const LARGE: usize = 1 << 20;
    let bytes = more.saturating_mul(size_of::<T>());
    // (Buffers are outside of the interpreter's heap, whose limit holds for them too.)
    let fits = bytes < LARGE || vm.interp().heap.has_room(bytes);
    if fits && items.try_reserve(more).is_ok() { Ok(()) } else { Err(vm.no_memory(NoMemory)) }
}

/// Appends bytes, or MemoryError.
pub(crate) fn append(vm: &Vm, bytes: &mut Vec<u8>, more: &[u8]) -> Res<()> {
    reserve(vm, bytes, more.len())?;
    bytes.extend_from_slice(more);
    Ok(())
}

/// Looks at the bytes of a bytes-like object. No Python may run inside of `f`.
pub(crate) fn with_bytes<R>(vm: &Vm, object: &Object, f: impl FnOnce(&[u8]) -> R) -> Res<R> {
    if let Some(bytes) = object.downcast::<Bytes>() {
        return Ok(f(bytes.as_slice()));
    }
    let view = buffer::view(vm, object, buffer::request::SIMPLE)?;
    Ok(view.with(f))
}

/// Copies `data` to the start of a writable view.
pub(crate) fn copy_into(view: &BufferView, data: &[u8]) {
    view.with_mut(|target| {
        let len = target.len().min(data.len());
        target[..len].copy_from_slice(&data[..len]);
    });
}

/// A new exception class of a native module.
pub(crate) fn exception_class(vm: &Vm, module: &str, name: &str, base: Exc) -> Res {
    let bases = vm.tuple(vec![vm.types().exception(base).into_object()])?.into_object();
    let dict = vm.new_dict()?;
    dict.set_named(vm, "__module__", vm.str(module)?)?;
    let args = [vm.str(name)?.into_object(), bases, dict.into_object()];
    vm.call(vm.types().type_.as_object(), &args)
}
