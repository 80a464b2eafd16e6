//! Making objects.
#![expect(unsafe_code, reason = "objects are written into raw blocks")]

use super::{Interp, Res, Vm};
use crate::object::header::{Header, Kind, header_flags};
use crate::object::object::Boxed;
use crate::object::*;
use crate::text::{Text, TextBuf, TextRef};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

/// A block for an instance of `ty`: header written, attribute area empty, payload not yet written.
#[inline(always)]
pub(crate) unsafe fn raw_object(
    interp: &Interp,
    ty: *const Boxed<Type>,
    kind: Kind,
    tail: usize,
) -> *mut Header {
    let t = &(*ty).payload;
    let size = t.basicsize.get() as usize + tail;
    let (p, large) = interp.heap.alloc_object(size);
    if p.is_null() {
        return null_mut();
    }
    let mut flags = 0;
    if t.layout.gc || t.is_heap_type() {
        flags = header_flags::GC;
        let n = interp.heap.gc_count.get() + 1;
        interp.heap.gc_count.set(n);
        if n >= interp.heap.gc_threshold.get() {
            interp.request_collection();
        }
    }
    if large {
        flags |= header_flags::LARGE;
    }
    let p = p as *mut Header;
    p.write(Header::new(kind, flags, ty));
    if t.is_heap_type() {
        let rc = &(*ty).header.rc;
        rc.set(rc.get() + 1);
        instance::init_attributes(p, t);
    } else if t.attr_offset.get() != 0 || t.member_count.get() != 0 {
        instance::init_attributes(p, t);
    }
    p
}

/// Room for the characters of an ASCII str that is being made.
pub(crate) struct AsciiFill {
    /// `left` writable bytes.
    at: *mut u8,
    left: usize,
}

impl AsciiFill {
    /// The next characters, which are ASCII; what there is no room for is dropped.
    #[inline(always)]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        debug_assert!(bytes.is_ascii());
        let n = bytes.len().min(self.left);
        // SAFETY: room for `left` bytes, which nobody else names.
        unsafe {
            copy_short(bytes.as_ptr(), self.at, n);
            self.at = self.at.add(n);
        }
        self.left -= n;
    }

    /// The next characters: what `change` makes of each of these.
    #[inline(always)]
    pub(crate) fn push_changed(&mut self, bytes: &[u8], change: impl Fn(u8) -> u8) {
        let n = bytes.len().min(self.left);
        for (i, &b) in bytes[..n].iter().enumerate() {
            // SAFETY: as `push`.
            unsafe { *self.at.add(i) = change(b) & 0x7f };
        }
        // SAFETY: as `push`.
        self.at = unsafe { self.at.add(n) };
        self.left -= n;
    }

    /// The next characters: these, which are ASCII, in lower case (or in upper case), eight at a time.
    #[inline]
    pub(crate) fn push_case(&mut self, bytes: &[u8], upper: bool) {
        const ONES: u64 = u64::MAX / 255;
        let n = bytes.len().min(self.left);
        let from = if upper { b'a' } else { b'A' };
        // In each byte below 0x80: bit 7 of the sums is set from the first letter on, and beyond the last.
        let (first, beyond) = (ONES * u64::from(0x80 - from), ONES * u64::from(0x80 - from - 26));
        let change = |word: u64| {
            let word = word & !(ONES << 7);
            let letters = ((word + first) & !(word + beyond)) & ONES << 7;
            word ^ letters >> 2
        };
        // SAFETY: as `push`; what is read is within the `n` bytes.
        unsafe {
            let (from, to) = (bytes.as_ptr(), self.at);
            let eight = |i: usize| {
                let word = (from.add(i) as *const u64).read_unaligned();
                (to.add(i) as *mut u64).write_unaligned(change(word));
            };
            let four = |i: usize| {
                let word = (from.add(i) as *const u32).read_unaligned();
                (to.add(i) as *mut u32).write_unaligned(change(word.into()) as u32);
            };
            // The last word overlaps the one before where `n` is no multiple.
            if n >= 8 {
                (0..n - 7).step_by(8).for_each(eight);
                eight(n - 8);
            } else if n >= 4 {
                four(0);
                four(n - 4);
            } else {
                (0..n).for_each(|i| *to.add(i) = change((*from.add(i)).into()) as u8);
            }
            self.at = self.at.add(n);
        }
        self.left -= n;
    }

    /// The next characters: these from the last to the first.
    pub(crate) fn push_reversed(&mut self, bytes: &[u8]) {
        let n = bytes.len().min(self.left);
        for (i, &b) in bytes.iter().rev().take(n).enumerate() {
            // SAFETY: as `push`.
            unsafe { *self.at.add(i) = b & 0x7f };
        }
        // SAFETY: as `push`.
        self.at = unsafe { self.at.add(n) };
        self.left -= n;
    }

    /// The same character `n` times.
    #[inline(always)]
    pub(crate) fn push_n(&mut self, byte: u8, n: usize) {
        let n = n.min(self.left);
        if n == 0 {
            return;
        }
        // SAFETY: as `push`.
        unsafe {
            self.at.write_bytes(byte & 0x7f, n);
            self.at = self.at.add(n);
        }
        self.left -= n;
    }
}

