//! The methods that bytes and bytearray have in common. What they return is of their receiver's type.

use super::{This, buffer_of as buffer, byte_of, is_index};
use crate::native::{Buffer, Maybe};
use crate::object::*;
use crate::text::watch::{PIECE, Watch};
use crate::text::{TextResult, find as seek, shape, slices};
use crate::types::slicing;
use crate::vm::error::Stops;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// A needle: a buffer, or one byte.
enum Needle<'a> {
    Byte(u8),
    Buffer(Buffer<'a>),
}

impl<'a> Needle<'a> {
    fn of(vm: &'a Vm, object: &'a Object) -> Res<Needle<'a>> {
        if vm.class_of(object).slots().buffer.is_none() {
            if is_index(vm, object) {
                return byte_of(vm, object).map(Needle::Byte);
            }
            return Err(vm.type_error(format_args!(
                "argument should be integer or bytes-like object, not '{}'",
                vm.type_name(object)
            )));
        }
        buffer(vm, object).map(Needle::Buffer)
    }

    fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Needle::Byte(b) => f(&[*b]),
            Needle::Buffer(b) => b.with(f),
        }
    }
}

type Range<'a> = (Maybe<&'a Object>, Maybe<&'a Object>);

/// Run `f` with the part of the receiver that the range means and where it starts, and the needle;
/// `None` when the range is empty in such a way that nothing can be found.
fn search<R>(
    vm: &Vm,
    this: This<'_>,
    sub: &Object,
    range: Range<'_>,
    f: impl FnOnce(&dyn Watch, &[u8], &[u8]) -> TextResult<R>,
) -> Res<Option<(usize, R)>> {
    let (start, end) = slicing::range(vm, range.0.given(), range.1.given())?;
    let needle = Needle::of(vm, sub)?;
    let found = this.with(|b| {
        let (from, to) = slices::bounds(start, end, b.len())?;
        needle.with(|n| Some((from, f(&Stops(vm), b.get(from..to)?, n))))
    });
    let Some((from, found)) = found else { return Ok(None) };
    Ok(Some((from, found.map_err(|e| vm.text_error(e))?)))
}

fn located(found: Option<(usize, Option<usize>)>) -> Option<usize> {
    found.and_then(|(from, at)| at.map(|at| from + at))
}

/// Return the lowest index at which sub stands in self[start:end], or -1.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn find(
    vm: &Vm,
    this: This,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<i64> {
    let found = located(search(vm, this, sub, (start, end), seek::find_long)?);
    Ok(found.map_or(-1, |i| i as i64))
}

/// Return the highest index at which sub stands in self[start:end], or -1.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn rfind(
    vm: &Vm,
    this: This,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<i64> {
    let found = located(search(vm, this, sub, (start, end), seek::rfind_long)?);
    Ok(found.map_or(-1, |i| i as i64))
}

/// Like find(), but raise ValueError when there is none.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn index(
    vm: &Vm,
    this: This,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<usize> {
    let found = located(search(vm, this, sub, (start, end), seek::find_long)?);
    found.ok_or_else(|| vm.value_error("subsection not found"))
}

/// Like rfind(), but raise ValueError when there is none.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn rindex(
    vm: &Vm,
    this: This,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<usize> {
    let found = located(search(vm, this, sub, (start, end), seek::rfind_long)?);
    found.ok_or_else(|| vm.value_error("subsection not found"))
}

/// Return how often sub occurs in self[start:end], without overlapping.
#[native("(self, sub, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn count(
    vm: &Vm,
    this: This,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<usize> {
    let found =
        search(vm, this, sub, (start, end), |w, h, n| seek::count_long(w, h, n, usize::MAX))?;
    Ok(found.map_or(0, |(_, n)| n))
}

