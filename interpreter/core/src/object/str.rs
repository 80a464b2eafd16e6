//! The str object: text in the narrowest of four layouts, behind its header.
//!
//! **Invariant:** `data` names `len` units of `kind` in this object's own tail (or in a static empty
//! slice), immutable for the object's life; the kind is canonical (see `text::Text`), so equal texts
//! have equal kinds. `hash` is -1 until asked for.
#![expect(unsafe_code, reason = "text lies behind the payload")]

use super::header::{Kind, header_flags};
use super::object::{Obj, Payload};
use crate::text::TextRef;
use std::borrow::Cow;
use std::cell::Cell;

/// See the file's head.
pub struct Str {
    pub(crate) hash: Cell<i64>,
    /// Length in code points, shifted left by 2, plus the kind.
    len_kind: Cell<usize>,
    data: *const u8,
}

pub(crate) const ASCII: usize = 0;
pub(crate) const LATIN1: usize = 1;
pub(crate) const UCS2: usize = 2;
pub(crate) const UCS4: usize = 3;

/// log2 of the unit size of each kind.
const SHIFT: [u32; 4] = [0, 0, 1, 2];

impl Payload for Str {
    const KIND: Kind = Kind::Str;
    fn tail(&self) -> usize {
        self.byte_len()
    }
}

pub(crate) fn kind_of(text: TextRef) -> usize {
    match text {
        TextRef::Ascii(_) => ASCII,
        TextRef::Latin1(_) => LATIN1,
        TextRef::Ucs2(_) => UCS2,
        TextRef::Ucs4(_) => UCS4,
    }
}

pub(crate) fn bytes_of(text: TextRef<'_>) -> &[u8] {
    // SAFETY: plain numbers viewed as bytes.
    unsafe {
        match text {
            TextRef::Ascii(s) | TextRef::Latin1(s) => s,
            TextRef::Ucs2(s) => std::slice::from_raw_parts(s.as_ptr() as *const u8, s.len() * 2),
            TextRef::Ucs4(s) => std::slice::from_raw_parts(s.as_ptr() as *const u8, s.len() * 4),
        }
    }
}

impl Str {
    /// # Safety
    /// `data` will name `len` units of `kind` before the object is read.
    pub(crate) unsafe fn new_raw(kind: usize, len: usize, data: *const u8) -> Str {
        Str { hash: Cell::new(-1), len_kind: Cell::new(len << 2 | kind), data }
    }

    /// Length in code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len_kind.get() >> 2
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len_kind.get() >> 2 == 0
    }

    #[inline(always)]
    pub(crate) fn byte_len(&self) -> usize {
        self.len() << SHIFT[self.len_kind.get() & 3]
    }

    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        // SAFETY: file invariant.
        unsafe { std::slice::from_raw_parts(self.data, self.byte_len()) }
    }

    /// The text.
    #[inline]
    pub fn as_text(&self) -> TextRef<'_> {
        // SAFETY: file invariant; the tail is 8-aligned.
        unsafe {
            match self.len_kind.get() & 3 {
                ASCII => TextRef::Ascii(self.bytes()),
                LATIN1 => TextRef::Latin1(self.bytes()),
                UCS2 => {
                    TextRef::Ucs2(std::slice::from_raw_parts(self.data as *const u16, self.len()))
                }
                _ => TextRef::Ucs4(std::slice::from_raw_parts(self.data as *const u32, self.len())),
            }
        }
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.len_kind.get() & 3 == ASCII
    }

    /// The text without a copy, if it is ASCII.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        // SAFETY: ASCII is UTF-8.
        if self.is_ascii() {
            Some(unsafe { std::str::from_utf8_unchecked(self.bytes()) })
        } else {
            None
        }
    }

    /// As UTF-8; lone surrogates become U+FFFD. Borrowed for ASCII.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        match self.as_ascii() {
            Some(s) => Cow::Borrowed(s),
            None => Cow::Owned(self.as_text().to_string_lossy()),
        }
    }

    pub fn to_string_lossy(&self) -> String {
        self.to_str_lossy().into_owned()
    }

    /// As UTF-8, if it has no lone surrogates.
    pub fn to_utf8(&self) -> Option<Cow<'_, str>> {
        if let Some(s) = self.as_ascii() {
            return Some(Cow::Borrowed(s));
        }
        let mut out = String::new();
        out.try_reserve(self.len()).ok()?;
        for c in self.as_text().iter() {
            out.push(char::from_u32(c)?);
        }
        Some(Cow::Owned(out))
    }

    /// Same text.
    #[inline(always)]
    pub fn same_text(&self, other: &Str) -> bool {
        self.len_kind.get() == other.len_kind.get() && self.bytes() == other.bytes()
    }

    /// Same text as a Rust string.
    #[inline]
    pub fn equals(&self, other: &str) -> bool {
        match self.as_ascii() {
            Some(s) => s == other,
            None => self.as_text().eq_str(other),
        }
    }

    /// The code point at `i`.
    #[inline]
    pub fn char_at(&self, i: usize) -> Option<u32> {
        self.as_text().char_at(i)
    }

    /// The hash if it is known already (never -1).
    #[inline(always)]
    pub fn known_hash(&self) -> Option<i64> {
        let h = self.hash.get();
        if h == -1 { None } else { Some(h) }
    }
}

/// Append to a str that nobody but the caller names, where its block has room: the str the caller holds
/// is then longer. False: nothing was done.
///
/// # Safety
/// `target` is the only reference to it (count 1), not interned and not weakly referenced.
pub(crate) unsafe fn append_in_place(target: &Obj<Str>, room: usize, more: &Str) -> bool {
    let kind = target.len_kind.get() & 3;
    if more.len_kind.get() & 3 != kind {
        return false;
    }
    let (have, add) = (target.byte_len(), more.byte_len());
    if have + add > room {
        return false;
    }
    std::ptr::copy_nonoverlapping(more.data, (target.data as *mut u8).add(have), add);
    target.len_kind.set((target.len() + more.len()) << 2 | kind);
    target.hash.set(-1);
    true
}

impl Obj<Str> {
    /// One object for each text among interned strings: identity is equality.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.header_ref().has_flag(header_flags::INTERNED)
    }

    /// Same text, by identity first.
    #[inline(always)]
    pub fn eq_str(&self, other: &Obj<Str>) -> bool {
        self.is(other) || (!(self.is_interned() && other.is_interned()) && self.same_text(other))
    }
}
