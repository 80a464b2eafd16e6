//! From JSON text to objects: the type make_scanner, and scanstring.

use super::not_a_string;
use crate::support::{
    Dict, NativeConstructor, NativeDef, NativeFunction, Obj, Object, Payload, Raised, Res, Slots,
    Str, TextBuf, TextRef, Tuple, Type, TypeSpec, Visitor, Vm, getsets, getter, native, type_flags,
};
use taipan_core::object::Exc;
use taipan_core::text::floatparse;
use taipan_core::text::intconv::{self, IntParseError, IntValue};

/// The payload of make_scanner: settings of a decoder.
pub(super) struct Scanner {
    strict: bool,
    object_hook: Object,
    object_pairs_hook: Object,
    parse_float: Object,
    parse_int: Object,
    parse_constant: Object,
    /// The functions are the builtin types.
    plain_float: bool,
    plain_int: bool,
}

impl Payload for Scanner {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SCANNER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.object_hook);
        visitor.visit(&self.object_pairs_hook);
        visitor.visit(&self.parse_float);
        visitor.visit(&self.parse_int);
        visitor.visit(&self.parse_constant);
    }
}

pub(super) static SCANNER: TypeSpec = TypeSpec {
    doc: "Reads the value that starts at an index of a JSON text: what JSONDecoder calls.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<scanner_new as NativeConstructor>::new),
        call: Some(call),
        ..Slots::NONE
    },
    getsets: getsets![
        strict,
        object_hook,
        object_pairs_hook,
        parse_float,
        parse_int,
        parse_constant
    ],
    ..TypeSpec::new::<Scanner>("_json.Scanner")
};

#[native("(cls, context)", constructor, name = "make_scanner")]
fn scanner_new(vm: &Vm, cls: &Obj<Type>, context: &Object) -> Res<Obj<Scanner>> {
    let of = |name: &str| vm.getattr_named(context, name);
    let strict = vm.truth(&of("strict")?)?;
    let (object_hook, object_pairs_hook) = (of("object_hook")?, of("object_pairs_hook")?);
    let (parse_float, parse_int) = (of("parse_float")?, of("parse_int")?);
    let parse_constant = of("parse_constant")?;
    let (plain_float, plain_int) =
        (parse_float.is(vm.types().float.as_object()), parse_int.is(vm.types().int.as_object()));
    let made = Scanner {
        strict,
        object_hook,
        object_pairs_hook,
        parse_float,
        parse_int,
        parse_constant,
        plain_float,
        plain_int,
    };
    vm.alloc_of(cls, made)
}

/// What a call of the scanner takes.
#[native("(string, idx)", no_signature, name = "scan_once")]
fn scan_once(vm: &Vm, string: &Object, idx: isize) -> Res<(Object, isize)> {
    if string.downcast::<Str>().is_none() {
        return Err(not_a_string(vm, string));
    }
    if idx < 0 {
        return Err(vm.value_error("idx cannot be negative"));
    }
    Ok((string.clone(), idx))
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    static DEF: NativeDef = <scan_once as NativeFunction>::DEF;
    let bound = (DEF.call)(vm, args, names)?;
    let (Some(scanner), Some([string, idx])) =
        (this.downcast::<Scanner>(), bound.downcast::<Tuple>().map(|t| t.as_slice()))
    else {
        return Err(vm.type_error("not a scanner"));
    };
    let Some(text) = string.downcast::<Str>() else { return Err(not_a_string(vm, string)) };
    let at = idx.as_small_int().and_then(|i| usize::try_from(i).ok()).unwrap_or(usize::MAX);
    macro_rules! scan {
        ($units:expr) => {
            Reader { vm, scanner, text, units: $units, keys: Vec::new(), missed: 0 }.value(at)?
        };
    }
    let (value, end) = match text.as_text() {
        TextRef::Ascii(s) | TextRef::Latin1(s) => scan!(s),
        TextRef::Ucs2(s) => scan!(s),
        TextRef::Ucs4(s) => scan!(s),
    };
    Ok(vm.pair(value, vm.int_usize(end)?)?.into_object())
}

