//! From objects to JSON text: strings, and the type make_encoder.

use super::not_a_string;
use crate::support::{
    Dict, List, NativeConstructor, Obj, Object, Payload, Res, Slots, Str, TextBuf, TextRef, Tuple,
    Type, TypeSpec, Visitor, Vm, getsets, getter, native,
};
use std::cell::RefCell;
use taipan_core::object::{Float, Int};
use taipan_core::text::TextResult;

/// What is written for a character: 0 = itself, 1 = `\uXXXX`, else the letter behind the backslash.
const ESCAPES: [u8; 128] = {
    let mut table = [0; 128];
    let mut i = 0;
    while i < 0x20 {
        table[i] = 1;
        i += 1;
    }
    table[8] = b'b';
    table[9] = b't';
    table[10] = b'n';
    table[12] = b'f';
    table[13] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

const HEX: &[u8; 16] = b"0123456789abcdef";

fn unicode_escape(unit: u32) -> [u8; 6] {
    let digit = |shift: u32| HEX[(unit >> shift & 15) as usize];
    [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]
}

/// Appends a string in quotes.
fn push_string(vm: &Vm, out: &mut TextBuf, text: TextRef, ascii: bool) -> Res<()> {
    let mut write = || {
        out.push_ascii(b"\"")?;
        match text {
            TextRef::Ascii(s) => push_units(out, s, ascii, |out, run| out.push_ascii(run))?,
            TextRef::Latin1(s) => push_units(out, s, ascii, |out, run| match ascii {
                true => out.push_ascii(run),
                false => out.push_latin1(run),
            })?,
            TextRef::Ucs2(s) => {
                push_units(out, s, ascii, |out, run| out.push_text(TextRef::Ucs2(run)))?;
            }
            TextRef::Ucs4(s) => {
                push_units(out, s, ascii, |out, run| out.push_text(TextRef::Ucs4(run)))?;
            }
        }
        out.push_ascii(b"\"")
    };
    write().map_err(|e| vm.text_error(e))
}

/// Appends units in runs of those that stand for themselves.
#[inline]
fn push_units<U: Copy + Into<u32>>(
    out: &mut TextBuf,
    mut s: &[U],
    ascii: bool,
    push_run: impl Fn(&mut TextBuf, &[U]) -> TextResult<()>,
) -> TextResult<()> {
    let odd = |u: &U| match ESCAPES.get((*u).into() as usize) {
        Some(0) => ascii && (*u).into() == 127,
        Some(_) => true,
        None => ascii,
    };
    while let Some(at) = s.iter().position(odd) {
        if at > 0 {
            push_run(out, &s[..at])?;
        }
        push_char(out, s[at].into(), ascii)?;
        s = &s[at + 1..];
    }
    if s.is_empty() { Ok(()) } else { push_run(out, s) }
}

fn push_char(out: &mut TextBuf, c: u32, ascii: bool) -> TextResult<()> {
    match ESCAPES.get(c as usize) {
        Some(0) if c != 127 || !ascii => out.push(c),
        Some(0 | 1) => out.push_ascii(&unicode_escape(c)),
        Some(letter) => out.push_ascii(&[b'\\', *letter]),
        None if !ascii => out.push(c),
        None if c < 0x10000 => out.push_ascii(&unicode_escape(c)),
        None => {
            let c = c - 0x10000;
            out.push_ascii(&unicode_escape(0xD800 | c >> 10))?;
            out.push_ascii(&unicode_escape(0xDC00 | c & 0x3FF))
        }
    }
}

fn encoded(vm: &Vm, string: &Object, ascii: bool) -> Res<Obj<Str>> {
    let Some(text) = string.downcast::<Str>() else { return Err(not_a_string(vm, string)) };
    let mut out = TextBuf::with_capacity(text.len() + 2).map_err(|e| vm.text_error(e))?;
    push_string(vm, &mut out, text.as_text(), ascii)?;
    vm.text(out.as_ref())
}

/// encode_basestring(string) -> string
///
/// The string in quotes, as JSON writes it.
#[native("(string, /)", no_signature)]
pub(super) fn encode_basestring(vm: &Vm, string: &Object) -> Res<Obj<Str>> {
    encoded(vm, string, false)
}

/// encode_basestring_ascii(string) -> string
///
/// The string in quotes, as JSON writes it with escapes for all that is not ASCII.
#[native("(string, /)", no_signature)]
pub(super) fn encode_basestring_ascii(vm: &Vm, string: &Object) -> Res<Obj<Str>> {
    encoded(vm, string, true)
}

/// How strings are encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fast {
    Ascii,
    Unicode,
    /// By a function of the user.
    No,
}

