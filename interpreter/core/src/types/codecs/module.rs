//! The module `_codecs`: what `codecs` and the package `encodings` are built on.
//!
//! Each codec is a pair of functions that answer what they made and how much they used.

use super::errors::{self, Handling};
use super::{Registry, call_codec, lookup as find_codec, run_decoder, run_encoder};
use crate::native::{ModuleDef, NativeDef, natives};
use crate::object::*;
use crate::text::codecs::{Bad, Codec, Endian, escape as kernel_escape};
use crate::text::{TextBuf, TextRef};
use crate::vm::{Raised, Res, Vm};
use taipan_macros::native;

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_codecs", functions: FUNCTIONS, ..ModuleDef::EMPTY };

const FUNCTIONS: &[NativeDef] = natives![
    register,
    unregister,
    lookup,
    encode,
    decode,
    register_error,
    lookup_error,
    escape_encode,
    escape_decode,
    utf_8_encode,
    utf_8_decode,
    utf_7_encode,
    utf_7_decode,
    utf_16_encode,
    utf_16_le_encode,
    utf_16_be_encode,
    utf_16_decode,
    utf_16_le_decode,
    utf_16_be_decode,
    utf_16_ex_decode,
    utf_32_encode,
    utf_32_le_encode,
    utf_32_be_encode,
    utf_32_decode,
    utf_32_le_decode,
    utf_32_be_decode,
    utf_32_ex_decode,
    unicode_escape_encode,
    unicode_escape_decode,
    raw_unicode_escape_encode,
    raw_unicode_escape_decode,
    latin_1_encode,
    latin_1_decode,
    ascii_encode,
    ascii_decode,
    charmap_encode,
    charmap_decode,
    charmap_build,
    readbuffer_encode,
];

/// Add a function that finds codecs by normalised name (or answers None).
#[native("(search_function, /)")]
fn register(vm: &Vm, search_function: &Object) -> Res<()> {
    if vm.class_of(search_function).slots().call.is_none() {
        return Err(vm.type_error("argument must be callable"));
    }
    let list = vm.interp().state::<Registry>().search.list(vm)?;
    list.push(search_function.clone()).map_err(|e| vm.no_memory(e))
}

/// Take a search function out, and forget what was found.
#[native("(search_function, /)")]
fn unregister(vm: &Vm, search_function: &Object) -> Res<()> {
    let registry = vm.interp().state::<Registry>();
    let list = registry.search.list(vm)?;
    for i in 0..list.len() {
        if list.get(i).is_some_and(|f| f.is(search_function)) {
            registry.found.dict(vm)?.clear();
            drop(list.remove(i));
            break;
        }
    }
    Ok(())
}

/// ValueError for a name that cannot be one.
fn without_nul(vm: &Vm, name: &str) -> Res<()> {
    if name.contains('\0') { Err(vm.value_error("embedded null character")) } else { Ok(()) }
}

/// Return the codec's functions as a CodecInfo.
#[native("(encoding, /)")]
fn lookup(vm: &Vm, encoding: &str) -> Res {
    without_nul(vm, encoding)?;
    find_codec(vm, encoding)
}

/// Encode an object by a codec; the result may be of any type.
#[native("(obj, encoding='utf-8', errors='strict')")]
fn encode(vm: &Vm, obj: &Object, encoding: &str, errors: &str) -> Res {
    call_codec(vm, &find_codec(vm, encoding)?, 0, obj, errors)
}

/// Decode an object by a codec; the result may be of any type.
#[native("(obj, encoding='utf-8', errors='strict')")]
fn decode(vm: &Vm, obj: &Object, encoding: &str, errors: &str) -> Res {
    call_codec(vm, &find_codec(vm, encoding)?, 1, obj, errors)
}

/// Make a function the error handler of that name.
#[native("(errors, handler, /)")]
fn register_error(vm: &Vm, errors: &str, handler: &Object) -> Res<()> {
    errors::register(vm, errors, handler)
}

/// What was registered under this name for errors; LookupError if nothing was.
#[native("(name, /)")]
fn lookup_error(vm: &Vm, name: &str) -> Res {
    without_nul(vm, name)?;
    errors::lookup(vm, name)
}

/// A result and how much was used.
fn pair(vm: &Vm, made: Object, used: usize) -> Res {
    Ok(vm.tuple(vec![made, vm.int_usize(used)?])?.into_object())
}