/// JSONDecodeError(message, text, place).
#[cold]
fn complaint(vm: &Vm, message: &str, text: &Obj<Str>, at: usize) -> Raised {
    let raise = || {
        let module = vm.import("json.decoder")?;
        let class = vm.getattr_named(&module, "JSONDecodeError")?;
        let args = [vm.str(message)?.into_object(), text.as_object().clone(), vm.int_usize(at)?];
        vm.call(&class, &args)
    };
    match raise() {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

#[cold]
fn nothing_here(vm: &Vm, at: usize) -> Raised {
    match vm.int_usize(at) {
        Ok(at) => vm.raise_args(Exc::StopIteration, vec![at]),
        Err(raised) => raised,
    }
}

/// Places for keys that were read lately, by a hash of their text: in the beginning, and when that
/// many were not found there.
const FEW_KEYS: usize = 8;
const MANY_KEYS: usize = 128;

struct Reader<'a, U> {
    vm: &'a Vm,
    scanner: &'a Obj<Scanner>,
    text: &'a Obj<Str>,
    units: &'a [U],
    keys: Vec<Option<Obj<Str>>>,
    missed: usize,
}

fn space(c: u32) -> bool {
    matches!(c, 32 | 9 | 10 | 13)
}

impl<U: Copy + Into<u32>> Reader<'_, U> {
    #[inline(always)]
    fn at(&self, i: usize) -> Option<u32> {
        self.units.get(i).map(|&c| c.into())
    }

    #[inline(always)]
    fn is(&self, i: usize, c: u8) -> bool {
        self.at(i) == Some(u32::from(c))
    }

    #[inline(always)]
    fn skip_space(&self, mut i: usize) -> usize {
        while self.at(i).is_some_and(space) {
            i += 1;
        }
        i
    }

    fn has(&self, at: usize, word: &[u8]) -> bool {
        word.iter().enumerate().all(|(i, &c)| self.is(at + i, c))
    }

    /// The value at a place, and where it ends.
    fn value(&mut self, at: usize) -> Res<(Object, usize)> {
        let vm = self.vm;
        let Some(c) = self.at(at) else { return Err(nothing_here(vm, at)) };
        match u8::try_from(c).unwrap_or(0) {
            b'"' => {
                let (text, end) = self.string(at + 1)?;
                return Ok((text.into_object(), end));
            }
            b'{' => {
                let what = " while decoding a JSON object from a unicode string";
                return vm.recurse(what, || self.object(at + 1));
            }
            b'[' => {
                let what = " while decoding a JSON array from a unicode string";
                return vm.recurse(what, || self.array(at + 1));
            }
            b'n' if self.has(at, b"null") => return Ok((Object::none(), at + 4)),
            b't' if self.has(at, b"true") => return Ok((Object::bool(true), at + 4)),
            b'f' if self.has(at, b"false") => return Ok((Object::bool(false), at + 5)),
            b'N' if self.has(at, b"NaN") => return self.constant("NaN", at),
            b'I' if self.has(at, b"Infinity") => return self.constant("Infinity", at),
            b'-' if self.has(at, b"-Infinity") => return self.constant("-Infinity", at),
            _ => {}
        }
        self.number(at)
    }

    fn constant(&self, name: &str, at: usize) -> Res<(Object, usize)> {
        let value =
            self.vm.call(&self.scanner.parse_constant, &[self.vm.str(name)?.into_object()])?;
        Ok((value, at + name.len()))
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.at(at).is_some_and(|c| matches!(c, 0x30..=0x39)) {
            at += 1;
        }
        at
    }

    fn number(&self, start: usize) -> Res<(Object, usize)> {
        let vm = self.vm;
        let first = if self.is(start, b'-') { start + 1 } else { start };
        let mut end = match self.at(first) {
            Some(0x30) => first + 1,
            Some(0x31..=0x39) => self.digits(first + 1),
            _ => return Err(nothing_here(vm, start)),
        };
        let mut is_float = false;
        if self.is(end, b'.') {
            let stop = self.digits(end + 1);
            if stop > end + 1 {
                (is_float, end) = (true, stop);
            }
        }
        if self.is(end, b'e') || self.is(end, b'E') {
            let sign = usize::from(self.is(end + 1, b'-') || self.is(end + 1, b'+'));
            let stop = self.digits(end + 1 + sign);
            if stop > end + 1 + sign {
                (is_float, end) = (true, stop);
            }
        }
        let own = if is_float { self.scanner.plain_float } else { self.scanner.plain_int };
        if !own {
            let parse = if is_float { &self.scanner.parse_float } else { &self.scanner.parse_int };
            let text = vm.text_slice(self.text.as_text().slice(start, end))?;
            return Ok((vm.call(parse, &[text.into_object()])?, end));
        }
        if !is_float && end - first <= 18 {
            let digits = self.units.get(first..end).unwrap_or(&[]);
            let n = digits.iter().fold(0, |n, &c| n * 10 + i64::from(c.into() - 0x30));
            return Ok((vm.int(if first == start { n } else { -n })?, end));
        }
        Ok((self.long_number(start, end, is_float)?, end))
    }

    fn long_number(&self, start: usize, end: usize, is_float: bool) -> Res {
        let vm = self.vm;
        let units = self.units.get(start..end).unwrap_or(&[]);
        let (mut short, mut long) = ([0u8; 40], Vec::new());
        let bytes: &[u8] = if units.len() <= short.len() {
            short.iter_mut().zip(units).for_each(|(b, &c)| *b = c.into() as u8);
            &short[..units.len()]
        } else {
            crate::support::reserve(vm, &mut long, units.len())?;
            long.extend(units.iter().map(|&c| c.into() as u8));
            &long
        };
        if is_float {
            return match floatparse::parse(bytes) {
                Some(x) => vm.float(x),
                None => Err(nothing_here(vm, start)),
            };
        }
        let limit = vm.digits();
        match intconv::parse(bytes, 10, limit) {
            Ok(IntValue::Small(n)) => vm.int(n),
            Ok(n) => vm.bigint(n.to_bigint()),
            Err(IntParseError::TooLong { digits }) => {
                Err(vm.text_error(intconv::too_many_digits(limit.digits, digits)))
            }
            Err(IntParseError::Failed(error)) => Err(vm.text_error(error)),
            Err(_) => Err(nothing_here(vm, start)),
        }
    }

    fn complaint(&self, message: &str, at: usize) -> Raised {
        complaint(self.vm, message, self.text, at)
    }

    /// The string that starts behind a quote.
    fn string(&self, start: usize) -> Res<(Obj<Str>, usize)> {
        string(self.vm, self.text, self.units, start, self.scanner.strict)
    }

    /// The same for a key: one object for equal keys near each other.
    fn key(&mut self, start: usize) -> Res<(Obj<Str>, usize)> {
        let mut hash = 0u32;
        let mut end = start;
        while let Some(c) = self.at(end) {
            if c == 0x22 {
                break;
            }
            if c == 0x5C || c < 0x20 || end - start > 64 {
                return self.string(start);
            }
            hash = (hash ^ c).wrapping_mul(0x0100_0193);
            end += 1;
        }
        if end >= self.units.len() {
            return self.string(start);
        }
        if self.keys.is_empty() {
            self.keys.resize(FEW_KEYS, None);
        }
        let text = self.text.as_text().slice(start, end);
        let place = (hash ^ hash >> 16) as usize % self.keys.len();
        // Two places each, so that keys that take turns do not drive each other out.
        for place in [place, place ^ 1] {
            if let Some(Some(known)) = self.keys.get(place)
                && known.as_text() == text
            {
                return Ok((known.clone(), end + 1));
            }
        }
        let key = self.vm.text_slice(text)?;
        self.missed += 1;
        if self.missed == FEW_KEYS {
            self.keys.resize(MANY_KEYS, None);
        }
        let place = (hash ^ hash >> 16) as usize % self.keys.len();
        let free =
            [place, place ^ 1].into_iter().find(|&at| matches!(self.keys.get(at), Some(None)));
        if let Some(entry) = self.keys.get_mut(free.unwrap_or(place)) {
            *entry = Some(key.clone());
        }
        Ok((key, end + 1))
    }

    fn array(&mut self, at: usize) -> Res<(Object, usize)> {
        let vm = self.vm;
        let list = vm.new_list()?;
        let mut at = self.skip_space(at);
        if self.is(at, b']') {
            return Ok((list.into_object(), at + 1));
        }
        loop {
            let (value, end) = self.value(at)?;
            list.push(value).map_err(|e| vm.no_memory(e))?;
            at = self.skip_space(end);
            match self.at(at) {
                Some(0x5D) => return Ok((list.into_object(), at + 1)),
                Some(0x2C) => at = self.skip_space(at + 1),
                _ => return Err(self.complaint("Expecting ',' delimiter", at)),
            }
            vm.poll()?;
        }
    }

    fn object(&mut self, at: usize) -> Res<(Object, usize)> {
        let vm = self.vm;
        let with_pairs = !self.scanner.object_pairs_hook.is_none();
        let dict = vm.new_dict()?;
        let mut pairs = Vec::new();
        let mut at = self.skip_space(at);
        if self.is(at, b'}') {
            at += 1;
        } else {
            loop {
                if !self.is(at, b'"') {
                    let message = "Expecting property name enclosed in double quotes";
                    return Err(self.complaint(message, at));
                }
                let (key, end) = self.key(at + 1)?;
                at = self.skip_space(end);
                if !self.is(at, b':') {
                    return Err(self.complaint("Expecting ':' delimiter", at));
                }
                let (value, end) = self.value(self.skip_space(at + 1))?;
                if with_pairs {
                    crate::support::reserve(vm, &mut pairs, 1)?;
                    pairs.push(vm.pair(key.into_object(), value)?.into_object());
                } else {
                    dict.set_str(vm, &key, value)?;
                }
                at = self.skip_space(end);
                match self.at(at) {
                    Some(0x7D) => break,
                    Some(0x2C) => at = self.skip_space(at + 1),
                    _ => return Err(self.complaint("Expecting ',' delimiter", at)),
                }
                vm.poll()?;
            }
            at += 1;
        }
        if with_pairs {
            let pairs = vm.list(pairs)?.into_object();
            return Ok((vm.call(&self.scanner.object_pairs_hook, &[pairs])?, at));
        }
        self.hooked(dict, at)
    }

    fn hooked(&self, dict: Obj<Dict>, at: usize) -> Res<(Object, usize)> {
        let hook = &self.scanner.object_hook;
        if hook.is_none() {
            return Ok((dict.into_object(), at));
        }
        Ok((self.vm.call(hook, &[dict.into_object()])?, at))
    }
}

