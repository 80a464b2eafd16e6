//! Methods of str that build a longer text: join, padding, tabs.

use super::{made, to_exact};
use crate::object::*;
use crate::text::{TextRef, shape};
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// Join any number of strings, with self between each two.
#[native("(self, iterable, /)")]
pub(super) fn join(vm: &Vm, this: &Obj<Str>, iterable: &Object) -> Res {
    if let (TextRef::Ascii(sep), Some(list)) = (this.as_text(), iterable.downcast_exact::<List>())
        && list.len() > 1
        && let Some(joined) = join_list(vm, sep, list)?
    {
        return Ok(joined);
    }
    let collected = match iterable.downcast_exact::<List>() {
        Some(list) => list.to_vec().map_err(|e| vm.no_memory(e)),
        None => vm.collect(iterable),
    };
    let items = match collected {
        Ok(items) => items,
        Err(r) => {
            let slots = vm.class_of(iterable).slots();
            if slots.iter.is_some() || slots.getitem.is_some() {
                return Err(r);
            }
            drop(vm.take_raised(r));
            return Err(vm.type_error("can only join an iterable"));
        }
    };
    join_items(vm, this, &items)
}

/// The items of a list with `sep` between them, if all is ASCII. Runs no Python, so the list stays as it
/// is.
fn join_list(vm: &Vm, sep: &[u8], list: &Obj<List>) -> Res<Option<Object>> {
    let mut size = sep.len().saturating_mul(list.len() - 1);
    for i in 0..list.len() {
        let item = list.get(i);
        match item.as_ref().and_then(|o| o.downcast::<Str>()) {
            Some(s) if s.is_ascii() => size = size.saturating_add(s.len()),
            _ => return Ok(None),
        }
    }
    let joined = vm.ascii_filled(size, |out| {
        for i in 0..list.len() {
            if i > 0 {
                out.push(sep);
            }
            if let Some(TextRef::Ascii(s)) = list.get(i).as_ref().map(super::text_of) {
                out.push(s);
            }
        }
    })?;
    Ok(Some(joined.into_object()))
}

/// The strs one behind the other; what is no str counts as empty.
pub(crate) fn joined(vm: &Vm, parts: &[Object]) -> Res {
    let mut size = 0usize;
    for part in parts {
        match super::text_of(part) {
            TextRef::Ascii(s) => size = size.saturating_add(s.len()),
            _ => {
                let parts = parts.iter().map(super::text_of);
                return Ok(vm.text_parts(parts)?.into_object());
            }
        }
    }
    let s = vm.ascii_filled(size, |out| {
        for part in parts {
            if let TextRef::Ascii(s) = super::text_of(part) {
                out.push(s);
            }
        }
    })?;
    Ok(s.into_object())
}

/// The texts of `items` with `sep` between them.
pub(crate) fn join_items(vm: &Vm, sep: &Obj<Str>, items: &[Object]) -> Res {
    for (i, item) in items.iter().enumerate() {
        if item.downcast::<Str>().is_none() {
            return Err(vm.type_error(format_args!(
                "sequence item {i}: expected str instance, {} found",
                vm.type_name(item)
            )));
        }
    }
    if let [one] = items
        && one.is_kind(Kind::Str)
    {
        return Ok(one.clone());
    }
    let sep = sep.as_text();
    if let Some(joined) = joined_ascii(vm, sep, items)? {
        return Ok(joined);
    }
    let parts = items.iter().enumerate().flat_map(|(i, item)| {
        let before = if i > 0 { Some(sep) } else { None };
        before.into_iter().chain(std::iter::once(super::text_of(item)))
    });
    Ok(vm.text_parts(parts)?.into_object())
}

