//! The module _struct: values as bytes, in the layouts of C or of fixed ones.
//!
//! A format is compiled once (`format`); packing and unpacking (`codes`) walk its items. Formats that
//! were used lately are kept by the identity of their text: programs name them by literals.

mod codes;
mod format;
mod object;

use crate::support::{Bytes, NoMemory, Obj, Object, Res, Slot, Tuple, Vm, native, natives, zeros};
use format::Format;
use std::cell::RefCell;
use std::rc::Rc;
use taipan_core::native::buffer::{self, BufferView, request};
use taipan_core::native::{ModuleDef, Raised};
use taipan_core::object::Exc;
use taipan_core::types::bytes::ByteArray;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_struct",
    doc: "Values as the bytes of a struct in C, and back.\n\n\
          The first character of a format tells byte order, sizes and alignment:\n\
          @ native (also without any), = native order but fixed sizes and no alignment, < little-endian,\n\
          > and ! big-endian.\n\
          The codes: x pad byte; c char; b B ? h H i I l L q Q integers; e f d floats; s p bytes;\n\
          n N P (only native) ssize_t, size_t, void *. A number in front repeats a code, for s and p it\n\
          is the length.",
    functions: natives![clear_cache, calcsize, pack, pack_into, unpack, unpack_from, iter_unpack],
    types: &[&object::STRUCT],
    fill: Some(|vm, module| module.dict.set_named(vm, "error", error_class(vm)?)),
    ..ModuleDef::EMPTY
};

/// What an interpreter holds of this module.
#[derive(Default)]
struct State {
    error: Slot,
    recent: RefCell<Vec<(Object, Rc<Format>)>>,
}

/// Formats that are kept.
const RECENT: usize = 24;

/// The class `struct.error`.
fn error_class(vm: &Vm) -> Res {
    let state = vm.interp().state::<State>();
    if let Some(class) = state.error.get() {
        return Ok(class);
    }
    let namespace = vm.new_dict()?;
    namespace.set_named(vm, "__module__", vm.str("struct")?)?;
    let bases = vm.tuple(vec![vm.types().exception(Exc::Exception).into_object()])?;
    let args = [vm.str("error")?.into_object(), bases.into_object(), namespace.into_object()];
    let class = vm.call(vm.types().type_.clone().as_object(), &args)?;
    state.error.set(class.clone());
    Ok(class)
}

