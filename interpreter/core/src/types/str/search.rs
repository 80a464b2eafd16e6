//! Methods of str that look for something: find, count, split, replace, strip, partition.

use super::part;
use crate::native::Maybe;
use crate::object::*;
use crate::text::watch::Watch;
use crate::text::{TextRef, TextResult, find as seek, shape, slices};
use crate::types::slicing;
use crate::vm::{Raised, Res, Vm};
use taipan_macros::native;

/// A needle and the part of `this` to look for it in, with that part's start; `None` when the bounds
/// cross, so that nothing can be found.
fn window<'a>(
    vm: &Vm,
    this: &'a Obj<Str>,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<Option<(usize, TextRef<'a>)>> {
    let (start, end) = slicing::range(vm, start.given(), end.given())?;
    let bounds = slices::bounds(start, end, this.len());
    Ok(bounds.map(|(a, b)| (a, this.as_text().slice(a, b))))
}

fn needle<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Str>> {
    object
        .downcast::<Str>()
        .ok_or_else(|| vm.type_error(format_args!("must be str, not {}", vm.type_name(object))))
}

type Finder = fn(&dyn Watch, TextRef<'_>, TextRef<'_>) -> TextResult<Option<usize>>;

fn locate(
    vm: &Vm,
    this: &Obj<Str>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
    finder: Finder,
) -> Res<Option<usize>> {
    if let (Maybe::Absent, Maybe::Absent, Some(sub)) = (start, end, sub.downcast::<Str>()) {
        return finder(vm, this.as_text(), sub.as_text()).map_err(|e| vm.text_error(e));
    }
    let window = window(vm, this, start, end)?;
    let sub = needle(vm, sub)?;
    let Some((from, hay)) = window else { return Ok(None) };
    match finder(vm, hay, sub.as_text()) {
        Ok(found) => Ok(found.map(|i| from + i)),
        Err(e) => Err(vm.text_error(e)),
    }
}

fn or_minus_one(found: Option<usize>) -> i64 {
    found.map_or(-1, |i| i as i64)
}

fn or_error(vm: &Vm, found: Option<usize>) -> Res<usize> {
    found.ok_or_else(|| vm.value_error("substring not found"))
}

/// Return the lowest index at which sub stands in self[start:end], or -1.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn find(
    vm: &Vm,
    this: &Obj<Str>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<i64> {
    locate(vm, this, sub, start, end, seek::find_text).map(or_minus_one)
}

/// Return the highest index at which sub stands in self[start:end], or -1.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn rfind(
    vm: &Vm,
    this: &Obj<Str>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<i64> {
    locate(vm, this, sub, start, end, seek::rfind_text).map(or_minus_one)
}

/// Like find(), but raise ValueError when there is none.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn index(
    vm: &Vm,
    this: &Obj<Str>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<usize> {
    or_error(vm, locate(vm, this, sub, start, end, seek::find_text)?)
}

/// Like rfind(), but raise ValueError when there is none.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn rindex(
    vm: &Vm,
    this: &Obj<Str>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<usize> {
    or_error(vm, locate(vm, this, sub, start, end, seek::rfind_text)?)
}

/// Return how often sub occurs in self[start:end], without overlapping.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn count(
    vm: &Vm,
    this: &Obj<Str>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<usize> {
    let window = window(vm, this, start, end)?;
    let sub = needle(vm, sub)?;
    let Some((_, hay)) = window else { return Ok(0) };
    seek::count_text(vm, hay, sub.as_text(), usize::MAX).map_err(|e| vm.text_error(e))
}

/// Whether one of the given texts stands at an end of the window.
fn affix(
    vm: &Vm,
    this: &Obj<Str>,
    given: &Object,
    range: (Maybe<&Object>, Maybe<&Object>),
    test: fn(TextRef<'_>, TextRef<'_>) -> bool,
    name: &str,
) -> Res<bool> {
    if let (Maybe::Absent, Maybe::Absent, Some(s)) = (range.0, range.1, given.downcast::<Str>()) {
        return Ok(test(this.as_text(), s.as_text()));
    }
    let window = window(vm, this, range.0, range.1)?;
    let holds = |s: &Obj<Str>| window.is_some_and(|(_, hay)| test(hay, s.as_text()));
    if let Some(s) = given.downcast::<Str>() {
        return Ok(holds(s));
    }
    let Some(choices) = given.downcast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "{name} first arg must be str or a tuple of str, not {}",
            vm.type_name(given)
        )));
    };
    for choice in choices.as_slice() {
        match choice.downcast::<Str>() {
            Some(s) if holds(s) => return Ok(true),
            Some(_) => {}
            None => {
                return Err(vm.type_error(format_args!(
                    "tuple for {name} must only contain str, not {}",
                    vm.type_name(choice)
                )));
            }
        }
    }
    Ok(false)
}

