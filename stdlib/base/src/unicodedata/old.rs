//! The methods of ucd_3_2_0: the module's functions, by the data of Unicode 3.2.

use super::data::Version;
use super::{Character, Database, or_default};
use crate::support::{Maybe, Obj, Object, Res, Str, Vm, native};

/// The value of a decimal digit, as an integer.
///
/// For other characters: default, or ValueError without one.
#[native("(self, chr, default=<unrepresentable>, /)")]
pub(super) fn decimal(
    vm: &Vm,
    _this: &Obj<Database>,
    chr: Character,
    default: Maybe<&Object>,
) -> Res {
    or_default(vm, Version::Old.decimal(chr.0), default, "not a decimal", |n| vm.int(n.into()))
}

/// The value of a digit, as an integer; superscripts and the like are digits too.
///
/// For other characters: default, or ValueError without one.
#[native("(self, chr, default=<unrepresentable>, /)")]
pub(super) fn digit(
    vm: &Vm,
    _this: &Obj<Database>,
    chr: Character,
    default: Maybe<&Object>,
) -> Res {
    or_default(vm, Version::Old.digit(chr.0), default, "not a digit", |n| vm.int(n.into()))
}

/// The value of a character that stands for a number, as a float.
///
/// For other characters: default, or ValueError without one.
#[native("(self, chr, default=<unrepresentable>, /)")]
pub(super) fn numeric(
    vm: &Vm,
    _this: &Obj<Database>,
    chr: Character,
    default: Maybe<&Object>,
) -> Res {
    or_default(vm, Version::Old.numeric(chr.0), default, "not a numeric character", |n| vm.float(n))
}

/// The general category of a character: two letters.
#[native("(self, chr, /)")]
pub(super) fn category(_this: &Obj<Database>, chr: Character) -> &'static str {
    Version::Old.properties(chr.0).category.as_str()
}

/// The class that a character has where directions of writing mix; an empty string if there is none.
#[native("(self, chr, /)")]
pub(super) fn bidirectional(_this: &Obj<Database>, chr: Character) -> &'static str {
    Version::Old.properties(chr.0).bidirectional.as_str()
}

/// The canonical combining class of a character, 0 if it does not combine.
#[native("(self, chr, /)")]
pub(super) fn combining(_this: &Obj<Database>, chr: Character) -> u8 {
    Version::Old.properties(chr.0).combining
}

/// 1 for a character that is mirrored in text from right to left, else 0.
#[native("(self, chr, /)")]
pub(super) fn mirrored(_this: &Obj<Database>, chr: Character) -> u8 {
    Version::Old.properties(chr.0).mirrored
}

/// The width of a character in East Asian text: one or two letters.
#[native("(self, chr, /)")]
pub(super) fn east_asian_width(_this: &Obj<Database>, chr: Character) -> &'static str {
    Version::Old.properties(chr.0).width.as_str()
}

/// What a character is composed of, as hexadecimal numbers; an empty string if it is not.
#[native("(self, chr, /)")]
pub(super) fn decomposition(vm: &Vm, _this: &Obj<Database>, chr: Character) -> Res<Obj<Str>> {
    Version::Old.decomposed(vm, chr.0)
}

/// The name of a character.
///
/// Of characters without one: default, or ValueError without that.
#[native("(self, chr, default=<unrepresentable>, /)")]
pub(super) fn name(vm: &Vm, _this: &Obj<Database>, chr: Character, default: Maybe<&Object>) -> Res {
    or_default(vm, Version::Old.name(chr.0), default, "no such name", |n| {
        Ok(vm.str(&n.to_string())?.into_object())
    })
}

/// The character of a name, or KeyError.
#[native("(self, name, /)")]
pub(super) fn lookup(vm: &Vm, _this: &Obj<Database>, name: &str) -> Res<Obj<Str>> {
    Version::Old.named(vm, name)
}

/// Would normalize() leave the text as it is? form is 'NFC', 'NFKC', 'NFD' or 'NFKD'.
#[native("(self, form, unistr, /)")]
pub(super) fn is_normalized(
    vm: &Vm,
    _this: &Obj<Database>,
    form: &str,
    unistr: &Obj<Str>,
) -> Res<bool> {
    Version::Old.is_normal(vm, form, unistr)
}

/// A text in a normal form: 'NFC', 'NFKC', 'NFD' or 'NFKD'.
#[native("(self, form, unistr, /)")]
pub(super) fn normalize(
    vm: &Vm,
    _this: &Obj<Database>,
    form: &str,
    unistr: &Obj<Str>,
) -> Res<Obj<Str>> {
    Version::Old.normal(vm, form, unistr)
}