/// The same when all of it is ASCII: one copy.
fn joined_ascii(vm: &Vm, sep: TextRef<'_>, items: &[Object]) -> Res<Option<Object>> {
    let TextRef::Ascii(sep) = sep else { return Ok(None) };
    let mut size = sep.len().saturating_mul(items.len().saturating_sub(1));
    for item in items {
        match super::text_of(item) {
            TextRef::Ascii(s) => size = size.saturating_add(s.len()),
            _ => return Ok(None),
        }
    }
    let joined = vm.ascii_filled(size, |out| {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push(sep);
            }
            if let TextRef::Ascii(s) = super::text_of(item) {
                out.push(s);
            }
        }
    })?;
    Ok(Some(joined.into_object()))
}

/// The padding character.
fn fill_of(vm: &Vm, fill: Option<&Object>) -> Res<u32> {
    let Some(fill) = fill else { return Ok(32) };
    let Some(s) = fill.downcast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "The fill character must be a unicode character, not {}",
            vm.type_name(fill)
        )));
    };
    match (s.len(), s.char_at(0)) {
        (1, Some(c)) => Ok(c),
        _ => Err(vm.type_error("The fill character must be exactly one character long")),
    }
}

/// Pad to `width`; `left` tells how much of the padding goes to the left.
fn padded(
    vm: &Vm,
    this: &Obj<Str>,
    width: isize,
    fill: crate::native::Maybe<&Object>,
    left: fn(usize, usize) -> usize,
) -> Res {
    let fill = fill_of(vm, fill.given())?;
    let width = usize::try_from(width).unwrap_or(0);
    if width <= this.len() {
        return to_exact(vm, this.as_object());
    }
    let before = left(this.len(), width);
    let after = width - this.len() - before;
    if let (TextRef::Ascii(s), 0..0x80) = (this.as_text(), fill)
        && width <= isize::MAX as usize / 4
    {
        let padded = vm.ascii_filled(width, |out| {
            out.push_n(fill as u8, before);
            out.push(s);
            out.push_n(fill as u8, after);
        })?;
        return Ok(padded.into_object());
    }
    made(vm, shape::pad_text(this.as_text(), before, after, fill))
}

/// Return self in the middle of a text of the given width.
#[native("(self, width, fillchar=' ', /)")]
pub(super) fn center(
    vm: &Vm,
    this: &Obj<Str>,
    width: isize,
    fillchar: crate::native::Maybe<&Object>,
) -> Res {
    padded(vm, this, width, fillchar, shape::center_left)
}

/// Return self at the left of a text of the given width.
#[native("(self, width, fillchar=' ', /)")]
pub(super) fn ljust(
    vm: &Vm,
    this: &Obj<Str>,
    width: isize,
    fillchar: crate::native::Maybe<&Object>,
) -> Res {
    padded(vm, this, width, fillchar, |_, _| 0)
}

/// Return self at the right of a text of the given width.
#[native("(self, width, fillchar=' ', /)")]
pub(super) fn rjust(
    vm: &Vm,
    this: &Obj<Str>,
    width: isize,
    fillchar: crate::native::Maybe<&Object>,
) -> Res {
    padded(vm, this, width, fillchar, |len, width| width - len)
}

/// Fill a numeral with zeros up to the given width, behind its sign.
#[native("(self, width, /)")]
pub(super) fn zfill(vm: &Vm, this: &Obj<Str>, width: isize) -> Res {
    let width = usize::try_from(width).unwrap_or(0);
    let text = this.as_text();
    if width <= text.len() {
        return to_exact(vm, this.as_object());
    }
    let sign = shape::sign_len(text.char_at(0));
    let zeros = width - text.len();
    let body = text.slice(sign, text.len());
    let filled = shape::pad_text(body, zeros, 0, 0x30).map_err(|e| vm.text_error(e))?;
    let parts = [text.slice(0, sign), filled.as_ref()];
    Ok(vm.text_parts(parts.into_iter())?.into_object())
}

/// Return a copy in which each tab is as many spaces as lead to the next column of tabsize.
#[native("(self, /, tabsize=8)")]
pub(super) fn expandtabs(vm: &Vm, this: &Obj<Str>, tabsize: i32) -> Res {
    made(vm, shape::expand_text(vm, this.as_text(), usize::try_from(tabsize).unwrap_or(0)))
}
