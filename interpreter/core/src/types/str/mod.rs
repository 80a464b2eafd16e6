//! The builtin type `str`: its description, slots, constructor and iterators.
//!
//! The methods are in the files beside this one, by family; the algorithms under them are in
//! `text/`, which knows no objects. Nothing here borrows text across a call into Python without
//! holding its object (a str never changes).

pub(crate) mod build;
mod case;
mod encode;
pub(crate) mod format;
pub mod formatter;
mod iter;
pub(crate) mod percent;
mod search;
mod translate;

use crate::native::{Maybe, natives};
use crate::object::*;
use crate::text::{Text, TextError, TextRef, find, repr, slices};
use crate::types::slicing::{self, Key};
use crate::vm::{Raised, Res, Vm};
use taipan_macros::native;

pub use iter::{StrAsciiIter, StrIter};

/// The type `str`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n\
          A str is text: an immutable sequence of Unicode code points. With an encoding or an error\n\
          handler, it is what bytes mean; otherwise what print() shows for the object.",
    flags: type_flags::BASETYPE | type_flags::STR | type_flags::MATCH_SELF,
    slots: Slots {
        concat: Some(concat),
        repeat: Some(repeat),
        rem: Some(remainder),
        len: Some(|_, s| Ok(text_of(s).len())),
        getitem: Some(getitem),
        contains: Some(contains),
        iter: Some(iter::iter),
        repr: Some(|vm, s| made(vm, repr::text(text_of(s)))),
        str: Some(to_exact),
        hash: Some(|vm, s| Ok(s.downcast::<Str>().map_or(0, |s| vm.str_hash(s)))),
        richcmp: Some(compare),
        new: Some(<new as crate::native::NativeConstructor>::new),
        ..Slots::NONE
    },
    methods: METHODS,
    ..TypeSpec::new::<Str>("str")
};

const METHODS: &[crate::native::NativeDef] = natives![
    encode::encode,
    search::replace,
    search::split,
    search::rsplit,
    build::join,
    case::capitalize,
    case::casefold,
    case::title,
    build::center,
    search::count,
    build::expandtabs,
    search::find,
    search::partition,
    search::index,
    build::ljust,
    case::lower,
    search::lstrip,
    search::rfind,
    search::rindex,
    build::rjust,
    search::rstrip,
    search::rpartition,
    search::splitlines,
    search::strip,
    case::swapcase,
    translate::translate,
    case::upper,
    search::startswith,
    search::endswith,
    search::removeprefix,
    search::removesuffix,
    case::isascii,
    case::islower,
    case::isupper,
    case::istitle,
    case::isspace,
    case::isdecimal,
    case::isdigit,
    case::isnumeric,
    case::isalpha,
    case::isalnum,
    case::isidentifier,
    case::isprintable,
    build::zfill,
    format::format,
    format::format_map,
    format::__format__,
    translate::maketrans,
    __sizeof__,
    __getnewargs__,
];

/// The text of a receiver whose type was checked; empty for anything else.
pub(crate) fn text_of(object: &Object) -> TextRef<'_> {
    object.downcast::<Str>().map_or(TextRef::EMPTY, |s| s.as_text())
}

/// A kernel's text as an object.
pub(crate) fn made(vm: &Vm, text: Result<Text, TextError>) -> Res {
    match text {
        Ok(t) => Ok(vm.text_owned(t)?.into_object()),
        Err(e) => Err(vm.text_error(e)),
    }
}

impl crate::native::IntoRaised for TextError {
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.text_error(self)
    }
}

impl crate::native::IntoObject for Text {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.text_owned(self)?.into_object())
    }
}

/// `self` as an exact str: itself, unless it is an instance of a subclass.
fn to_exact(vm: &Vm, object: &Object) -> Res {
    if object.is_kind(Kind::Str) {
        return Ok(object.clone());
    }
    Ok(vm.text(text_of(object))?.into_object())
}

/// The part from `from` to `to`; the whole of an exact str is itself.
#[inline]
pub(crate) fn part(vm: &Vm, this: &Obj<Str>, from: usize, to: usize) -> Res<Obj<Str>> {
    if from == 0 && to == this.len() && this.as_object().is_kind(Kind::Str) {
        return Ok(this.clone());
    }
    if let TextRef::Ascii(text) = this.as_text()
        && let Some(part) = text.get(from..to)
    {
        return vm.ascii(part);
    }
    vm.text_slice(this.as_text().slice(from, to))
}

/// UnicodeEncodeError for a str that holds lone surrogates.
#[cold]
pub(crate) fn surrogates_not_allowed(vm: &Vm, s: &Obj<Str>) -> Raised {
    let lone = |c: &u32| (0xD800..0xE000).contains(c);
    let start = s.as_text().iter().position(|c| lone(&c)).unwrap_or(0);
    let run = s.as_text().slice(start, s.len()).iter().take_while(lone).count();
    let bad =
        crate::text::codecs::Bad { start, end: start + run, reason: "surrogates not allowed" };
    super::codecs::errors::encode_error(vm, "utf-8", s, bad)
}

pub(crate) fn concat(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>()) else {
        return Err(vm.type_error(format_args!(
            "can only concatenate str (not \"{}\") to str",
            vm.type_name(b)
        )));
    };
    if y.is_empty() {
        return to_exact(vm, a);
    }
    if x.is_empty() {
        return to_exact(vm, b);
    }
    if let (TextRef::Ascii(x), TextRef::Ascii(y)) = (x.as_text(), y.as_text()) {
        let both = vm.ascii_filled(x.len().saturating_add(y.len()), |out| {
            out.push(x);
            out.push(y);
        })?;
        return Ok(both.into_object());
    }
    Ok(vm.text_parts([x.as_text(), y.as_text()].into_iter())?.into_object())
}

