//! Decoders and encoders of text streams.
//!
//! Encodings that are built in run as kernels, without an object for each piece; others are the
//! incremental decoders and encoders that the module `codecs` finds.

use std::cell::RefCell;
use std::rc::Rc;
use taipan_core::vm::error::Stops;

use taipan_core::text::TextError;
use taipan_core::text::codecs::handlers::Handler;
use taipan_core::text::codecs::{self, Bad, Codec, Endian, Replacement};

use crate::io::newline::{Newlines, decoder_state};
use crate::support::*;

/// An encoding and an error handler that are built in.
#[derive(Clone)]
pub(super) struct Native {
    codec: Codec,
    /// None for a handler that is looked up when an error occurs.
    handler: Option<Handler>,
    errors: Rc<str>,
}

impl Native {
    pub(super) fn find(encoding: &str, errors: &str) -> Option<Native> {
        let codec = find_codec(encoding)?;
        Some(Native { codec, handler: Handler::by_name(errors), errors: Rc::from(errors) })
    }

    /// What a registered handler answers: a replacement, and where to go on.
    fn ask(&self, vm: &Vm, exception: Object, len: usize, what: &str) -> Res<(Object, usize)> {
        let module = vm.import("_codecs")?;
        let name = vm.str(&self.errors)?.into_object();
        let handler = vm.call_method(&module, "lookup_error", &[name])?;
        let answer = vm.call(&handler, &[exception])?;
        let Some([replacement, position]) = answer.downcast::<Tuple>().map(|t| t.as_slice()) else {
            return Err(vm.type_error(format_args!(
                "{what} error handler must return {} tuple",
                if what == "decoding" { "(str, int)" } else { "(str/bytes, int)" }
            )));
        };
        let position = vm.index_clamped(position)?;
        let absolute = if position < 0 { position.saturating_add(len as i64) } else { position };
        match usize::try_from(absolute) {
            Ok(next) if next <= len => Ok((replacement.clone(), next)),
            _ => Err(vm
                .index_error(format_args!("position {position} from error handler out of bounds"))),
        }
    }
}

/// An encoding by any of its common names. Those with a byte order mark are not here: they have
/// state of their own.
fn find_codec(name: &str) -> Option<Codec> {
    let name: String = name
        .chars()
        .map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() })
        .collect();
    Some(match name.as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" => Codec::Utf8,
        "ascii" | "us_ascii" | "646" | "iso646_us" | "ansi_x3.4_1968" => Codec::Ascii,
        "latin_1" | "latin1" | "iso8859_1" | "iso_8859_1" | "l1" | "latin" | "8859" | "cp819"
        | "iso8859" => Codec::Latin1,
        "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => Codec::Utf16(Endian::Little),
        "utf_16_be" | "utf_16be" | "unicodebigunmarked" => Codec::Utf16(Endian::Big),
        "utf_32_le" | "utf_32le" => Codec::Utf32(Endian::Little),
        "utf_32_be" | "utf_32be" => Codec::Utf32(Endian::Big),
        other => Codec::Charmap(codecs::charmap::find(other)?),
    })
}

/// Why a kernel stopped: for want of memory, or at input that the handler has no answer to.
enum Stop {
    Text(TextError),
    Bad(Bad),
    Raised(Raised),
}

impl From<Raised> for Stop {
    fn from(raised: Raised) -> Stop {
        Stop::Raised(raised)
    }
}

impl From<TextError> for Stop {
    fn from(error: TextError) -> Stop {
        Stop::Text(error)
    }
}

/// A piece of a decoder's state: what is pending, and flags.
pub(super) type DecoderState = (Vec<u8>, u64);

enum DecoderKind {
    Native { native: Native, pending: RefCell<Vec<u8>> },
    Python(Object),
}

/// Bytes to text, piece by piece, line ends included.
pub(super) struct Decoder {
    kind: DecoderKind,
    newlines: Option<RefCell<Newlines>>,
}

impl Decoder {
    pub(super) fn native(native: Native, newlines: Option<Newlines>) -> Decoder {
        let kind = DecoderKind::Native { native, pending: RefCell::default() };
        Decoder { kind, newlines: newlines.map(RefCell::new) }
    }

    pub(super) fn python(decoder: Object, newlines: Option<Newlines>) -> Decoder {
        Decoder { kind: DecoderKind::Python(decoder), newlines: newlines.map(RefCell::new) }
    }

    pub(super) fn object(&self) -> Option<&Object> {
        match &self.kind {
            DecoderKind::Native { .. } => None,
            DecoderKind::Python(decoder) => Some(decoder),
        }
    }

