//! The type Dialect: how records are written down.

use super::named;
use crate::support::{
    GetSetDef, Kwargs, Obj, Object, Payload, Res, Slots, Str, Tuple, Type, TypeSpec, Vm, getsets,
    getter, native, natives, optional_attr, readonly, type_flags,
};
use taipan_core::native::Raised;

/// What is put in quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
}

impl Quoting {
    pub(super) const NAMES: &[(&str, Quoting)] = &[
        ("QUOTE_MINIMAL", Quoting::Minimal),
        ("QUOTE_ALL", Quoting::All),
        ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
        ("QUOTE_NONE", Quoting::None),
    ];
}

/// The payload of `_csv.Dialect`. Characters that are not set are None.
pub struct Dialect {
    pub(super) double_quote: bool,
    pub(super) skip_initial_space: bool,
    pub(super) strict: bool,
    pub(super) quoting: Quoting,
    pub(super) delimiter: u32,
    pub(super) quote: Option<u32>,
    pub(super) escape: Option<u32>,
    pub(super) line_terminator: Obj<Str>,
}

impl Payload for Dialect {
    const GC: bool = false;
    const SPEC: Option<&'static TypeSpec> = Some(&DIALECT);
}

pub(super) static DIALECT: TypeSpec = TypeSpec {
    doc: "CSV dialect\n\nHow a kind of CSV is written down.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(dialect_new), ..Slots::NONE },
    methods: natives![reduce, reduce_ex],
    getsets: GETSETS,
    ..TypeSpec::new::<Dialect>("_csv.Dialect")
};

const GETSETS: &[GetSetDef] = getsets![
    skipinitialspace: readonly,
    doublequote: readonly,
    strict: readonly,
    delimiter,
    escapechar,
    lineterminator,
    quotechar,
    quoting,
];

/// The parameters, in the order in which they may be given.
const NAMES: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn dialect_new(vm: &Vm, cls: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let names = names.map_or(&[][..], |names| names.as_slice());
    let (positional, values) = args.split_at(args.len().saturating_sub(names.len()));
    if positional.len() > NAMES.len() {
        return Err(vm.type_error(format_args!(
            "function takes at most {} arguments ({} given)",
            NAMES.len(),
            args.len()
        )));
    }
    let mut given: [Option<Object>; 9] = Default::default();
    for (place, value) in given.iter_mut().zip(positional) {
        *place = Some(value.clone());
    }
    for (name, value) in names.iter().zip(values) {
        let text = name.downcast::<Str>().map(|n| n.to_string_lossy()).unwrap_or_default();
        let Some(place) = NAMES.iter().position(|n| *n == text) else {
            return Err(vm.type_error(format_args!(
                "'{text}' is an invalid keyword argument for this function"
            )));
        };
        if place < positional.len() {
            return Err(vm.type_error(format_args!(
                "argument for function given by name ('{text}') and position ({})",
                place + 1
            )));
        }
        given[place] = Some(value.clone());
    }
    make_of(vm, cls, given)
}

/// A dialect like another one, a class or a name, with some parameters of its own.
pub(super) fn make(vm: &Vm, like: Option<&Object>, params: &Kwargs) -> Res {
    let class = vm.type_of_spec(&DIALECT)?;
    let mut named = Vec::new();
    let mut args: Vec<Object> = like.into_iter().cloned().collect();
    for (name, value) in params.iter() {
        named.push((name.to_owned(), value.clone()));
    }
    let names =
        vm.tuple(named.iter().map(|(n, _)| vm.intern_str(n).into_object()).collect::<Vec<_>>())?;
    args.extend(named.into_iter().map(|(_, value)| value));
    dialect_new(vm, &class, &args, Some(&names))
}