/// The bytes of a buffer, or of the UTF-8 of a str.
fn input(vm: &Vm, data: &Object) -> Res<Vec<u8>> {
    match data.downcast::<Str>() {
        Some(s) => {
            let text = vm.utf8(s)?;
            vm.need_room(text.len())?;
            Ok(text.into_owned().into_bytes())
        }
        None => crate::native::buffer::bytes_of(vm, data),
    }
}

fn encoded(
    vm: &Vm,
    codec: Codec,
    s: &Obj<Str>,
    errors: Option<&str>,
    mark: &[u8],
    name: &str,
) -> Res {
    let mut out = mark.to_vec();
    run_encoder(vm, codec, name, s, errors.unwrap_or("strict"), &mut out)?;
    pair(vm, vm.bytes(&out)?.into_object(), s.len())
}

fn decoded(vm: &Vm, codec: Codec, data: &[u8], errors: Option<&str>, is_final: bool) -> Res {
    let mut out = TextBuf::new();
    let errors = errors.unwrap_or("strict");
    let used = run_decoder(vm, codec, codec.error_name(), data, 0, errors, is_final, &mut out)?;
    pair(vm, vm.text_owned(out.finish())?.into_object(), used)
}

macro_rules! codecs {
    ($($encode:ident, $decode:ident($default:literal) = $codec:expr;)*) => {$(
        #[native("(str, errors=None, /)")]
        fn $encode(vm: &Vm, s: &Obj<Str>, errors: Option<&str>) -> Res {
            encoded(vm, $codec, s, errors, &[], $codec.error_name())
        }

        #[native("(data, errors=None, final=False, /)")]
        fn $decode(vm: &Vm, data: &Object, errors: Option<&str>, is_final: Option<bool>) -> Res {
            decoded(vm, $codec, &input(vm, data)?, errors, is_final.unwrap_or($default))
        }
    )*};
}

codecs! {
    utf_8_encode, utf_8_decode(false) = Codec::Utf8;
    utf_7_encode, utf_7_decode(false) = Codec::Utf7;
    utf_16_le_encode, utf_16_le_decode(false) = Codec::Utf16(Endian::Little);
    utf_16_be_encode, utf_16_be_decode(false) = Codec::Utf16(Endian::Big);
    utf_32_le_encode, utf_32_le_decode(false) = Codec::Utf32(Endian::Little);
    utf_32_be_encode, utf_32_be_decode(false) = Codec::Utf32(Endian::Big);
    unicode_escape_encode, unicode_escape_decode(true) = Codec::UnicodeEscape;
    raw_unicode_escape_encode, raw_unicode_escape_decode(true) = Codec::RawUnicodeEscape;
    latin_1_encode, latin_1_decode(true) = Codec::Latin1;
    ascii_encode, ascii_decode(true) = Codec::Ascii;
}

/// The byte order that a number means: negative for little, positive for big, 0 for this machine's.
fn order(number: i32) -> Endian {
    match number {
        ..0 => Endian::Little,
        0 => Endian::NATIVE,
        _ => Endian::Big,
    }
}

#[native("(str, errors=None, byteorder=0, /)")]
fn utf_16_encode(vm: &Vm, s: &Obj<Str>, errors: Option<&str>, byteorder: i32) -> Res {
    let mark: &[u8] = if byteorder == 0 { &0xFEFFu16.to_ne_bytes() } else { &[] };
    encoded(vm, Codec::Utf16(order(byteorder)), s, errors, mark, "utf-16")
}

#[native("(str, errors=None, byteorder=0, /)")]
fn utf_32_encode(vm: &Vm, s: &Obj<Str>, errors: Option<&str>, byteorder: i32) -> Res {
    let mark: &[u8] = if byteorder == 0 { &0xFEFFu32.to_ne_bytes() } else { &[] };
    encoded(vm, Codec::Utf32(order(byteorder)), s, errors, mark, "utf-32")
}

/// Decode by a codec whose byte order a mark may tell: text, used, and the order found.
fn marked(
    vm: &Vm,
    data: &[u8],
    errors: Option<&str>,
    byteorder: i32,
    is_final: bool,
    wide: bool,
) -> Res<(Object, usize, i32)> {
    let (codec, skip, name) = match (byteorder, wide) {
        (0, false) => super::utf16_order(data),
        (0, true) => super::utf32_order(data),
        (n, false) => (Codec::Utf16(order(n)), 0, Codec::Utf16(order(n)).error_name()),
        (n, true) => (Codec::Utf32(order(n)), 0, Codec::Utf32(order(n)).error_name()),
    };
    let unit = if wide { 4 } else { 2 };
    if byteorder == 0 && data.len() < unit && !is_final {
        return Ok((vm.str("")?.into_object(), 0, 0));
    }
    let found = match codec {
        Codec::Utf16(e) | Codec::Utf32(e) if skip > 0 => {
            if e == Endian::Little {
                -1
            } else {
                1
            }
        }
        _ => byteorder,
    };
    let mut out = TextBuf::new();
    let errors = errors.unwrap_or("strict");
    let used = run_decoder(vm, codec, name, data, skip, errors, is_final, &mut out)?;
    Ok((vm.text_owned(out.finish())?.into_object(), used, found))
}

