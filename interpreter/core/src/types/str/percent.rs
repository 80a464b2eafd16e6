//! The `%` operator of str and of bytes: finding the values for a template's directives.
//!
//! **Invariant:** values are taken in the order of the template, each before the next directive is
//! read, so that errors come in CPython's order. The template of bytes is read as Latin-1.

use crate::native::{big_integer, to_f64};
use crate::object::*;
use crate::text::format::percent::{self as kernel, Count, Directive, Piece, Resolved, Template};
use crate::text::intconv::{self, IntRef};
use crate::text::{Text, TextBuf, TextError, TextRef, numops};
use crate::vm::{Raised, Res, Vm};

/// The arguments, and how far they are used.
struct Arguments<'a> {
    given: &'a Object,
    /// The value of the last mapping key, when it has not been used.
    keyed: Option<Object>,
    /// A mapping key was asked for, so that what is left over does not matter.
    any_key: bool,
    next: usize,
}

impl<'a> Arguments<'a> {
    fn new(given: &'a Object) -> Self {
        Self { given, keyed: None, any_key: false, next: 0 }
    }

    fn tuple(&self) -> Option<&'a Obj<Tuple>> {
        self.given.downcast::<Tuple>()
    }

    /// Whether `%(key)` may be used: anything with items but a tuple or text.
    fn is_mapping(&self, vm: &Vm) -> bool {
        vm.class_of(self.given).slots().getitem.is_some()
            && self.tuple().is_none()
            && self.given.downcast::<Str>().is_none()
    }

    fn take(&mut self, vm: &Vm) -> Res {
        if self.any_key {
            return self.keyed.take().ok_or_else(|| not_enough(vm));
        }
        let found = match self.tuple() {
            Some(t) => t.get(self.next),
            None if self.next == 0 => Some(self.given.clone()),
            None => None,
        };
        self.next += 1;
        found.ok_or_else(|| not_enough(vm))
    }

    fn all_used(&self, vm: &Vm) -> bool {
        match self.tuple() {
            _ if self.any_key => true,
            Some(t) => self.next >= t.len(),
            None => self.next > 0 || self.is_mapping(vm),
        }
    }
}

#[cold]
fn not_enough(vm: &Vm) -> Raised {
    vm.type_error("not enough arguments for format string")
}

/// `template % args` of str.
pub(crate) fn format_text(vm: &Vm, template: &Str, args: &Object) -> Res {
    if let TextRef::Ascii(t) = template.as_text()
        && let Some(out) = Short::fill(t, args, false)
    {
        return Ok(vm.text(TextRef::Ascii(out.text()))?.into_object());
    }
    let mut out = vm.text_buf();
    run(vm, &mut out, template.as_text(), args, false)?;
    Ok(vm.text_built(out)?.into_object())
}

/// `template % args` of bytes, as bytes.
pub(crate) fn format_bytes(vm: &Vm, template: &[u8], args: &Object) -> Res {
    if let Some(out) = Short::fill(template, args, true) {
        return Ok(vm.bytes(out.text())?.into_object());
    }
    Ok(vm.bytes(&bytes_formatted(vm, template, args)?)?.into_object())
}

/// `template % args` of bytes.
pub(crate) fn bytes_formatted(vm: &Vm, template: &[u8], args: &Object) -> Res<Vec<u8>> {
    let mut out = TextBuf::new();
    let template =
        if template.is_ascii() { TextRef::Ascii(template) } else { TextRef::Latin1(template) };
    run(vm, &mut out, template, args, true)?;
    match out.finish() {
        Text::Ascii(b) | Text::Latin1(b) => Ok(b),
        Text::Ucs2(_) | Text::Ucs4(_) => Err(vm.system_error("wide text in bytes")),
    }
}

/// Text of the usual small templates: directives `%s`, `%d` (and `%b` of bytes) without anything between, values
/// that are exact ASCII strs, exact bytes or machine integers, a short result. It runs no Python and has no errors:
/// what is anything else is left to `run`, from the start.
struct Short {
    room: [u8; Short::ROOM],
    len: usize,
}

impl Short {
    const ROOM: usize = 256;