/// Copy bytes, few of them as a rule: a call of memcpy costs more than the copy.
///
/// # Safety
/// As `copy_nonoverlapping`.
#[inline(always)]
unsafe fn copy_short(from: *const u8, to: *mut u8, n: usize) {
    if n > 32 {
        return std::ptr::copy_nonoverlapping(from, to, n);
    }
    // Two words that overlap where n is no power of two.
    if n > 16 {
        let head = (from as *const u128).read_unaligned();
        let tail = (from.add(n - 16) as *const u128).read_unaligned();
        (to as *mut u128).write_unaligned(head);
        (to.add(n - 16) as *mut u128).write_unaligned(tail);
    } else if n >= 8 {
        let head = (from as *const u64).read_unaligned();
        let tail = (from.add(n - 8) as *const u64).read_unaligned();
        (to as *mut u64).write_unaligned(head);
        (to.add(n - 8) as *mut u64).write_unaligned(tail);
    } else if n >= 4 {
        let head = (from as *const u32).read_unaligned();
        let tail = (from.add(n - 4) as *const u32).read_unaligned();
        (to as *mut u32).write_unaligned(head);
        (to.add(n - 4) as *mut u32).write_unaligned(tail);
    } else {
        for i in 0..n {
            *to.add(i) = *from.add(i);
        }
    }
}

/// More bytes than this are copied in pieces.
const LONG_COPY: usize = 4 << 20;

impl Vm {
    /// `copy_short` of any length: fresh memory takes a quarter of a second for each gigabyte, or more, so
    /// that it is looked at whether the host stops.
    ///
    /// # Safety
    /// As `copy_nonoverlapping`.
    #[inline]
    unsafe fn copy_any(&self, from: *const u8, to: *mut u8, n: usize) -> Res<()> {
        if n > LONG_COPY {
            return self.copy_long(from, to, n);
        }
        copy_short(from, to, n);
        Ok(())
    }

    #[cold]
    unsafe fn copy_long(&self, from: *const u8, to: *mut u8, n: usize) -> Res<()> {
        for at in (0..n).step_by(LONG_COPY) {
            self.poll_stop()?;
            let count = LONG_COPY.min(n - at);
            std::ptr::copy_nonoverlapping(from.add(at), to.add(at), count);
        }
        Ok(())
    }

    /// An instance of `ty` (whose layout must be `T`'s) with `tail` more bytes behind it.
    #[inline]
    pub(crate) fn alloc_typed<T: Payload>(
        &self,
        ty: &Obj<Type>,
        payload: T,
        tail: usize,
    ) -> Res<Obj<T>> {
        self.alloc_typed_with(ty, tail, || payload)
    }

    /// The same; the payload is made when its place is known: one of many words is then written there word by
    /// word, and not copied from the stack by vector moves that wait for the words to arrive.
    #[inline]
    pub(crate) fn alloc_typed_with<T: Payload>(
        &self,
        ty: &Obj<Type>,
        tail: usize,
        payload: impl FnOnce() -> T,
    ) -> Res<Obj<T>> {
        if !ty.has_layout::<T>() {
            return Err(self.system_error("instance of another layout asked for"));
        }
        // SAFETY: the layout is checked; the payload is written before anybody sees the object.
        unsafe {
            let kind = if ty.is_heap_type() { Kind::Instance } else { T::KIND };
            let p = raw_object(self.interp(), ty.as_ptr(), kind, tail);
            if p.is_null() {
                return Err(self.no_memory(NoMemory));
            }
            (&raw mut (*(p as *mut Boxed<T>)).payload).write(payload());
            Ok(Obj::from_ptr(p as *mut Boxed<T>))
        }
    }

    /// An exact instance of the builtin type `ty`, whose instances have neither attributes nor members of their own.
    /// `payload` is given where its `tail` bytes begin.
    #[inline(always)]
    pub(crate) fn alloc_builtin<T: Payload>(
        &self,
        ty: &Obj<Type>,
        tail: usize,
        payload: impl FnOnce(*mut u8) -> T,
    ) -> Res<Obj<T>> {
        debug_assert!(ty.has_layout::<T>() && !ty.is_heap_type() && ty.layout.gc == T::GC);
        debug_assert!(ty.attr_offset.get() == 0 && ty.member_count.get() == 0);
        debug_assert!(ty.basicsize.get() as usize == size_of::<Boxed<T>>());
        let interp = self.interp();
        let size = size_of::<Boxed<T>>().saturating_add(tail);
        let (mut p, mut large) = (interp.heap.take_object(size), false);
        if p.is_null() {
            (p, large) = interp.heap.make_object(size);
            if p.is_null() {
                return Err(self.no_memory(NoMemory));
            }
        }
        if T::GC {
            let count = interp.heap.gc_count.get() + 1;
            interp.heap.gc_count.set(count);
            if count >= interp.heap.gc_threshold.get() {
                interp.request_collection();
            }
        }
        // SAFETY: a block of this size; header and payload are written before anybody sees the object.
        unsafe {
            let flags = if T::GC { header_flags::GC } else { 0 };
            let header = Header::new(T::KIND, flags, ty.as_ptr());
            let payload = payload(p.add(size_of::<Boxed<T>>()));
            (p as *mut Boxed<T>).write(Boxed { header, payload });
            if large {
                (*(p as *mut Header)).set_flag(header_flags::LARGE);
            }
            Ok(Obj::from_ptr(p as *mut Boxed<T>))
        }
    }

