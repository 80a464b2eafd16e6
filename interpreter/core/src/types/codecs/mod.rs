//! Encodings for objects: which one a name means, and running it with its error handlers.
//!
//! The kernels in `text/codecs` serve their encodings without any Python-level `encodings` package;
//! for every other name that package is imported and its search function asked, as are those that
//! `codecs.register` added.
//!
//! **Invariant:** a str or bytes being converted is held by its object while handlers run Python; other
//! buffers are copied first.

pub(crate) mod errors;
pub mod module;

use crate::native::Buffer;
use crate::object::*;
use crate::text::codecs::idna::{self, IdnaError};
use crate::text::codecs::{self as kernel, Codec, Endian, charmap};
use crate::text::watch::PIECE;
use crate::text::{Text, TextBuf, TextRef};
use crate::vm::error::Stops;
use crate::vm::{Raised, Res, Vm};
use std::cell::Cell;

/// One interpreter's registry.
#[derive(Default)]
pub(crate) struct Registry {
    /// List of search functions.
    search: OnceSlot,
    /// Dict from normalised names to what a search function found.
    found: OnceSlot,
    /// Dict of error handlers.
    handlers: OnceSlot,
    /// `encodings` was imported, or could not be.
    tried: Cell<bool>,
}

/// A slot with a default.
struct OnceSlot(Slot);

impl Default for OnceSlot {
    fn default() -> Self {
        OnceSlot(Slot::empty())
    }
}

impl OnceSlot {
    fn dict(&self, vm: &Vm) -> Res<Obj<Dict>> {
        if let Some(d) = self.0.get_as::<Dict>() {
            return Ok(d);
        }
        let d = vm.new_dict()?;
        self.0.set(d.clone().into_object());
        Ok(d)
    }

    fn list(&self, vm: &Vm) -> Res<Obj<List>> {
        if let Some(l) = self.0.get_as::<List>() {
            return Ok(l);
        }
        let l = vm.new_list()?;
        self.0.set(l.clone().into_object());
        Ok(l)
    }
}

/// An encoding that needs no Python.
#[derive(Clone, Copy)]
pub(crate) enum Builtin {
    Plain(Codec),
    Utf8Sig,
    Utf16,
    Utf32,
    Idna,
    Punycode,
}

/// Of the names that most programs write.
#[inline]
fn quick(name: &str) -> Option<Codec> {
    match name {
        "utf-8" | "utf8" | "UTF-8" => Some(Codec::Utf8),
        "ascii" => Some(Codec::Ascii),
        "latin-1" | "latin1" | "iso-8859-1" => Some(Codec::Latin1),
        _ => None,
    }
}

/// Whether ASCII stands for itself in the encoding, whose errors are strict: for names that most programs write.
#[inline]
pub(crate) fn is_plain(encoding: &str, errors: &str) -> bool {
    quick(encoding).is_some() && errors == "strict"
}

/// The same for `encode` and `decode`, which refuse some names.
#[inline]
fn builtin_for(vm: &Vm, encoding: &str, errors: &str) -> Res<Option<Builtin>> {
    match quick(encoding) {
        Some(codec) if errors == "strict" => Ok(Some(Builtin::Plain(codec))),
        _ => any_builtin_for(vm, encoding, errors),
    }
}

#[inline(never)]
fn any_builtin_for(vm: &Vm, encoding: &str, errors: &str) -> Res<Option<Builtin>> {
    if encoding.contains('\0') || errors.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    vm.need_room(encoding.len().saturating_mul(2))?;
    let builtin = builtin(encoding);
    if errors != "strict" || builtin.is_none() {
        check_names(vm, encoding, errors)?;
    }
    Ok(builtin)
}

/// The built-in encoding that a name means.
pub(crate) fn builtin(name: &str) -> Option<Builtin> {
    if let Some(codec) = quick(name) {
        return Some(Builtin::Plain(codec));
    }
    let normal = kernel::normalize(name);
    Some(Builtin::Plain(match kernel::resolve_alias(&normal) {
        "utf_8" => Codec::Utf8,
        "ascii" => Codec::Ascii,
        "latin_1" => Codec::Latin1,
        "utf_16_le" => Codec::Utf16(Endian::Little),
        "utf_16_be" => Codec::Utf16(Endian::Big),
        "utf_32_le" => Codec::Utf32(Endian::Little),
        "utf_32_be" => Codec::Utf32(Endian::Big),
        "utf_7" => Codec::Utf7,
        "unicode_escape" => Codec::UnicodeEscape,
        "raw_unicode_escape" => Codec::RawUnicodeEscape,
        "utf_8_sig" => return Some(Builtin::Utf8Sig),
        "utf_16" => return Some(Builtin::Utf16),
        "utf_32" => return Some(Builtin::Utf32),
        "idna" => return Some(Builtin::Idna),
        "punycode" => return Some(Builtin::Punycode),
        other => Codec::Charmap(charmap::find(other)?),
    }))
}

