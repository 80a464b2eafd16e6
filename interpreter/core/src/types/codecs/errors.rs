//! Error handlers of codecs: the built-in ones, those of `codecs.register_error`, and the exceptions.

use super::Registry;
use crate::native::natives;
use crate::object::*;
use crate::text::codecs::handlers::Handler;
use crate::text::codecs::{Bad, Codec, Replacement};
use crate::text::{TextBuf, TextError};
use crate::vm::{Raised, Res, Vm};
use taipan_macros::native;

/// Why a conversion stopped for good.
pub(crate) enum Failure {
    Raised(Raised),
    Text(TextError),
}

impl From<TextError> for Failure {
    fn from(e: TextError) -> Self {
        Failure::Text(e)
    }
}

impl Failure {
    pub(crate) fn raise(self, vm: &Vm) -> Raised {
        match self {
            Failure::Raised(r) => r,
            Failure::Text(e) => vm.text_error(e),
        }
    }
}

/// An instance of UnicodeEncodeError, UnicodeDecodeError or UnicodeTranslateError.
fn exception(vm: &Vm, kind: Exc, encoding: &str, object: Object, bad: Bad) -> Res {
    let class = vm.types().exception(kind).into_object();
    let args = [
        vm.str(encoding)?.into_object(),
        object,
        vm.int_usize(bad.start)?,
        vm.int_usize(bad.end)?,
        vm.str(bad.reason)?.into_object(),
    ];
    vm.call(&class, &args)
}

fn raise(vm: &Vm, exception: Res) -> Raised {
    match exception {
        Ok(e) => vm.raise_with_context(e),
        Err(raised) => raised,
    }
}

/// UnicodeEncodeError.
#[cold]
pub(crate) fn encode_error(vm: &Vm, encoding: &str, object: &Obj<Str>, bad: Bad) -> Raised {
    let object = object.as_object().clone();
    raise(vm, exception(vm, Exc::UnicodeEncodeError, encoding, object, bad))
}

/// UnicodeDecodeError.
#[cold]
pub(crate) fn decode_error(vm: &Vm, encoding: &str, input: &[u8], bad: Bad) -> Raised {
    match vm.bytes(input) {
        Ok(b) => raise(vm, exception(vm, Exc::UnicodeDecodeError, encoding, b.into_object(), bad)),
        Err(raised) => raised,
    }
}

/// The handler of one conversion: found by name at the first error, the exception made once.
pub(crate) struct Handling<'a> {
    name: &'a str,
    builtin: Option<Handler>,
    custom: Option<Object>,
}

impl<'a> Handling<'a> {
    pub(crate) fn new(name: &'a str) -> Self {
        Self { name, builtin: Handler::by_name(name), custom: None }
    }

    fn custom(&mut self, vm: &Vm) -> Res {
        if let Some(f) = &self.custom {
            return Ok(f.clone());
        }
        let f = lookup(vm, self.name)?;
        self.custom = Some(f.clone());
        Ok(f)
    }

    /// What stands for text that cannot be encoded, and where to go on.
    pub(crate) fn encode(
        &mut self,
        vm: &Vm,
        codec: Option<Codec>,
        encoding: &str,
        this: &Obj<Str>,
        bad: Bad,
    ) -> Res<(Replacement, usize)> {
        if let Some(handler) = self.builtin {
            let found = handler.encode(codec, this.as_text(), bad).map_err(|e| vm.text_error(e))?;
            return found.ok_or_else(|| encode_error(vm, encoding, this, bad));
        }
        let handler = self.custom(vm)?;
        let object = this.as_object().clone();
        let exception = exception(vm, Exc::UnicodeEncodeError, encoding, object, bad)?;
        let answer = vm.call(&handler, &[exception])?;
        let wrong = || vm.type_error("encoding error handler must return (str/bytes, int) tuple");
        let Some((what, position)) = pair(&answer) else { return Err(wrong()) };
        let replacement = if let Some(s) = what.downcast::<Str>() {
            Replacement::Text(s.as_text().to_text().map_err(|e| vm.text_error(e))?)
        } else if let Some(b) = what.downcast::<Bytes>() {
            Replacement::Bytes(crate::text::vec_of(b.as_slice()).map_err(|e| vm.text_error(e))?)
        } else {
            return Err(wrong());
        };
        Ok((replacement, go_on(vm, &position, this.len(), wrong)?))
    }