    /// A generator of one of the three native types, with `nregs` words behind it.
    #[inline(always)]
    pub(crate) fn alloc_generator(
        &self,
        ty: &Obj<Type>,
        nregs: u32,
        payload: impl FnOnce() -> Generator,
    ) -> Res<Obj<Generator>> {
        debug_assert!(ty.has_layout::<Generator>() && !ty.is_heap_type());
        let heap = &self.interp().heap;
        let size = size_of::<Boxed<Generator>>() + nregs as usize * size_of::<Value>();
        let (p, large) = heap.alloc_object(size);
        if p.is_null() {
            return Err(self.no_memory(NoMemory));
        }
        let count = heap.gc_count.get() + 1;
        heap.gc_count.set(count);
        if count >= heap.gc_threshold.get() {
            self.interp().request_collection();
        }
        let flags = header_flags::GC | if large { header_flags::LARGE } else { 0 };
        // SAFETY: a block of that size; header and payload are written before anybody sees the object.
        unsafe {
            (p as *mut Header).write(Header::new(Kind::Generator, flags, ty.as_ptr()));
            (&raw mut (*(p as *mut Boxed<Generator>)).payload).write(payload());
            Ok(Obj::from_ptr(p as *mut Boxed<Generator>))
        }
    }

    /// An instance of class `ty` (a subclass of `T`'s type, or that type itself): what `__new__` of
    /// native types calls.
    pub fn alloc_of<T: Payload>(&self, ty: &Obj<Type>, payload: T) -> Res<Obj<T>> {
        self.alloc_typed(ty, payload, 0)
    }

    /// An exact instance of the native type that `T` belongs to.
    pub fn alloc<T: Payload>(&self, payload: T) -> Res<Obj<T>> {
        let ty = self.type_of_payload::<T>()?;
        self.alloc_typed(&ty, payload, 0)
    }

    /// An int.
    #[inline(always)]
    pub fn int(&self, i: i64) -> Res {
        match Object::immediate_int(i) {
            Some(o) => Ok(o),
            None => self.short_int(BigInt::from(i)),
        }
    }

    pub fn int_u64(&self, i: u64) -> Res {
        match i64::try_from(i) {
            Ok(i) => self.int(i),
            Err(_) => self.boxed_int(BigInt::from(i)),
        }
    }

    #[inline]
    pub fn int_usize(&self, i: usize) -> Res {
        self.int_u64(i as u64)
    }

    /// An int of any size.
    pub fn bigint(&self, i: BigInt) -> Res {
        match i.to_i64().and_then(Object::immediate_int) {
            Some(o) => Ok(o),
            None => self.boxed_int(i),
        }
    }

    /// An int that has no place in the word.
    pub(crate) fn boxed_int(&self, i: BigInt) -> Res {
        self.int_of(&self.types().int, Int(i))
    }

    /// The same of one with few digits, which are not accounted for.
    pub(crate) fn short_int(&self, i: BigInt) -> Res {
        Ok(self.alloc_builtin(&self.types().int, 0, |_| Int(i))?.into_object())
    }

    /// An instance of int or a subclass of it.
    #[inline]
    pub(crate) fn int_of(&self, class: &Obj<Type>, n: Int) -> Res {
        let digits = n.charged();
        if digits > 0 && !self.interp().heap.charge(digits) {
            return Err(self.no_memory(NoMemory));
        }
        match self.alloc_typed(class, n, 0) {
            Ok(made) => Ok(made.into_object()),
            Err(raised) => {
                self.interp().heap.discharge(digits);
                Err(raised)
            }
        }
    }

    /// A float.
    #[inline(always)]
    pub fn float(&self, f: f64) -> Res {
        match Value::from_flonum(f) {
            // SAFETY: an immediate.
            Some(v) => Ok(unsafe { Object::from_owned(v) }),
            None => self.boxed_float(f),
        }
    }

    #[inline(never)]
    fn boxed_float(&self, f: f64) -> Res {
        if f == 0.0 {
            let zero =
                if f.is_sign_negative() { &self.interp().minus_zero } else { &self.interp().zero };
            if let Some(z) = zero.get() {
                return Ok(z);
            }
        }
        Ok(self.alloc_builtin(&self.types().float, 0, |_| Float(f))?.into_object())
    }

