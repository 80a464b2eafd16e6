//! The module unicodedata: what Unicode knows about characters.
//!
//! **Invariant:** every answer is of the version that is asked, 14.0 or 3.2, whatever version the crate
//! with the names has: characters that the version does not have are kept from it, and from the normal forms.

mod data;
mod old;
#[rustfmt::skip]
mod tables;

use crate::support::{
    FromArg, Maybe, Obj, Object, Payload, Res, Slots, Str, TextBuf, TypeSpec, Vm, getsets, getter,
    native, natives, readonly, type_flags,
};
use data::Version;
use taipan_core::native::{ArgInfo, ModuleDef};
use taipan_core::object::Exc;
use taipan_core::text::TextResult;
use taipan_core::text::normal::{self, Form};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "unicodedata",
    doc: "The properties of all characters, by the Unicode Character Database 14.0.0.\n\n\
          ucd_3_2_0 has the same functions and answers by version 3.2.",
    functions: natives![
        decimal,
        digit,
        numeric,
        category,
        bidirectional,
        combining,
        mirrored,
        east_asian_width,
        decomposition,
        name,
        lookup,
        is_normalized,
        normalize
    ],
    types: &[&UCD],
    fill: Some(|vm, module| {
        module.dict.set_named(vm, "unidata_version", vm.str("14.0.0")?)?;
        module.dict.set_named(vm, "ucd_3_2_0", vm.alloc(Database)?)
    }),
};

/// The payload of `unicodedata.UCD`: the data of Unicode 3.2.
struct Database;

impl Payload for Database {
    const SPEC: Option<&'static TypeSpec> = Some(&UCD);
}

static UCD: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots::NONE,
    methods: natives![
        old::decimal,
        old::digit,
        old::numeric,
        old::category,
        old::bidirectional,
        old::combining,
        old::mirrored,
        old::east_asian_width,
        old::decomposition,
        old::name,
        old::lookup,
        old::is_normalized,
        old::normalize
    ],
    getsets: getsets![unidata_version: readonly],
    ..TypeSpec::new::<Database>("unicodedata.UCD")
};

#[getter]
fn unidata_version(_this: &Obj<Database>) -> &'static str {
    "3.2.0"
}

/// An argument that is one character.
struct Character(u32);

impl<'a> FromArg<'a> for Character {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        if let Some(text) = object.downcast::<Str>()
            && let (1, Some(c)) = (text.len(), text.char_at(0))
        {
            return Ok(Character(c));
        }
        Err(info.must_be(vm, "a unicode character", object))
    }
}

fn or_default<T>(
    vm: &Vm,
    value: Option<T>,
    default: Maybe<&Object>,
    missing: &str,
    make: impl FnOnce(T) -> Res,
) -> Res {
    match (value, default) {
        (Some(value), _) => make(value),
        (None, Maybe::Given(default)) => Ok(default.clone()),
        (None, Maybe::Absent) => Err(vm.value_error(missing)),
    }
}

fn form_of(vm: &Vm, name: &str) -> Res<Form> {
    Ok(match name {
        "NFC" => Form::Nfc,
        "NFD" => Form::Nfd,
        "NFKC" => Form::Nfkc,
        "NFKD" => Form::Nfkd,
        _ => return Err(vm.value_error("invalid normalization form")),
    })
}

/// Appends the normal form of a run of characters that the version has.
fn append(form: Form, out: &mut TextBuf, run: &str) -> TextResult<()> {
    normal::normalize(form, run.chars().map(u32::from), |c| out.push(c))
}

/// How many characters are normalised between two looks at the signals.
const RUN: usize = 1 << 16;

impl Version {
    fn normal(self, vm: &Vm, form: &str, text: &Obj<Str>) -> Res<Obj<Str>> {
        if text.is_empty() {
            return Ok(text.clone());
        }
        let form = form_of(vm, form)?;
        if text.is_ascii() || text.as_text().iter().all(|c| normal::is_plain(form, c)) {
            return Ok(text.clone());
        }
        let mut out = TextBuf::default();
        let mut run = String::new();
        // A character that the version does not have is no part of any sequence, and neither is half of
        // a surrogate pair: the text before and the text behind are normalised apart.
        for c in text.as_text().iter() {
            let c = if self == Version::Old { data::old_decomposition(c) } else { c };
            // Nothing composes with an ASCII character before it.
            if c == u32::from(b'\n') && run.len() > RUN {
                vm.poll()?;
                append(form, &mut out, &run).map_err(|e| vm.text_error(e))?;
                run.clear();
            }
            match char::from_u32(c).filter(|_| c < 0x80 || self.has(c)) {
                Some(c) => {
                    run.try_reserve(4).map_err(|_| vm.no_memory(crate::support::NoMemory))?;
                    run.push(c);
                }
                None => {
                    append(form, &mut out, &run).map_err(|e| vm.text_error(e))?;
                    run.clear();
                    out.push(c).map_err(|e| vm.text_error(e))?;
                }
            }
        }
        append(form, &mut out, &run).map_err(|e| vm.text_error(e))?;
        vm.text(out.as_ref())
    }