    #[inline]
    fn fill(template: &[u8], args: &Object, bytes: bool) -> Option<Short> {
        let values = match args.downcast_exact::<Tuple>() {
            Some(t) => t.as_slice(),
            None => std::slice::from_ref(args),
        };
        let mut out = Short { room: [0; Short::ROOM], len: 0 };
        let (mut rest, mut used) = (template, 0);
        while let Some(at) = memchr::memchr(b'%', rest) {
            out.push(&rest[..at])?;
            let (kind, value) = (*rest.get(at + 1)?, values.get(used)?);
            match value.as_small_int() {
                Some(n) if kind == b'd' || kind == b's' && !bytes => {
                    out.push(intconv::decimal_i64(n, &mut [0; 21]))?
                }
                Some(_) => return None,
                None if bytes && matches!(kind, b's' | b'b') => {
                    out.push(value.downcast_exact::<Bytes>()?.as_slice())?
                }
                None if !bytes && kind == b's' => {
                    out.push(value.downcast_exact::<Str>()?.as_ascii()?.as_bytes())?
                }
                None => return None,
            }
            used += 1;
            rest = &rest[at + 2..];
        }
        out.push(rest)?;
        (used == values.len()).then_some(out)
    }

    fn text(&self) -> &[u8] {
        self.room.get(..self.len).unwrap_or_default()
    }

    #[inline]
    fn push(&mut self, piece: &[u8]) -> Option<()> {
        let end = self.len.checked_add(piece.len())?;
        self.room.get_mut(self.len..end)?.copy_from_slice(piece);
        self.len = end;
        Some(())
    }
}

fn run(vm: &Vm, out: &mut TextBuf, template: TextRef<'_>, args: &Object, bytes: bool) -> Res<()> {
    let text = |e: TextError| vm.text_error(e);
    out.reserve(template.len()).map_err(text)?;
    let mut args = Arguments::new(args);
    let mut pieces = Template::new(template);
    let mapping = args.is_mapping(vm);
    loop {
        if let Some(d) = pieces.plain() {
            let object = args.take(vm)?;
            let bare = d.resolved == Resolved::default();
            match bare.then(|| push_bare(out, &object, d.kind, bytes)).flatten() {
                Some(done) => done.map_err(text)?,
                None => convert(vm, out, &object, d.resolved, (d.kind, d.at), bytes)?,
            }
        } else {
            match pieces.next_piece(mapping).map_err(text)? {
                Some(Piece::Literal(t)) => out.push_text(t).map_err(text)?,
                Some(Piece::Directive(d)) => directive(vm, out, &mut args, &d, bytes)?,
                None => break,
            }
        }
        vm.poll()?;
    }
    if !args.all_used(vm) {
        let what = if bytes { "bytes" } else { "string" };
        return Err(
            vm.type_error(format_args!("not all arguments converted during {what} formatting"))
        );
    }
    Ok(())
}

/// `%d` of a machine integer, `%s` of one or of a str; for bytes, `%s` and `%b` of exact bytes.
#[inline]
fn push_bare(
    out: &mut TextBuf,
    object: &Object,
    kind: u8,
    bytes: bool,
) -> Option<Result<(), TextError>> {
    if bytes && matches!(kind, b's' | b'b') {
        return object.downcast_exact::<Bytes>().map(|b| out.push_ascii(b.as_slice()));
    }
    if !matches!(kind, b'd' | b'i' | b's') {
        return None;
    }
    if let Some(n) = object.as_small_int() {
        return Some(out.push_ascii(intconv::decimal_i64(n, &mut [0; 21])));
    }
    if kind != b's' {
        return None;
    }
    object.downcast_exact::<Str>().map(|s| out.push_text(s.as_text()))
}

/// The number that `*` stands for.
fn star(vm: &Vm, args: &mut Arguments<'_>, too_big: &str) -> Res<i64> {
    let o = args.take(vm)?;
    if !vm.class_of(&o).has(type_flags::INT) {
        return Err(vm.type_error("* wants int"));
    }
    vm.as_i64(&o).ok_or_else(|| vm.overflow_error(too_big))
}