    pub fn complex(&self, real: f64, imag: f64) -> Res {
        Ok(self.alloc_typed(&self.types().complex, Complex { real, imag }, 0)?.into_object())
    }

    /// A str from UTF-8.
    pub fn str(&self, s: &str) -> Res<Obj<Str>> {
        if s.is_ascii() {
            return self.text(TextRef::Ascii(s.as_bytes()));
        }
        let t = Text::from_utf8_str(s).map_err(|e| self.text_error(e))?;
        self.text(t.as_ref())
    }

    /// A str from text (canonical: the narrowest kind).
    #[inline]
    pub fn text(&self, text: TextRef) -> Res<Obj<Str>> {
        match text {
            TextRef::Ascii(s) => self.ascii(s),
            _ => self.wide_text(text),
        }
    }

    #[inline(never)]
    fn wide_text(&self, text: TextRef) -> Res<Obj<Str>> {
        if text.len() <= 1 {
            if let Some(s) = self.interp().short_str(text) {
                return Ok(s);
            }
        }
        self.text_of(&self.types().str, text)
    }

    /// A str of ASCII bytes.
    #[inline]
    pub(crate) fn ascii(&self, bytes: &[u8]) -> Res<Obj<Str>> {
        if bytes.len() <= 1 {
            if let Some(s) = self.interp().short_str(TextRef::Ascii(bytes)) {
                return Ok(s);
            }
        }
        // SAFETY: the tail has room for the bytes, all of which are written.
        unsafe {
            let (s, data) = self.raw_ascii(bytes.len())?;
            self.copy_any(bytes.as_ptr(), data, bytes.len())?;
            Ok(s)
        }
    }

    /// A str of `len` ASCII characters, which `fill` writes in one go from the first to the last.
    #[inline]
    pub(crate) fn ascii_filled(
        &self,
        len: usize,
        fill: impl FnOnce(&mut AsciiFill),
    ) -> Res<Obj<Str>> {
        if len <= 1 {
            let mut one = [0];
            fill(&mut AsciiFill { at: one.as_mut_ptr(), left: len });
            return self.ascii(&one[..len]);
        }
        // SAFETY: the tail has room for `len` bytes; what `fill` left out becomes NULs.
        unsafe {
            let (s, data) = self.raw_ascii(len)?;
            let mut out = AsciiFill { at: data, left: len };
            fill(&mut out);
            if out.left > 0 {
                out.at.write_bytes(0, out.left);
            }
            Ok(s)
        }
    }

    /// An exact str whose `len` ASCII characters are still to be written at the pointer.
    ///
    /// # Safety
    /// All of them are written before anybody reads the str.
    #[inline(always)]
    unsafe fn raw_ascii(&self, len: usize) -> Res<(Obj<Str>, *mut u8)> {
        let mut data = null_mut();
        let s = self.alloc_builtin(&self.types().str, len, |tail| {
            data = tail;
            Str::new_raw(crate::object::str::ASCII, len, tail)
        })?;
        Ok((s, data))
    }

    /// An empty text to build a str in; its memory is kept from one to the next.
    #[inline]
    pub(crate) fn text_buf(&self) -> TextBuf {
        TextBuf::reusing(self.interp().scratch.take())
    }

    /// Give back a [`Vm::text_buf`] that was not needed.
    pub(crate) fn text_buf_back(&self, buf: TextBuf) {
        if let Text::Ascii(bytes) = buf.finish() {
            self.interp().scratch.set(bytes);
        }
    }

    /// The str of a text that was built in a [`Vm::text_buf`].
    pub(crate) fn text_built(&self, buf: TextBuf) -> Res<Obj<Str>> {
        const KEPT: usize = 1 << 14;
        match buf.finish() {
            Text::Ascii(bytes) => {
                let s = self.ascii(&bytes);
                if bytes.capacity() <= KEPT {
                    self.interp().scratch.set(bytes);
                }
                s
            }
            wide => self.wide_text(wide.as_ref()),
        }
    }

    /// A str of class `ty`.
    pub fn text_of(&self, ty: &Obj<Type>, text: TextRef) -> Res<Obj<Str>> {
        let bytes = crate::object::str::bytes_of(text);
        // SAFETY: the tail has room for the bytes; the object is complete before it is returned.
        unsafe {
            let kind = if ty.is_heap_type() { Kind::Instance } else { Kind::Str };
            let p = raw_object(self.interp(), ty.as_ptr(), kind, bytes.len());
            if p.is_null() {
                return Err(self.no_memory(NoMemory));
            }
            let data = (p as *mut u8).add(ty.basicsize.get() as usize);
            (&raw mut (*(p as *mut Boxed<Str>)).payload).write(Str::new_raw(
                crate::object::str::kind_of(text),
                text.len(),
                data,
            ));
            let made = Obj::from_ptr(p as *mut Boxed<Str>);
            self.copy_any(bytes.as_ptr(), data, bytes.len())?;
            Ok(made)
        }
    }

