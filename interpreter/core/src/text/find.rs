//! Searching: the positions under `find`, `count`, `in`, `replace`, `split`, `partition` and `strip`.
//!
//! **Invariant:** every search is linear in the length of the text whatever the needle, and answers with
//! positions; who asks cuts the pieces. Bytes and one-byte text share the vectorised search of memchr.

use memchr::memmem;

use super::floatparse::is_ascii_space;
use super::watch::{PIECE, Watch};
use super::{TextError, TextRef, TextResult, unicode, vec_with};

/// A unit of text: what `bytes` and the four kinds consist of.
pub trait Unit: Copy + Eq + Into<u32> + 'static {
    /// The unit for a code point, if it fits.
    fn fit(c: u32) -> Option<Self>;
    /// The first place of a unit.
    fn position(hay: &[Self], unit: Self) -> Option<usize>;
    /// The last place of a unit.
    fn rposition(hay: &[Self], unit: Self) -> Option<usize>;
    /// How often a unit occurs.
    fn occurrences(hay: &[Self], unit: Self) -> usize;
    /// The first place of a needle of two units or more.
    fn search(hay: &[Self], needle: &[Self]) -> Option<usize>;
    /// The last place of a needle of two units or more.
    fn rsearch(hay: &[Self], needle: &[Self]) -> Option<usize>;
    /// A needle that was prepared for more than one search.
    type Finder<'n>;
    /// Prepare a needle that is not empty, for texts of up to `hay_len` units.
    fn finder(needle: &[Self], hay_len: usize) -> Self::Finder<'_>;
    /// The first place of a prepared needle.
    fn next(finder: &Self::Finder<'_>, hay: &[Self]) -> Option<usize>;
}

/// A prepared needle of bytes.
pub enum ByteFinder<'n> {
    /// One byte.
    One(u8),
    /// More of them, in a short text.
    Plain(&'n [u8]),
    /// More of them; boxed, as it is large.
    Many(Box<memmem::Finder<'n>>),
}

/// In texts of up to this many bytes preparing a search costs more than the search, which need not be
/// linear there.
pub const SHORT: usize = 256;

/// In texts of up to this many bytes a call of memchr costs more than the search.
const FEW: usize = 48;

/// The first place of a byte in a few, eight at a time.
#[inline]
fn few_position(hay: &[u8], unit: u8) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let (words, rest) = hay.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        // Bytes that are the one looked for become 0; the lowest 0 is found exactly.
        let zero = u64::from_le_bytes(*word) ^ (ONES * u64::from(unit));
        let found = zero.wrapping_sub(ONES) & !zero & (ONES << 7);
        if found != 0 {
            return Some(i * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|&b| b == unit).map(|at| words.len() * 8 + at)
}

/// What stands before and behind the first of a byte in a few.
#[inline]
pub fn few_cut(text: &[u8], unit: u8) -> Option<(&[u8], &[u8])> {
    if text.len() > FEW {
        return None;
    }
    let (before, rest) = text.split_at_checked(few_position(text, unit)?)?;
    Some((before, rest.get(1..)?))
}

/// Whether all bytes are below 0x80, without a call where they are few.
#[inline]
pub fn is_ascii(bytes: &[u8]) -> bool {
    if bytes.len() > SHORT {
        return bytes.is_ascii();
    }
    const HIGH: u64 = u64::MAX / 255 << 7;
    let (words, rest) = bytes.as_chunks::<8>();
    let last = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |all, &b| all | u64::from(b)),
    };
    (words.iter().fold(last, |all, word| all | u64::from_le_bytes(*word)) & HIGH) == 0
}

/// The first byte that is white space in ASCII text from `from` on, eight at a time.
#[inline]
fn ascii_space_from(text: &[u8], from: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let mut at = from;
    while let Some(word) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        // In bytes up to the space bit 7 is set, the lowest of them exactly.
        let word = u64::from_le_bytes(*word);
        let low = word.wrapping_sub(ONES * 0x21) & !word & (ONES << 7);
        if low == 0 {
            at += 8;
            continue;
        }
        at += low.trailing_zeros() as usize / 8;
        if text.get(at).is_some_and(|&b| is_ascii_space(b)) {
            return Some(at);
        }
        at += 1;
    }
    text.get(at..)?.iter().position(|&b| is_ascii_space(b)).map(|i| at + i)
}