fn repeat(vm: &Vm, a: &Object, n: i64) -> Res {
    let text = text_of(a);
    let n = usize::try_from(n).unwrap_or(0);
    if n == 1 || text.is_empty() {
        return to_exact(vm, a);
    }
    let fits = text.len().checked_mul(n).is_some_and(|size| size <= isize::MAX as usize);
    if !fits {
        return Err(vm.overflow_error("repeated string is too long"));
    }
    if n == 0 {
        return Ok(vm.text(TextRef::EMPTY)?.into_object());
    }
    let many = match text {
        TextRef::Ascii(s) if s.len() * n <= 1 << 10 => {
            let many = vm.ascii_filled(s.len() * n, |out| match s {
                [one] => out.push_n(*one, n),
                _ => (0..n).for_each(|_| out.push(s)),
            })?;
            return Ok(many.into_object());
        }
        _ if !vm.interp().heap.has_room(text.len().saturating_mul(n)) => {
            return Err(vm.no_memory(NoMemory));
        }
        TextRef::Ascii(s) => return Ok(vm.ascii_repeated(s, n)?.into_object()),
        TextRef::Latin1(s) => crate::text::shape::repeat(s, n).map(Text::Latin1),
        TextRef::Ucs2(s) => crate::text::shape::repeat(s, n).map(Text::Ucs2),
        TextRef::Ucs4(s) => crate::text::shape::repeat(s, n).map(Text::Ucs4),
    };
    made(vm, many)
}

fn remainder(vm: &Vm, a: &Object, b: &Object) -> Res {
    match a.downcast::<Str>() {
        Some(template) => percent::format_text(vm, template, b),
        None => Ok(Object::not_implemented()),
    }
}

fn getitem(vm: &Vm, a: &Object, key: &Object) -> Res {
    let Some(this) = a.downcast::<Str>() else { return Ok(Object::not_implemented()) };
    let slice = match slicing::key(vm, key, "string indices must be integers, not '{}'")? {
        Key::Index(i) => {
            let Some(at) = slices::index(i, this.len()) else {
                return Err(vm.index_error("string index out of range"));
            };
            return Ok(vm.text_slice(this.as_text().slice(at, at + 1))?.into_object());
        }
        Key::Slice(bounds) => bounds.fit(this.len()),
    };
    if slice.step == 1 || slice.count <= 1 {
        let from = slice.start.max(0) as usize;
        return Ok(part(vm, this, from, from + slice.count)?.into_object());
    }
    if let TextRef::Ascii(s) = this.as_text() {
        let picked = vm.ascii_filled(slice.count, |out| {
            if slice.step == -1 && slice.count == s.len() {
                return out.push_reversed(s);
            }
            for i in slice.indices() {
                out.push_n(s.get(i).copied().unwrap_or(0), 1);
            }
        })?;
        return Ok(picked.into_object());
    }
    made(vm, stepped(this.as_text(), slice))
}

/// Every `step`-th character.
fn stepped(text: TextRef<'_>, slice: slices::Slice) -> Result<Text, TextError> {
    let mut out = crate::text::TextBuf::with_capacity(slice.count)?;
    crate::each_kind!(text, s => {
        for i in slice.indices() {
            out.push(s.get(i).map_or(0, |&u| u32::from(u)))?;
        }
    });
    Ok(out.finish())
}

fn contains(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    let Some(needle) = b.downcast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "'in <string>' requires string as left operand, not {}",
            vm.type_name(b)
        )));
    };
    match find::find_text(vm, text_of(a), needle.as_text()) {
        Ok(found) => Ok(found.is_some()),
        Err(e) => Err(vm.text_error(e)),
    }
}

fn compare(_: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>()) else {
        return Ok(Object::not_implemented());
    };
    Ok(Object::bool(match op {
        CmpOp::Eq => x.eq_str(y),
        CmpOp::Ne => !x.eq_str(y),
        _ => op.holds(x.as_text().cmp(&y.as_text())),
    }))
}

#[native("(cls, object='', encoding='', errors='')", constructor, name = "str", no_signature)]
fn new(
    vm: &Vm,
    class: &Obj<Type>,
    object: Maybe<&Object>,
    encoding: Maybe<&str>,
    errors: Maybe<&str>,
) -> Res {
    let text = match (object.given(), encoding.given(), errors.given()) {
        (None, ..) => vm.text(TextRef::EMPTY)?,
        (Some(o), None, None) => vm.to_str(o)?,
        (Some(o), encoding, errors) => encode::decode_object(vm, o, encoding, errors)?,
    };
    if class.is(&vm.types().str) {
        return Ok(text.into_object());
    }
    Ok(vm.text_of(class, text.as_text())?.into_object())
}

/// How many bytes of memory it takes.
#[native("(self, /)")]
fn __sizeof__(this: &Obj<Str>) -> usize {
    let unit = match this.as_text() {
        TextRef::Ascii(_) => return 49 + this.len(),
        TextRef::Latin1(_) => 1,
        TextRef::Ucs2(_) => 2,
        TextRef::Ucs4(_) => 4,
    };
    72 + (this.len() + 1) * unit
}

#[native("(self, /)", no_signature)]
fn __getnewargs__(vm: &Vm, this: &Obj<Str>) -> Res {
    let text = vm.text(this.as_text())?.into_object();
    Ok(vm.tuple(vec![text])?.into_object())
}
