//! The list object: a growing run of references in raw memory of the interpreter.
//!
//! **Invariant:** `items[0..len]` are owned words, never NULL; `items` is null iff `cap` is 0. Nothing
//! outside this file holds a pointer into `items` across a call that can run Python; every operation
//! re-reads it. Replaced words are dropped only after the list is consistent again.
#![expect(unsafe_code, reason = "raw item storage")]

use super::header::Kind;
use super::heap::{Heap, NoMemory};
use super::object::{Dying, Object, Payload, Visitor, decref, incref};
use super::value::Value;
use std::cell::Cell;
use std::ptr::null_mut;

/// See the file's head.
pub struct List {
    pub(crate) items: Cell<*mut Value>,
    pub(crate) len: Cell<usize>,
    pub(crate) cap: Cell<usize>,
    heap: *const Heap,
}

impl Payload for List {
    const KIND: Kind = Kind::List;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        for i in 0..self.len.get() {
            // SAFETY: file invariant.
            v.value(unsafe { *self.items.get().add(i) });
        }
    }
    fn clear(&self) {
        self.clear_items();
    }
    fn release(&self, _dying: &Dying) {
        self.clear_items();
    }
}

impl List {
    pub(crate) fn new(heap: &Heap) -> List {
        List { items: Cell::new(null_mut()), len: Cell::new(0), cap: Cell::new(0), heap }
    }

    fn heap(&self) -> &Heap {
        // SAFETY: the heap outlives its objects.
        unsafe { &*self.heap }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    /// Items there is room for.
    pub fn capacity(&self) -> usize {
        self.cap.get()
    }

    /// Room for `additional` more items, with amortised growth.
    pub fn reserve(&self, additional: usize) -> Result<(), NoMemory> {
        let need = self.len.get().checked_add(additional).ok_or(NoMemory)?;
        if need <= self.cap.get() {
            return Ok(());
        }
        let grown = need + (need >> 3) + 6 & !3;
        self.set_capacity(if additional == 1 || self.cap.get() > 0 { grown.max(4) } else { need })
    }

    fn set_capacity(&self, cap: usize) -> Result<(), NoMemory> {
        let bytes = cap.checked_mul(8).ok_or(NoMemory)?;
        // SAFETY: `items` has `cap` words of this heap's raw memory.
        let p = unsafe {
            if self.cap.get() == 0 {
                self.heap().alloc_raw(bytes)
            } else {
                self.heap().realloc_raw(self.items.get() as *mut u8, self.cap.get() * 8, bytes)
            }
        };
        if p.is_null() {
            return Err(NoMemory);
        }
        self.items.set(p as *mut Value);
        self.cap.set(cap);
        Ok(())
    }

    /// Append.
    #[inline(always)]
    pub fn push(&self, object: Object) -> Result<(), NoMemory> {
        let n = self.len.get();
        if n == self.cap.get() {
            self.reserve(1)?;
        }
        // SAFETY: room was made.
        unsafe { *self.items.get().add(n) = object.into_value() };
        self.len.set(n + 1);
        Ok(())
    }

    /// Whether one more item fits without growing.
    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.len.get() < self.cap.get()
    }

    /// Append an owned word where there is room.
    ///
    /// # Safety
    /// `has_room`.
    #[inline(always)]
    pub(crate) unsafe fn push_unchecked(&self, value: Value) {
        let n = self.len.get();
        *self.items.get().add(n) = value;
        self.len.set(n + 1);
    }

