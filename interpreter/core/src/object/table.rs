//! The hash table under dict and set: compact, insertion-ordered.
//!
//! **Layout.** `entries[0..used]` in insertion order, deleted ones with a NULL key. Up to
//! `SMALL` entries there is no index and look-up scans; beyond, the index has a power of two of `u32`
//! places: `EMPTY`, `DELETED`, or an entry's number, probed with CPython's perturbed sequence (so
//! that equal low bits spread and sequential integers stay dense). The index lies in the same block, in
//! front of the entries and backwards: place `i` is the `u32` at `entries - 4 * (i + 1)`.
//! Tables of known size below `FEW` entries have room for just these; they get the rest of it without a
//! change of positions, so that nobody can tell.
//!
//! **Invariants.** Comparing keys may run Python, which may change this very table: `stamp` changes
//! with every structural change, and a look-up whose stamp moved starts again. Values and keys are
//! dropped only when the table is consistent. `spent` places of the index are not EMPTY, fewer than there
//! are entries, so that every probe ends. `version` is 0 until an inline cache asks for it and
//! becomes 0 again when keys are added, removed or moved: (version, entry number) finds a value.
#![expect(unsafe_code, reason = "raw table storage")]

use super::header::Kind;
use super::heap::{Heap, NoMemory};
use super::object::{Obj, Object, Visitor, decref, incref};
use super::str::Str;
use super::tuple::Tuple;
use super::value::Value;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use std::ptr::null_mut;

/// One association; `key` NULL when deleted.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Entry {
    pub hash: i64,
    pub key: Value,
    pub value: Value,
}

const SMALL: u32 = 8;
/// Entries of the smallest table that grows by itself.
const FEW: u32 = 5;
const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;
const MAX_ENTRIES: usize = (u32::MAX - 2) as usize;

/// See the file's head.
pub struct Table {
    pub(crate) entries: Cell<*mut Entry>,
    /// Places in the index less one; 0: no index.
    mask: Cell<u32>,
    pub(crate) used: Cell<u32>,
    cap: Cell<u32>,
    /// Places of the index that are not EMPTY; at most `cap`.
    spent: Cell<u32>,
    /// No entry before this one is live.
    first: Cell<u32>,
    live: Cell<u32>,
    pub(crate) version: Cell<u32>,
    stamp: Cell<u32>,
    heap: *const Heap,
}

impl Table {
    pub(crate) fn new(heap: &Heap) -> Table {
        Table {
            entries: Cell::new(null_mut()),
            mask: Cell::new(0),
            used: Cell::new(0),
            cap: Cell::new(0),
            spent: Cell::new(0),
            first: Cell::new(0),
            live: Cell::new(0),
            version: Cell::new(0),
            stamp: Cell::new(0),
            heap,
        }
    }

    fn heap(&self) -> &Heap {
        // SAFETY: the heap outlives its objects.
        unsafe { &*self.heap }
    }

    /// Where the value of entry `i` lies, for as long as the version stands.
    ///
    /// # Safety
    /// There is an entry `i`.
    #[inline(always)]
    pub(crate) unsafe fn place(&self, i: u32) -> *const Value {
        &raw const (*self.entries.get().add(i as usize)).value
    }

    /// Put an owned word in the place of entry `i`'s value, giving the old one.
    ///
    /// # Safety
    /// As `value_unchecked`; the caller drops the old word.
    #[inline(always)]
    pub(crate) unsafe fn swap_value_unchecked(&self, i: u32, value: Value) -> Value {
        std::mem::replace(&mut (*self.entries.get().add(i as usize)).value, value)
    }

    /// The value of entry `i`, borrowed.
    ///
    /// # Safety
    /// There is an entry `i`, and it is live (as at the version that a cache was filled at).
    #[inline(always)]
    pub(crate) unsafe fn value_unchecked(&self, i: u32) -> Value {
        (*self.entries.get().add(i as usize)).value
    }