/// [`split_space`] of ASCII text.
pub fn split_ascii_space(text: &[u8], max: usize) -> impl Iterator<Item = (usize, usize)> {
    let (mut from, mut cuts) = (0, max);
    std::iter::from_fn(move || {
        from += text.get(from..)?.iter().position(|&b| !is_ascii_space(b))?;
        let start = from;
        from = if cuts == 0 { None } else { ascii_space_from(text, start) }.unwrap_or(text.len());
        cuts = cuts.saturating_sub(1);
        Some((start, from))
    })
}

/// The first place of a needle of two bytes or more in a short text: from first byte to first byte.
fn search_short(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let (&first, rest) = needle.split_first()?;
    let starts = hay.len().checked_sub(rest.len())?;
    let mut at = 0;
    loop {
        at += u8::position(hay.get(at..starts)?, first)?;
        if hay[at + 1..].starts_with(rest) {
            return Some(at);
        }
        at += 1;
    }
}

impl Unit for u8 {
    fn fit(c: u32) -> Option<u8> {
        u8::try_from(c).ok()
    }
    #[inline]
    fn position(hay: &[u8], unit: u8) -> Option<usize> {
        if hay.len() <= FEW { few_position(hay, unit) } else { memchr::memchr(unit, hay) }
    }
    #[inline]
    fn rposition(hay: &[u8], unit: u8) -> Option<usize> {
        memchr::memrchr(unit, hay)
    }
    fn occurrences(hay: &[u8], unit: u8) -> usize {
        memchr::memchr_iter(unit, hay).count()
    }
    fn search(hay: &[u8], needle: &[u8]) -> Option<usize> {
        if hay.len() <= SHORT { search_short(hay, needle) } else { memmem::find(hay, needle) }
    }
    fn rsearch(hay: &[u8], needle: &[u8]) -> Option<usize> {
        memmem::rfind(hay, needle)
    }
    type Finder<'n> = ByteFinder<'n>;
    #[inline]
    fn finder(needle: &[u8], hay_len: usize) -> ByteFinder<'_> {
        match needle {
            [one] => ByteFinder::One(*one),
            _ if hay_len <= SHORT => ByteFinder::Plain(needle),
            _ => ByteFinder::Many(Box::new(memmem::Finder::new(needle))),
        }
    }
    #[inline]
    fn next(finder: &ByteFinder<'_>, hay: &[u8]) -> Option<usize> {
        match finder {
            ByteFinder::One(b) => u8::position(hay, *b),
            ByteFinder::Plain(needle) => search_short(hay, needle),
            ByteFinder::Many(f) => f.find(hay),
        }
    }
}

macro_rules! wide_unit {
    ($t:ty) => {
        impl Unit for $t {
            fn fit(c: u32) -> Option<$t> {
                <$t>::try_from(c).ok()
            }
            fn position(hay: &[$t], unit: $t) -> Option<usize> {
                // Whole blocks first: a loop without an exit is what gets vectorised.
                let blocks = hay.chunks_exact(32);
                let done = hay.len() - blocks.remainder().len();
                for (i, block) in blocks.enumerate() {
                    if block.iter().fold(false, |found, &u| found | (u == unit)) {
                        let at = i * 32;
                        return block.iter().position(|&u| u == unit).map(|k| at + k);
                    }
                }
                hay[done..].iter().position(|&u| u == unit).map(|k| done + k)
            }
            fn rposition(hay: &[$t], unit: $t) -> Option<usize> {
                hay.iter().rposition(|&u| u == unit)
            }
            fn occurrences(hay: &[$t], unit: $t) -> usize {
                hay.iter().filter(|&&u| u == unit).count()
            }
            fn search(hay: &[$t], needle: &[$t]) -> Option<usize> {
                search_wide(hay, needle)
            }
            fn rsearch(hay: &[$t], needle: &[$t]) -> Option<usize> {
                let (h, n) = (hay.len(), needle.len());
                let at = knuth(|i| hay[h - 1 - i], h, |i| needle[n - 1 - i], n)?;
                Some(h - at - n)
            }
            type Finder<'n> = &'n [$t];
            fn finder(needle: &[$t], _: usize) -> &[$t] {
                needle
            }
            fn next(finder: &&[$t], hay: &[$t]) -> Option<usize> {
                find(hay, finder)
            }
        }
    };
}
wide_unit!(u16);
wide_unit!(u32);

