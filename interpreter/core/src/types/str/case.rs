//! Methods of str that ask for or change the nature of characters.

use crate::object::*;
use crate::text::{Text, TextRef, TextResult, unicode};
use crate::vm::alloc::AsciiFill;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::native;

/// Return a copy with its first character in title case and the others in lower case.
#[native("(self, /)")]
pub(super) fn capitalize(vm: &Vm, this: &Obj<Str>) -> Res<Obj<Str>> {
    let first = Cell::new(true);
    let ascii = |b: u8| {
        if first.replace(false) { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }
    };
    changed(vm, this, ascii, unicode::capitalize)
}

/// Return a copy fit for comparing without regard to case.
#[native("(self, /)")]
pub(super) fn casefold(vm: &Vm, this: &Obj<Str>) -> Res<Obj<Str>> {
    changed(vm, this, |b| b.to_ascii_lowercase(), unicode::casefold)
}

/// Return a copy in which each word starts with a title-case character and goes on in lower case.
#[native("(self, /)")]
pub(super) fn title(vm: &Vm, this: &Obj<Str>) -> Res<Obj<Str>> {
    let inside = Cell::new(false);
    let ascii = |b: u8| {
        if inside.replace(b.is_ascii_alphabetic()) {
            b.to_ascii_lowercase()
        } else {
            b.to_ascii_uppercase()
        }
    };
    changed(vm, this, ascii, unicode::title)
}

/// Return a copy in lower case.
#[native("(self, /)")]
pub(super) fn lower(vm: &Vm, this: &Obj<Str>) -> Res<Obj<Str>> {
    filled(vm, this, |out, s| out.push_case(s, false), unicode::lower)
}

/// Return a copy in upper case.
#[native("(self, /)")]
pub(super) fn upper(vm: &Vm, this: &Obj<Str>) -> Res<Obj<Str>> {
    filled(vm, this, |out, s| out.push_case(s, true), unicode::upper)
}

/// Return a copy with upper case made lower and lower case made upper.
#[native("(self, /)")]
pub(super) fn swapcase(vm: &Vm, this: &Obj<Str>) -> Res<Obj<Str>> {
    let ascii = |b: u8| {
        if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }
    };
    changed(vm, this, ascii, unicode::swapcase)
}

/// Every character of ASCII text changed by `ascii`, other text by the tables.
fn changed(
    vm: &Vm,
    this: &Obj<Str>,
    ascii: impl Fn(u8) -> u8,
    wide: fn(TextRef<'_>) -> TextResult<Text>,
) -> Res<Obj<Str>> {
    filled(vm, this, |out, s| out.push_changed(s, ascii), wide)
}

/// ASCII text as `fill` writes it, which keeps its length; other text by the tables.
fn filled(
    vm: &Vm,
    this: &Obj<Str>,
    fill: impl FnOnce(&mut AsciiFill, &[u8]),
    wide: fn(TextRef<'_>) -> TextResult<Text>,
) -> Res<Obj<Str>> {
    match this.as_text() {
        TextRef::Ascii(s) => vm.ascii_filled(s.len(), |out| fill(out, s)),
        text => vm.text_owned(wide(text).map_err(|e| vm.text_error(e))?),
    }
}

/// Not empty, and `test` holds for every character.
fn all(text: TextRef<'_>, test: impl Fn(u32) -> bool) -> bool {
    !text.is_empty() && text.iter().all(test)
}

/// Whether no character is above U+007F.
#[native("(self, /)")]
pub(super) fn isascii(this: &Obj<Str>) -> bool {
    this.is_ascii()
}

/// Return True if there is a cased character and all cased ones are lower case.
#[native("(self, /)")]
pub(super) fn islower(this: &Obj<Str>) -> bool {
    unicode::is_lower_text(this.as_text())
}

/// Return True if there is a cased character and all cased ones are upper case.
#[native("(self, /)")]
pub(super) fn isupper(this: &Obj<Str>) -> bool {
    unicode::is_upper_text(this.as_text())
}

/// Return True if upper and title case stand only at the start of words, and lower case only inside.
#[native("(self, /)")]
pub(super) fn istitle(this: &Obj<Str>) -> bool {
    unicode::is_title_text(this.as_text())
}

/// Whether it is not empty and all of it is white space.
#[native("(self, /)")]
pub(super) fn isspace(this: &Obj<Str>) -> bool {
    all(this.as_text(), unicode::is_space)
}

/// Whether it is not empty and all of it are digits of base ten, of any script.
#[native("(self, /)")]
pub(super) fn isdecimal(this: &Obj<Str>) -> bool {
    all(this.as_text(), unicode::is_decimal)
}

/// Whether it is not empty and all of it are digits, superscripts included.
#[native("(self, /)")]
pub(super) fn isdigit(this: &Obj<Str>) -> bool {
    all(this.as_text(), unicode::is_digit)
}

/// Whether it is not empty and all of it has a value as a number, such as digits and fractions.
#[native("(self, /)")]
pub(super) fn isnumeric(this: &Obj<Str>) -> bool {
    all(this.as_text(), unicode::is_numeric)
}

/// Whether it is not empty and all of it are letters.
#[native("(self, /)")]
pub(super) fn isalpha(this: &Obj<Str>) -> bool {
    all(this.as_text(), unicode::is_alpha)
}

/// Whether it is not empty and all of it are letters and digits.
#[native("(self, /)")]
pub(super) fn isalnum(this: &Obj<Str>) -> bool {
    all(this.as_text(), unicode::is_alnum)
}

/// Return True if the text could be a name in a Python program (keywords are not looked at).
#[native("(self, /)")]
pub(super) fn isidentifier(this: &Obj<Str>) -> bool {
    unicode::is_identifier(this.as_text())
}

/// Return True if repr() would escape none of the characters, also when there are none.
#[native("(self, /)")]
pub(super) fn isprintable(this: &Obj<Str>) -> bool {
    this.as_text().iter().all(unicode::is_printable)
}