/// Does self[start:end] begin with prefix, or with one of a tuple of them?
#[native("(self, prefix, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn startswith(
    vm: &Vm,
    this: &Obj<Str>,
    prefix: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<bool> {
    affix(vm, this, prefix, (start, end), seek::starts_with, "startswith")
}

/// Does self[start:end] end in suffix, or in one of a tuple of them?
#[native("(self, suffix, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn endswith(
    vm: &Vm,
    this: &Obj<Str>,
    suffix: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<bool> {
    affix(vm, this, suffix, (start, end), seek::ends_with, "endswith")
}

/// Return self without prefix, if it starts with it.
#[native("(self, prefix, /)")]
pub(super) fn removeprefix(vm: &Vm, this: &Obj<Str>, prefix: &Obj<Str>) -> Res<Obj<Str>> {
    let cut = seek::starts_with(this.as_text(), prefix.as_text());
    part(vm, this, if cut { prefix.len() } else { 0 }, this.len())
}

/// Return self without suffix, if it ends with it.
#[native("(self, suffix, /)")]
pub(super) fn removesuffix(vm: &Vm, this: &Obj<Str>, suffix: &Obj<Str>) -> Res<Obj<Str>> {
    let cut = seek::ends_with(this.as_text(), suffix.as_text());
    part(vm, this, 0, this.len() - if cut { suffix.len() } else { 0 })
}

/// Return a copy in which every old is new; at most count of them, from the left, unless it is -1.
#[native("(self, old, new, count=-1, /)")]
pub(super) fn replace(
    vm: &Vm,
    this: &Obj<Str>,
    old: &Obj<Str>,
    new: &Obj<Str>,
    count: isize,
) -> Res {
    let max = usize::try_from(count).unwrap_or(usize::MAX);
    if let Some(replaced) = replaced_short(vm, this, old, new, max) {
        return replaced;
    }
    match shape::replace_text(vm, this.as_text(), old.as_text(), new.as_text(), max) {
        Ok(Some(text)) => Ok(vm.text_owned(text)?.into_object()),
        Ok(None) => super::to_exact(vm, this.as_object()),
        Err(e) => Err(vm.text_error(e)),
    }
}

/// Replacing in ASCII text that is short enough for its matches to be kept on the stack; `None` for any
/// other.
fn replaced_short(
    vm: &Vm,
    this: &Obj<Str>,
    old: &Obj<Str>,
    new: &Obj<Str>,
    max: usize,
) -> Option<Res> {
    const MATCHES: usize = 16;
    let (TextRef::Ascii(s), TextRef::Ascii(o), TextRef::Ascii(w)) =
        (this.as_text(), old.as_text(), new.as_text())
    else {
        return None;
    };
    if o.is_empty() || s.len() > seek::SHORT {
        return None;
    }
    let mut found = [0u16; MATCHES];
    let mut n = 0;
    for at in seek::matches(s, o).take(max) {
        *found.get_mut(n)? = at as u16;
        n += 1;
    }
    if n == 0 {
        return Some(super::to_exact(vm, this.as_object()));
    }
    let size = s.len() - n * o.len() + n.checked_mul(w.len())?;
    let replaced = vm.ascii_filled(size, |out| {
        let mut from = 0;
        for &at in &found[..n] {
            out.push(&s[from..usize::from(at)]);
            out.push(w);
            from = usize::from(at) + o.len();
        }
        out.push(&s[from..]);
    });
    Some(replaced.map(Obj::into_object))
}

/// The separator of a split: None for white space.
fn separator<'a>(vm: &Vm, sep: Option<&'a Object>) -> Res<Option<TextRef<'a>>> {
    let Some(sep) = sep else { return Ok(None) };
    let Some(s) = sep.downcast::<Str>() else {
        return Err(vm.type_error(format_args!("must be str or None, not {}", vm.type_name(sep))));
    };
    if s.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    Ok(Some(s.as_text()))
}

/// A failed push of pieces: raised already, or the kernel's.
enum Failure {
    Raised(Raised),
    Text(crate::text::TextError),
}