fn resolve(vm: &Vm, args: &mut Arguments<'_>, d: &Directive<'_>) -> Res<Resolved> {
    let mut r = Resolved { flags: d.flags, width: 0, precision: None };
    match d.width {
        Some(Count::Number(n)) => r.width = n,
        Some(Count::Argument) => {
            let n = star(vm, args, "Python int too large to convert to C ssize_t")?;
            r.flags.left |= n < 0;
            r.width = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
        }
        None => {}
    }
    match d.precision {
        Some(Count::Number(n)) => r.precision = Some(n),
        Some(Count::Argument) => {
            let too_big = "Python int too large to convert to C int";
            let n = star(vm, args, too_big)?;
            let n = i32::try_from(n).map_err(|_| vm.overflow_error(too_big))?;
            r.precision = Some(usize::try_from(n).unwrap_or(0));
        }
        None => {}
    }
    Ok(r)
}

fn directive(
    vm: &Vm,
    out: &mut TextBuf,
    args: &mut Arguments<'_>,
    d: &Directive<'_>,
    bytes: bool,
) -> Res<()> {
    if let Some(key) = d.key {
        let key = if bytes { key_bytes(vm, key)? } else { vm.text_slice(key)?.into_object() };
        args.keyed = Some(vm.getitem(args.given, &key)?);
        args.any_key = true;
    }
    let r = resolve(vm, args, d)?;
    let object = args.take(vm)?;
    match u8::try_from(d.kind) {
        Ok(kind) => convert(vm, out, &object, r, (kind, d.at), bytes),
        Err(_) => Err(vm.text_error(kernel::unsupported(d.kind, d.at))),
    }
}

/// Append an object as the directive of the character `kind` at `at` wants it.
fn convert(
    vm: &Vm,
    out: &mut TextBuf,
    object: &Object,
    r: Resolved,
    (kind, at): (u8, usize),
    bytes: bool,
) -> Res<()> {
    let done = match kind {
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => match object.as_small_int() {
            Some(n) => kernel::push_small(out, n, kind, r),
            None => out.push_ascii(integer(vm, object, kind, r)?.as_bytes()),
        },
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let x = real(vm, object, bytes)?;
            kernel::push_float(out, x, kind, r)
        }
        b'c' if bytes => push_padded(out, TextRef::Latin1(&[one_byte(vm, object)?]), r, false),
        b'c' => {
            let c = [one_char(vm, object)?];
            push_padded(out, TextRef::Ucs4(&c), r, false)
        }
        b's' | b'b' if bytes => {
            let b = bytes_value(vm, object)?;
            push_padded(out, TextRef::Latin1(&b), r, true)
        }
        b'r' | b'a' if bytes => {
            let s = super::format::ascii(vm, object)?;
            push_padded(out, s.as_text(), r, true)
        }
        b's' | b'r' | b'a' if !bytes => {
            let s = match kind {
                b's' => vm.to_str(object)?,
                b'r' => vm.repr(object)?,
                _ => super::format::ascii(vm, object)?,
            };
            push_padded(out, s.as_text(), r, true)
        }
        _ => Err(kernel::unsupported(u32::from(kind), at)),
    };
    done.map_err(|e| vm.text_error(e))
}

fn key_bytes(vm: &Vm, key: TextRef<'_>) -> Res {
    let bytes: Vec<u8> = key.iter().map(|c| c as u8).collect();
    Ok(vm.bytes(&bytes)?.into_object())
}

/// Text cut to the precision and padded with spaces to the width.
fn push_padded(
    out: &mut TextBuf,
    text: TextRef<'_>,
    r: Resolved,
    cut: bool,
) -> Result<(), TextError> {
    let text = match r.precision {
        Some(p) if cut => text.slice(0, p),
        _ => text,
    };
    let padding = r.width.saturating_sub(text.len());
    if !r.flags.left {
        out.push_n(32, padding)?;
    }
    out.push_text(text)?;
    if r.flags.left { out.push_n(32, padding) } else { Ok(()) }
}