/// The payload of make_encoder: settings of one run.
pub(super) struct Encoder {
    markers: Object,
    default: Object,
    encoder: Object,
    indent: Object,
    key_separator: Obj<Str>,
    item_separator: Obj<Str>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    fast: Fast,
    /// Containers that are being written, if they are to be looked for.
    open: Option<RefCell<Vec<u64>>>,
}

impl Payload for Encoder {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ENCODER);
    fn traverse(&self, visitor: &mut Visitor) {
        [&self.markers, &self.default, &self.encoder, &self.indent]
            .iter()
            .for_each(|o| visitor.visit(o));
        visitor.visit(self.key_separator.as_object());
        visitor.visit(self.item_separator.as_object());
    }
}

pub(super) static ENCODER: TypeSpec = TypeSpec {
    doc: "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    flags: crate::support::type_flags::BASETYPE,
    slots: Slots {
        new: Some(<encoder_new as NativeConstructor>::new),
        call: Some(call),
        ..Slots::NONE
    },
    getsets: getsets![
        markers,
        default,
        encoder,
        indent,
        key_separator,
        item_separator,
        sort_keys,
        skipkeys
    ],
    ..TypeSpec::new::<Encoder>("_json.Encoder")
};

#[native(
    "(cls, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, \
     allow_nan)",
    constructor,
    name = "make_encoder"
)]
fn encoder_new(
    vm: &Vm,
    cls: &Obj<Type>,
    markers: &Object,
    default: &Object,
    encoder: &Object,
    indent: &Object,
    key_separator: &Obj<Str>,
    item_separator: &Obj<Str>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
) -> Res<Obj<Encoder>> {
    if !markers.is_none() && markers.downcast::<Dict>().is_none() {
        return Err(vm.type_error(format_args!(
            "make_encoder() argument 1 must be dict or None, not {}",
            vm.type_name(markers)
        )));
    }
    let fast = match super::own_function(vm, encoder)? {
        Some(true) => Fast::Ascii,
        Some(false) => Fast::Unicode,
        None => Fast::No,
    };
    let made = Encoder {
        markers: markers.clone(),
        default: default.clone(),
        encoder: encoder.clone(),
        indent: indent.clone(),
        key_separator: key_separator.clone(),
        item_separator: item_separator.clone(),
        sort_keys,
        skipkeys,
        allow_nan,
        fast,
        open: (!markers.is_none()).then(RefCell::default),
    };
    vm.alloc_of(cls, made)
}

/// Give the JSON form as a list of strings to be joined.
#[native("(obj, _current_indent_level)", no_signature, name = "_iterencode")]
fn iterencode(obj: &Object, _level: &Object) -> Object {
    obj.clone()
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    static DEF: crate::support::NativeDef = <iterencode as crate::support::NativeFunction>::DEF;
    let object = (DEF.call)(vm, args, names)?;
    let Some(encoder) = this.downcast::<Encoder>() else {
        return Err(vm.type_error("not an encoder"));
    };
    let mut writer = Writer { vm, encoder, out: TextBuf::new() };
    let depth = encoder.open.as_ref().map_or(0, |open| open.borrow().len());
    let written = writer.value(&object);
    if let Some(open) = &encoder.open {
        open.borrow_mut().truncate(depth);
    }
    written?;
    let text = vm.text_owned(writer.out.finish())?.into_object();
    Ok(vm.list(vec![text])?.into_object())
}

struct Writer<'a> {
    vm: &'a Vm,
    encoder: &'a Obj<Encoder>,
    out: TextBuf,
}