    fn is_normal(self, vm: &Vm, form: &str, text: &Obj<Str>) -> Res<bool> {
        let normal = self.normal(vm, form, text)?;
        Ok(normal.as_object().is(text.as_object()) || normal.eq_str(text))
    }

    fn decomposed(self, vm: &Vm, c: u32) -> Res<Obj<Str>> {
        let Some((tag, points)) = self.decomposition(c) else { return vm.str("") };
        let mut text = String::from(tag);
        for point in points {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&format!("{point:04X}"));
        }
        vm.str(&text)
    }

    fn named(self, vm: &Vm, name: &str) -> Res<Obj<Str>> {
        if name.len() > 256 {
            return Err(vm.raise_kind(Exc::KeyError, "name too long"));
        }
        let mut text = TextBuf::default();
        // The crate's search is more lenient: spaces count here.
        let exact = !name.starts_with(' ') && !name.ends_with(' ');
        if let Some(c) = self.character(name).filter(|_| exact) {
            text.push(c).map_err(|e| vm.text_error(e))?;
        } else if let Some(points) = data::sequence(name).filter(|_| self == Version::Current) {
            points
                .map(|c| text.push(c))
                .collect::<TextResult<()>>()
                .map_err(|e| vm.text_error(e))?;
        } else {
            let message = format!("undefined character name '{name}'");
            return Err(vm.raise_kind(Exc::KeyError, message));
        }
        vm.text(text.as_ref())
    }
}

/// The value of a decimal digit, as an integer.
///
/// For other characters: default, or ValueError without one.
#[native("(chr, default=<unrepresentable>, /)")]
fn decimal(vm: &Vm, chr: Character, default: Maybe<&Object>) -> Res {
    or_default(vm, Version::Current.decimal(chr.0), default, "not a decimal", |n| vm.int(n.into()))
}

/// The value of a digit, as an integer; superscripts and the like are digits too.
///
/// For other characters: default, or ValueError without one.
#[native("(chr, default=<unrepresentable>, /)")]
fn digit(vm: &Vm, chr: Character, default: Maybe<&Object>) -> Res {
    or_default(vm, Version::Current.digit(chr.0), default, "not a digit", |n| vm.int(n.into()))
}

/// The value of a character that stands for a number, as a float.
///
/// For other characters: default, or ValueError without one.
#[native("(chr, default=<unrepresentable>, /)")]
fn numeric(vm: &Vm, chr: Character, default: Maybe<&Object>) -> Res {
    or_default(vm, Version::Current.numeric(chr.0), default, "not a numeric character", |n| {
        vm.float(n)
    })
}

/// The general category of a character: two letters.
#[native("(chr, /)")]
fn category(chr: Character) -> &'static str {
    Version::Current.properties(chr.0).category.as_str()
}

/// The class that a character has where directions of writing mix; an empty string if there is none.
#[native("(chr, /)")]
fn bidirectional(chr: Character) -> &'static str {
    Version::Current.properties(chr.0).bidirectional.as_str()
}

/// The canonical combining class of a character, 0 if it does not combine.
#[native("(chr, /)")]
fn combining(chr: Character) -> u8 {
    Version::Current.properties(chr.0).combining
}

/// 1 for a character that is mirrored in text from right to left, else 0.
#[native("(chr, /)")]
fn mirrored(chr: Character) -> u8 {
    Version::Current.properties(chr.0).mirrored
}

/// The width of a character in East Asian text: one or two letters.
#[native("(chr, /)")]
fn east_asian_width(chr: Character) -> &'static str {
    Version::Current.properties(chr.0).width.as_str()
}

/// What a character is composed of, as hexadecimal numbers; an empty string if it is not.
#[native("(chr, /)")]
fn decomposition(vm: &Vm, chr: Character) -> Res<Obj<Str>> {
    Version::Current.decomposed(vm, chr.0)
}

/// The name of a character.
///
/// Of characters without one: default, or ValueError without that.
#[native("(chr, default=<unrepresentable>, /)")]
fn name(vm: &Vm, chr: Character, default: Maybe<&Object>) -> Res {
    or_default(vm, Version::Current.name(chr.0), default, "no such name", |n| {
        Ok(vm.str(&n.to_string())?.into_object())
    })
}

/// The character of a name, or KeyError.
#[native("(name, /)")]
fn lookup(vm: &Vm, name: &str) -> Res<Obj<Str>> {
    Version::Current.named(vm, name)
}

/// Would normalize() leave the text as it is? form is 'NFC', 'NFKC', 'NFD' or 'NFKD'.
#[native("(form, unistr, /)")]
fn is_normalized(vm: &Vm, form: &str, unistr: &Obj<Str>) -> Res<bool> {
    Version::Current.is_normal(vm, form, unistr)
}

/// A text in a normal form: 'NFC', 'NFKC', 'NFD' or 'NFKD'.
#[native("(form, unistr, /)")]
fn normalize(vm: &Vm, form: &str, unistr: &Obj<Str>) -> Res<Obj<Str>> {
    Version::Current.normal(vm, form, unistr)
}