impl From<crate::text::TextError> for Failure {
    fn from(e: crate::text::TextError) -> Self {
        Failure::Text(e)
    }
}

/// The eval flags are looked at when there are so many pieces more.
const POLLED: usize = 1 << 12;

/// Collect the pieces that `run` hands out in a list.
fn pieces(
    vm: &Vm,
    this: &Obj<Str>,
    run: impl FnOnce(
        TextRef<'_>,
        &mut dyn FnMut(usize, usize) -> Result<(), Failure>,
    ) -> Result<(), Failure>,
) -> Res<Obj<List>> {
    let list = vm.new_list()?;
    let mut push = |a: usize, b: usize| {
        let piece = part(vm, this, a, b).map_err(Failure::Raised)?;
        if list.len() % POLLED == POLLED - 1 {
            vm.poll().map_err(Failure::Raised)?;
        }
        list.push(piece.into_object()).map_err(|e| Failure::Raised(vm.no_memory(e)))
    };
    match run(this.as_text(), &mut push) {
        Ok(()) => Ok(list),
        Err(Failure::Raised(r)) => Err(r),
        Err(Failure::Text(e)) => Err(vm.text_error(e)),
    }
}

/// The same for ASCII text, the pieces as they come from a kernel.
fn ascii_pieces(
    vm: &Vm,
    this: &Obj<Str>,
    text: &[u8],
    pieces: impl Iterator<Item = (usize, usize)>,
) -> Res<Obj<List>> {
    // As many as CPython starts with.
    const FEW: usize = 12;
    let list = vm.new_list()?;
    list.reserve(FEW).map_err(|e| vm.no_memory(e))?;
    for (a, b) in pieces {
        let piece = if b - a == text.len() && this.as_object().is_kind(Kind::Str) {
            this.clone()
        } else {
            vm.ascii(&text[a..b])?
        };
        list.push(piece.into_object()).map_err(|e| vm.no_memory(e))?;
        if list.len() % POLLED == 0 {
            vm.poll()?;
        }
    }
    Ok(list)
}

/// Return a list of the parts between separators.
///
/// Without sep, parts are what stands between runs of white space, and none is empty. At most
/// maxsplit cuts are made, from the left, unless it is -1.
#[native("(self, /, sep=None, maxsplit=-1)")]
pub(super) fn split(
    vm: &Vm,
    this: &Obj<Str>,
    sep: Option<&Object>,
    maxsplit: isize,
) -> Res<Obj<List>> {
    let max = usize::try_from(maxsplit).unwrap_or(usize::MAX);
    let sep = separator(vm, sep)?;
    if let TextRef::Ascii(s) = this.as_text() {
        match sep {
            None => return ascii_pieces(vm, this, s, seek::split_ascii_space(s, max)),
            Some(TextRef::Ascii(sep)) => {
                return ascii_pieces(vm, this, s, seek::split(s, sep, max));
            }
            _ => {}
        }
    }
    match sep {
        Some(sep) => pieces(vm, this, |t, push| seek::split_text(t, sep, max, push)),
        None => pieces(vm, this, |t, push| seek::split_space_text(t, max, push)),
    }
}

/// Return a list of the parts between separators, cutting from the right.
///
/// Apart from which cuts are made when maxsplit is given, it is the same as split().
#[native("(self, /, sep=None, maxsplit=-1)")]
pub(super) fn rsplit(
    vm: &Vm,
    this: &Obj<Str>,
    sep: Option<&Object>,
    maxsplit: isize,
) -> Res<Obj<List>> {
    let max = usize::try_from(maxsplit).unwrap_or(usize::MAX);
    let list = match separator(vm, sep)? {
        Some(sep) => pieces(vm, this, |t, push| seek::rsplit_text(t, sep, max, push))?,
        None => pieces(vm, this, |t, push| seek::rsplit_space_text(t, max, push))?,
    };
    list.reverse();
    Ok(list)
}

/// Cut it into lines. Their ends go with keepends true, and are dropped otherwise.
#[native("(self, /, keepends=False)")]
pub(super) fn splitlines(vm: &Vm, this: &Obj<Str>, keepends: Maybe<i32>) -> Res<Obj<List>> {
    let keep = keepends.given().unwrap_or(0) != 0;
    pieces(vm, this, |t, push| {
        seek::lines_text(t, |a, end, next| push(a, if keep { next } else { end }))
    })
}