#[native("(data, errors=None, final=False, /)")]
fn utf_16_decode(vm: &Vm, data: &Object, errors: Option<&str>, is_final: Option<bool>) -> Res {
    let found = marked(vm, &input(vm, data)?, errors, 0, is_final.unwrap_or(false), false)?;
    pair(vm, found.0, found.1)
}

#[native("(data, errors=None, final=False, /)")]
fn utf_32_decode(vm: &Vm, data: &Object, errors: Option<&str>, is_final: Option<bool>) -> Res {
    let found = marked(vm, &input(vm, data)?, errors, 0, is_final.unwrap_or(false), true)?;
    pair(vm, found.0, found.1)
}

#[native("(data, errors=None, byteorder=0, final=False, /)")]
fn utf_16_ex_decode(
    vm: &Vm,
    data: &Object,
    errors: Option<&str>,
    byteorder: i32,
    is_final: Option<bool>,
) -> Res {
    let data = input(vm, data)?;
    let found = marked(vm, &data, errors, byteorder, is_final.unwrap_or(false), false)?;
    let items = vec![found.0, vm.int_usize(found.1)?, vm.int(i64::from(found.2))?];
    Ok(vm.tuple(items)?.into_object())
}

#[native("(data, errors=None, byteorder=0, final=False, /)")]
fn utf_32_ex_decode(
    vm: &Vm,
    data: &Object,
    errors: Option<&str>,
    byteorder: i32,
    is_final: Option<bool>,
) -> Res {
    let data = input(vm, data)?;
    let found = marked(vm, &data, errors, byteorder, is_final.unwrap_or(false), true)?;
    let items = vec![found.0, vm.int_usize(found.1)?, vm.int(i64::from(found.2))?];
    Ok(vm.tuple(items)?.into_object())
}

#[native("(data, errors=None, /)")]
fn readbuffer_encode(vm: &Vm, data: &Object, _errors: Option<&str>) -> Res {
    let data = input(vm, data)?;
    pair(vm, vm.bytes(&data)?.into_object(), data.len())
}

#[native("(data, errors=None, /)")]
fn escape_encode(vm: &Vm, data: &Obj<Bytes>, _errors: Option<&str>) -> Res {
    let mut out = Vec::new();
    for &b in data.as_slice() {
        out.try_reserve(4).map_err(|_| vm.no_memory(NoMemory))?;
        match b {
            b'\'' => out.extend(b"\\'"),
            b'\\' => out.extend(b"\\\\"),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(b),
            _ => out.extend(format!("\\x{b:02x}").into_bytes()),
        }
    }
    pair(vm, vm.bytes(&out)?.into_object(), data.len())
}

#[native("(data, errors=None, /)")]
fn escape_decode(vm: &Vm, data: &Object, errors: Option<&str>) -> Res {
    let data = input(vm, data)?;
    match kernel_escape::decode_bytes(&data, errors.unwrap_or("strict")) {
        Ok(out) => pair(vm, vm.bytes(&out)?.into_object(), data.len()),
        Err(message) => Err(vm.value_error(message)),
    }
}

const UNDEFINED: &str = "character maps to <undefined>";

/// What a mapping says of a key; None when it says nothing.
fn mapped(vm: &Vm, mapping: &Object, key: i64) -> Res<Option<Object>> {
    match vm.getitem(mapping, &vm.int(key)?) {
        Ok(o) if o.is_none() => Ok(None),
        Ok(o) => Ok(Some(o)),
        Err(raised) => vm.caught(raised, Exc::LookupError).map(|_| None),
    }
}