impl Writer<'_> {
    fn ascii(&mut self, s: &[u8]) -> Res<()> {
        self.out.push_ascii(s).map_err(|e| self.vm.text_error(e))
    }

    fn text(&mut self, s: TextRef) -> Res<()> {
        self.out.push_text(s).map_err(|e| self.vm.text_error(e))
    }

    fn value(&mut self, o: &Object) -> Res<()> {
        if let Some(s) = o.downcast::<Str>() {
            return self.string(s);
        }
        if let Some(i) = o.as_small_int() {
            return self.small_int(i);
        }
        if o.is_none() {
            return self.ascii(b"null");
        }
        if o.is_bool() {
            return self.ascii(if o.is_true_singleton() { b"true" } else { b"false" });
        }
        if let Some(x) = o.as_exact_float() {
            return self.float(x);
        }
        self.other(o)
    }

    fn other(&mut self, o: &Object) -> Res<()> {
        let vm = self.vm;
        if let Some(text) = self.int_text(o)? {
            return self.text(text.as_text());
        }
        if let Some(x) = o.downcast::<Float>() {
            return self.float(x.0);
        }
        let is_list = o.downcast::<List>().is_some() || o.downcast::<Tuple>().is_some();
        if is_list || o.downcast::<Dict>().is_some() {
            return vm.recurse(" while encoding a JSON object", || {
                if is_list { self.list(o) } else { self.dict(o) }
            });
        }
        self.enter(o)?;
        let replaced = vm.call(&self.encoder.default, std::slice::from_ref(o))?;
        vm.recurse(" while encoding a JSON object", || self.value(&replaced))?;
        self.leave();
        Ok(())
    }

    /// The digits of an int or of an instance of a subclass, as int itself shows it.
    fn int_text(&self, o: &Object) -> Res<Option<Obj<Str>>> {
        if o.downcast::<Int>().is_none() {
            return Ok(None);
        }
        let vm = self.vm;
        vm.call_method(vm.types().int.as_object(), "__repr__", std::slice::from_ref(o))?
            .downcast_into::<Str>()
            .map(Some)
            .map_err(|_| vm.type_error("__repr__ returned non-string"))
    }

    fn small_int(&mut self, i: i64) -> Res<()> {
        let mut buffer = [0; 21];
        let digits = taipan_core::text::intconv::decimal_i64(i, &mut buffer);
        self.ascii(digits)
    }

    fn float(&mut self, x: f64) -> Res<()> {
        if x.is_finite() {
            let mut text = String::new();
            taipan_core::text::floatrepr::push_repr(&mut text, x, true);
            return self.ascii(text.as_bytes());
        }
        if !self.encoder.allow_nan {
            return Err(self.vm.value_error("Out of range float values are not JSON compliant"));
        }
        self.ascii(match x {
            _ if x.is_nan() => b"NaN",
            _ if x > 0.0 => b"Infinity",
            _ => b"-Infinity",
        })
    }

    fn string(&mut self, s: &Obj<Str>) -> Res<()> {
        let vm = self.vm;
        match self.encoder.fast {
            Fast::Ascii => push_string(vm, &mut self.out, s.as_text(), true),
            Fast::Unicode => push_string(vm, &mut self.out, s.as_text(), false),
            Fast::No => {
                let made = vm.call(&self.encoder.encoder, &[s.as_object().clone()])?;
                let Some(text) = made.downcast::<Str>() else {
                    return Err(vm.type_error(format_args!(
                        "encoder() must return a string, not {}",
                        vm.type_name(&made)
                    )));
                };
                self.text(text.as_text())
            }
        }
    }

    /// A container is begun; ValueError if it is inside of itself.
    fn enter(&self, o: &Object) -> Res<()> {
        let Some(open) = &self.encoder.open else { return Ok(()) };
        let mut open = open.borrow_mut();
        if open.contains(&o.id()) {
            drop(open);
            return Err(self.vm.value_error("Circular reference detected"));
        }
        crate::support::reserve(self.vm, &mut open, 1)?;
        open.push(o.id());
        Ok(())
    }

    fn leave(&self) {
        if let Some(open) = &self.encoder.open {
            open.borrow_mut().pop();
        }
    }

    fn list(&mut self, o: &Object) -> Res<()> {
        let vm = self.vm;
        // (An instance of a subclass says itself what it gives.)
        let is_exact =
            o.downcast_exact::<List>().is_some() || o.downcast_exact::<Tuple>().is_some();
        let given = if is_exact { o.clone() } else { vm.list(vm.collect(o)?)?.into_object() };
        let item_at = |i: usize| match given.downcast::<List>() {
            Some(list) => list.get(i),
            None => given.downcast::<Tuple>().and_then(|tuple| tuple.get(i)),
        };
        let Some(first) = item_at(0) else { return self.ascii(b"[]") };
        self.enter(o)?;
        self.ascii(b"[")?;
        self.value(&first)?;
        let encoder = self.encoder;
        let mut i = 1;
        while let Some(item) = item_at(i) {
            self.text(encoder.item_separator.as_text())?;
            self.value(&item)?;
            i += 1;
            vm.poll()?;
        }
        self.leave();
        self.ascii(b"]")
    }

    /// Keys and values of a dict, in the order in which they are written.
    fn items(&self, o: &Object) -> Res<Vec<(Object, Object)>> {
        let vm = self.vm;
        let exact = o.downcast_exact::<Dict>();
        if let (Some(dict), false) = (exact, self.encoder.sort_keys) {
            vm.need_room(dict.len().saturating_mul(16))?;
            return Ok(dict.snapshot());
        }
        let items = vm.collect(&vm.call_method(o, "items", &[])?)?;
        let items = vm.list(items)?;
        if self.encoder.sort_keys {
            vm.call_method(items.as_object(), "sort", &[])?;
        }
        let mut pairs = Vec::new();
        for item in items.to_vec().map_err(|e| vm.no_memory(e))? {
            match item.downcast::<Tuple>().map(|t| t.as_slice()) {
                Some([key, value]) => pairs.push((key.clone(), value.clone())),
                _ => return Err(vm.value_error("items must return 2-tuples")),
            }
        }
        Ok(pairs)
    }

    fn dict(&mut self, o: &Object) -> Res<()> {
        let vm = self.vm;
        if o.downcast::<Dict>().is_none_or(|d| d.is_empty()) {
            return self.ascii(b"{}");
        }
        self.enter(o)?;
        self.ascii(b"{")?;
        let encoder = self.encoder;
        let mut is_first = true;
        for (key, value) in self.items(o)? {
            if key.downcast::<Str>().is_none() && !self.can_be_key(&key)? {
                continue;
            }
            if !is_first {
                self.text(encoder.item_separator.as_text())?;
            }
            is_first = false;
            self.key(&key)?;
            self.text(encoder.key_separator.as_text())?;
            self.value(&value)?;
            vm.poll()?;
        }
        self.leave();
        self.ascii(b"}")
    }

    /// Whether a key that is no str has a form as one; else it is skipped or refused.
    fn can_be_key(&self, key: &Object) -> Res<bool> {
        let plain = key.is_none()
            || key.is_bool()
            || key.as_small_int().is_some()
            || key.as_exact_float().is_some()
            || key.downcast::<Int>().is_some()
            || key.downcast::<Float>().is_some();
        if plain || self.encoder.skipkeys {
            return Ok(plain);
        }
        Err(self.vm.type_error(format_args!(
            "keys must be str, int, float, bool or None, not {}",
            self.vm.type_name(key)
        )))
    }

    fn key(&mut self, key: &Object) -> Res<()> {
        if let Some(s) = key.downcast::<Str>() {
            return self.string(s);
        }
        // What a key that is no str looks like is what the value would look like, as a string.
        let mut inner = Writer { vm: self.vm, encoder: self.encoder, out: TextBuf::new() };
        inner.value(key)?;
        let text = self.vm.text_owned(inner.out.finish())?;
        self.string(&text)
    }
}

/// What the encoder is made of.
#[getter]
fn markers(this: &Obj<Encoder>) -> Object {
    this.markers.clone()
}

#[getter]
fn default(this: &Obj<Encoder>) -> Object {
    this.default.clone()
}

#[getter]
fn encoder(this: &Obj<Encoder>) -> Object {
    this.encoder.clone()
}

#[getter]
fn indent(this: &Obj<Encoder>) -> Object {
    this.indent.clone()
}

#[getter]
fn key_separator(this: &Obj<Encoder>) -> Object {
    this.key_separator.as_object().clone()
}

#[getter]
fn item_separator(this: &Obj<Encoder>) -> Object {
    this.item_separator.as_object().clone()
}

#[getter]
fn sort_keys(this: &Obj<Encoder>) -> bool {
    this.sort_keys
}

#[getter]
fn skipkeys(this: &Obj<Encoder>) -> bool {
    this.skipkeys
}