/// `partition` of a short ASCII text that has the separator, an ASCII character; None: it is anything else.
#[inline(always)]
fn short_partition(vm: &Vm, this: &Obj<Str>, sep: &Object) -> Res<Option<Object>> {
    let (TextRef::Ascii(text), Some(TextRef::Ascii([unit]))) =
        (this.as_text(), sep.downcast::<Str>().map(|sep| sep.as_text()))
    else {
        return Ok(None);
    };
    let Some((before, behind)) = seek::few_cut(text, *unit) else { return Ok(None) };
    let (before, behind) = (vm.ascii(before)?, vm.ascii(behind)?);
    vm.triple(before.into_object(), sep.clone(), behind.into_object())
        .map(|t| Some(t.into_object()))
}

fn partition_at(vm: &Vm, this: &Obj<Str>, sep: &Object, last: bool) -> Res {
    let sep = needle(vm, sep)?;
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let (hay, sought) = (this.as_text(), sep.as_text());
    let found =
        if last { seek::rfind_text(vm, hay, sought) } else { seek::find_text(vm, hay, sought) }
            .map_err(|e| vm.text_error(e))?;
    let empty = || vm.text(TextRef::EMPTY).map(Obj::into_object);
    let [before, sep, behind] = match found {
        Some(i) => [
            part(vm, this, 0, i)?.into_object(),
            sep.as_object().clone(),
            part(vm, this, i + sep.len(), this.len())?.into_object(),
        ],
        // The very object, of whatever class it is.
        None if last => [empty()?, empty()?, this.as_object().clone()],
        None => [this.as_object().clone(), empty()?, empty()?],
    };
    Ok(vm.triple(before, sep, behind)?.into_object())
}

/// Return what stands before the first sep, sep itself, and what stands after it.
///
/// Without a sep in it, that is self and two empty strings.
#[native("(self, sep, /)")]
pub(super) fn partition(vm: &Vm, this: &Obj<Str>, sep: &Object) -> Res {
    if let Some(parts) = short_partition(vm, this, sep)? {
        return Ok(parts);
    }
    partition_at(vm, this, sep, false)
}

/// Return what stands before the last sep, sep itself, and what stands after it.
///
/// Without a sep in it, that is two empty strings and self.
#[native("(self, sep, /)")]
pub(super) fn rpartition(vm: &Vm, this: &Obj<Str>, sep: &Object) -> Res {
    partition_at(vm, this, sep, true)
}

#[inline(always)]
fn stripped(
    vm: &Vm,
    this: &Obj<Str>,
    chars: Option<&Object>,
    (left, right): (bool, bool),
    name: &str,
) -> Res<Obj<Str>> {
    match (chars, this.as_text()) {
        (None, TextRef::Ascii(text)) => {
            let (a, b) = seek::strip_ascii(text, left, right);
            part(vm, this, a, b)
        }
        _ => stripped_any(vm, this, chars, (left, right), name),
    }
}

#[inline(never)]
fn stripped_any(
    vm: &Vm,
    this: &Obj<Str>,
    chars: Option<&Object>,
    (left, right): (bool, bool),
    name: &str,
) -> Res<Obj<Str>> {
    let set = match chars {
        None => None,
        Some(o) => Some(
            o.downcast::<Str>()
                .ok_or_else(|| vm.type_error(format_args!("{name} arg must be None or str")))?,
        ),
    };
    let (a, b) = seek::strip_text(this.as_text(), left, right, set.map(|s| s.as_text()));
    part(vm, this, a, b)
}

/// Return a copy without white space, or without characters of chars, at both ends.
#[native("(self, chars=None, /)")]
pub(super) fn strip(vm: &Vm, this: &Obj<Str>, chars: Option<&Object>) -> Res<Obj<Str>> {
    stripped(vm, this, chars, (true, true), "strip")
}

/// Return a copy without white space, or without characters of chars, at the start.
#[native("(self, chars=None, /)")]
pub(super) fn lstrip(vm: &Vm, this: &Obj<Str>, chars: Option<&Object>) -> Res<Obj<Str>> {
    stripped(vm, this, chars, (true, false), "lstrip")
}

/// Return a copy without white space, or without characters of chars, at the end.
#[native("(self, chars=None, /)")]
pub(super) fn rstrip(vm: &Vm, this: &Obj<Str>, chars: Option<&Object>) -> Res<Obj<Str>> {
    stripped(vm, this, chars, (false, true), "rstrip")
}