/// Append what the mapping has for a byte; false when it has nothing.
fn push_mapped(vm: &Vm, mapping: &Object, b: u8, out: &mut TextBuf) -> Res<bool> {
    let text = |e| vm.text_error(e);
    if let Some(s) = mapping.downcast::<Str>() {
        return match s.char_at(usize::from(b)) {
            None | Some(0xFFFE) => Ok(false),
            Some(c) => out.push(c).map(|()| true).map_err(text),
        };
    }
    let Some(found) = mapped(vm, mapping, i64::from(b))? else { return Ok(false) };
    if let Some(s) = found.downcast::<Str>() {
        if s.eq_str(&vm.text(TextRef::Ucs2(&[0xFFFE]))?) {
            return Ok(false);
        }
        return out.push_text(s.as_text()).map(|()| true).map_err(text);
    }
    if !vm.class_of(&found).has(type_flags::INT) {
        return Err(vm.type_error("character mapping must return integer, None or str"));
    }
    match vm.as_i64(&found).and_then(|n| u32::try_from(n).ok()) {
        Some(0xFFFE) => Ok(false),
        Some(c) if c <= crate::text::text::MAX_CHAR => out.push(c).map(|()| true).map_err(text),
        _ => Err(vm.type_error("character mapping must be in range(0x110000)")),
    }
}

#[native("(data, errors=None, mapping=None, /)")]
fn charmap_decode(vm: &Vm, data: &Object, errors: Option<&str>, mapping: Option<&Object>) -> Res {
    let data = input(vm, data)?;
    let Some(mapping) = mapping else {
        return decoded(vm, Codec::Latin1, &data, errors, true);
    };
    let mut out = TextBuf::new();
    let mut handling = Handling::new(errors.unwrap_or("strict"));
    let mut at = 0;
    while let Some(&b) = data.get(at) {
        if push_mapped(vm, mapping, b, &mut out)? {
            at += 1;
            continue;
        }
        let bad = Bad { start: at, end: at + 1, reason: UNDEFINED };
        at = handling.decode(vm, None, "charmap", &data, bad, &mut out)?;
    }
    pair(vm, vm.text_owned(out.finish())?.into_object(), data.len())
}

/// Append what the mapping has for a character; false when it has nothing.
fn encode_mapped(vm: &Vm, mapping: &Object, c: u32, out: &mut Vec<u8>) -> Res<bool> {
    let Some(found) = mapped(vm, mapping, i64::from(c))? else { return Ok(false) };
    if let Some(b) = found.downcast::<Bytes>() {
        out.extend_from_slice(b.as_slice());
        return Ok(true);
    }
    if !vm.class_of(&found).has(type_flags::INT) {
        return Err(vm.type_error(format_args!(
            "character mapping must return integer, bytes or None, not {}",
            vm.type_name(&found)
        )));
    }
    match vm.as_i64(&found).and_then(|n| u8::try_from(n).ok()) {
        Some(b) => {
            out.push(b);
            Ok(true)
        }
        None => Err(vm.type_error("character mapping must be in range(256)")),
    }
}

#[native("(str, errors=None, mapping=None, /)")]
fn charmap_encode(vm: &Vm, s: &Obj<Str>, errors: Option<&str>, mapping: Option<&Object>) -> Res {
    let Some(mapping) = mapping else {
        return encoded(vm, Codec::Latin1, s, errors, &[], "latin-1");
    };
    let mut out = Vec::new();
    let mut handling = Handling::new(errors.unwrap_or("strict"));
    let text = s.as_text();
    let mut at = 0;
    while let Some(c) = text.char_at(at) {
        if encode_mapped(vm, mapping, c, &mut out)? {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut scratch = Vec::new();
        while let Some(c) = text.char_at(end)
            && !encode_mapped(vm, mapping, c, &mut scratch)?
        {
            end += 1;
        }
        let bad = Bad { start: at, end, reason: UNDEFINED };
        let (replacement, next) = handling.encode(vm, None, "charmap", s, bad)?;
        at = next;
        match replacement {
            crate::text::codecs::Replacement::Bytes(b) => out.extend_from_slice(&b),
            crate::text::codecs::Replacement::Text(t) => {
                for c in t.as_ref().iter() {
                    if !encode_mapped(vm, mapping, c, &mut out)? {
                        return Err(errors::encode_error(vm, "charmap", s, bad));
                    }
                }
            }
        }
        vm.poll()?;
    }
    pair(vm, vm.bytes(&out)?.into_object(), s.len())
}

/// Return the mapping for charmap_encode() that turns a decoding table round.
#[native("(map, /)")]
fn charmap_build(vm: &Vm, map: &Obj<Str>) -> Result<Obj<Dict>, Raised> {
    let dict = vm.new_dict()?;
    for (i, c) in map.as_text().iter().enumerate() {
        if c != 0xFFFE {
            dict.set(vm, &vm.int(i64::from(c))?, vm.int_usize(i)?)?;
        }
    }
    Ok(dict)
}