    /// Append what stands for bytes that cannot be decoded; where to go on.
    pub(crate) fn decode(
        &mut self,
        vm: &Vm,
        codec: Option<Codec>,
        encoding: &str,
        input: &[u8],
        bad: Bad,
        out: &mut TextBuf,
    ) -> Res<usize> {
        if let Some(handler) = self.builtin {
            if !handler.decodes() {
                return Err(
                    vm.type_error("don't know how to handle UnicodeDecodeError in error callback")
                );
            }
            let next = handler.decode(codec, input, bad, out).map_err(|e| vm.text_error(e))?;
            return next.ok_or_else(|| decode_error(vm, encoding, input, bad));
        }
        let handler = self.custom(vm)?;
        let object = vm.bytes(input)?.into_object();
        let exception = exception(vm, Exc::UnicodeDecodeError, encoding, object, bad)?;
        let answer = vm.call(&handler, &[exception])?;
        let wrong = || vm.type_error("decoding error handler must return (str, int) tuple");
        let Some((what, position)) = pair(&answer) else { return Err(wrong()) };
        let Some(text) = what.downcast::<Str>() else { return Err(wrong()) };
        let next = go_on(vm, &position, input.len(), wrong)?;
        out.push_text(text.as_text()).map_err(|e| vm.text_error(e))?;
        Ok(next)
    }
}

fn pair(answer: &Object) -> Option<(Object, Object)> {
    let t = answer.downcast::<Tuple>().filter(|t| t.len() == 2)?;
    Some((t.get(0)?, t.get(1)?))
}

/// The position a handler named, counted from the end when negative.
fn go_on(vm: &Vm, position: &Object, len: usize, wrong: impl Fn() -> Raised) -> Res<usize> {
    if !vm.class_of(position).has(type_flags::INT) {
        return Err(wrong());
    }
    let given = vm.as_i64(position).unwrap_or(i64::MAX);
    let at = if given < 0 { given.saturating_add(len as i64) } else { given };
    usize::try_from(at).ok().filter(|&at| at <= len).ok_or_else(|| {
        vm.index_error(format_args!("position {given} from error handler out of bounds"))
    })
}

/// `codecs.lookup_error(name)`.
pub(crate) fn lookup(vm: &Vm, name: &str) -> Res {
    let handlers = vm.interp().state::<Registry>().handlers.dict(vm)?;
    if handlers.is_empty() {
        for (name, def) in BUILTIN_NAMES.iter().zip(BUILTIN) {
            handlers.set_named(vm, name, crate::types::builtin::function(vm, def, "_codecs")?)?;
        }
    }
    match handlers.get_named(vm, name) {
        Some(f) => Ok(f),
        None => Err(vm.lookup_error(format_args!("unknown error handler name '{name}'"))),
    }
}

/// `codecs.register_error(name, handler)`.
pub(crate) fn register(vm: &Vm, name: &str, handler: &Object) -> Res<()> {
    if vm.class_of(handler).slots().call.is_none() {
        return Err(vm.type_error("handler must be callable"));
    }
    drop(lookup(vm, "strict")?); // the built-in ones first
    vm.interp().state::<Registry>().handlers.dict(vm)?.set_named(vm, name, handler.clone())
}

const BUILTIN_NAMES: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogatepass",
    "surrogateescape",
];

const BUILTIN: &[crate::native::NativeDef] = natives![
    strict_errors,
    ignore_errors,
    replace_errors,
    xmlcharrefreplace_errors,
    backslashreplace_errors,
    namereplace_errors,
    surrogatepass,
    surrogateescape,
];