/// The string that starts behind the quote at `start - 1`, and where it ends.
fn string<U: Copy + Into<u32>>(
    vm: &Vm,
    text: &Obj<Str>,
    units: &[U],
    start: usize,
    strict: bool,
) -> Res<(Obj<Str>, usize)> {
    let plain = |from: usize| {
        let rest = units.get(from..).unwrap_or(&[]);
        let stop = rest.iter().position(|&c| {
            let c = c.into();
            c == 0x22 || c == 0x5C || c < 0x20 && strict
        });
        from + stop.unwrap_or(rest.len())
    };
    let unterminated = || complaint(vm, "Unterminated string starting at", text, start - 1);
    let mut buffer = TextBuf::new();
    let mut from = start;
    loop {
        let stop = plain(from);
        let chunk = text.as_text().slice(from, stop);
        match units.get(stop).map(|&c| c.into()) {
            None => return Err(unterminated()),
            Some(0x22) if from == start => return Ok((vm.text_slice(chunk)?, stop + 1)),
            Some(0x22) => {
                buffer.push_text(chunk).map_err(|e| vm.text_error(e))?;
                return Ok((vm.text_owned(buffer.finish())?, stop + 1));
            }
            Some(0x5C) => {}
            Some(_) => return Err(complaint(vm, "Invalid control character at", text, stop)),
        }
        buffer.push_text(chunk).map_err(|e| vm.text_error(e))?;
        let Some(escape) = units.get(stop + 1).map(|&c| c.into()) else {
            return Err(unterminated());
        };
        let (c, end) = if escape == 0x75 {
            unicode_escape(vm, text, units, stop)?
        } else {
            let c = match u8::try_from(escape).unwrap_or(0) {
                c @ (b'"' | b'\\' | b'/') => u32::from(c),
                b'b' => 8,
                b'f' => 12,
                b'n' => 10,
                b'r' => 13,
                b't' => 9,
                _ => return Err(complaint(vm, "Invalid \\escape: ", text, stop)),
            };
            (c, stop + 2)
        };
        buffer.push(c).map_err(|e| vm.text_error(e))?;
        from = end;
        if buffer.len() % 1024 == 0 {
            vm.poll()?;
        }
    }
}