/// Raise `struct.error`.
#[cold]
fn error(vm: &Vm, message: impl std::fmt::Display) -> Raised {
    let made = error_class(vm)
        .and_then(|class| vm.call(&class, &[vm.str(&message.to_string())?.into_object()]));
    match made {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// The compiled form of a format, from those used lately if it is there.
fn compiled(vm: &Vm, text: &Object) -> Res<Rc<Format>> {
    let state = vm.interp().state::<State>();
    if let Some((_, format)) = state.recent.borrow().iter().find(|(known, _)| known.is(text)) {
        return Ok(format.clone());
    }
    let format = Rc::new(Format::compile(vm, text)?);
    let mut recent = state.recent.borrow_mut();
    let old = if recent.len() >= RECENT { Some(recent.remove(0)) } else { None };
    recent.push((text.clone(), format.clone()));
    drop(recent);
    drop(old);
    Ok(format)
}

/// Forget the compiled formats.
#[native("()", name = "_clearcache")]
fn clear_cache(vm: &Vm) {
    let old = vm.interp().state::<State>().recent.take();
    drop(old);
}

/// How many bytes a format describes.
#[native("(format, /)")]
fn calcsize(vm: &Vm, format: &Object) -> Res<usize> {
    Ok(compiled(vm, format)?.size)
}

/// The format among the arguments of a function that takes them as they come.
fn first_argument<'a>(vm: &Vm, args: &'a [Object]) -> Res<(Rc<Format>, &'a [Object])> {
    match args.split_first() {
        Some((format, rest)) => Ok((compiled(vm, format)?, rest)),
        None => Err(vm.type_error("missing format argument")),
    }
}

/// pack(format, v1, v2, ...) -> bytes
///
/// The values as bytes, laid out as the format says.
#[native("(*args)", no_signature)]
fn pack(vm: &Vm, args: &[Object]) -> Res<Obj<Bytes>> {
    let (format, values) = first_argument(vm, args)?;
    pack_bytes(vm, &format, values)
}

fn pack_bytes(vm: &Vm, format: &Format, values: &[Object]) -> Res<Obj<Bytes>> {
    let mut small = [0; 128];
    if let Some(buffer) = small.get_mut(..format.size) {
        codes::pack(vm, format, values, "pack", buffer)?;
        return vm.bytes(buffer);
    }
    let mut buffer = zeros(vm, format.size)?;
    codes::pack(vm, format, values, "pack", &mut buffer)?;
    vm.bytes(&buffer)
}

/// pack_into(format, buffer, offset, v1, v2, ...)
///
/// What pack() gives, put into a buffer at an offset.
#[native("(*args)", no_signature)]
fn pack_into(vm: &Vm, args: &[Object]) -> Res<()> {
    let (format, args) = first_argument(vm, args)?;
    write_into(vm, &format, args)
}

/// Where a struct of `size` bytes lies in a buffer of `length`; the words are those of `name`.
fn place(vm: &Vm, name: &str, size: usize, length: usize, offset: i64) -> Res<usize> {
    let packs = name == "pack_into";
    let mut at = offset;
    if offset < 0 {
        if offset.saturating_add(size as i64) > 0 {
            return Err(error(
                vm,
                if packs {
                    format!("no space to pack {size} bytes at offset {offset}")
                } else {
                    format!("not enough data to unpack {size} bytes at offset {offset}")
                },
            ));
        }
        at = offset.saturating_add(length as i64);
        if at < 0 {
            return Err(error(
                vm,
                format_args!("offset {offset} out of range for {length}-byte buffer"),
            ));
        }
    }
    let at = at as usize;
    if at > length || length - at < size {
        let what = if packs { "packing" } else { "unpacking" };
        return Err(error(
            vm,
            format_args!(
                "{name} requires a buffer of at least {} bytes for {what} {size} bytes at offset {at} \
             (actual buffer size is {length})",
                at.saturating_add(size)
            ),
        ));
    }
    Ok(at)
}

/// Whether packing the value runs no Python, so that a bytearray needs no view that keeps its size.
fn is_plain(value: &Object) -> bool {
    value.as_small_int().is_some() || value.as_exact_float().is_some() || value.is_bool()
}

/// `pack_into` a bytearray of few plain values. None: nothing was done.
fn write_plain(vm: &Vm, format: &Format, args: &[Object]) -> Option<Res<()>> {
    let [target, offset, values @ ..] = args else { return None };
    let (array, offset) = (target.downcast::<ByteArray>()?, offset.as_small_int()?);
    let mut small = [0; FEW];
    let packed = small.get_mut(..format.size)?;
    if !values.iter().all(is_plain) {
        return None;
    }
    let mut write = || {
        codes::check_count(vm, format, values.len(), "pack_into")?;
        let at = place(vm, "pack_into", format.size, array.bytes().len(), offset)?;
        codes::pack(vm, format, values, "pack_into", packed)?;
        if let Some(bytes) = array.bytes_mut().get_mut(at..at + format.size) {
            bytes.copy_from_slice(packed);
        }
        Ok(())
    };
    Some(write())
}

fn write_into(vm: &Vm, format: &Format, args: &[Object]) -> Res<()> {
    if let Some(done) = write_plain(vm, format, args) {
        return done;
    }
    let [target, offset, values @ ..] = args else {
        let what = if args.is_empty() { "buffer" } else { "offset" };
        return Err(error(vm, format_args!("pack_into expected {what} argument")));
    };
    codes::check_count(vm, format, values.len(), "pack_into")?;
    let view = match buffer::view(vm, target, request::WRITABLE) {
        Ok(view) if !view.readonly => Some(view),
        Ok(_) => None,
        Err(raised) => {
            drop(vm.take_raised(raised));
            None
        }
    };
    let Some(view) = view else {
        let got = vm.type_name(target);
        return Err(
            vm.type_error(format_args!("argument must be read-write bytes-like object, not {got}"))
        );
    };
    let Some(offset) = offset_of(vm, offset)? else {
        return Err(vm.index_error("cannot fit 'int' into an index-sized integer"));
    };
    let at = place(vm, "pack_into", format.size, view.byte_len(), offset)?;
    let mut small = [0; 128];
    if let Some(buffer) = small.get_mut(..format.size) {
        codes::pack(vm, format, values, "pack_into", buffer)?;
        copy_at(&view, at, buffer);
        return Ok(());
    }
    let mut buffer = zeros(vm, format.size)?;
    codes::pack(vm, format, values, "pack_into", &mut buffer)?;
    copy_at(&view, at, &buffer);
    Ok(())
}

fn offset_of(vm: &Vm, offset: &Object) -> Res<Option<i64>> {
    if let Some(n) = offset.as_small_int() {
        return Ok(Some(n));
    }
    let n = vm.index(offset)?;
    Ok(vm.as_i64(&n))
}

fn copy_at(view: &BufferView, at: usize, data: &[u8]) {
    view.with_mut(|target| {
        if let Some(target) = target.get_mut(at..at + data.len()) {
            target.copy_from_slice(data);
        }
    });
}

/// Call `f` with the bytes from `at(length)` on, `size` of them.
fn with_part<R>(
    vm: &Vm,
    buffer: &Object,
    size: usize,
    at: impl FnOnce(usize) -> Res<usize>,
    f: impl FnOnce(&[u8]) -> Res<R>,
) -> Res<R> {
    if let Some(bytes) = buffer.downcast::<Bytes>() {
        let bytes = bytes.as_slice();
        let at = at(bytes.len())?;
        return f(bytes.get(at..at + size).unwrap_or(&[]));
    }
    let part = if let Some(array) = buffer.downcast::<ByteArray>() {
        let at = at(array.bytes().len())?;
        Part::of(vm, &array.bytes(), at, size)?
    } else {
        let view = buffer::view(vm, buffer, request::SIMPLE)?;
        let at = at(view.byte_len())?;
        Part::of_view(vm, &view, at, size)?
    };
    f(part.as_slice())
}

/// A copy of some bytes, on the stack if they are few.
enum Part {
    Few([u8; FEW], usize),
    Many(Vec<u8>),
}

const FEW: usize = 64;

impl Part {
    fn of_view(vm: &Vm, view: &BufferView, at: usize, size: usize) -> Res<Part> {
        view.with(|bytes| Part::of(vm, bytes, at, size))
    }

    fn of(vm: &Vm, bytes: &[u8], at: usize, size: usize) -> Res<Part> {
        // (Its length was looked at: only of a view that is released there are fewer.)
        let Some(bytes) = bytes.get(at..at + size) else {
            return Err(vm.value_error("operation forbidden on released memoryview object"));
        };
        let mut few = [0; FEW];
        if let Some(place) = few.get_mut(..size) {
            place.copy_from_slice(bytes);
            return Ok(Part::Few(few, size));
        }
        let mut many = Vec::new();
        many.try_reserve_exact(size).map_err(|_| vm.no_memory(NoMemory))?;
        many.extend_from_slice(bytes);
        Ok(Part::Many(many))
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Part::Few(bytes, size) => bytes.get(..*size).unwrap_or(&[]),
            Part::Many(bytes) => bytes,
        }
    }
}