    /// A new reference to item `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Object> {
        if i >= self.len.get() {
            return None;
        }
        // SAFETY: in range.
        Some(unsafe { Object::from_borrowed(*self.items.get().add(i)) })
    }

    /// Replace item `i`; gives the old one (to be dropped by the caller), or the new one back if
    /// there is no such item.
    pub fn replace(&self, i: usize, object: Object) -> Result<Object, Object> {
        if i >= self.len.get() {
            return Err(object);
        }
        // SAFETY: in range.
        unsafe {
            let p = self.items.get().add(i);
            let old = *p;
            *p = object.into_value();
            Ok(Object::from_owned(old))
        }
    }

    /// Take the last item off.
    pub fn pop(&self) -> Option<Object> {
        let n = self.len.get().checked_sub(1)?;
        self.len.set(n);
        // SAFETY: was in range.
        Some(unsafe { Object::from_owned(*self.items.get().add(n)) })
    }

    /// Insert at `i` (at most the length).
    pub fn insert(&self, i: usize, object: Object) -> Result<(), NoMemory> {
        self.reserve(1)?;
        let n = self.len.get();
        let i = i.min(n);
        // SAFETY: room was made; `i <= n`.
        unsafe {
            let p = self.items.get().add(i);
            std::ptr::copy(p, p.add(1), n - i);
            *p = object.into_value();
        }
        self.len.set(n + 1);
        Ok(())
    }

    /// Take item `i` out.
    pub fn remove(&self, i: usize) -> Option<Object> {
        let n = self.len.get();
        if i >= n {
            return None;
        }
        // SAFETY: in range.
        unsafe {
            let p = self.items.get().add(i);
            let old = *p;
            std::ptr::copy(p.add(1), p, n - i - 1);
            self.len.set(n - 1);
            Some(Object::from_owned(old))
        }
    }

    /// Replace `start..end` by `with`; gives the items taken out, to be dropped by the caller.
    pub fn splice(
        &self,
        start: usize,
        end: usize,
        with: Vec<Object>,
    ) -> Result<Vec<Object>, NoMemory> {
        let n = self.len.get();
        let end = end.min(n);
        let start = start.min(end);
        let mut out = Vec::new();
        out.try_reserve_exact(end - start)?;
        if with.len() > end - start {
            self.reserve(with.len() - (end - start))?;
        }
        // SAFETY: room was made; ranges are clipped; words move, none is lost or doubled.
        unsafe {
            let p = self.items.get();
            for i in start..end {
                out.push(Object::from_owned(*p.add(i)));
            }
            if !p.is_null() {
                std::ptr::copy(p.add(end), p.add(start + with.len()), n - end);
            }
            let new_len = n - (end - start) + with.len();
            for (i, o) in with.into_iter().enumerate() {
                *p.add(start + i) = o.into_value();
            }
            self.len.set(new_len);
        }
        Ok(out)
    }

    /// New references to all items.
    pub fn to_vec(&self) -> Result<Vec<Object>, NoMemory> {
        self.range_to_vec(0, self.len.get())
    }

    /// New references to items `start..end` (clipped).
    pub fn range_to_vec(&self, start: usize, end: usize) -> Result<Vec<Object>, NoMemory> {
        let end = end.min(self.len.get());
        let start = start.min(end);
        let mut out = Vec::new();
        out.try_reserve_exact(end - start)?;
        for i in start..end {
            // SAFETY: in range; cloning does not run Python.
            out.push(unsafe { Object::from_borrowed(*self.items.get().add(i)) });
        }
        Ok(out)
    }

    /// Append new references to what a slice names.
    pub fn extend_from_slice(&self, objects: &[Object]) -> Result<(), NoMemory> {
        self.reserve(objects.len())?;
        let n = self.len.get();
        // SAFETY: room was made; `objects` does not alias the free part of `items`.
        unsafe {
            for (i, o) in objects.iter().enumerate() {
                incref(o.value());
                *self.items.get().add(n + i) = o.value();
            }
        }
        self.len.set(n + objects.len());
        Ok(())
    }

    /// Take all items out, leaving the list empty (sort works on what it takes).
    pub fn take_all(&self) -> Vec<Object> {
        let (p, n, cap) =
            (self.items.replace(null_mut()), self.len.replace(0), self.cap.replace(0));
        let mut out = Vec::with_capacity(n);
        // SAFETY: the words are moved, then the block goes back.
        unsafe {
            for i in 0..n {
                out.push(Object::from_owned(*p.add(i)));
            }
            if cap > 0 {
                self.heap().free_raw(p as *mut u8, cap * 8);
            }
        }
        out
    }

    /// The word of item `i`, for a look that takes no reference: it names a live object until the list
    /// next changes.
    #[inline(always)]
    pub fn peek(&self, i: usize) -> Option<Value> {
        if i >= self.len.get() {
            return None;
        }
        // SAFETY: in range.
        Some(unsafe { *self.items.get().add(i) })
    }

    /// Exchange items `i` and `j`, if there are such.
    #[inline(always)]
    pub fn exchange(&self, i: usize, j: usize) {
        let len = self.len.get();
        if i < len && j < len {
            // SAFETY: in range; both words stay owned by the list.
            unsafe { std::ptr::swap(self.items.get().add(i), self.items.get().add(j)) }
        }
    }

    /// Append new references to items `start..end` of a list (which may be this one).
    pub fn extend_from_list(&self, other: &List, start: usize, end: usize) -> Result<(), NoMemory> {
        let end = end.min(other.len.get());
        let count = end.saturating_sub(start);
        self.reserve(count)?;
        // SAFETY: room was made, after which both pointers are read; cloning does not run Python.
        unsafe {
            let from = other.items.get().add(if count > 0 { start } else { 0 });
            let to = self.items.get().add(self.len.get());
            for i in 0..count {
                let v = *from.add(i);
                incref(v);
                *to.add(i) = v;
            }
        }
        self.len.set(self.len.get() + count);
        Ok(())
    }

    /// Append new references to `count` items of another list: at `start`, `start + step`, ... Those that
    /// are out of range are left out.
    pub fn extend_step(
        &self,
        other: &List,
        start: i64,
        step: i64,
        count: usize,
    ) -> Result<(), NoMemory> {
        self.reserve(count)?;
        let (have, mut at) = (other.len.get(), start);
        for _ in 0..count {
            if at < 0 || at as usize >= have {
                break;
            }
            // SAFETY: in range; room was made for `count` items; cloning does not run Python.
            unsafe {
                let v = *other.items.get().add(at as usize);
                incref(v);
                *self.items.get().add(self.len.get()) = v;
            }
            self.len.set(self.len.get() + 1);
            at = at.wrapping_add(step);
        }
        Ok(())
    }

    /// Append copies of the first `n` items until there are `total`, a multiple of `n`.
    pub fn repeat_to(&self, n: usize, total: usize) -> Result<(), NoMemory> {
        if n == 0 || n > self.len.get() {
            return Ok(());
        }
        self.reserve(total.saturating_sub(self.len.get()))?;
        while self.len.get() < total {
            let at = self.len.get();
            let count = n.min(total - at);
            // SAFETY: room was made; the first `n` items are there; nothing runs Python.
            unsafe {
                let p = self.items.get();
                for i in 0..count {
                    let v = *p.add(i);
                    incref(v);
                    *p.add(at + i) = v;
                }
            }
            self.len.set(at + count);
        }
        Ok(())
    }

    /// Take out the items at `start`, `start + step`, ... (`count` of them, all in range, `step` > 0);
    /// they are to be dropped by the caller.
    pub fn remove_step(
        &self,
        start: usize,
        step: usize,
        count: usize,
    ) -> Result<Vec<Object>, NoMemory> {
        let n = self.len.get();
        let in_range = count == 0
            || count
                .checked_sub(1)
                .and_then(|c| c.checked_mul(step))
                .is_some_and(|last| start + last < n);
        let mut out = Vec::new();
        if count == 0 || step == 0 || !in_range {
            return Ok(out);
        }
        out.try_reserve_exact(count)?;
        // SAFETY: in range; words move, none is lost or doubled.
        unsafe {
            let p = self.items.get();
            let (mut to, mut next) = (start, start);
            for from in start..n {
                if from == next && out.len() < count {
                    out.push(Object::from_owned(*p.add(from)));
                    next += step;
                } else {
                    *p.add(to) = *p.add(from);
                    to += 1;
                }
            }
            self.len.set(to);
        }
        Ok(out)
    }

    /// Exchange the items of two lists.
    pub fn swap(&self, other: &List) {
        self.items.swap(&other.items);
        self.len.swap(&other.len);
        self.cap.swap(&other.cap);
    }

    /// The items of a list that is no object (see `Detached`): nobody else can reach it.
    fn as_mut_slice(&mut self) -> &mut [Object] {
        if self.len.get() == 0 {
            return &mut [];
        }
        // SAFETY: file invariant; `Object` is a transparent word; `&mut self` excludes others, as a list in
        // an object is only ever shared.
        unsafe { std::slice::from_raw_parts_mut(self.items.get() as *mut Object, self.len.get()) }
    }

    /// Whether nothing was put in since the items were taken off.
    pub fn is_untouched(&self) -> bool {
        self.cap.get() == 0
    }

    /// Take the items off, storage and all.
    pub fn detach(&self) -> Detached {
        let d = Detached(List::new(self.heap()));
        self.swap(&d.0);
        d
    }

    /// Reverse in place.
    pub fn reverse(&self) {
        // SAFETY: file invariant.
        if self.len.get() > 1 {
            unsafe { std::slice::from_raw_parts_mut(self.items.get(), self.len.get()).reverse() }
        }
    }

    /// Drop all items and give the memory back.
    pub fn clear_items(&self) {
        let (p, n, cap) =
            (self.items.replace(null_mut()), self.len.replace(0), self.cap.replace(0));
        // SAFETY: the list no longer names the block while the items are dropped.
        unsafe {
            for i in (0..n).rev() {
                decref(*p.add(i));
            }
            if cap > 0 {
                self.heap().free_raw(p as *mut u8, cap * 8);
            }
        }
    }
}

/// The items of a list, taken off it: no Python code can reach them.
pub struct Detached(List);

impl Detached {
    pub fn items(&mut self) -> &mut [Object] {
        self.0.as_mut_slice()
    }

    /// Give the items to `list`; what it holds by now comes back.
    pub fn attach(&mut self, list: &List) {
        list.swap(&self.0);
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        self.0.clear_items();
    }
}