/// The character of the `\uXXXX` at a place (two of them for a pair of surrogates), and where it ends.
fn unicode_escape<U: Copy + Into<u32>>(
    vm: &Vm,
    text: &Obj<Str>,
    units: &[U],
    at: usize,
) -> Res<(u32, usize)> {
    let unit = |i: usize| units.get(i).map_or(0, |&c| c.into());
    let hex = |from: usize| {
        (from..from + 4).try_fold(0, |n, i| {
            char::from_u32(unit(i)).and_then(|c| c.to_digit(16)).map(|d| n << 4 | d)
        })
    };
    let invalid = |at: usize| complaint(vm, "Invalid \\uXXXX escape", text, at);
    // A closing quote must still come.
    if at + 6 >= units.len() {
        return Err(invalid(at + 1));
    }
    let Some(high) = hex(at + 2) else { return Err(invalid(at + 1)) };
    let end = at + 6;
    let pair = (0xD800..0xDC00).contains(&high)
        && end + 6 < units.len()
        && unit(end) == 0x5C
        && unit(end + 1) == 0x75;
    if pair {
        let Some(low) = hex(end + 2) else { return Err(invalid(end + 1)) };
        if (0xDC00..0xE000).contains(&low) {
            return Ok((0x10000 + ((high - 0xD800) << 10 | low - 0xDC00), end + 6));
        }
    }
    Ok((high, end))
}