fn affix(vm: &Vm, this: This<'_>, given: &Object, range: Range<'_>, at_end: bool) -> Res<bool> {
    let name = if at_end { "endswith" } else { "startswith" };
    let (start, end) = slicing::range(vm, range.0.given(), range.1.given())?;
    let holds = |object: &Object| -> Res<bool> {
        let affix = buffer(vm, object)?;
        Ok(affix.with(|a| {
            this.with(|b| {
                let window = slices::bounds(start, end, b.len()).and_then(|(x, y)| b.get(x..y));
                window.is_some_and(|w| if at_end { w.ends_with(a) } else { w.starts_with(a) })
            })
        }))
    };
    if let Some(choices) = given.downcast::<Tuple>() {
        for choice in choices.as_slice() {
            if holds(choice)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if vm.class_of(given).slots().buffer.is_none() {
        return Err(vm.type_error(format_args!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            vm.type_name(given)
        )));
    }
    holds(given)
}

/// Does self[start:end] begin with prefix, or with one of a tuple of them?
#[native("(self, prefix, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn startswith(
    vm: &Vm,
    this: This,
    prefix: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<bool> {
    affix(vm, this, prefix, (start, end), false)
}

/// Does self[start:end] end in suffix, or in one of a tuple of them?
#[native("(self, suffix, start=None, end=None, /)", parse_tuple, no_signature)]
pub(super) fn endswith(
    vm: &Vm,
    this: This,
    suffix: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res<bool> {
    affix(vm, this, suffix, (start, end), true)
}

/// The part from `from` to `to` as a result.
fn part(vm: &Vm, this: This<'_>, from: usize, to: usize) -> Res {
    if from == 0 && to == this.len() {
        return this.whole(vm);
    }
    this.with(|b| this.make(vm, b.get(from..to).unwrap_or_default()))
}

/// Return self without prefix, if it starts with it.
#[native("(self, prefix, /)")]
pub(super) fn removeprefix(vm: &Vm, this: This, prefix: Buffer) -> Res {
    let cut = prefix.with(|p| this.with(|b| if b.starts_with(p) { p.len() } else { 0 }));
    part(vm, this, cut, this.len())
}

/// Return self without suffix, if it ends with it.
#[native("(self, suffix, /)")]
pub(super) fn removesuffix(vm: &Vm, this: This, suffix: Buffer) -> Res {
    let cut = suffix.with(|s| this.with(|b| if b.ends_with(s) { s.len() } else { 0 }));
    part(vm, this, 0, this.len() - cut)
}

/// Return a copy in which every old is new; at most count of them, from the left, unless it is -1.
#[native("(self, old, new, count=-1, /)")]
pub(super) fn replace(vm: &Vm, this: This, old: Buffer, new: Buffer, count: isize) -> Res {
    let max = usize::try_from(count).unwrap_or(usize::MAX);
    let out =
        old.with(|o| new.with(|n| this.with(|b| shape::replace_bytes(&Stops(vm), b, o, n, max))));
    match out.map_err(|e| vm.text_error(e))? {
        Some(bytes) => this.make(vm, &bytes),
        None => this.whole(vm),
    }
}

/// A list of the pieces that an iterator of positions names.
fn pieces(
    vm: &Vm,
    this: This<'_>,
    bytes: &[u8],
    mut positions: impl Iterator<Item = (usize, usize)>,
) -> Res<Obj<List>> {
    let list = vm.new_list()?;
    positions.try_for_each(|(a, b)| {
        let piece = this.make(vm, bytes.get(a..b).unwrap_or_default())?;
        if list.len() % (1 << 12) == 0 {
            vm.poll_stop()?;
        }
        list.push(piece).map_err(|e| vm.no_memory(e))
    })?;
    Ok(list)
}

fn separated(
    vm: &Vm,
    this: This<'_>,
    sep: Option<&Object>,
    max: isize,
    right: bool,
) -> Res<Obj<List>> {
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let space = seek::is_byte_space;
    let list = match sep {
        None => this.with(|b| match right {
            false => pieces(vm, this, b, seek::split_space(b, max, space)),
            true => pieces(vm, this, b, seek::rsplit_space(b, max, space)),
        })?,
        Some(sep) => {
            let sep = buffer(vm, sep)?;
            if sep.is_empty() {
                return Err(vm.value_error("empty separator"));
            }
            sep.with(|s| {
                this.with(|b| match right {
                    false => pieces(vm, this, b, seek::split(b, s, max)),
                    true => pieces(vm, this, b, seek::rsplit(b, s, max)),
                })
            })?
        }
    };
    if right {
        list.reverse();
    }
    Ok(list)
}

/// Return a list of the parts between separators.
///
/// Without sep, parts are what stands between runs of ASCII white space, and none is empty. At most
/// maxsplit cuts are made, from the left, unless it is -1.
#[native("(self, /, sep=None, maxsplit=-1)")]
pub(super) fn split(vm: &Vm, this: This, sep: Option<&Object>, maxsplit: isize) -> Res<Obj<List>> {
    separated(vm, this, sep, maxsplit, false)
}

/// Return a list of the parts between separators, cutting from the right.
#[native("(self, /, sep=None, maxsplit=-1)")]
pub(super) fn rsplit(vm: &Vm, this: This, sep: Option<&Object>, maxsplit: isize) -> Res<Obj<List>> {
    separated(vm, this, sep, maxsplit, true)
}

/// Cut it into lines. Their ends go with keepends true, and are dropped otherwise.
#[native("(self, /, keepends=False)")]
pub(super) fn splitlines(vm: &Vm, this: This, keepends: Maybe<i32>) -> Res<Obj<List>> {
    let keep = keepends.given().unwrap_or(0) != 0;
    this.with(|b| {
        let lines = seek::lines(b, seek::is_byte_break);
        pieces(vm, this, b, lines.map(|(a, end, next)| (a, if keep { next } else { end })))
    })
}

/// (With bytes, what is not cut is given as it is, of whatever class.)
fn partitioned(vm: &Vm, this: This<'_>, separator: &Object, last: bool) -> Res {
    let sep = buffer(vm, separator)?;
    if sep.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let finder = if last { seek::rfind_long } else { seek::find_long };
    let at = sep.with(|s| this.with(|b| finder(&Stops(vm), b, s)));
    let at = at.map_err(|e| vm.text_error(e))?;
    let empty = || this.make(vm, b"");
    let items = match at {
        Some(i) => {
            let n = sep.len();
            let middle = match this {
                This::Bytes(_) => separator.clone(),
                _ => sep.with(|s| this.make(vm, s))?,
            };
            vec![part(vm, this, 0, i)?, middle, part(vm, this, i + n, this.len())?]
        }
        None => {
            let whole = match this {
                This::Bytes(bytes) => bytes.as_object().clone(),
                _ => this.whole(vm)?,
            };
            if last { vec![empty()?, empty()?, whole] } else { vec![whole, empty()?, empty()?] }
        }
    };
    Ok(vm.tuple(items)?.into_object())
}

/// Return what stands before the first sep, sep itself, and what stands after it.
#[native("(self, sep, /)")]
pub(super) fn partition(vm: &Vm, this: This, sep: &Object) -> Res {
    partitioned(vm, this, sep, false)
}

/// Return what stands before the last sep, sep itself, and what stands after it.
#[native("(self, sep, /)")]
pub(super) fn rpartition(vm: &Vm, this: This, sep: &Object) -> Res {
    partitioned(vm, this, sep, true)
}

fn stripped(vm: &Vm, this: This<'_>, set: Option<&Object>, left: bool, right: bool) -> Res {
    let range = match set {
        None => this.with(|b| seek::strip(b, left, right, seek::is_byte_space)),
        Some(set) => {
            let set = buffer(vm, set)?;
            set.with(|s| this.with(|b| seek::strip(b, left, right, |u| s.contains(&u))))
        }
    };
    part(vm, this, range.0, range.1)
}

/// Return a copy without ASCII white space, or without the given bytes, at both ends.
#[native("(self, bytes=None, /)")]
pub(super) fn strip(vm: &Vm, this: This, bytes: Option<&Object>) -> Res {
    stripped(vm, this, bytes, true, true)
}

/// Return a copy without ASCII white space, or without the given bytes, at the start.
#[native("(self, bytes=None, /)")]
pub(super) fn lstrip(vm: &Vm, this: This, bytes: Option<&Object>) -> Res {
    stripped(vm, this, bytes, true, false)
}

/// Return a copy without ASCII white space, or without the given bytes, at the end.
#[native("(self, bytes=None, /)")]
pub(super) fn rstrip(vm: &Vm, this: This, bytes: Option<&Object>) -> Res {
    stripped(vm, this, bytes, false, true)
}

/// The items of an iterable of bytes-like objects, one behind the other, with self in the gaps.
#[native("(self, iterable_of_bytes, /)")]
pub(super) fn join(vm: &Vm, this: This, iterable_of_bytes: &Object) -> Res {
    let items = match vm.collect(iterable_of_bytes) {
        Ok(items) => items,
        Err(raised) => {
            let slots = vm.class_of(iterable_of_bytes).slots();
            if slots.iter.is_some() || slots.getitem.is_some() {
                return Err(raised);
            }
            drop(vm.take_raised(raised));
            return Err(vm.type_error("can only join an iterable"));
        }
    };
    let sep = this.with(crate::text::vec_of).map_err(|e| vm.text_error(e))?;
    let mut out = Vec::new();
    let size = items.iter().try_fold(sep.len().saturating_mul(items.len()), |size, item| {
        Some(size.saturating_add(item.downcast_exact::<Bytes>()?.as_slice().len()))
    });
    super::check_room(vm, size.unwrap_or(0), 1)?;
    out.try_reserve_exact(size.unwrap_or(0)).map_err(|e| vm.no_memory(e.into()))?;
    for (i, item) in items.iter().enumerate() {
        if let (Some(b), true) = (item.downcast_exact::<Bytes>(), size.is_some()) {
            // (There is room: see above.)
            if i > 0 {
                out.extend_from_slice(&sep);
            }
            out.extend_from_slice(b.as_slice());
            if i % (1 << 14) == 0 || b.len() > 1 << 20 {
                vm.poll()?;
            }
            continue;
        }
        if vm.class_of(item).slots().buffer.is_none() {
            return Err(vm.type_error(format_args!(
                "sequence item {i}: expected a bytes-like object, {} found",
                vm.type_name(item)
            )));
        }
        let before: &[u8] = if i > 0 { &sep } else { &[] };
        buffer(vm, item)?
            .with(|b| {
                out.try_reserve(before.len() + b.len())?;
                out.extend_from_slice(before);
                out.extend_from_slice(b);
                Ok::<(), std::collections::TryReserveError>(())
            })
            .map_err(|_| vm.no_memory(NoMemory))?;
    }
    this.make(vm, &out)
}

/// The padding byte, a bytes object or bytearray of length 1.
fn fill_of(vm: &Vm, fill: Maybe<&Object>, name: &str) -> Res<u8> {
    let Maybe::Given(fill) = fill else { return Ok(b' ') };
    let one = super::slice_of(fill, |b| match b {
        [one] => Some(*one),
        _ => None,
    });
    one.flatten().ok_or_else(|| {
        vm.type_error(format_args!(
            "{name}() argument 2 must be a byte string of length 1, not {}",
            vm.type_name(fill)
        ))
    })
}

fn padded(vm: &Vm, this: This<'_>, width: isize, fill: u8, left: fn(usize, usize) -> usize) -> Res {
    let (len, width) = (this.len(), usize::try_from(width).unwrap_or(0));
    if width <= len {
        return this.whole(vm);
    }
    let before = left(len, width);
    super::check_room(vm, width, 1)?;
    let out = this.with(|b| shape::pad_bytes(b, before, width - len - before, fill));
    this.make(vm, &out.map_err(|e| vm.text_error(e))?)
}

/// Return self in the middle of bytes of the given width.
#[native("(self, width, fillchar=b' ', /)")]
pub(super) fn center(vm: &Vm, this: This, width: isize, fillchar: Maybe<&Object>) -> Res {
    padded(vm, this, width, fill_of(vm, fillchar, "center")?, shape::center_left)
}

/// Return self at the left of bytes of the given width.
#[native("(self, width, fillchar=b' ', /)")]
pub(super) fn ljust(vm: &Vm, this: This, width: isize, fillchar: Maybe<&Object>) -> Res {
    padded(vm, this, width, fill_of(vm, fillchar, "ljust")?, |_, _| 0)
}

/// Return self at the right of bytes of the given width.
#[native("(self, width, fillchar=b' ', /)")]
pub(super) fn rjust(vm: &Vm, this: This, width: isize, fillchar: Maybe<&Object>) -> Res {
    padded(vm, this, width, fill_of(vm, fillchar, "rjust")?, |len, width| width - len)
}

/// Fill a numeral with zeros up to the given width, behind its sign.
#[native("(self, width, /)")]
pub(super) fn zfill(vm: &Vm, this: This, width: isize) -> Res {
    let (len, width) = (this.len(), usize::try_from(width).unwrap_or(0));
    if width <= len {
        return this.whole(vm);
    }
    let out = this.with(|b| {
        let mut out = shape::pad_bytes(b, width - len, 0, b'0')?;
        let sign = shape::sign_len(b.first().map(|&b| u32::from(b)));
        if let (1, Some(&s)) = (sign, b.first()) {
            out[width - len] = b'0';
            out[0] = s;
        }
        Ok(out)
    });
    this.make(vm, &out.map_err(|e: crate::text::TextError| vm.text_error(e))?)
}

/// Return a copy in which each tab is as many spaces as lead to the next column of tabsize.
#[native("(self, /, tabsize=8)")]
pub(super) fn expandtabs(vm: &Vm, this: This, tabsize: i32) -> Res {
    let out =
        this.with(|b| shape::expand_bytes(&Stops(vm), b, usize::try_from(tabsize).unwrap_or(0)));
    this.make(vm, &out.map_err(|e| vm.text_error(e))?)
}

/// A copy with every byte changed.
fn mapped(vm: &Vm, this: This<'_>, mut f: impl FnMut(u8) -> u8) -> Res {
    const SHORT: usize = 64;
    if let This::Bytes(b) = this
        && let mut short = [0; SHORT]
        && let Some(out) = short.get_mut(..b.as_slice().len())
    {
        out.iter_mut().zip(b.as_slice()).for_each(|(to, from)| *to = f(*from));
        return Ok(vm.bytes(out)?.into_object());
    }
    let mut out = this.with(crate::text::vec_of).map_err(|e| vm.text_error(e))?;
    out.iter_mut().for_each(|b| *b = f(*b));
    this.make(vm, &out)
}

/// Return a copy with ASCII letters in lower case.
#[native("(self, /)")]
pub(super) fn lower(vm: &Vm, this: This) -> Res {
    mapped(vm, this, |b| b.to_ascii_lowercase())
}

/// Return a copy with ASCII letters in upper case.
#[native("(self, /)")]
pub(super) fn upper(vm: &Vm, this: This) -> Res {
    mapped(vm, this, |b| b.to_ascii_uppercase())
}

/// Return a copy with the case of ASCII letters exchanged.
#[native("(self, /)")]
pub(super) fn swapcase(vm: &Vm, this: This) -> Res {
    mapped(vm, this, |b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { b })
}

/// Return a copy whose first byte is upper case and whose others are lower case.
#[native("(self, /)")]
pub(super) fn capitalize(vm: &Vm, this: This) -> Res {
    let mut first = true;
    mapped(vm, this, |b| {
        if std::mem::take(&mut first) { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }
    })
}

/// Return a copy in which each word starts in upper case and goes on in lower case.
#[native("(self, /)")]
pub(super) fn title(vm: &Vm, this: This) -> Res {
    let mut inside = false;
    mapped(vm, this, |b| {
        let changed = if inside { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        inside = b.is_ascii_alphabetic();
        changed
    })
}

fn all(this: This<'_>, test: impl Fn(&u8) -> bool) -> bool {
    this.with(|b| !b.is_empty() && b.iter().all(test))
}

/// Whether it is not empty and all of it are letters and digits of ASCII.
#[native("(self, /)")]
pub(super) fn isalnum(this: This) -> bool {
    all(this, u8::is_ascii_alphanumeric)
}

/// Whether it is not empty and all of it are letters of ASCII.
#[native("(self, /)")]
pub(super) fn isalpha(this: This) -> bool {
    all(this, u8::is_ascii_alphabetic)
}

/// Whether no byte is above 127.
#[native("(self, /)")]
pub(super) fn isascii(this: This) -> bool {
    this.with(<[u8]>::is_ascii)
}

/// Whether it is not empty and all of it are the digits 0 to 9.
#[native("(self, /)")]
pub(super) fn isdigit(this: This) -> bool {
    all(this, u8::is_ascii_digit)
}

/// Return True if there is a lower-case ASCII letter and none in upper case.
#[native("(self, /)")]
pub(super) fn islower(this: This) -> bool {
    this.with(|b| b.iter().any(u8::is_ascii_lowercase) && !b.iter().any(u8::is_ascii_uppercase))
}

/// Return True if there is an upper-case ASCII letter and none in lower case.
#[native("(self, /)")]
pub(super) fn isupper(this: This) -> bool {
    this.with(|b| b.iter().any(u8::is_ascii_uppercase) && !b.iter().any(u8::is_ascii_lowercase))
}

/// Whether it is not empty and all of it are blanks: space, \t, \n, \r, \v and \f.
#[native("(self, /)")]
pub(super) fn isspace(this: This) -> bool {
    all(this, |&b| seek::is_byte_space(b))
}

/// Return True if upper case stands only at the start of words, and lower case only inside.
#[native("(self, /)")]
pub(super) fn istitle(this: This) -> bool {
    this.with(|b| {
        let (mut inside, mut any) = (false, false);
        for byte in b {
            match (byte.is_ascii_uppercase(), byte.is_ascii_lowercase()) {
                (true, _) if inside => return false,
                (_, true) if !inside => return false,
                (upper, lower) => {
                    inside = upper || lower;
                    any |= inside;
                }
            }
        }
        any
    })
}

/// Decode the bytes into text.
///
/// errors names what to do about bytes that the encoding does not have: 'strict' raises
/// UnicodeDecodeError; 'ignore', 'replace' and whatever was registered with codecs.register_error are
/// the others.
#[native("(self, /, encoding='utf-8', errors='strict')")]
pub(super) fn decode(vm: &Vm, this: &Object, encoding: &str, errors: &str) -> Res<Obj<Str>> {
    if let Some(b) = this.downcast_exact::<Bytes>()
        && crate::text::find::is_ascii(b.as_slice())
        && crate::types::codecs::is_plain(encoding, errors)
    {
        return vm.ascii(b.as_slice());
    }
    crate::types::codecs::decode_bytes(vm, this, buffer(vm, this)?, encoding, errors)
}

/// What translate() takes, to put for each byte of frm the one that stands at its place in to.
#[native("(frm, to, /)", staticmethod)]
pub(super) fn maketrans(vm: &Vm, frm: Buffer, to: Buffer) -> Res<Obj<Bytes>> {
    if frm.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
    frm.with(|f| to.with(|t| f.iter().zip(t).for_each(|(&a, &b)| table[usize::from(a)] = b)));
    vm.bytes(&table)
}

/// Replace each byte by the one that the table (256 bytes, or None) has for it, leaving out those in
/// delete.
#[native("(self, table, /, delete=b'')")]
pub(super) fn translate(
    vm: &Vm,
    this: This,
    table: Option<&Object>,
    delete: Maybe<&Object>,
) -> Res {
    let mut map: [u8; 256] = std::array::from_fn(|i| i as u8);
    if let Some(table) = table {
        let fits = buffer(vm, table)?.with(|t| match <&[u8; 256]>::try_from(t) {
            Ok(t) => {
                map = *t;
                true
            }
            Err(_) => false,
        });
        if !fits {
            return Err(vm.value_error("translation table must be 256 characters long"));
        }
    }
    let mut gone = [false; 256];
    if let Maybe::Given(delete) = delete {
        buffer(vm, delete)?.with(|d| d.iter().for_each(|&b| gone[usize::from(b)] = true));
    }
    super::check_room(vm, this.len(), 1)?;
    let mut out: Vec<u8> = this
        .with(|b| {
            if gone == [false; 256] {
                return crate::text::vec_of(b);
            }
            let mut kept = crate::text::vec_with(b.len())?;
            for piece in b.chunks(PIECE) {
                Stops(vm).poll()?;
                kept.extend(piece.iter().filter(|&&b| !gone[usize::from(b)]));
            }
            Ok(kept)
        })
        .map_err(|e| vm.text_error(e))?;
    for piece in out.chunks_mut(PIECE) {
        vm.poll_stop()?;
        piece.iter_mut().for_each(|b| *b = map[usize::from(*b)]);
    }
    this.make(vm, &out)
}

/// Return the bytes as hexadecimal digits.
///
/// sep, one ASCII character, goes between groups of bytes_per_sep bytes, which are counted from the
/// right, or from the left if the number is negative.
#[native("(self, /, sep=None, bytes_per_sep=1)", no_signature)]
pub(super) fn hex(vm: &Vm, this: This, sep: Maybe<&Object>, bytes_per_sep: i32) -> Res<Obj<Str>> {
    let copy = this.with(crate::text::vec_of).map_err(|e| vm.text_error(e))?;
    to_hex(vm, &copy, sep, bytes_per_sep)
}

#[inline]
fn hex_digits(b: u8) -> [u8; 2] {
    [b >> 4, b & 15].map(|d| b"0123456789abcdef"[usize::from(d)])
}

/// The work of `hex`, for memoryview too.
pub(crate) fn to_hex(vm: &Vm, bytes: &[u8], sep: Maybe<&Object>, group: i32) -> Res<Obj<Str>> {
    let mut mark = None;
    if let Maybe::Given(sep) = sep {
        let length = || vm.value_error("sep must be length 1.");
        let c = if let Some(s) = sep.downcast::<Str>() {
            s.char_at(0).filter(|_| s.len() == 1).ok_or_else(length)?
        } else if let Some(b) = sep.downcast::<Bytes>() {
            match b.as_slice() {
                [one] => u32::from(*one),
                _ => return Err(length()),
            }
        } else {
            if vm.len(sep)? != 1 {
                return Err(length());
            }
            return Err(vm.type_error("sep must be str or bytes."));
        };
        if c >= 0x80 {
            return Err(vm.value_error("sep must be ASCII."));
        }
        mark = Some(c as u8).filter(|_| group != 0);
    }
    const SHORT: usize = 64;
    let mut short = [[0; 2]; SHORT];
    if let (None, Some(out)) = (mark, short.get_mut(..bytes.len())) {
        out.iter_mut().zip(bytes).for_each(|(digits, b)| *digits = hex_digits(*b));
        return vm.text(crate::text::TextRef::Ascii(out.as_flattened()));
    }
    let size = group.unsigned_abs() as usize;
    let most = bytes.len().saturating_mul(if mark.is_some() { 3 } else { 2 });
    super::check_room(vm, most, 1)?;
    let mut out = crate::text::vec_with(most).map_err(|e| vm.text_error(e))?;
    for (i, b) in bytes.iter().enumerate() {
        if i % PIECE == PIECE - 1 {
            vm.poll_stop()?;
        }
        if let Some(mark) = mark {
            let place = if group < 0 { i } else { bytes.len() - i };
            if i > 0 && place % size == 0 {
                out.push(mark);
            }
        }
        out.extend(hex_digits(*b));
    }
    vm.text(crate::text::TextRef::Ascii(&out))
}