/// Jump from first unit to first unit; after too many near misses go on with the linear method.
fn search_wide<U: Unit>(hay: &[U], needle: &[U]) -> Option<usize> {
    let (&first, rest) = needle.split_first()?;
    let mut budget = 256 + hay.len();
    let mut at = 0;
    while at + needle.len() <= hay.len() {
        at += U::position(&hay[at..=hay.len() - needle.len()], first)?;
        let same = hay[at + 1..].iter().zip(rest).take_while(|(a, b)| a == b).count();
        if same == rest.len() {
            return Some(at);
        }
        at += 1;
        if budget < same {
            let tail = &hay[at..];
            return knuth(|i| tail[i], tail.len(), |i| needle[i], needle.len()).map(|k| at + k);
        }
        budget -= same;
    }
    None
}

/// Knuth, Morris and Pratt: never looks at a unit of the text twice.
fn knuth<U: Unit>(
    hay: impl Fn(usize) -> U,
    hay_len: usize,
    needle: impl Fn(usize) -> U,
    len: usize,
) -> Option<usize> {
    if len == 0 || len > hay_len {
        return (len == 0).then_some(0);
    }
    // border[i]: the length of the longest proper prefix of needle[..=i] that is also its end.
    let mut border = Vec::new();
    border.try_reserve_exact(len).ok()?;
    border.push(0);
    let mut k = 0;
    for i in 1..len {
        while k > 0 && needle(i) != needle(k) {
            k = border[k - 1];
        }
        k += usize::from(needle(i) == needle(k));
        border.push(k);
    }
    k = 0;
    for i in 0..hay_len {
        while k > 0 && hay(i) != needle(k) {
            k = border[k - 1];
        }
        k += usize::from(hay(i) == needle(k));
        if k == len {
            return Some(i + 1 - len);
        }
    }
    None
}

/// The first place of `needle`; an empty one is at 0.
#[inline]
pub fn find<U: Unit>(hay: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [unit] => U::position(hay, *unit),
        _ if needle.len() > hay.len() => None,
        _ => U::search(hay, needle),
    }
}

/// The last place of `needle`; an empty one is at the end.
pub fn rfind<U: Unit>(hay: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(hay.len()),
        [unit] => U::rposition(hay, *unit),
        _ if needle.len() > hay.len() => None,
        _ => U::rsearch(hay, needle),
    }
}

/// How often `needle` occurs without overlapping, but at most `max`.
pub fn count<U: Unit>(hay: &[U], needle: &[U], max: usize) -> usize {
    match needle {
        [] => (hay.len() + 1).min(max),
        [unit] if max >= hay.len() => U::occurrences(hay, *unit),
        _ => matches(hay, needle).take(max).count(),
    }
}

/// The places of a needle that is not empty, without overlapping.
pub fn matches<'a, U: Unit>(hay: &'a [U], needle: &'a [U]) -> impl Iterator<Item = usize> + 'a {
    let finder = U::finder(needle, hay.len());
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + U::next(&finder, hay.get(from..)?)?;
        from = at + needle.len().max(1);
        Some(at)
    })
}

/// The pieces between separators, as `(start, end)`; at most `max` cuts. `sep` must not be empty.
pub fn split<'a, U: Unit>(
    hay: &'a [U],
    sep: &'a [U],
    max: usize,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let finder = U::finder(sep, hay.len());
    let (mut from, mut cuts, mut done) = (0, max, false);
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let found = if cuts > 0 { U::next(&finder, &hay[from..]) } else { None };
        let Some(at) = found else {
            done = true;
            return Some((from, hay.len()));
        };
        let piece = (from, from + at);
        from += at + sep.len();
        cuts -= 1;
        Some(piece)
    })
}