/// `text.encode(encoding, errors)`.
pub(crate) fn encode_str(vm: &Vm, this: &Obj<Str>, encoding: &str, errors: &str) -> Res {
    let Some(builtin) = builtin_for(vm, encoding, errors)? else {
        return encode_by_registry(vm, this, encoding, errors);
    };
    if let (Builtin::Plain(Codec::Utf8 | Codec::Ascii | Codec::Latin1), TextRef::Ascii(s)) =
        (builtin, this.as_text())
    {
        return Ok(vm.bytes(s)?.into_object());
    }
    if let (Builtin::Plain(Codec::Utf8), ..=PIECE) = (builtin, this.len()) {
        let mut out = Vec::new();
        // (What stops at a surrogate is done again below, for the handlers.)
        if crate::text::codecs::utf8::encode(this.as_text(), 0, &mut out).is_ok() {
            return Ok(vm.bytes(&out)?.into_object());
        }
    }
    let (mut out, codec, name) = match builtin {
        Builtin::Idna | Builtin::Punycode => {
            vm.need_room(this.len().saturating_mul(16))?;
            let bytes = encode_host(this.as_text(), builtin, errors);
            let bytes = bytes.map_err(|e| refused(vm, e, "encoding", encoding))?;
            return Ok(vm.bytes(&bytes)?.into_object());
        }
        Builtin::Plain(codec) => (Vec::new(), codec, codec.error_name()),
        Builtin::Utf8Sig => (b"\xef\xbb\xbf".to_vec(), Codec::Utf8, "utf-8"),
        Builtin::Utf16 => {
            (0xFEFFu16.to_ne_bytes().to_vec(), Codec::Utf16(Endian::NATIVE), "utf-16")
        }
        Builtin::Utf32 => {
            (0xFEFFu32.to_ne_bytes().to_vec(), Codec::Utf32(Endian::NATIVE), "utf-32")
        }
    };
    run_encoder(vm, codec, name, this, errors, &mut out)?;
    Ok(vm.bytes(&out)?.into_object())
}

/// Encode by a kernel, with error handlers.
pub(crate) fn run_encoder(
    vm: &Vm,
    codec: Codec,
    name: &str,
    this: &Obj<Str>,
    errors: &str,
    out: &mut Vec<u8>,
) -> Res<()> {
    let mut handling = errors::Handling::new(errors);
    kernel::encode(
        &Stops(vm),
        codec,
        this.as_text(),
        out,
        |bad| handling.encode(vm, Some(codec), name, this, bad).map_err(errors::Failure::Raised),
        |bad| errors::Failure::Raised(errors::encode_error(vm, name, this, bad)),
    )
    .map_err(|e| e.raise(vm))
}

/// Decode by a kernel, with error handlers; how many bytes were used.
pub(crate) fn run_decoder(
    vm: &Vm,
    codec: Codec,
    name: &str,
    input: &[u8],
    start: usize,
    errors: &str,
    is_final: bool,
    out: &mut TextBuf,
) -> Res<usize> {
    let mut handling = errors::Handling::new(errors);
    kernel::decode(&Stops(vm), codec, input, start, out, is_final, |bad, out| {
        handling.decode(vm, Some(codec), name, input, bad, out).map_err(errors::Failure::Raised)
    })
    .map_err(|e| e.raise(vm))
}

/// The byte order that a mark at the start asks for: (codec, bytes to skip, name in errors).
pub(crate) fn utf16_order(input: &[u8]) -> (Codec, usize, &'static str) {
    match input {
        [0xFF, 0xFE, ..] => (Codec::Utf16(Endian::Little), 2, "utf-16-le"),
        [0xFE, 0xFF, ..] => (Codec::Utf16(Endian::Big), 2, "utf-16-be"),
        _ => (Codec::Utf16(Endian::NATIVE), 0, "utf-16"),
    }
}

/// The same for UTF-32.
pub(crate) fn utf32_order(input: &[u8]) -> (Codec, usize, &'static str) {
    match input {
        [0xFF, 0xFE, 0, 0, ..] => (Codec::Utf32(Endian::Little), 4, "utf-32-le"),
        [0, 0, 0xFE, 0xFF, ..] => (Codec::Utf32(Endian::Big), 4, "utf-32-be"),
        _ => (Codec::Utf32(Endian::NATIVE), 0, "utf-32"),
    }
}