fn make_of(vm: &Vm, cls: &Obj<Type>, mut given: [Option<Object>; 9]) -> Res {
    let [like, rest @ ..] = &mut given;
    if let Some(mut like) = like.take().filter(|like| !like.is_none()) {
        if like.downcast::<Str>().is_some() {
            like = named(vm, &like)?;
        }
        // A dialect does not change: it stands for itself unless something else was asked for.
        if like.downcast::<Dialect>().is_some() && rest.iter().all(Option::is_none) {
            return Ok(like);
        }
        for (place, name) in rest.iter_mut().zip(&NAMES[1..]) {
            if place.is_none() {
                *place = optional_attr(vm, &like, name)?;
            }
        }
    }
    let [delimiter, double, escape, terminator, quote, quoting, skip, strict] = rest;
    let mut dialect = Dialect {
        delimiter: match delimiter {
            Some(given) if given.downcast::<Str>().is_none() => {
                return Err(not_a_char(vm, "delimiter", "string", given));
            }
            given => char_of(vm, "delimiter", given.as_ref(), Some(u32::from(b',')))?
                .unwrap_or(u32::from(b',')),
        },
        double_quote: truth(vm, double.as_ref(), true)?,
        escape: char_of(vm, "escapechar", escape.as_ref(), None)?,
        line_terminator: match terminator {
            None => vm.str("\r\n")?,
            Some(given) if given.is_none() => {
                return Err(vm.type_error("lineterminator must be set"));
            }
            Some(given) => match given.downcast::<Str>() {
                Some(text) => text.clone(),
                None => return Err(vm.type_error("\"lineterminator\" must be a string")),
            },
        },
        quote: char_of(vm, "quotechar", quote.as_ref(), Some(u32::from(b'"')))?,
        quoting: quoting_of(vm, quoting.as_ref())?,
        skip_initial_space: truth(vm, skip.as_ref(), false)?,
        strict: truth(vm, strict.as_ref(), false)?,
    };
    if quote.as_ref().is_some_and(Object::is_none) && quoting.is_none() {
        dialect.quoting = Quoting::None;
    }
    if dialect.quoting != Quoting::None && dialect.quote.is_none() {
        return Err(vm.type_error("quotechar must be set if quoting enabled"));
    }
    Ok(vm.alloc_of(cls, dialect)?.into_object())
}

fn truth(vm: &Vm, given: Option<&Object>, default: bool) -> Res<bool> {
    given.map_or(Ok(default), |given| vm.truth(given))
}

fn not_a_char(vm: &Vm, name: &str, what: &str, given: &Object) -> Raised {
    vm.type_error(format_args!("\"{name}\" must be {what}, not {}", vm.type_name(given)))
}

fn char_of(vm: &Vm, name: &str, given: Option<&Object>, default: Option<u32>) -> Res<Option<u32>> {
    let Some(given) = given else { return Ok(default) };
    if given.is_none() {
        return Ok(None);
    }
    let Some(text) = given.downcast::<Str>() else {
        return Err(not_a_char(vm, name, "string or None", given));
    };
    match (text.len(), text.char_at(0)) {
        (1, Some(c)) => Ok(Some(c)),
        _ => Err(vm.type_error(format_args!("\"{name}\" must be a 1-character string"))),
    }
}

fn quoting_of(vm: &Vm, given: Option<&Object>) -> Res<Quoting> {
    let Some(given) = given else { return Ok(Quoting::Minimal) };
    if !vm.class_of(given).as_object().is(vm.types().int.as_object()) {
        return Err(vm.type_error("\"quoting\" must be an integer"));
    }
    let Some(number) = vm.as_i64(given).and_then(|n| i32::try_from(n).ok()) else {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    };
    let known = Quoting::NAMES.iter().find(|(_, quoting)| *quoting as i32 == number);
    known.map(|(_, quoting)| *quoting).ok_or_else(|| vm.type_error("bad \"quoting\" value"))
}

fn shown(vm: &Vm, c: Option<u32>) -> Res {
    let Some(c) = c else { return Ok(Object::none()) };
    let mut text = crate::support::TextBuf::default();
    text.push(c).map_err(|e| vm.text_error(e))?;
    Ok(vm.text(text.as_ref())?.into_object())
}

/// Whether spaces behind a delimiter are passed over
#[getter]
fn skipinitialspace(this: &Obj<Dialect>) -> bool {
    this.skip_initial_space
}

/// Whether a quote within quotes is written twice
#[getter]
fn doublequote(this: &Obj<Dialect>) -> bool {
    this.double_quote
}

/// Whether bad input is an error
#[getter]
fn strict(this: &Obj<Dialect>) -> bool {
    this.strict
}

#[getter]
fn delimiter(vm: &Vm, this: &Obj<Dialect>) -> Res {
    shown(vm, Some(this.delimiter))
}

#[getter]
fn escapechar(vm: &Vm, this: &Obj<Dialect>) -> Res {
    shown(vm, this.escape)
}

#[getter]
fn lineterminator(this: &Obj<Dialect>) -> Obj<Str> {
    this.line_terminator.clone()
}

#[getter]
fn quotechar(vm: &Vm, this: &Obj<Dialect>) -> Res {
    shown(vm, this.quote)
}

#[getter]
fn quoting(this: &Obj<Dialect>) -> i64 {
    this.quoting as i64
}

/// Dialects are neither copied nor pickled.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Dialect>) -> Res {
    let name = this.class().short_name();
    Err(vm.type_error(format_args!("cannot pickle '{name}' instances")))
}

/// Dialects are neither copied nor pickled.
#[native("(self, protocol, /)", name = "__reduce_ex__", no_signature)]
fn reduce_ex(vm: &Vm, this: &Obj<Dialect>, _protocol: &Object) -> Res {
    reduce(vm, this)
}