/// The pieces between separators, the last one first.
pub fn rsplit<'a, U: Unit>(
    hay: &'a [U],
    sep: &'a [U],
    max: usize,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let (mut to, mut cuts, mut done) = (hay.len(), max, false);
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let found = if cuts > 0 { rfind(&hay[..to], sep) } else { None };
        let Some(at) = found else {
            done = true;
            return Some((0, to));
        };
        let piece = (at + sep.len(), to);
        to = at;
        cuts -= 1;
        Some(piece)
    })
}

/// The pieces between runs of space, none of them empty; after `max` cuts the rest as it is.
pub fn split_space<'a, U: Unit>(
    hay: &'a [U],
    max: usize,
    is_space: impl Fn(U) -> bool + Copy + 'a,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let (mut from, mut cuts) = (0, max);
    std::iter::from_fn(move || {
        from += hay.get(from..)?.iter().position(|&u| !is_space(u))?;
        let start = from;
        if cuts == 0 {
            from = hay.len();
            return Some((start, from));
        }
        cuts -= 1;
        let len = hay[start..].iter().position(|&u| is_space(u));
        from = len.map_or(hay.len(), |n| start + n);
        Some((start, from))
    })
}

/// The same from the end, the last piece first.
pub fn rsplit_space<'a, U: Unit>(
    hay: &'a [U],
    max: usize,
    is_space: impl Fn(U) -> bool + Copy + 'a,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let (mut to, mut cuts) = (hay.len(), max);
    std::iter::from_fn(move || {
        to = hay[..to].iter().rposition(|&u| !is_space(u))? + 1;
        let end = to;
        if cuts == 0 {
            to = 0;
            return Some((0, end));
        }
        cuts -= 1;
        to = hay[..end].iter().rposition(|&u| is_space(u)).map_or(0, |i| i + 1);
        Some((to, end))
    })
}

/// The lines as `(start, end, next)`: the break is between `end` and `next`.
pub fn lines<'a, U: Unit>(
    hay: &'a [U],
    is_break: impl Fn(U) -> bool + 'a,
) -> impl Iterator<Item = (usize, usize, usize)> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        if from >= hay.len() {
            return None;
        }
        let start = from;
        let len = hay[start..].iter().position(|&u| is_break(u));
        let end = len.map_or(hay.len(), |n| start + n);
        let crlf =
            matches!(hay.get(end..), Some([a, b, ..]) if (*a).into() == 13 && (*b).into() == 10);
        from = (end + if crlf { 2 } else { 1 }).min(hay.len());
        Some((start, end, from))
    })
}

/// What `bytes` calls space.
#[inline]
pub fn is_byte_space(b: u8) -> bool {
    matches!(b, b'\t'..=b'\r' | b' ')
}

/// What ends a line of `bytes`.
#[inline]
pub fn is_byte_break(b: u8) -> bool {
    matches!(b, b'\n' | b'\r')
}

/// What is left of `hay` when units for which `drop` holds go from the chosen ends.
pub fn strip<U: Unit>(
    hay: &[U],
    left: bool,
    right: bool,
    drop: impl Fn(U) -> bool,
) -> (usize, usize) {
    let mut from = 0;
    if left {
        from = hay.iter().position(|&u| !drop(u)).unwrap_or(hay.len());
    }
    let mut to = hay.len();
    if right {
        to = hay[from..].iter().rposition(|&u| !drop(u)).map_or(from, |i| from + i + 1);
    }
    (from, to)
}

/// [`strip`] of white space from ASCII text.
#[inline]
pub fn strip_ascii(text: &[u8], left: bool, right: bool) -> (usize, usize) {
    strip(text, left, right, is_ascii_space)
}

/// A set of code points, quick to ask for those below 256.
pub struct CharSet<'a> {
    low: [bool; 256],
    all: TextRef<'a>,
}

impl<'a> CharSet<'a> {
    /// Of the code points of a text.
    pub fn new(all: TextRef<'a>) -> Self {
        let mut low = [false; 256];
        for c in all.iter() {
            if let Some(flag) = low.get_mut(c as usize) {
                *flag = true;
            }
        }
        Self { low, all }
    }

    /// Is it one of them?
    #[inline]
    pub fn has(&self, c: u32) -> bool {
        match self.low.get(c as usize) {
            Some(flag) => *flag,
            None => self.all.iter().any(|a| a == c),
        }
    }
}