macro_rules! builtin_handlers {
    ($($(#[doc = $doc:literal])* $name:ident = $handler:ident;)*) => {$(
        $(#[doc = $doc])*
        #[native("(exception, /)", no_signature)]
        fn $name(vm: &Vm, exception: &Object) -> Res {
            handle(vm, exception, Handler::$handler)
        }
    )*};
}

builtin_handlers! {
    /// Raise the exception.
    strict_errors = Strict;
    /// Leave the offending part out.
    ignore_errors = Ignore;
    /// Put a replacement mark in the place of the offending part.
    replace_errors = Replace;
    /// Put XML character references in the place of what cannot be encoded.
    xmlcharrefreplace_errors = XmlCharRefReplace;
    /// Put backslash escapes in the place of the offending part.
    backslashreplace_errors = BackslashReplace;
    /// Put named escapes in the place of what cannot be encoded.
    namereplace_errors = NameReplace;
    /// Let surrogates pass as if they were characters.
    surrogatepass = SurrogatePass;
    /// Carry bytes that cannot be decoded as lone surrogates, and back.
    surrogateescape = SurrogateEscape;
}

/// A built-in handler, called from Python with an exception.
fn handle(vm: &Vm, exception: &Object, handler: Handler) -> Res {
    let is = |kind| vm.class_of(exception).is_subtype(&vm.types().exception(kind));
    if handler == Handler::Strict {
        if is(Exc::BaseException) {
            return Err(vm.raise(exception.clone()));
        }
        return Err(vm.type_error("codec must pass exception instance"));
    }
    let get = |name: &str| vm.getattr_named(exception, name);
    let number = |name: &str| -> Res<usize> {
        let n = vm.index_clamped(&get(name)?)?;
        Ok(usize::try_from(n).unwrap_or(0))
    };
    let unknown = || {
        vm.type_error(format_args!(
            "don't know how to handle {} in error callback",
            vm.type_name(exception)
        ))
    };
    let encoding = || -> Res<Option<Codec>> {
        let name = get("encoding")?;
        let name = name.downcast::<Str>().map(|s| s.to_string_lossy()).unwrap_or_default();
        Ok(super::builtin(&name).and_then(|b| match b {
            super::Builtin::Idna | super::Builtin::Punycode => None,
            super::Builtin::Plain(codec) => Some(codec),
            super::Builtin::Utf8Sig => Some(Codec::Utf8),
            super::Builtin::Utf16 => Some(Codec::Utf16(crate::text::codecs::Endian::NATIVE)),
            super::Builtin::Utf32 => Some(Codec::Utf32(crate::text::codecs::Endian::NATIVE)),
        }))
    };
    let mut out = TextBuf::new();
    if is(Exc::UnicodeDecodeError) && handler.decodes() {
        let bad = Bad { start: number("start")?, end: number("end")?, reason: "" };
        let object = get("object")?;
        let input = crate::native::buffer::bytes_of(vm, &object)?;
        let next =
            handler.decode(encoding()?, &input, bad, &mut out).map_err(|e| vm.text_error(e))?;
        let Some(next) = next else { return Err(vm.raise(exception.clone())) };
        let text = vm.text_owned(out.finish())?.into_object();
        return Ok(vm.tuple(vec![text, vm.int_usize(next)?])?.into_object());
    }
    let translate = is(Exc::UnicodeTranslateError);
    if !is(Exc::UnicodeEncodeError) && !translate {
        return Err(unknown());
    }
    let bad = Bad { start: number("start")?, end: number("end")?, reason: "" };
    let Ok(object) = get("object")?.downcast_into::<Str>() else { return Err(unknown()) };
    let codec = if translate { None } else { encoding()? };
    let (what, next) = if translate && handler == Handler::Replace {
        out.push_n(0xFFFD, bad.end.saturating_sub(bad.start)).map_err(|e| vm.text_error(e))?;
        (vm.text_owned(out.finish())?.into_object(), bad.end)
    } else {
        let found = handler.encode(codec, object.as_text(), bad).map_err(|e| vm.text_error(e))?;
        match found {
            None => return Err(vm.raise(exception.clone())),
            Some((Replacement::Text(t), next)) => (vm.text_owned(t)?.into_object(), next),
            Some((Replacement::Bytes(b), next)) => (vm.bytes(&b)?.into_object(), next),
        }
    };
    Ok(vm.tuple(vec![what, vm.int_usize(next)?])?.into_object())
}