/// In development mode, LookupError for names that nobody knows, even where they are not needed.
#[cold]
fn check_names(vm: &Vm, encoding: &str, errors: &str) -> Res<()> {
    if !crate::builtins::sys::dev_mode(vm) {
        return Ok(());
    }
    if builtin(encoding).is_none() {
        lookup(vm, encoding)?;
    }
    if kernel::handlers::Handler::by_name(errors).is_none() {
        errors::lookup(vm, errors)?;
    }
    Ok(())
}

/// `bytes.decode(encoding, errors)` of a buffer that `object` exports.
pub(crate) fn decode_bytes(
    vm: &Vm,
    object: &Object,
    buffer: Buffer<'_>,
    encoding: &str,
    errors: &str,
) -> Res<Obj<Str>> {
    let builtin = builtin_for(vm, encoding, errors)?;
    if buffer.is_empty() {
        return vm.text(TextRef::EMPTY); // whatever the encoding
    }
    let Some(builtin) = builtin else {
        return decode_by_registry(vm, object, encoding, errors);
    };
    match buffer {
        Buffer::Bytes(b) => decode_slice(vm, b, builtin, encoding, errors),
        Buffer::View(view) => {
            decode_slice(vm, &crate::native::buffer::to_vec(vm, &view)?, builtin, encoding, errors)
        }
    }
}

fn decode_slice(
    vm: &Vm,
    input: &[u8],
    builtin: Builtin,
    encoding: &str,
    errors: &str,
) -> Res<Obj<Str>> {
    if let Builtin::Plain(Codec::Utf8 | Codec::Ascii | Codec::Latin1) | Builtin::Utf8Sig = builtin
        && input.is_ascii()
    {
        return vm.text(TextRef::Ascii(input));
    }
    if let (Builtin::Plain(Codec::Utf8), ..=PIECE) = (builtin, input.len())
        && let Ok(s) = std::str::from_utf8(input)
    {
        return vm.str(s);
    }
    let (codec, start, name, input) = match builtin {
        Builtin::Idna | Builtin::Punycode => {
            vm.need_room(input.len().saturating_mul(16))?;
            let text = decode_host(input, builtin, errors);
            return vm.text_owned(text.map_err(|e| refused(vm, e, "decoding", encoding))?);
        }
        Builtin::Plain(codec) => (codec, 0, codec.error_name(), input),
        Builtin::Utf8Sig => {
            (Codec::Utf8, 0, "utf-8", input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input))
        }
        Builtin::Utf16 => {
            let (codec, skip, name) = utf16_order(input);
            (codec, skip, name, input)
        }
        Builtin::Utf32 => {
            let (codec, skip, name) = utf32_order(input);
            (codec, skip, name, input)
        }
    };
    let mut out = TextBuf::with_capacity(input.len().min(1 << 20)).map_err(|e| vm.text_error(e))?;
    run_decoder(vm, codec, name, input, start, errors, true, &mut out)?;
    vm.text_owned(out.finish())
}

/// UnicodeError for a name of a host, told as the failure of its codec.
#[cold]
fn refused(vm: &Vm, error: IdnaError, what: &str, encoding: &str) -> Raised {
    match error {
        IdnaError::Refused(m) if m == "IDNA does not round-trip" => {
            vm.raise_kind(Exc::UnicodeError, m)
        }
        IdnaError::Refused(m) => {
            let raised = vm.raise_kind(Exc::UnicodeError, m);
            failed(vm, raised, what, encoding)
        }
        IdnaError::Other(e) => vm.text_error(e),
    }
}

/// Tell which codec an error came from: the same class with a message that says so, the first
/// exception as its cause. Classes with more than a message stay as they are.
#[cold]
fn failed(vm: &Vm, raised: Raised, what: &str, encoding: &str) -> Raised {
    const PLAIN: [Exc; 7] = [
        Exc::UnicodeError,
        Exc::ValueError,
        Exc::TypeError,
        Exc::LookupError,
        Exc::AttributeError,
        Exc::RuntimeError,
        Exc::AssertionError,
    ];
    let cause = vm.take_raised(raised);
    let class = vm.class_of(&cause).clone();
    let args = cause.downcast::<Exception>().and_then(|e| e.args.get_as::<Tuple>());
    let plain = PLAIN.into_iter().find(|&kind| class.is(&vm.types().exception(kind)));
    let one = args.is_some_and(|a| {
        a.is_empty() || (a.len() == 1 && a.get(0).is_some_and(|o| o.downcast::<Str>().is_some()))
    });
    let (Some(kind), true) = (plain, one) else { return vm.raise(cause) };
    let message = match vm.to_str(&cause) {
        Ok(s) => s.to_string_lossy(),
        Err(raised) => return raised,
    };
    let name = kind.name();
    let raised = vm.raise_kind(
        kind,
        format_args!("{what} with '{encoding}' codec failed ({name}: {message})"),
    );
    let new = vm.take_raised(raised);
    if let Some(e) = new.downcast::<Exception>() {
        e.context.set(cause.clone());
        e.cause.set(cause);
        e.suppress_context.set(true);
    }
    vm.raise(new)
}