fn integer(vm: &Vm, object: &Object, kind: u8, r: Resolved) -> Res<String> {
    let limit = vm.digits();
    let format =
        |n: IntRef<'_>| kernel::format_int(n, kind, r, limit).map_err(|e| vm.text_error(e));
    if let Some(n) = object.as_small_int() {
        return format(IntRef::Small(n));
    }
    let slots = *vm.class_of(object).slots();
    let is_int = vm.class_of(object).has(type_flags::INT);
    let hexlike = matches!(kind, b'o' | b'x' | b'X');
    let number = match object.as_exact_float() {
        _ if is_int => return format(IntRef::Big(&*big_integer(vm, object)?)),
        Some(x) if !hexlike => {
            let n = numops::f64_to_bigint(x).map_err(|e| vm.text_error(e))?;
            return format(IntRef::Big(&n));
        }
        _ if hexlike => slots.index.map(|f| f(vm, object)),
        _ => slots.int.or(slots.index).map(|f| f(vm, object)),
    };
    match number {
        Some(Ok(n)) => match vm.as_i64(&n) {
            Some(n) => format(IntRef::Small(n)),
            None => format(IntRef::Big(&*big_integer(vm, &n)?)),
        },
        Some(Err(raised)) => {
            drop(vm.caught(raised, Exc::TypeError)?);
            Err(wrong_type(vm, object, kind, hexlike))
        }
        None => Err(wrong_type(vm, object, kind, hexlike)),
    }
}

#[cold]
fn wrong_type(vm: &Vm, object: &Object, kind: u8, hexlike: bool) -> Raised {
    let wanted = if hexlike { "an integer" } else { "a real number" };
    vm.type_error(format_args!(
        "%{} format: {wanted} is required, not {}",
        char::from(kind),
        vm.type_name(object)
    ))
}

fn real(vm: &Vm, object: &Object, bytes: bool) -> Res<f64> {
    to_f64(vm, object).map_err(|raised| {
        if !bytes {
            return raised;
        }
        match vm.caught(raised, Exc::TypeError) {
            Ok(_) => {
                vm.type_error(format_args!("float argument required, not {}", vm.type_name(object)))
            }
            Err(raised) => raised,
        }
    })
}

fn one_char(vm: &Vm, object: &Object) -> Res<u32> {
    let wrong = || vm.type_error("%c requires int or char");
    if let Some(s) = object.downcast::<Str>() {
        return match (s.len(), s.char_at(0)) {
            (1, Some(c)) => Ok(c),
            _ => Err(wrong()),
        };
    }
    let class = vm.class_of(object);
    if class.slots().index.is_none() && !class.has(type_flags::INT) {
        return Err(wrong());
    }
    let n = vm.index(object)?;
    let c = vm.as_i64(&n).and_then(|n| u32::try_from(n).ok());
    c.filter(|&c| c <= crate::text::text::MAX_CHAR)
        .ok_or_else(|| vm.overflow_error("%c arg not in range(0x110000)"))
}

fn one_byte(vm: &Vm, object: &Object) -> Res<u8> {
    if let Some(b) = crate::types::bytes::slice_of(object, |b| match b {
        [one] => Some(*one),
        _ => None,
    })
    .flatten()
    {
        return Ok(b);
    }
    if !vm.class_of(object).has(type_flags::INT) {
        return Err(vm.type_error("%c requires an integer in range(256) or a single byte"));
    }
    let n = vm.as_i64(object).and_then(|n| u8::try_from(n).ok());
    n.ok_or_else(|| vm.overflow_error("%c arg not in range(256)"))
}

fn bytes_value(vm: &Vm, object: &Object) -> Res<Vec<u8>> {
    let copied = crate::types::bytes::slice_of(object, |b| crate::text::vec_of(b));
    if let Some(copy) = copied {
        return copy.map_err(|e| vm.text_error(e));
    }
    if let Some(b) = vm.call_special(object, &vm.names().__bytes__, &[])? {
        let Some(b) = b.downcast::<Bytes>() else {
            return Err(vm.type_error(format_args!(
                "__bytes__ returned non-bytes (type {})",
                vm.type_name(&b)
            )));
        };
        return crate::text::vec_of(b.as_slice()).map_err(|e| vm.text_error(e));
    }
    if vm.class_of(object).slots().buffer.is_some() {
        return crate::native::buffer::bytes_of(vm, object);
    }
    Err(vm.type_error(format_args!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        vm.type_name(object)
    )))
}
