//! From other objects to bytes: what the constructors of bytes and bytearray accept.

use super::{This, is_index};
use crate::native::buffer;
use crate::object::*;
use crate::text::vec_with;
use crate::text::watch::PIECE;
use crate::vm::{Res, Vm};

/// The result of `__bytes__`, if the object has it (exact bytes and bytearrays are not asked).
pub(super) fn by_method(vm: &Vm, object: &Object) -> Res<Option<Obj<Bytes>>> {
    if object.is_kind(Kind::Bytes) {
        return Ok(None);
    }
    let Some(b) = vm.call_special(object, &vm.names().__bytes__, &[])? else { return Ok(None) };
    match b.downcast_into::<Bytes>() {
        Ok(b) => Ok(Some(b)),
        Err(b) => Err(
            vm.type_error(format_args!("__bytes__ returned non-bytes (type {})", vm.type_name(&b)))
        ),
    }
}

/// The bytes that a constructor's arguments mean.
pub(super) fn from_arguments(
    vm: &Vm,
    source: Option<&Object>,
    encoding: Option<&str>,
    errors: Option<&str>,
    kind: &str,
) -> Res<Vec<u8>> {
    let without_string = || {
        let what = if encoding.is_some() { "encoding" } else { "errors" };
        vm.type_error(format_args!("{what} without a string argument"))
    };
    let given = encoding.is_some() || errors.is_some();
    let Some(source) = source else {
        return if given { Err(without_string()) } else { Ok(Vec::new()) };
    };
    if let Some(text) = source.downcast::<Str>() {
        let Some(encoding) = encoding else {
            return Err(vm.type_error("string argument without an encoding"));
        };
        let encoded =
            crate::types::codecs::encode_str(vm, text, encoding, errors.unwrap_or("strict"))?;
        return buffer::bytes_of(vm, &encoded);
    }
    if given {
        return Err(without_string());
    }
    if is_index(vm, source) && This::of(source).is_none() {
        match vm.index(source) {
            Ok(count) => return zeros(vm, source, &count),
            // An `__index__` that is none: perhaps the object can be iterated over.
            Err(raised) => drop(vm.caught(raised, Exc::TypeError)?),
        }
    }
    from_object(vm, source, kind)
}

/// Room for `more` bytes, or MemoryError. The interpreter's limit is asked about each buffer by itself.
#[inline]
pub(super) fn room(vm: &Vm, bytes: &mut Vec<u8>, more: usize) -> Res<()> {
    if bytes.capacity() - bytes.len() >= more {
        return Ok(());
    }
    let heap = &vm.interp().heap;
    let most = heap.limit().saturating_sub(heap.used());
    if bytes.len().saturating_add(more) > most || bytes.try_reserve(more).is_err() {
        return Err(vm.no_memory(NoMemory));
    }
    Ok(())
}

/// As many zeros as the int says.
fn zeros(vm: &Vm, source: &Object, count: &Object) -> Res<Vec<u8>> {
    let Some(n) = vm.as_i64(count) else {
        return Err(vm.overflow_error(format_args!(
            "cannot fit '{}' into an index-sized integer",
            vm.type_name(source)
        )));
    };
    let n = usize::try_from(n).map_err(|_| vm.value_error("negative count"))?;
    let mut out = Vec::new();
    room(vm, &mut out, n)?;
    out.resize(n, 0);
    Ok(out)
}

/// The bytes of a buffer or of an iterable of ints.
pub(super) fn from_object(vm: &Vm, source: &Object, kind: &str) -> Res<Vec<u8>> {
    if This::of(source).is_some() {
        return buffer::bytes_of(vm, source);
    }
    if vm.class_of(source).slots().buffer.is_some() {
        return crate::types::memoryview::contiguous_bytes(vm, source);
    }
    let slots = vm.class_of(source).slots();
    if slots.iter.is_none() && slots.getitem.is_none() {
        return Err(vm.type_error(format_args!(
            "cannot convert '{}' object to {kind}",
            vm.type_name(source)
        )));
    }
    let mut out = Vec::new();
    let wording = if kind == "bytes" { "bytes" } else { "byte" };
    vm.for_each(source, |item| {
        let n = vm.index(&item)?;
        let byte = vm.as_i64(&n).and_then(|n| u8::try_from(n).ok());
        let byte =
            byte.ok_or_else(|| vm.value_error(format_args!("{wording} must be in range(0, 256)")))?;
        room(vm, &mut out, 1)?;
        out.push(byte);
        Ok(())
    })?;
    Ok(out)
}

/// Two hexadecimal digits for each byte, white space between bytes.
pub(super) fn from_hex(vm: &Vm, text: &Obj<Str>) -> Res<Vec<u8>> {
    let wrong = |at: usize| {
        vm.value_error(format_args!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        ))
    };
    let mut digits: Vec<u32> = vec_with(text.len()).map_err(|e| vm.text_error(e))?;
    digits.extend(text.as_text().iter());
    let value = |at: usize| {
        let c = digits.get(at).copied().and_then(char::from_u32);
        c.and_then(|c| c.to_digit(16)).ok_or_else(|| wrong(at))
    };
    let mut out = vec_with(digits.len() / 2).map_err(|e| vm.text_error(e))?;
    let mut at = 0;
    while let Some(&c) = digits.get(at) {
        if out.len() % PIECE == PIECE - 1 {
            vm.poll_stop()?;
        }
        if c < 0x80 && super::find::is_byte_space(c as u8) {
            at += 1;
            continue;
        }
        let byte = value(at)? << 4 | value(at + 1)?;
        out.push(byte as u8);
        at += 2;
    }
    Ok(out)
}