/// A needle in the units of the text that it is sought in.
fn fitted<U: Unit>(needle: TextRef<'_>) -> TextResult<Option<Vec<U>>> {
    let mut out = vec_with(needle.len())?;
    for c in needle.iter() {
        match U::fit(c) {
            Some(u) => out.push(u),
            None => return Ok(None),
        }
    }
    Ok(Some(out))
}

/// Run `$body` with both texts in the units of the first, or answer `$absent` when the second has
/// code points that the first cannot have.
macro_rules! same_kind {
    ($hay:expr, $needle:expr, $absent:expr, |$h:ident, $n:ident| $body:expr) => {{
        use TextRef::{Ascii, Latin1, Ucs2, Ucs4};
        match ($hay, $needle) {
            (Ascii($h) | Latin1($h), Ascii($n) | Latin1($n)) => $body,
            (Ucs2($h), Ucs2($n)) => $body,
            (Ucs4($h), Ucs4($n)) => $body,
            (hay, needle) if needle.len() > hay.len() => $absent,
            (Ascii($h) | Latin1($h), needle) => match fitted::<u8>(needle)? {
                Some(v) => {
                    let $n = &v[..];
                    $body
                }
                None => $absent,
            },
            (Ucs2($h), needle) => match fitted::<u16>(needle)? {
                Some(v) => {
                    let $n = &v[..];
                    $body
                }
                None => $absent,
            },
            (Ucs4($h), needle) => match fitted::<u32>(needle)? {
                Some(v) => {
                    let $n = &v[..];
                    $body
                }
                None => $absent,
            },
        }
    }};
}

/// How many places of a long text are looked at in one go.
fn step(needle: usize) -> usize {
    PIECE.max(needle.saturating_mul(2))
}

/// [`find`] that asks the watch now and then in a long text.
#[inline]
pub fn find_long<U: Unit>(watch: &dyn Watch, hay: &[U], needle: &[U]) -> TextResult<Option<usize>> {
    if hay.len() <= step(needle.len()) {
        return Ok(find(hay, needle));
    }
    find_in_pieces(watch, hay, needle)
}

/// A piece has the places from its start up to the next one's, and as many units more as a needle needs that
/// begins there; between them the watch is asked.
#[cold]
fn find_in_pieces<U: Unit>(
    watch: &dyn Watch,
    hay: &[U],
    needle: &[U],
) -> TextResult<Option<usize>> {
    let step = step(needle.len());
    for from in (0..hay.len()).step_by(step) {
        watch.poll()?;
        let to = (from + step + needle.len().saturating_sub(1)).min(hay.len());
        if let Some(at) = find(&hay[from..to], needle) {
            return Ok(Some(from + at));
        }
    }
    Ok(None)
}

/// [`rfind`] in pieces.
pub fn rfind_long<U: Unit>(
    watch: &dyn Watch,
    hay: &[U],
    needle: &[U],
) -> TextResult<Option<usize>> {
    let step = step(needle.len());
    let mut end = hay.len();
    while end > step {
        let from = end - step;
        watch.poll()?;
        let to = (end + needle.len().saturating_sub(1)).min(hay.len());
        if let Some(at) = rfind(&hay[from..to], needle) {
            return Ok(Some(from + at));
        }
        end = from;
    }
    let to = (end + needle.len().saturating_sub(1)).min(hay.len());
    Ok(rfind(&hay[..to], needle))
}

/// [`count`] in pieces.
pub fn count_long<U: Unit>(
    watch: &dyn Watch,
    hay: &[U],
    needle: &[U],
    max: usize,
) -> TextResult<usize> {
    if hay.len() <= PIECE || needle.is_empty() {
        return Ok(count(hay, needle, max));
    }
    if let ([unit], true) = (needle, max >= hay.len()) {
        let mut n = 0;
        for piece in hay.chunks(PIECE) {
            watch.poll()?;
            n += U::occurrences(piece, *unit);
        }
        return Ok(n);
    }
    let mut n = 0;
    matches_long(watch, hay, needle, max, |_| {
        n += 1;
        Ok::<(), TextError>(())
    })?;
    Ok(n)
}