    /// A str of the parts one behind the other (which need not be canonical), copied once.
    pub fn text_parts<'t>(
        &self,
        parts: impl Iterator<Item = TextRef<'t>> + Clone,
    ) -> Res<Obj<Str>> {
        let (mut max, mut len) = (0x7F, 0usize);
        for part in parts.clone() {
            len = match len.checked_add(part.len()) {
                Some(n) if n <= isize::MAX as usize / 4 => n,
                _ => return Err(self.no_memory(NoMemory)),
            };
            if max < 0x10_FFFF && !part.is_ascii_kind() {
                max = part.max_kind_char().max(max);
            }
        }
        if len <= 1 {
            let one = parts.clone().find(|p| !p.is_empty()).unwrap_or(TextRef::EMPTY);
            if let Some(s) = self.interp().short_str(one) {
                return Ok(s);
            }
        }
        let (kind, width) = match max {
            0x7F => (crate::object::str::ASCII, 1),
            0xFF => (crate::object::str::LATIN1, 1),
            0xFFFF => (crate::object::str::UCS2, 2),
            _ => (crate::object::str::UCS4, 4),
        };
        let ty = &self.types().str;
        // SAFETY: the tail has room for `len` units of `width` bytes and starts 8-aligned; each part is
        // written within it (`parts` is read twice, so what comes the second time is counted again), and
        // the object is complete before it is returned.
        unsafe {
            let p = raw_object(self.interp(), ty.as_ptr(), Kind::Str, len * width);
            if p.is_null() {
                return Err(self.no_memory(NoMemory));
            }
            let data = (p as *mut u8).add(ty.basicsize.get() as usize);
            let mut at = 0;
            for part in parts {
                let n = part.len();
                if n > len - at {
                    break;
                }
                match (width, part) {
                    (1, TextRef::Ascii(s) | TextRef::Latin1(s)) => {
                        std::ptr::copy_nonoverlapping(s.as_ptr(), data.add(at), n)
                    }
                    (1, part) => {
                        part.iter().enumerate().for_each(|(i, c)| *data.add(at + i) = c as u8)
                    }
                    (2, TextRef::Ucs2(s)) => {
                        std::ptr::copy_nonoverlapping(s.as_ptr(), (data as *mut u16).add(at), n)
                    }
                    (2, part) => part
                        .iter()
                        .enumerate()
                        .for_each(|(i, c)| *(data as *mut u16).add(at + i) = c as u16),
                    (_, TextRef::Ucs4(s)) => {
                        std::ptr::copy_nonoverlapping(s.as_ptr(), (data as *mut u32).add(at), n)
                    }
                    (_, part) => part
                        .iter()
                        .enumerate()
                        .for_each(|(i, c)| *(data as *mut u32).add(at + i) = c),
                }
                at += n;
            }
            (&raw mut (*(p as *mut Boxed<Str>)).payload).write(Str::new_raw(kind, at, data));
            Ok(Obj::from_ptr(p as *mut Boxed<Str>))
        }
    }

    /// `target + more` for a str that only the caller names (`s += t`): in place where its block has room;
    /// else in a block with room to spare, so that a loop of appends copies each character a few times
    /// only. None: not a case for this (the target is given back).
    pub(crate) fn append_str(
        &self,
        target: Object,
        more: &Obj<Str>,
    ) -> Res<Result<Object, Object>> {
        const WORTH: usize = 256;
        let Some(s) = target.downcast_exact::<Str>() else { return Ok(Err(target)) };
        let header = s.header_ref();
        let plain = header.refcount() == 1
            && !header.has_flag(header_flags::INTERNED)
            && !header.has_flag(header_flags::WEAKREFS);
        if !plain || s.byte_len() < WORTH {
            return Ok(Err(target));
        }
        let ty = &self.types().str;
        let base = ty.basicsize.get() as usize;
        // SAFETY: the only reference is ours; a large object's room is known to the heap.
        unsafe {
            if header.has_flag(header_flags::LARGE) {
                let room = self.interp().heap.large_room(s.as_ptr() as *mut Header) - base;
                if crate::object::str::append_in_place(s, room, more) {
                    return Ok(Ok(target));
                }
            }
            let (a, b) = (s.as_text(), more.as_text());
            let kind = crate::object::str::kind_of(a);
            if kind != crate::object::str::kind_of(b) {
                return Ok(Err(target));
            }
            let (x, y) = (crate::object::str::bytes_of(a), crate::object::str::bytes_of(b));
            let Some(need) = x.len().checked_add(y.len()).filter(|n| *n < isize::MAX as usize / 4)
            else {
                return Err(self.no_memory(NoMemory));
            };
            let mut p =
                raw_object(self.interp(), ty.as_ptr(), Kind::Str, (need + need / 4).max(640));
            if p.is_null() {
                p = raw_object(self.interp(), ty.as_ptr(), Kind::Str, need.max(640));
            }
            if p.is_null() {
                return Err(self.no_memory(NoMemory));
            }
            let data = (p as *mut u8).add(base);
            std::ptr::copy_nonoverlapping(x.as_ptr(), data, x.len());
            std::ptr::copy_nonoverlapping(y.as_ptr(), data.add(x.len()), y.len());
            (&raw mut (*(p as *mut Boxed<Str>)).payload).write(Str::new_raw(
                kind,
                a.len() + b.len(),
                data,
            ));
            drop(target);
            Ok(Ok(Obj::<Str>::from_ptr(p as *mut Boxed<Str>).into_object()))
        }
    }

    /// A str of a part of a text, which need not be canonical.
    #[inline]
    pub fn text_slice(&self, text: TextRef) -> Res<Obj<Str>> {
        if text.is_ascii_kind() { self.text(text) } else { self.text_parts(std::iter::once(text)) }
    }

    /// A str from owned text.
    pub fn text_owned(&self, text: Text) -> Res<Obj<Str>> {
        self.text(text.as_ref())
    }

    /// The interned str of this text. (Cannot fail but for want of memory, when it gives an empty str.)
    pub fn intern(&self, s: &str) -> Obj<Str> {
        self.interp().intern(self, s)
    }

    /// The interned str equal to `s` (which becomes it if there is none yet and `s` is exact).
    pub fn intern_str(&self, s: &Obj<Str>) -> Obj<Str> {
        self.interp().intern_object(self, s)
    }

    /// A bytes object.
    pub fn bytes(&self, b: &[u8]) -> Res<Obj<Bytes>> {
        // SAFETY: the tail has room for the bytes, all of which are written unless the object is dropped.
        unsafe {
            let (made, data) = self.raw_bytes(b.len())?;
            self.copy_any(b.as_ptr(), data, b.len())?;
            Ok(made)
        }
    }

    /// An exact bytes object whose `len` bytes are still to be written at the pointer.
    ///
    /// # Safety
    /// All of them are written before anybody reads the object.
    #[inline(always)]
    unsafe fn raw_bytes(&self, len: usize) -> Res<(Obj<Bytes>, *mut u8)> {
        let mut data = null_mut();
        let made = self.alloc_builtin(&self.types().bytes, len, |tail| {
            data = tail;
            Bytes::new_raw(len, tail)
        })?;
        Ok((made, data))
    }

    /// A bytes object of `len` bytes that `fill` writes where they stay; it gives back what it has written. None
    /// if that is not all of it.
    pub fn bytes_written(
        &self,
        len: usize,
        fill: impl for<'r> FnOnce(&'r mut [MaybeUninit<u8>]) -> Option<&'r mut [u8]>,
    ) -> Res<Option<Obj<Bytes>>> {
        // SAFETY: the tail has room for `len` bytes, and the object is given out only if all were written.
        unsafe {
            let (made, data) = self.raw_bytes(len)?;
            let room = std::slice::from_raw_parts_mut(data as *mut MaybeUninit<u8>, len);
            let all = fill(room).is_some_and(|written| {
                std::ptr::eq(written.as_ptr(), data) && written.len() == len
            });
            Ok(all.then_some(made))
        }
    }

    /// A str of ASCII bytes `n` times over (which is more than one).
    pub(crate) fn ascii_repeated(&self, bytes: &[u8], n: usize) -> Res<Obj<Str>> {
        let Some(size) = bytes.len().checked_mul(n) else { return Err(self.no_memory(NoMemory)) };
        // SAFETY: the tail has room for the bytes, all of which are written unless the str is dropped.
        unsafe {
            let (s, data) = self.raw_ascii(size)?;
            self.fill_repeated(bytes, data, size)?;
            Ok(s)
        }
    }

    /// A bytes object of bytes `n` times over.
    pub(crate) fn bytes_repeated(&self, bytes: &[u8], n: usize) -> Res<Obj<Bytes>> {
        let Some(size) = bytes.len().checked_mul(n) else { return Err(self.no_memory(NoMemory)) };
        // SAFETY: as `text_of`.
        unsafe {
            let (made, data) = self.raw_bytes(size)?;
            self.fill_repeated(bytes, data, size)?;
            Ok(made)
        }
    }

    /// # Safety
    /// `to` has room for `size` bytes, which `from` does not overlap.
    unsafe fn fill_repeated(&self, from: &[u8], to: *mut u8, size: usize) -> Res<()> {
        let mut have = from.len().min(size);
        self.copy_any(from.as_ptr(), to, have)?;
        // Copies of what is there: few large ones instead of many small ones.
        while have < size {
            if have >= LONG_COPY {
                self.poll_stop()?;
            }
            let start = have % from.len();
            let count = LONG_COPY.min(have - start).min(size - have);
            std::ptr::copy_nonoverlapping(to.add(start), to.add(have), count);
            have += count;
        }
        Ok(())
    }

    /// A bytes object of two parts.
    pub(crate) fn bytes_of_two(&self, a: &[u8], b: &[u8]) -> Res<Obj<Bytes>> {
        let len = a.len().saturating_add(b.len());
        // SAFETY: as `text_of`.
        unsafe {
            let (made, data) = self.raw_bytes(len)?;
            copy_short(a.as_ptr(), data, a.len());
            copy_short(b.as_ptr(), data.add(a.len()), b.len());
            Ok(made)
        }
    }

    /// A bytes object of class `ty`.
    pub fn bytes_of(&self, ty: &Obj<Type>, b: &[u8]) -> Res<Obj<Bytes>> {
        // SAFETY: as `text_of`.
        unsafe {
            let kind = if ty.is_heap_type() { Kind::Instance } else { Kind::Bytes };
            let p = raw_object(self.interp(), ty.as_ptr(), kind, b.len());
            if p.is_null() {
                return Err(self.no_memory(NoMemory));
            }
            let data = (p as *mut u8).add(ty.basicsize.get() as usize);
            (&raw mut (*(p as *mut Boxed<Bytes>)).payload).write(Bytes::new_raw(b.len(), data));
            let made = Obj::from_ptr(p as *mut Boxed<Bytes>);
            self.copy_any(b.as_ptr(), data, b.len())?;
            Ok(made)
        }
    }

    /// A tuple.
    pub fn tuple(&self, items: Vec<Object>) -> Res<Obj<Tuple>> {
        self.tuple_of(&self.types().tuple, items)
    }

    /// A tuple of new references.
    pub fn tuple_from(&self, items: &[Object]) -> Res<Obj<Tuple>> {
        self.tuple(items.to_vec())
    }

    /// A tuple of class `ty`.
    pub fn tuple_of(&self, ty: &Obj<Type>, items: Vec<Object>) -> Res<Obj<Tuple>> {
        let t = self.raw_tuple(ty, items.len())?;
        for (i, o) in items.into_iter().enumerate() {
            // SAFETY: room for all items; `len` follows what is written.
            unsafe { *t.items.add(i) = o.into_value() };
            t.len.set(i + 1);
        }
        Ok(t)
    }

    /// A tuple of two.
    #[inline]
    pub fn pair(&self, a: Object, b: Object) -> Res<Obj<Tuple>> {
        let t = self.raw_tuple(&self.types().tuple, 2)?;
        // SAFETY: room for both; `len` follows what is written.
        unsafe {
            *t.items = a.into_value();
            *t.items.add(1) = b.into_value();
        }
        t.len.set(2);
        Ok(t)
    }

    /// A tuple of three.
    #[inline]
    pub fn triple(&self, a: Object, b: Object, c: Object) -> Res<Obj<Tuple>> {
        let t = self.raw_tuple(&self.types().tuple, 3)?;
        // SAFETY: room for all three; `len` follows what is written.
        unsafe {
            *t.items = a.into_value();
            *t.items.add(1) = b.into_value();
            *t.items.add(2) = c.into_value();
        }
        t.len.set(3);
        Ok(t)
    }

    /// A tuple of class `ty` with the items that `items` gives, `n` at most. `items` must not run Python.
    pub fn tuple_fill(
        &self,
        ty: &Obj<Type>,
        n: usize,
        items: impl Iterator<Item = Object>,
    ) -> Res<Obj<Tuple>> {
        let t = self.raw_tuple(ty, n)?;
        for (i, o) in items.take(n).enumerate() {
            // SAFETY: room for `n` items; `len` follows what is written.
            unsafe { *t.items.add(i) = o.into_value() };
            t.len.set(i + 1);
        }
        Ok(t)
    }

    /// An empty tuple with room for `n` items.
    #[inline]
    pub(crate) fn raw_tuple(&self, ty: &Obj<Type>, n: usize) -> Res<Obj<Tuple>> {
        const FEW: usize = 1 << 10;
        if n.wrapping_sub(1) < FEW && std::ptr::eq(ty.as_ptr(), self.types().tuple.as_ptr()) {
            return self.exact_tuple(n);
        }
        self.any_tuple(ty, n)
    }

    #[inline(never)]
    fn any_tuple(&self, ty: &Obj<Type>, n: usize) -> Res<Obj<Tuple>> {
        if n == 0 && ty.is(&self.types().tuple) {
            if let Some(t) = self.interp().empty_tuple.get_as::<Tuple>() {
                return Ok(t);
            }
        }
        let Some(tail) = n.checked_mul(8).filter(|t| *t < isize::MAX as usize / 2) else {
            return Err(self.no_memory(NoMemory));
        };
        // SAFETY: as `text_of`; `len` is 0 until items are written.
        unsafe {
            let kind = match ty.is_heap_type() {
                true => Kind::Instance,
                false if ty.is(&self.types().tuple) => Kind::Tuple,
                // A native class that derives from it: its instances are no plain tuples.
                false => Kind::Native,
            };
            let p = raw_object(self.interp(), ty.as_ptr(), kind, tail);
            if p.is_null() {
                return Err(self.no_memory(NoMemory));
            }
            let data = (p as *mut u8).add(ty.basicsize.get() as usize) as *mut Value;
            (&raw mut (*(p as *mut Boxed<Tuple>)).payload).write(Tuple {
                len: std::cell::Cell::new(0),
                items: data,
                capacity: n,
            });
            Ok(Obj::from_ptr(p as *mut Boxed<Tuple>))
        }
    }

    /// The same of the type itself, whose objects have nothing but items, for few of them.
    #[inline(never)]
    fn exact_tuple(&self, n: usize) -> Res<Obj<Tuple>> {
        self.alloc_builtin(&self.types().tuple, n * 8, |tail| Tuple {
            len: std::cell::Cell::new(0),
            items: tail as *mut Value,
            capacity: n,
        })
    }

    /// A list.
    pub fn list(&self, items: Vec<Object>) -> Res<Obj<List>> {
        let l = self.new_list()?;
        l.reserve(items.len()).map_err(|e| self.no_memory(e))?;
        for o in items {
            l.push(o).map_err(|e| self.no_memory(e))?;
        }
        Ok(l)
    }

    #[inline(never)]
    pub fn new_list(&self) -> Res<Obj<List>> {
        self.alloc_builtin(&self.types().list, 0, |_| List::new(&self.interp().heap))
    }

    #[inline(never)]
    pub fn new_dict(&self) -> Res<Obj<Dict>> {
        self.alloc_builtin(&self.types().dict, 0, |_| Dict::new(&self.interp().heap))
    }

    #[inline(never)]
    pub fn new_set(&self) -> Res<Obj<Set>> {
        self.alloc_builtin(&self.types().set, 0, |_| Set::new(&self.interp().heap))
    }

    pub fn new_frozenset(&self) -> Res<Obj<Set>> {
        let s = self.alloc_typed(&self.types().frozenset, Set::new(&self.interp().heap), 0)?;
        s.header_ref().set_kind(Kind::FrozenSet);
        Ok(s)
    }

    /// Empty payloads for `__new__` of list, dict, set and their subclasses.
    pub fn list_of(&self, ty: &Obj<Type>) -> Res<Obj<List>> {
        self.alloc_typed(ty, List::new(&self.interp().heap), 0)
    }

    pub fn dict_of(&self, ty: &Obj<Type>) -> Res<Obj<Dict>> {
        let d = self.alloc_typed(ty, Dict::new(&self.interp().heap), 0)?;
        if ty.layout.kind != Kind::Dict && !ty.is_heap_type() {
            d.header_ref().set_kind(Kind::Native);
        }
        Ok(d)
    }

    /// Set or frozenset of class `ty`.
    pub fn set_of(&self, ty: &Obj<Type>) -> Res<Obj<Set>> {
        let s = self.alloc_typed(ty, Set::new(&self.interp().heap), 0)?;
        if ty.is(&self.types().frozenset) {
            s.header_ref().set_kind(Kind::FrozenSet);
        }
        Ok(s)
    }

    /// A plain instance of a class without native state.
    /// The same for a class whose instances are only attributes, as an owned word; None without memory.
    #[inline(always)]
    pub(crate) unsafe fn plain_instance(&self, ty: *const Boxed<Type>) -> Option<Value> {
        let p = raw_object(self.interp(), ty, Kind::Instance, 0);
        if p.is_null() { None } else { Some(Value::from_ptr(p)) }
    }

    pub fn instance_of(&self, ty: &Obj<Type>) -> Res {
        Ok(self.alloc_typed(ty, Empty, 0)?.into_object())
    }

    pub fn cell(&self, value: Option<Object>) -> Res<Obj<CellObject>> {
        self.alloc_typed(&self.types().cell, CellObject { value: value.into() }, 0)
    }

    pub fn slice(&self, start: Object, stop: Object, step: Object) -> Res<Obj<Slice>> {
        self.alloc_typed(&self.types().slice, Slice { start, stop, step }, 0)
    }

    pub fn bound_method(&self, function: Object, receiver: Object) -> Res {
        Ok(self
            .alloc_typed(&self.types().method, BoundMethod { function, receiver }, 0)?
            .into_object())
    }

    /// A module object with a fresh dict holding `__name__`, `__doc__`, `__package__`, `__loader__`, `__spec__`.
    pub fn new_module(&self, name: &str, doc: Option<&str>) -> Res<Obj<Module>> {
        let dict = self.new_dict()?;
        dict.set_named(self, "__name__", self.str(name)?)?;
        let doc = match doc {
            Some(d) => self.str(d)?.into_object(),
            None => Object::none(),
        };
        dict.set_named(self, "__doc__", doc)?;
        for n in ["__package__", "__loader__", "__spec__"] {
            dict.set_named(self, n, Object::none())?;
        }
        self.alloc_typed(&self.types().module, Module::new(dict), 0)
    }
}