fn encode_host(text: TextRef<'_>, builtin: Builtin, errors: &str) -> Result<Vec<u8>, IdnaError> {
    if let Builtin::Punycode = builtin {
        return idna::punycode_encode(&text.iter().collect::<Vec<_>>());
    }
    if errors != "strict" {
        return Err(IdnaError::Refused(format!("unsupported error handling {errors}")));
    }
    idna::encode(text)
}

fn decode_host(input: &[u8], builtin: Builtin, errors: &str) -> Result<Text, IdnaError> {
    if errors != "strict" {
        return Err(IdnaError::Refused(format!("Unsupported error handling {errors}")));
    }
    if let Builtin::Punycode = builtin {
        let points = idna::punycode_decode(input)?;
        return Ok(TextRef::Ucs4(&points).to_text()?);
    }
    idna::decode(input)
}

/// `codecs.lookup(encoding)`: a tuple of functions.
pub(crate) fn lookup(vm: &Vm, encoding: &str) -> Res {
    let registry = vm.interp().state::<Registry>();
    let normal = kernel::normalize(encoding);
    let (found, search) = (registry.found.dict(vm)?, registry.search.list(vm)?);
    if let Some(known) = found.get_named(vm, &normal) {
        return Ok(known);
    }
    import_encodings(vm, &registry)?;
    let name = vm.str(&normal)?.into_object();
    let mut at = 0;
    while let Some(function) = search.get(at) {
        at += 1;
        let answer = vm.call(&function, std::slice::from_ref(&name))?;
        if answer.is_none() {
            continue;
        }
        if answer.downcast::<Tuple>().is_none_or(|t| t.len() != 4) {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        }
        found.set(vm, &name, answer.clone())?;
        return Ok(answer);
    }
    Err(vm.lookup_error(format_args!("unknown encoding: {encoding}")))
}

/// Import the package `encodings` once: it registers a search function. Where there is none, nothing
/// is lost but what it would have found.
fn import_encodings(vm: &Vm, registry: &Registry) -> Res<()> {
    if registry.tried.replace(true) {
        return Ok(());
    }
    let builtins = vm.interp().builtins.get_as::<Dict>();
    let Some(import) = builtins.and_then(|d| d.get_named(vm, "__import__")) else { return Ok(()) };
    match vm.call(&import, &[vm.str("encodings")?.into_object()]) {
        Ok(_) => Ok(()),
        Err(raised) => vm.caught(raised, Exc::ImportError).map(drop),
    }
}

/// Run item `i` of what `lookup` found: its result and how much it used.
pub(crate) fn call_codec(vm: &Vm, info: &Object, i: usize, object: &Object, errors: &str) -> Res {
    let function = info.downcast::<Tuple>().and_then(|t| t.get(i)).unwrap_or_else(Object::none);
    let result = vm.call(&function, &[object.clone(), vm.str(errors)?.into_object()])?;
    let pair = result.downcast::<Tuple>().filter(|t| t.len() == 2).and_then(|t| t.get(0));
    pair.ok_or_else(|| {
        let what = if i == 0 { "encoder" } else { "decoder" };
        vm.type_error(format_args!("{what} must return a tuple (object, integer)"))
    })
}

fn text_codec(vm: &Vm, encoding: &str, alternative: &str) -> Res {
    let info = lookup(vm, encoding)?;
    if let Some(flag) = vm.getattr_opt(&info, &vm.intern("_is_text_encoding"))?
        && !vm.truth(&flag)?
    {
        return Err(vm.lookup_error(format_args!(
            "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
        )));
    }
    Ok(info)
}

fn encode_by_registry(vm: &Vm, this: &Obj<Str>, encoding: &str, errors: &str) -> Res {
    let info = text_codec(vm, encoding, "codecs.encode()")?;
    let result = call_codec(vm, &info, 0, this.as_object(), errors)
        .map_err(|raised| failed(vm, raised, "encoding", encoding))?;
    if result.downcast::<Bytes>().is_some() {
        return Ok(result);
    }
    Err(vm.type_error(format_args!(
        "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to \
         arbitrary types",
        vm.type_name(&result)
    )))
}

fn decode_by_registry(vm: &Vm, object: &Object, encoding: &str, errors: &str) -> Res<Obj<Str>> {
    let info = text_codec(vm, encoding, "codecs.decode()")?;
    let result = call_codec(vm, &info, 1, object, errors)
        .map_err(|raised| failed(vm, raised, "decoding", encoding))?;
    result.downcast_into::<Str>().map_err(|o| {
        vm.type_error(format_args!(
            "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to \
             arbitrary types",
            vm.type_name(&o)
        ))
    })
}