/// Hand the places of [`matches`], at most `max`, to `f`; in pieces.
pub fn matches_long<U: Unit, E: From<TextError>>(
    watch: &dyn Watch,
    hay: &[U],
    needle: &[U],
    max: usize,
    mut f: impl FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    let step = step(needle.len());
    if hay.len() <= step {
        return matches(hay, needle).take(max).try_for_each(f);
    }
    let (mut from, mut left) = (0, max);
    while from < hay.len() && left > 0 {
        watch.poll()?;
        let mut next = from + step;
        let to = (next + needle.len() - 1).min(hay.len());
        for at in matches(&hay[from..to], needle).take(left) {
            f(from + at)?;
            left -= 1;
            next = next.max(from + at + needle.len());
        }
        from = next;
    }
    Ok(())
}

/// The first place of one text in another.
#[inline]
pub fn find_text(
    watch: &dyn Watch,
    hay: TextRef<'_>,
    needle: TextRef<'_>,
) -> TextResult<Option<usize>> {
    match (hay, needle) {
        (TextRef::Ascii(hay), TextRef::Ascii([unit])) if hay.len() <= FEW => {
            Ok(few_position(hay, *unit))
        }
        _ => find_any_text(watch, hay, needle),
    }
}

fn find_any_text(
    watch: &dyn Watch,
    hay: TextRef<'_>,
    needle: TextRef<'_>,
) -> TextResult<Option<usize>> {
    same_kind!(hay, needle, Ok(None), |h, n| find_long(watch, h, n))
}

/// The last place of one text in another.
pub fn rfind_text(
    watch: &dyn Watch,
    hay: TextRef<'_>,
    needle: TextRef<'_>,
) -> TextResult<Option<usize>> {
    same_kind!(hay, needle, Ok(None), |h, n| rfind_long(watch, h, n))
}

/// How often one text occurs in another, at most `max`.
pub fn count_text(
    watch: &dyn Watch,
    hay: TextRef<'_>,
    needle: TextRef<'_>,
    max: usize,
) -> TextResult<usize> {
    same_kind!(hay, needle, Ok(0), |h, n| count_long(watch, h, n, max))
}

/// Hand the places of a needle that is not empty to `f`.
pub fn matches_text<E: From<TextError>>(
    watch: &dyn Watch,
    hay: TextRef<'_>,
    needle: TextRef<'_>,
    max: usize,
    f: impl FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    same_kind!(hay, needle, Ok(()), |h, n| matches_long(watch, h, n, max, f))
}

/// Whether `text` starts with `prefix`.
#[inline]
pub fn starts_with(text: TextRef<'_>, prefix: TextRef<'_>) -> bool {
    prefix.len() <= text.len() && text.slice(0, prefix.len()) == prefix
}

/// Whether `text` ends with `suffix`.
#[inline]
pub fn ends_with(text: TextRef<'_>, suffix: TextRef<'_>) -> bool {
    suffix.len() <= text.len() && text.slice(text.len() - suffix.len(), text.len()) == suffix
}

/// Hand every piece between separators to `f`, from the left.
pub fn split_text<E: From<TextError>>(
    hay: TextRef<'_>,
    sep: TextRef<'_>,
    max: usize,
    mut f: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    same_kind!(hay, sep, f(0, hay.len()), |h, n| split(h, n, max).try_for_each(|(a, b)| f(a, b)))
}

/// Hand every piece between separators to `f`, from the right.
pub fn rsplit_text<E: From<TextError>>(
    hay: TextRef<'_>,
    sep: TextRef<'_>,
    max: usize,
    mut f: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    same_kind!(hay, sep, f(0, hay.len()), |h, n| rsplit(h, n, max).try_for_each(|(a, b)| f(a, b)))
}

/// Hand every piece between runs of white space to `f`, from the left.
pub fn split_space_text<E>(
    hay: TextRef<'_>,
    max: usize,
    mut f: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    match hay {
        TextRef::Ascii(h) => split_ascii_space(h, max).try_for_each(|(a, b)| f(a, b)),
        _ => crate::each_kind!(hay, h => {
            split_space(h, max, |u| unicode::is_space(u.into())).try_for_each(|(a, b)| f(a, b))
        }),
    }
}