/// scanstring(string, end, strict=True) -> (string, end)
///
/// Read a string of a JSON text: end is where its first character stands, behind the quote. Gives
/// its value and the place behind the quote that ends it.
///
/// With strict, control characters in it are errors. ValueError if it does not end.
#[native("(string, end, strict=True, /)", no_signature, parse_tuple)]
pub(super) fn scanstring(
    vm: &Vm,
    string: &Object,
    end: isize,
    strict: bool,
) -> Res<(Obj<Str>, usize)> {
    let Some(text) = string.downcast::<Str>() else { return Err(not_a_string(vm, string)) };
    let start = usize::try_from(end).ok().filter(|end| *end <= text.len());
    let Some(start) = start else { return Err(vm.value_error("end is out of bounds")) };
    match text.as_text() {
        TextRef::Ascii(s) | TextRef::Latin1(s) => self::string(vm, text, s, start, strict),
        TextRef::Ucs2(s) => self::string(vm, text, s, start, strict),
        TextRef::Ucs4(s) => self::string(vm, text, s, start, strict),
    }
}

/// Whether control characters in strings are refused.
#[getter]
fn strict(this: &Obj<Scanner>) -> bool {
    this.strict
}

#[getter]
fn object_hook(this: &Obj<Scanner>) -> Object {
    this.object_hook.clone()
}

#[getter]
fn object_pairs_hook(this: &Obj<Scanner>) -> Object {
    this.object_pairs_hook.clone()
}

#[getter]
fn parse_float(this: &Obj<Scanner>) -> Object {
    this.parse_float.clone()
}

#[getter]
fn parse_int(this: &Obj<Scanner>) -> Object {
    this.parse_int.clone()
}

#[getter]
fn parse_constant(this: &Obj<Scanner>) -> Object {
    this.parse_constant.clone()
}