    pub(super) fn decode(&self, vm: &Vm, input: &[u8], is_final: bool) -> Res<Text> {
        let text = match &self.kind {
            DecoderKind::Native { native, pending } => {
                // Taken out: an error handler may run Python.
                let mut waiting = pending.take();
                let text = decode_native(vm, native, &mut waiting, input, is_final)?;
                drop(pending.replace(waiting));
                text
            }
            DecoderKind::Python(decoder) => {
                let input = vm.bytes(input)?.into_object();
                let output = vm.call_method(decoder, "decode", &[input, Object::bool(is_final)])?;
                let Some(text) = output.downcast::<Str>() else {
                    return Err(vm.type_error(format_args!(
                        "decoder should return a string result, not '{}'",
                        vm.type_name(&output)
                    )));
                };
                text.as_text().to_text().map_err(|e| vm.text_error(e))?
            }
        };
        match &self.newlines {
            Some(newlines) => {
                newlines.borrow_mut().decode(text, is_final).map_err(|e| vm.text_error(e))
            }
            None => Ok(text),
        }
    }

    pub(super) fn reset(&self, vm: &Vm) -> Res<()> {
        if let Some(newlines) = &self.newlines {
            newlines.borrow_mut().reset();
        }
        match &self.kind {
            DecoderKind::Native { pending, .. } => {
                pending.borrow_mut().clear();
                Ok(())
            }
            DecoderKind::Python(decoder) => vm.call_method(decoder, "reset", &[]).map(drop),
        }
    }

    pub(super) fn state(&self, vm: &Vm) -> Res<DecoderState> {
        let (pending, flags) = match &self.kind {
            DecoderKind::Native { pending, .. } => (pending.borrow().clone(), 0),
            DecoderKind::Python(decoder) => {
                let (pending, flags) = decoder_state(vm, decoder)?;
                let Some(pending) = pending.downcast::<Bytes>() else {
                    return Err(vm.type_error(format_args!(
                        "illegal decoder state: the first item should be a bytes object, not '{}'",
                        vm.type_name(&pending)
                    )));
                };
                (pending.as_slice().to_vec(), flags)
            }
        };
        Ok(match &self.newlines {
            Some(newlines) => (pending, flags << 1 | u64::from(newlines.borrow().pending_cr)),
            None => (pending, flags),
        })
    }

    pub(super) fn set_state(&self, vm: &Vm, state: &DecoderState) -> Res<()> {
        let (bytes, mut flags) = (&state.0, state.1);
        if let Some(newlines) = &self.newlines {
            newlines.borrow_mut().pending_cr = flags & 1 != 0;
            flags >>= 1;
        }
        match &self.kind {
            DecoderKind::Native { pending, .. } => {
                drop(pending.replace(bytes.clone()));
                Ok(())
            }
            DecoderKind::Python(decoder) => {
                let state = vec![vm.bytes(bytes)?.into_object(), vm.int_u64(flags)?];
                let state = vm.tuple(state)?.into_object();
                vm.call_method(decoder, "setstate", &[state]).map(drop)
            }
        }
    }

    /// What the attribute `newlines` shows.
    pub(super) fn newlines_seen(&self, vm: &Vm) -> Res {
        match &self.newlines {
            Some(newlines) => {
                let newlines = newlines.borrow().clone();
                newlines.seen(vm)
            }
            None => Ok(Object::none()),
        }
    }
}

/// Decodes what is pending and then `input`.
fn decode_native(
    vm: &Vm,
    native: &Native,
    pending: &mut Vec<u8>,
    input: &[u8],
    is_final: bool,
) -> Res<Text> {
    let joined;
    let mut whole = input;
    if !pending.is_empty() {
        let mut both = std::mem::take(pending);
        append(vm, &mut both, input)?;
        joined = both;
        whole = &joined;
    }
    let mut out = TextBuf::new();
    let codec = native.codec;
    let done = codecs::decode(
        &Stops(vm),
        codec,
        whole,
        0,
        &mut out,
        is_final,
        |bad, out| -> Result<_, Stop> {
            match native.handler {
                Some(handler) => {
                    handler.decode(Some(codec), whole, bad, out)?.ok_or(Stop::Bad(bad))
                }
                None => {
                    let exception = decode_exception(vm, codec, bad, whole)?;
                    let (text, next) = native.ask(vm, exception, whole.len(), "decoding")?;
                    match text.downcast::<Str>() {
                        Some(text) => out.push_text(text.as_text())?,
                        None => {
                            return Err(vm
                                .type_error("decoding error handler must return (str, int) tuple")
                                .into());
                        }
                    }
                    Ok(next)
                }
            }
        },
    );
    match done {
        Ok(done) => {
            append(vm, pending, whole.get(done..).unwrap_or(&[]))?;
            Ok(out.finish())
        }
        Err(Stop::Text(error)) => Err(vm.text_error(error)),
        Err(Stop::Raised(raised)) => Err(raised),
        Err(Stop::Bad(bad)) => {
            let exception = decode_exception(vm, codec, bad, whole)?;
            Err(vm.raise_with_context(exception))
        }
    }
}

fn decode_exception(vm: &Vm, codec: Codec, bad: Bad, whole: &[u8]) -> Res {
    let arguments = [
        vm.str(codec.error_name())?.into_object(),
        vm.bytes(whole)?.into_object(),
        vm.int_usize(bad.start)?,
        vm.int_usize(bad.end)?,
        vm.str(bad.reason)?.into_object(),
    ];
    vm.call(vm.types().exception(Exc::UnicodeDecodeError).as_object(), &arguments)
}