/// Hand every piece between runs of white space to `f`, from the right.
pub fn rsplit_space_text<E>(
    hay: TextRef<'_>,
    max: usize,
    mut f: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    crate::each_kind!(hay, h => {
        rsplit_space(h, max, |u| unicode::is_space(u.into())).try_for_each(|(a, b)| f(a, b))
    })
}

/// Hand every line to `f` as `(start, end, next)`.
pub fn lines_text<E>(
    hay: TextRef<'_>,
    mut f: impl FnMut(usize, usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    crate::each_kind!(hay, h => {
        lines(h, |u| unicode::is_line_break(u.into())).try_for_each(|(a, b, c)| f(a, b, c))
    })
}

/// What `strip`, `lstrip` or `rstrip` leaves; without a set, white space goes.
pub fn strip_text(
    text: TextRef<'_>,
    left: bool,
    right: bool,
    set: Option<TextRef<'_>>,
) -> (usize, usize) {
    match (text, set) {
        (TextRef::Ascii(s), None) => strip_ascii(s, left, right),
        (_, None) => {
            crate::each_kind!(text, s => strip(s, left, right, |u| unicode::is_space(u.into())))
        }
        (_, Some(set)) => {
            let set = CharSet::new(set);
            crate::each_kind!(text, s => strip(s, left, right, |u| set.has(u.into())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds() {
        assert_eq!(find(b"hello", b"l"), Some(2));
        assert_eq!(rfind(b"hello", b"l"), Some(3));
        assert_eq!(find(b"", b""), Some(0));
        assert_eq!(count(b"aaaa", b"aa", 9), 2);
        assert_eq!(count(b"abc", b"", 9), 4);
        let hay: Vec<u16> = "xxabababc€".encode_utf16().collect();
        let needle: Vec<u16> = "ababc".encode_utf16().collect();
        assert_eq!(find(&hay, &needle), Some(4));
        assert_eq!(rfind(&hay, &needle), Some(4));
        assert_eq!(
            find_text(&crate::text::watch::Unwatched, TextRef::Ucs2(&hay), TextRef::Ascii(b"bc"))
                .unwrap(),
            Some(7)
        );
        assert_eq!(
            find_text(
                &crate::text::watch::Unwatched,
                TextRef::Ascii(b"abc"),
                TextRef::Ucs2(&[0x20AC])
            )
            .unwrap(),
            None
        );
    }

    #[test]
    fn wide_search_is_linear() {
        let hay = vec![0x100u16; 100_000];
        let mut needle = vec![0x100u16; 50_000];
        needle.push(0x101);
        assert_eq!(find(&hay, &needle), None);
        assert_eq!(rfind(&hay, &needle), None);
        needle.pop();
        assert_eq!(find(&hay, &needle), Some(0));
        assert_eq!(rfind(&hay, &needle), Some(50_000));
    }

    fn cut(s: &[u8], pieces: impl Iterator<Item = (usize, usize)>) -> Vec<String> {
        pieces.map(|(a, b)| String::from_utf8_lossy(&s[a..b]).into_owned()).collect()
    }

    #[test]
    fn splits() {
        let s = b"a,,b,c";
        assert_eq!(cut(s, split(s, b",", usize::MAX)), ["a", "", "b", "c"]);
        assert_eq!(cut(s, split(s, b",", 1)), ["a", ",b,c"]);
        assert_eq!(cut(s, rsplit(s, b",", 1)), ["c", "a,,b"]);
        let w = b"  one two\t three ";
        assert_eq!(cut(w, split_space(w, 9, is_byte_space)), ["one", "two", "three"]);
        assert_eq!(cut(w, split_space(w, 1, is_byte_space)), ["one", "two\t three "]);
        assert_eq!(cut(w, rsplit_space(w, 1, is_byte_space)), ["three", "  one two"]);
        assert_eq!(cut(b"", split_space(b"  ", 1, is_byte_space)), Vec::<String>::new());
        let l = b"a\r\nb\n\nc";
        let found: Vec<_> = lines(l, is_byte_break).collect();
        assert_eq!(found, [(0, 1, 3), (3, 4, 5), (5, 5, 6), (6, 7, 7)]);
        assert_eq!(strip(w, true, true, is_byte_space), (2, 16));
    }
}