fn read_all(vm: &Vm, format: &Format, buffer: &Object) -> Res<Obj<Tuple>> {
    let size = format.size;
    let at = |length: usize| {
        if length == size {
            return Ok(0);
        }
        Err(error(vm, format_args!("unpack requires a buffer of {size} bytes")))
    };
    with_part(vm, buffer, size, at, |bytes| codes::unpack(vm, format, bytes))
}

fn read_from(vm: &Vm, format: &Format, buffer: &Object, offset: i64) -> Res<Obj<Tuple>> {
    let size = format.size;
    let at = |length: usize| place(vm, "unpack_from", size, length, offset);
    with_part(vm, buffer, size, at, |bytes| codes::unpack(vm, format, bytes))
}

/// The values in a buffer of exactly the format's size, as a tuple.
#[native("(format, buffer, /)")]
fn unpack(vm: &Vm, format: &Object, buffer: &Object) -> Res<Obj<Tuple>> {
    read_all(vm, &*compiled(vm, format)?, buffer)
}

/// The values in a buffer from the offset on, as a tuple.
#[native("(format, /, buffer, offset=0)")]
fn unpack_from(vm: &Vm, format: &Object, buffer: &Object, offset: isize) -> Res<Obj<Tuple>> {
    read_from(vm, &*compiled(vm, format)?, buffer, offset as i64)
}

/// An iterator over a buffer that holds structs one behind the other: a tuple for each.
#[native("(format, buffer, /)")]
fn iter_unpack(vm: &Vm, format: &Object, buffer: &Object) -> Res {
    object::iterate(vm, compiled(vm, format)?, buffer)
}