    /// Number of live entries.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live.get() as usize
    }

    pub fn is_empty(&self) -> bool {
        self.live.get() == 0
    }

    /// Changes with every structural change; for iterators that must notice them.
    pub fn stamp(&self) -> u32 {
        self.stamp.get()
    }

    fn changed(&self) {
        self.version.set(0);
        self.stamp.set(self.stamp.get().wrapping_add(1));
    }

    /// The keys' version for inline caches (0: do not cache).
    #[inline]
    pub(crate) fn cache_version(&self, vm: &Vm) -> u32 {
        if self.version.get() == 0 {
            self.version.set(vm.interp().next_keys_version());
        }
        self.version.get()
    }

    /// Place `i` of the index, which must not be above `mask`.
    #[inline(always)]
    unsafe fn index_at(&self, i: u64) -> *mut u32 {
        (self.entries.get() as *mut u32).sub(i as usize + 1)
    }

    /// Entry `i`, which must be below `used`.
    #[inline(always)]
    unsafe fn entry(&self, i: u32) -> &Entry {
        &*self.entries.get().add(i as usize)
    }

    /// Find a str key without running Python (keys that are not exact str never match).
    #[inline]
    pub fn find_str(&self, key: &Obj<Str>, hash: i64) -> Option<u32> {
        let k = key.value();
        // SAFETY: entry numbers in the index are below `used`.
        unsafe {
            if self.mask.get() == 0 {
                let n = self.used.get();
                for i in 0..n {
                    if self.entry(i).key == k {
                        return Some(i);
                    }
                }
                let interned = key.is_interned();
                for i in 0..n {
                    let e = self.entry(i);
                    if e.hash == hash && e.key.is_kind(Kind::Str) {
                        let other = Object::view(&e.key).downcast_exact::<Str>()?;
                        if !(interned && other.is_interned()) && other.same_text(key) {
                            return Some(i);
                        }
                    }
                }
                return None;
            }
            let mask = self.mask.get() as u64;
            let mut perturb = hash as u64;
            let mut i = perturb & mask;
            loop {
                let at = *self.index_at(i);
                if at == EMPTY {
                    return None;
                }
                if at != DELETED {
                    let e = self.entry(at);
                    if e.key == k {
                        return Some(at);
                    }
                    if e.hash == hash && e.key.is_kind(Kind::Str) {
                        if let Some(other) = Object::view(&e.key).downcast_exact::<Str>() {
                            if other.eq_str(key) {
                                return Some(at);
                            }
                        }
                    }
                }
                perturb >>= 5;
                i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
            }
        }
    }

    /// Find any key. May run Python (`__eq__`) for keys that are not str or small int.
    #[inline]
    pub fn find(&self, vm: &Vm, key: &Object, hash: i64) -> Res<Option<u32>> {
        'restart: loop {
            // SAFETY: entry numbers in the index are below `used`; the table is re-read after Python ran.
            unsafe {
                let k = key.value();
                if self.mask.get() == 0 {
                    let n = self.used.get();
                    for i in 0..n {
                        let e = self.entry(i);
                        if e.key == k {
                            return Ok(Some(i));
                        }
                        if e.hash == hash && !e.key.is_null() {
                            match self.same_key(vm, e.key, key)? {
                                Same::Yes => return Ok(Some(i)),
                                Same::No => {}
                                Same::Changed => continue 'restart,
                            }
                        }
                    }
                    return Ok(None);
                }
                let mask = self.mask.get() as u64;
                let mut perturb = hash as u64;
                let mut i = perturb & mask;
                loop {
                    let at = *self.index_at(i);
                    if at == EMPTY {
                        return Ok(None);
                    }
                    if at != DELETED {
                        let e = self.entry(at);
                        if e.key == k {
                            return Ok(Some(at));
                        }
                        if e.hash == hash {
                            match self.same_key(vm, e.key, key)? {
                                Same::Yes => return Ok(Some(at)),
                                Same::No => {}
                                Same::Changed => continue 'restart,
                            }
                        }
                    }
                    perturb >>= 5;
                    i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
                }
            }
        }
    }

    /// The entry whose key is this very word, where no other key of the same hash comes first. Runs no
    /// Python; None says nothing.
    #[inline]
    pub(crate) fn find_same(&self, k: Value, hash: i64) -> Option<u32> {
        // SAFETY: entry numbers in the index are below `used`.
        unsafe {
            if self.mask.get() == 0 {
                return (0..self.used.get()).find(|&i| self.entry(i).key == k);
            }
            let mask = self.mask.get() as u64;
            let mut perturb = hash as u64;
            let mut i = perturb & mask;
            loop {
                let at = *self.index_at(i);
                if at >= DELETED {
                    return None;
                }
                let e = self.entry(at);
                if e.key == k {
                    return Some(at);
                }
                if e.hash == hash {
                    return None;
                }
                perturb >>= 5;
                i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
            }
        }
    }

    /// Whether a stored key equals `key`, their hashes being equal.
    #[inline]
    unsafe fn same_key(&self, vm: &Vm, stored: Value, key: &Object) -> Res<Same> {
        let k = key.value();
        if !stored.is_ptr() || !k.is_ptr() {
            if Value::both_ints(stored, k) {
                return Ok(Same::No); // equal ones have equal bits
            }
            return self.same_key_slow(vm, stored, key);
        }
        let kind = (*stored.ptr()).kind();
        if kind == (*k.ptr()).kind() {
            // The kinds say that both are exact.
            let stored = Object::view(&stored);
            let equal = match kind {
                Kind::Str => {
                    stored.downcast_str().zip(key.downcast_str()).map(|(a, b)| a.eq_str(b))
                }
                Kind::Tuple => match (stored.downcast_exact(), key.downcast_exact()) {
                    (Some(a), Some(b)) => same_atoms(a, b),
                    _ => None,
                },
                _ => None,
            };
            if let Some(equal) = equal {
                return Ok(if equal { Same::Yes } else { Same::No });
            }
        }
        self.same_key_slow(vm, stored, key)
    }

    #[cold]
    #[inline(never)]
    unsafe fn same_key_slow(&self, vm: &Vm, stored: Value, key: &Object) -> Res<Same> {
        let stamp = self.stamp.get();
        let candidate = Object::from_borrowed(stored);
        let equal = vm.eq(&candidate, key)?;
        if self.stamp.get() != stamp {
            return Ok(Same::Changed);
        }
        Ok(if equal { Same::Yes } else { Same::No })
    }

    /// A new reference to the value of entry `i`.
    #[inline(always)]
    pub fn value_at(&self, i: u32) -> Option<Object> {
        if i >= self.used.get() {
            return None;
        }
        // SAFETY: in range.
        unsafe {
            let e = self.entry(i);
            if e.key.is_null() { None } else { Some(Object::from_borrowed(e.value)) }
        }
    }

    /// New references to key and value of entry `i`, None if deleted or out of range.
    #[inline]
    pub fn entry_at(&self, i: u32) -> Option<(Object, Object)> {
        if i >= self.used.get() {
            return None;
        }
        // SAFETY: in range.
        unsafe {
            let e = self.entry(i);
            if e.key.is_null() {
                None
            } else {
                Some((Object::from_borrowed(e.key), Object::from_borrowed(e.value)))
            }
        }
    }

    /// The hash of entry `i`.
    pub fn hash_at(&self, i: u32) -> Option<i64> {
        // SAFETY: in range.
        if i < self.used.get() { Some(unsafe { self.entry(i).hash }) } else { None }
    }

    /// Number of entries in use, deleted ones included: the end of positions.
    #[inline(always)]
    pub fn end(&self) -> u32 {
        self.used.get()
    }

    /// The first live entry at or after `i`.
    #[inline]
    pub fn next_live(&self, i: u32) -> Option<u32> {
        if self.live.get() == 0 {
            return None;
        }
        let first = self.first.get();
        let mut at = i.max(first);
        while at < self.used.get() {
            // SAFETY: in range.
            if unsafe { !self.entry(at).key.is_null() } {
                if i <= first {
                    self.first.set(at);
                }
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// The last live entry before `i`.
    pub fn previous_live(&self, i: u32) -> Option<u32> {
        if self.live.get() == 0 {
            return None;
        }
        let mut i = i.min(self.used.get());
        while i > self.first.get() {
            i -= 1;
            // SAFETY: in range.
            if unsafe { !self.entry(i).key.is_null() } {
                return Some(i);
            }
        }
        None
    }

    /// Replace the value of live entry `i`, giving the old one (to be dropped by the caller).
    #[inline(always)]
    pub fn replace_value(&self, i: u32, value: Object) -> Option<Object> {
        if i >= self.used.get() {
            return None;
        }
        // SAFETY: in range.
        unsafe {
            let e = &mut *self.entries.get().add(i as usize);
            let old = e.value;
            e.value = value.into_value();
            Some(Object::from_owned(old))
        }
    }

    /// Add a key that is known to be absent.
    #[inline]
    pub fn push_entry(&self, key: Object, hash: i64, value: Object) -> Result<(), NoMemory> {
        if self.used.get() == self.cap.get() || self.spent.get() == self.cap.get() {
            self.make_room()?;
        }
        let n = self.used.get();
        // SAFETY: room was made in entries and index.
        unsafe {
            if self.mask.get() != 0 {
                self.index_insert(hash, n);
                self.spent.set(self.spent.get() + 1);
            }
            *self.entries.get().add(n as usize) =
                Entry { hash, key: key.into_value(), value: value.into_value() };
        }
        self.used.set(n + 1);
        self.live.set(self.live.get() + 1);
        self.changed();
        Ok(())
    }

    unsafe fn index_insert(&self, hash: i64, number: u32) {
        let mask = self.mask.get() as u64;
        let mut perturb = hash as u64;
        let mut i = perturb & mask;
        while *self.index_at(i) < DELETED {
            perturb >>= 5;
            i = (i.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
        }
        *self.index_at(i) = number;
    }

    #[cold]
    #[inline(never)]
    fn make_room(&self) -> Result<(), NoMemory> {
        if (1..FEW).contains(&self.cap.get()) {
            return self.widen();
        }
        // As CPython: three places for each live entry, rounded up to a power of two of which two thirds
        // are filled. (When a table moves its entries is visible to whoever changes it while iterating.)
        let places = (self.live.get() as usize * 3).next_power_of_two().max(8);
        self.rebuild(places * 2 / 3)
    }

    /// Make a table of fewer than `FEW` entries one of `FEW`, everything in its place.
    fn widen(&self) -> Result<(), NoMemory> {
        let (old, few) = (block_size(self.cap.get() as usize), block_size(FEW as usize));
        // SAFETY: the entries' block, without an index so far and from now on.
        unsafe {
            let p = self.heap().realloc_raw(self.entries.get() as *mut u8, old, few);
            if p.is_null() {
                return Err(NoMemory);
            }
            self.entries.set(p as *mut Entry);
        }
        self.cap.set(FEW);
        self.changed();
        Ok(())
    }

    /// Room for `n` entries in all.
    pub fn reserve(&self, n: usize) -> Result<(), NoMemory> {
        if n <= self.cap.get() as usize {
            return Ok(());
        }
        if n < FEW as usize && self.cap.get() == 0 {
            return self.rebuild(n);
        }
        // Rounded as `make_room` does; not for large ones, which would waste much.
        let rounded = n.saturating_mul(3).div_ceil(2).max(8).checked_next_power_of_two();
        self.rebuild(if n > 1 << 16 { n } else { rounded.map_or(n, |p| p * 2 / 3) })
    }

    fn rebuild(&self, cap: usize) -> Result<(), NoMemory> {
        self.rebuild_behind(cap, 0)
    }

    /// The same with `gap` dead entries in front; `cap` has room for them.
    fn rebuild_behind(&self, cap: usize, gap: u32) -> Result<(), NoMemory> {
        if cap > MAX_ENTRIES {
            return Err(NoMemory);
        }
        let old_cap = self.cap.get() as usize;
        let places = places_for(cap);
        // SAFETY: a new block is allocated first; then entries move and the old block goes back. In the old
        // block they only move down.
        unsafe {
            let old = self.entries.get();
            let mut entries = old;
            let moves = cap != old_cap || gap > 0;
            if moves {
                let p = self.heap().alloc_raw(block_size(cap));
                if p.is_null() {
                    return Err(NoMemory);
                }
                entries = p.add(places * 4) as *mut Entry;
            }
            let gap = gap as usize;
            for i in 0..gap {
                *entries.add(i) = Entry { hash: 0, key: Value::NULL, value: Value::NULL };
            }
            let mut n = gap;
            for i in 0..self.used.get() {
                let e = *self.entry(i);
                if !e.key.is_null() {
                    *entries.add(n) = e;
                    n += 1;
                }
            }
            if moves {
                self.free_block(old, old_cap);
            }
            self.entries.set(entries);
            self.cap.set(cap as u32);
            self.used.set(n as u32);
            self.first.set(gap as u32);
            self.spent.set(if places == 0 { 0 } else { (n - gap) as u32 });
            self.mask.set(if places == 0 { 0 } else { places as u32 - 1 });
            if places > 0 {
                std::ptr::write_bytes((entries as *mut u8).sub(places * 4), 0xff, places * 4);
                for i in gap..n {
                    self.index_insert((*entries.add(i)).hash, i as u32);
                }
            }
        }
        self.changed();
        Ok(())
    }

    /// Give the block of `cap` entries back.
    unsafe fn free_block(&self, entries: *mut Entry, cap: usize) {
        if cap > 0 {
            let p = (entries as *mut u8).sub(places_for(cap) * 4);
            self.heap().free_raw(p, block_size(cap));
        }
    }

    /// Take live entry `i` out, giving its key and value.
    pub fn remove_at(&self, i: u32) -> Option<(Object, Object)> {
        if i >= self.used.get() {
            return None;
        }
        // SAFETY: in range; the index is searched for this very entry.
        unsafe {
            let e = *self.entry(i);
            if e.key.is_null() {
                return None;
            }
            if self.mask.get() != 0 {
                let mask = self.mask.get() as u64;
                let mut perturb = e.hash as u64;
                let mut at = perturb & mask;
                while *self.index_at(at) != i {
                    perturb >>= 5;
                    at = (at.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1)) & mask;
                }
                *self.index_at(at) = DELETED;
            }
            let p = &mut *self.entries.get().add(i as usize);
            p.key = Value::NULL;
            p.value = Value::NULL;
            self.live.set(self.live.get() - 1);
            self.changed();
            Some((Object::from_owned(e.key), Object::from_owned(e.value)))
        }
    }

    /// Take the last entry out, giving its key and value; its place is free again.
    pub fn pop_last(&self) -> Option<(Object, Object)> {
        let i = self.previous_live(u32::MAX)?;
        let taken = self.remove_at(i);
        self.used.set(i);
        taken
    }

    /// Move entry `i` to the end of the order (`OrderedDict.move_to_end` and kin).
    pub fn move_to_end(&self, i: u32) -> Result<(), NoMemory> {
        let hash = self.hash_at(i).unwrap_or(0);
        match self.remove_at(i) {
            Some((k, v)) => self.push_entry(k, hash, v),
            None => Ok(()),
        }
    }

    /// Move entry `i` to the start of the order. Positions change.
    pub fn move_to_start(&self, i: u32) -> Result<(), NoMemory> {
        let Some(first) = self.next_live(0).filter(|first| *first < i) else { return Ok(()) };
        let (mut i, mut first) = (i, first);
        if first == 0 || self.spent.get() == self.cap.get() {
            // Free places in front, as many as there are entries: most moves find one.
            let gap = self.live.get().max(4);
            let mut rank = 0;
            let mut at = first;
            while let Some(next) = self.next_live(at).filter(|next| *next < i) {
                rank += 1;
                at = next + 1;
            }
            let places = ((gap + self.live.get()) as usize * 3).next_power_of_two().max(16);
            self.rebuild_behind(places * 2 / 3, gap)?;
            (i, first) = (gap + rank, gap);
        }
        let hash = self.hash_at(i).unwrap_or(0);
        let Some((key, value)) = self.remove_at(i) else { return Ok(()) };
        let n = first - 1;
        // SAFETY: place `n` is in use and dead; the index has a place to spare.
        unsafe {
            if self.mask.get() != 0 {
                self.index_insert(hash, n);
                self.spent.set(self.spent.get() + 1);
            }
            *self.entries.get().add(n as usize) =
                Entry { hash, key: key.into_value(), value: value.into_value() };
        }
        self.first.set(n);
        self.live.set(self.live.get() + 1);
        self.changed();
        Ok(())
    }

    /// Drop everything and give the memory back.
    pub fn clear_all(&self) {
        let (p, used, cap) =
            (self.entries.replace(null_mut()), self.used.replace(0), self.cap.replace(0));
        self.first.set(0);
        self.spent.set(0);
        self.mask.set(0);
        self.live.set(0);
        // SAFETY: the table no longer names the block while its contents are dropped.
        unsafe {
            self.changed();
            for i in 0..used as usize {
                let e = *p.add(i);
                decref(e.key);
                decref(e.value);
            }
            self.free_block(p, cap as usize);
        }
    }

    /// Exchange the contents of two tables.
    pub fn swap(&self, other: &Table) {
        self.entries.swap(&other.entries);
        self.mask.swap(&other.mask);
        self.used.swap(&other.used);
        self.cap.swap(&other.cap);
        self.spent.swap(&other.spent);
        self.first.swap(&other.first);
        self.live.swap(&other.live);
        self.changed();
        other.changed();
    }

    /// Make this (empty) table a copy of another: same order, no holes.
    pub fn copy_from(&self, other: &Table) -> Result<(), NoMemory> {
        if other.is_empty() {
            return Ok(());
        }
        self.reserve(other.len())?;
        for i in 0..other.used.get() {
            // SAFETY: in range; nothing runs Python here.
            unsafe {
                let e = *other.entry(i);
                if !e.key.is_null() {
                    incref(e.key);
                    incref(e.value);
                    let n = self.used.get();
                    if self.mask.get() != 0 {
                        self.index_insert(e.hash, n);
                        self.spent.set(self.spent.get() + 1);
                    }
                    *self.entries.get().add(n as usize) = e;
                    self.used.set(n + 1);
                    self.live.set(self.live.get() + 1);
                }
            }
        }
        self.changed();
        Ok(())
    }

    pub(crate) fn traverse(&self, v: &mut Visitor) {
        for i in 0..self.used.get() {
            // SAFETY: in range.
            let e = unsafe { self.entry(i) };
            v.value(e.key);
            v.value(e.value);
        }
    }

    /// Bytes of the storage (for `__sizeof__`).
    pub fn storage_size(&self) -> usize {
        match self.cap.get() {
            0 => 0,
            cap => block_size(cap as usize),
        }
    }
}

/// Places in the index of a table with room for `cap` entries.
fn places_for(cap: usize) -> usize {
    if cap as u32 <= SMALL { 0 } else { (cap * 3 / 2 + 1).next_power_of_two() }
}

/// Bytes of the block that holds `cap` entries and their index.
fn block_size(cap: usize) -> usize {
    places_for(cap) * 4 + cap * size_of::<Entry>()
}

/// Whether two tuples are equal, if it takes no more than comparing machine integers, exact strs and
/// identical objects.
#[inline]
fn same_atoms(a: &Obj<Tuple>, b: &Obj<Tuple>) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    let (a, b) = (a.as_slice(), b.as_slice());
    // (An index is lighter than a pair of iterators: most keys have two items.)
    let mut i = 0;
    while let (Some(p), Some(q)) = (a.get(i), b.get(i)) {
        i += 1;
        if p.is(q) {
            continue;
        }
        if Value::both_ints(p.value(), q.value()) {
            return Some(false); // equal ones have equal bits
        }
        if !p.downcast_str()?.eq_str(q.downcast_str()?) {
            return Some(false);
        }
    }
    Some(true)
}

enum Same {
    Yes,
    No,
    Changed,
}