fn encode_exception(vm: &Vm, codec: Codec, bad: Bad, text: &Obj<Str>) -> Res {
    let arguments = [
        vm.str(codec.error_name())?.into_object(),
        text.as_object().clone(),
        vm.int_usize(bad.start)?,
        vm.int_usize(bad.end)?,
        vm.str(bad.reason)?.into_object(),
    ];
    vm.call(vm.types().exception(Exc::UnicodeEncodeError).as_object(), &arguments)
}

/// Text to bytes.
pub(super) enum Encoder {
    Native(Native),
    Python(Object),
}

impl Encoder {
    /// Appends the bytes of `text`.
    pub(super) fn encode(&self, vm: &Vm, text: &Obj<Str>, out: &mut Vec<u8>) -> Res<()> {
        match self {
            Encoder::Native(native) => encode_native(vm, native, text, out),
            Encoder::Python(encoder) => {
                let output = vm.call_method(encoder, "encode", &[text.as_object().clone()])?;
                match output.downcast::<Bytes>() {
                    Some(bytes) => append(vm, out, bytes.as_slice()),
                    None => Err(vm.type_error(format_args!(
                        "encoder should return a bytes object, not '{}'",
                        vm.type_name(&output)
                    ))),
                }
            }
        }
    }

    /// Tells the encoder whether it stands at the start of the stream, where a byte order mark goes.
    pub(super) fn reset(&self, vm: &Vm, at_start: bool) -> Res<()> {
        match self {
            Encoder::Native(_) => Ok(()),
            Encoder::Python(encoder) if at_start => vm.call_method(encoder, "reset", &[]).map(drop),
            Encoder::Python(encoder) => {
                vm.call_method(encoder, "setstate", &[Object::small(0)]).map(drop)
            }
        }
    }

    /// Whether ASCII text is its own encoding.
    pub(super) fn takes_ascii(&self) -> bool {
        matches!(
            self,
            Encoder::Native(Native { codec: Codec::Utf8 | Codec::Ascii | Codec::Latin1, .. })
        )
    }

    pub(super) fn object(&self) -> Option<&Object> {
        match self {
            Encoder::Native(_) => None,
            Encoder::Python(encoder) => Some(encoder),
        }
    }
}

fn encode_native(vm: &Vm, native: &Native, text: &Obj<Str>, out: &mut Vec<u8>) -> Res<()> {
    let codec = native.codec;
    if let (Some(ascii), Codec::Utf8 | Codec::Ascii | Codec::Latin1) = (text.as_ascii(), codec) {
        return append(vm, out, ascii.as_bytes());
    }
    let view = text.as_text();
    let start = out.len();
    let on_error = |bad: Bad| -> Result<(Replacement, usize), Stop> {
        match native.handler {
            Some(handler) => handler.encode(Some(codec), view, bad)?.ok_or(Stop::Bad(bad)),
            None => {
                let exception = encode_exception(vm, codec, bad, text)?;
                let (answer, next) = native.ask(vm, exception, view.len(), "encoding")?;
                if let Some(bytes) = answer.downcast::<Bytes>() {
                    return Ok((Replacement::Bytes(bytes.as_slice().to_vec()), next));
                }
                match answer.downcast::<Str>() {
                    Some(text) => Ok((Replacement::Text(text.as_text().to_text()?), next)),
                    None => Err(vm
                        .type_error("encoding error handler must return (str/bytes, int) tuple")
                        .into()),
                }
            }
        }
    };
    let done = codecs::encode(&Stops(vm), codec, view, out, on_error, Stop::Bad);
    let Err(stop) = done else { return Ok(()) };
    out.truncate(start);
    match stop {
        Stop::Text(error) => Err(vm.text_error(error)),
        Stop::Raised(raised) => Err(raised),
        Stop::Bad(bad) => {
            let exception = encode_exception(vm, codec, bad, text)?;
            Err(vm.raise_with_context(exception))
        }
    }
}

/// LookupError if nobody knows an error handler of that name.
pub(super) fn check_errors(vm: &Vm, errors: &str) -> Res<()> {
    if Handler::by_name(errors).is_some() {
        return Ok(());
    }
    let module = vm.import("_codecs")?;
    vm.call_method(&module, "lookup_error", &[vm.str(errors)?.into_object()]).map(drop)
}

/// What the module `codecs` knows of an encoding; LookupError if it is unknown or not for text.
pub(super) fn lookup(vm: &Vm, encoding: &str) -> Res {
    let import = crate::io::builtin(vm, "__import__")?;
    let codecs = vm.call(&import, &[vm.str("codecs")?.into_object()])?;
    let info = vm.call_method(&codecs, "lookup", &[vm.str(encoding)?.into_object()])?;
    let is_text = match optional_attr(vm, &info, "_is_text_encoding")? {
        Some(answer) => vm.truth(&answer)?,
        None => true,
    };
    if is_text {
        return Ok(info);
    }
    Err(vm.lookup_error(format_args!(
        "'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
    )))
}
