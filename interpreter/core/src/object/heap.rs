//! The interpreter's memory: size-class pools in 64 KiB arenas, large blocks in a registry, and the
//! account of both.
//!
//! **Invariants.** Object blocks and raw blocks (list items, dict tables, text) never share an
//! arena, so that the collector can walk all objects without links in them. In an object arena a
//! block whose first `u32` (the reference count) is 0 is free; its link lies at offset 8. What lies
//! behind `bump` was never written: no page of it is touched before it is needed, and nobody may
//! read it. `room` is the number of bytes that may still be handed out: `limit` less those that are. No
//! allocation takes it below 0 (then allocation fails and Python sees MemoryError); a limit set below what
//! is handed out, and what is accounted for afterwards, may.
#![expect(unsafe_code, reason = "the allocator")]

use super::header::Header;
use std::alloc::Layout;
use std::cell::{Cell, UnsafeCell};
use std::ptr::null_mut;

/// The collector runs when there are so many more collectable objects than after its last run, at least.
/// The stress build (`--cfg stress`) collects all the time.
const LEAST_COLLECTABLE: i64 = if cfg!(stress) { 61 } else { 50_000 };
/// Or when so many bytes more are handed out, at least: garbage may hold much.
const LEAST_BYTES: usize = 32 << 20;
/// Whether one of both is so is looked at whenever there are so many more collectable objects.
const COLLECTOR_STEP: i64 = if cfg!(stress) { 61 } else { 2_000 };

/// Out of memory (the operating system's or the interpreter's limit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory;

impl From<std::collections::TryReserveError> for NoMemory {
    fn from(_: std::collections::TryReserveError) -> NoMemory {
        NoMemory
    }
}

const CLASS_STEP: usize = 16;
const CLASSES: usize = 33; // up to 512 bytes
const ARENA: usize = 64 * 1024;
/// Arenas that are asked of the system at once. (Alone, each would cost as much address space
/// again for its alignment, and a system call.)
const SEGMENT: usize = 16;
/// Largest pooled block.
const POOLED: usize = (CLASSES - 1) * CLASS_STEP;
const LARGE_PREFIX: usize = 32;

/// The size class of an object of `size` bytes, which is not 0.
#[inline(always)]
fn size_class(size: usize) -> usize {
    // (Rounded up in three instructions, for any size.)
    (size.wrapping_sub(1) / CLASS_STEP).wrapping_add(1)
}

struct Pool {
    free: [Cell<*mut u8>; CLASSES],
    /// Bump region of the newest arena of each class.
    bump: [Cell<*mut u8>; CLASSES],
    end: [Cell<*mut u8>; CLASSES],
    arenas: UnsafeCell<Vec<(*mut u8, u32)>>,
}

/// What the arenas are cut from.
struct Segments {
    all: UnsafeCell<Vec<(*mut u8, usize)>>,
    /// The rest of the newest one.
    next: Cell<*mut u8>,
    left: Cell<usize>,
}

impl Segments {
    const fn new() -> Segments {
        Segments {
            all: UnsafeCell::new(Vec::new()),
            next: Cell::new(null_mut()),
            left: Cell::new(0),
        }
    }

    /// A fresh arena, its contents undefined; null if there is no memory.
    fn arena(&self) -> *mut u8 {
        if self.left.get() == 0 && !self.grow(SEGMENT) && !self.grow(1) {
            return null_mut();
        }
        let p = self.next.get();
        // SAFETY: one of the `left` arenas from `next` on.
        self.next.set(unsafe { p.add(ARENA) });
        self.left.set(self.left.get() - 1);
        p
    }

    fn grow(&self, arenas: usize) -> bool {
        // SAFETY: no reference into the list outlives this call; the size is not zero.
        unsafe {
            let all = &mut *self.all.get();
            if all.try_reserve(1).is_err() {
                return false;
            }
            let p = std::alloc::alloc(Layout::from_size_align_unchecked(arenas * ARENA, ARENA));
            if p.is_null() {
                return false;
            }
            all.push((p, arenas));
            self.next.set(p);
            self.left.set(arenas);
            true
        }
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        for (p, arenas) in self.all.get_mut().drain(..) {
            // SAFETY: allocated in `grow` with this layout.
            unsafe {
                std::alloc::dealloc(p, Layout::from_size_align_unchecked(arenas * ARENA, ARENA))
            }
        }
    }
}

/// At the start of every arena. Blocks begin at `FIRST`.
#[repr(C)]
struct ArenaHead {
    /// The collector's counts, one for each block, while it runs.
    counts: Cell<*mut u32>,
    /// 2**32 / size, rounded up: a block's number without a division.
    inverse: u32,
    blocks: u32,
}

/// Bytes of an arena before its first block.
const FIRST: usize = 64;

/// In front of a large object block.
#[repr(C)]
struct Large {
    prev: Cell<*mut Large>,
    next: Cell<*mut Large>,
    size: usize,
    /// The collector's count while it runs.
    count: Cell<u32>,
}

/// Large blocks that were given back and wait for the next of their size, because the system's allocator takes as
/// long as a message of a few KiB takes otherwise. They are not accounted for.
struct Spares {
    /// Linked by `next`, one list for each multiple of `SPARE_STEP`.
    first: [Cell<*mut Large>; SPARES],
    count: [Cell<u8>; SPARES],
}

const SPARE_STEP: usize = 256;
/// The largest block that waits.
const LARGEST_SPARE: usize = 8 << 10;
const SPARES: usize = LARGEST_SPARE / SPARE_STEP + 1;
/// Blocks that wait of each size, at most.
const SPARE_BLOCKS: u8 = 8;

impl Spares {
    fn new() -> Spares {
        Spares {
            first: [const { Cell::new(null_mut()) }; SPARES],
            count: [const { Cell::new(0) }; SPARES],
        }
    }

    /// What a block of `total` bytes is made, so that it may wait here.
    #[inline]
    fn rounded(total: usize) -> usize {
        match total.checked_next_multiple_of(SPARE_STEP) {
            Some(up) if up <= LARGEST_SPARE => up,
            _ => total,
        }
    }

    /// Where blocks of `size` bytes wait and how many of them; None for sizes that do not.
    #[inline]
    fn place(&self, size: usize) -> Option<(&Cell<*mut Large>, &Cell<u8>)> {
        if size > LARGEST_SPARE {
            return None;
        }
        debug_assert!(size % SPARE_STEP == 0);
        Some((self.first.get(size / SPARE_STEP)?, self.count.get(size / SPARE_STEP)?))
    }

    /// A block of `total` bytes, which `rounded` gave; null if there is none.
    #[inline]
    fn take(&self, total: usize) -> *mut Large {
        let Some((first, count)) = self.place(total) else { return null_mut() };
        let block = first.get();
        if !block.is_null() {
            count.set(count.get() - 1);
            // SAFETY: a block that waits has its head, and nobody else names it.
            first.set(unsafe { (*block).next.get() });
        }
        block
    }

    /// Keep a block of `size` bytes, if there is a place for it.
    ///
    /// # Safety
    /// Its size came from `rounded`, and nobody names it any more.
    #[inline]
    unsafe fn keep(&self, block: *mut Large, size: usize) -> bool {
        let Some((first, count)) = self.place(size) else { return false };
        if count.get() >= SPARE_BLOCKS {
            return false;
        }
        count.set(count.get() + 1);
        (*block).next.set(first.get());
        first.set(block);
        true
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        for first in &self.first {
            while !first.get().is_null() {
                let block = first.get();
                // SAFETY: allocated in `alloc_large` with this layout.
                unsafe {
                    first.set((*block).next.get());
                    let layout = Layout::from_size_align_unchecked((*block).size, 16);
                    std::alloc::dealloc(block as *mut u8, layout);
                }
            }
        }
    }
}

/// See the file's head.
pub struct Heap {
    objects: Pool,
    raw: Pool,
    segments: Segments,
    large: Cell<*mut Large>,
    spares: Spares,
    room: Cell<isize>,
    limit: Cell<usize>,
    peak: Cell<usize>,
    /// Collectable objects allocated less those freed since the last collection.
    pub(crate) gc_count: Cell<i64>,
    /// At this count it is looked at whether the collector is to run.
    pub(crate) gc_threshold: Cell<i64>,
    /// The count, and the number of bytes handed out, at which it is.
    gc_due: Cell<i64>,
    gc_due_bytes: Cell<usize>,
}

impl Pool {
    fn new() -> Pool {
        Pool {
            free: [const { Cell::new(null_mut()) }; CLASSES],
            bump: [const { Cell::new(null_mut()) }; CLASSES],
            end: [const { Cell::new(null_mut()) }; CLASSES],
            arenas: UnsafeCell::new(Vec::new()),
        }
    }

    #[cold]
    #[inline(never)]
    fn refill(&self, segments: &Segments, class: usize, link: usize) -> *mut u8 {
        let size = class * CLASS_STEP;
        let bump = self.bump[class].get();
        // SAFETY: bump..end is the untouched rest of an arena of this class, or both are null.
        unsafe {
            if !bump.is_null() && self.end[class].get().offset_from(bump) as usize >= size {
                // Hand out a run of 16 at a time: keeps fresh arenas from being touched at once.
                let room = self.end[class].get().offset_from(bump) as usize / size;
                let n = room.min(16);
                // From the last on, so that they are taken in the order in which they lie.
                for i in (1..n).rev() {
                    let q = bump.add(i * size);
                    *(q as *mut u32) = 0;
                    *(q.add(link) as *mut *mut u8) = self.free[class].get();
                    self.free[class].set(q);
                }
                self.bump[class].set(bump.add(n * size));
                *(bump as *mut u32) = 0;
                return bump;
            }
            let arenas = &mut *self.arenas.get();
            if arenas.try_reserve(1).is_err() {
                return null_mut();
            }
            let p = segments.arena();
            if p.is_null() {
                return p;
            }
            arenas.push((p, class as u32));
            let blocks = (ARENA - FIRST) / size;
            (p as *mut ArenaHead).write(ArenaHead {
                counts: Cell::new(null_mut()),
                inverse: (1u64 << 32).div_ceil(size as u64) as u32,
                blocks: blocks as u32,
            });
            self.bump[class].set(p.add(FIRST));
            self.end[class].set(p.add(FIRST + blocks * size));
        }
        self.refill(segments, class, link)
    }

    /// The end of the blocks of an arena that were handed out at some time.
    fn end_of(&self, arena: *mut u8, class: usize) -> *mut u8 {
        let bump = self.bump[class].get();
        // SAFETY: within the arena.
        unsafe {
            if (arena..arena.add(ARENA)).contains(&bump) {
                return bump;
            }
            let size = class * CLASS_STEP;
            arena.add(FIRST + (ARENA - FIRST) / size * size)
        }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        let mut p = self.large.get();
        while !p.is_null() {
            // SAFETY: the registry holds live large blocks only.
            unsafe {
                let next = (*p).next.get();
                let size = (*p).size;
                std::alloc::dealloc(p as *mut u8, Layout::from_size_align_unchecked(size, 16));
                p = next;
            }
        }
    }
}

impl Heap {
    /// An empty heap without a limit.
    pub fn new() -> Heap {
        Heap {
            objects: Pool::new(),
            raw: Pool::new(),
            segments: Segments::new(),
            large: Cell::new(null_mut()),
            spares: Spares::new(),
            room: Cell::new(isize::MAX),
            limit: Cell::new(usize::MAX),
            peak: Cell::new(0),
            gc_count: Cell::new(0),
            gc_threshold: Cell::new(COLLECTOR_STEP),
            gc_due: Cell::new(LEAST_COLLECTABLE),
            gc_due_bytes: Cell::new(LEAST_BYTES),
        }
    }

    /// Bytes handed out now.
    pub fn used(&self) -> usize {
        self.bound().wrapping_sub(self.room.get()).max(0) as usize
    }

    /// The limit as far as there are addresses.
    fn bound(&self) -> isize {
        self.limit.get().min(isize::MAX as usize) as isize
    }

    /// So many bytes are handed out, whatever the limit.
    fn set_used(&self, bytes: usize) {
        self.room.set(self.bound() - bytes.min(isize::MAX as usize) as isize);
    }

    /// The most bytes handed out at once.
    pub fn peak(&self) -> usize {
        self.peak.get()
    }

    /// From now on the peak is that of what comes.
    pub fn reset_peak(&self) {
        self.peak.set(self.used());
    }

    /// Bytes that may be handed out at most (`usize::MAX`: no limit).
    pub fn set_limit(&self, bytes: usize) {
        let used = self.used();
        self.limit.set(bytes);
        self.set_used(used);
    }

    /// Whether so many bytes more are within the limit.
    #[inline]
    pub fn has_room(&self, bytes: usize) -> bool {
        bytes <= self.room.get().max(0) as usize
    }

    pub fn limit(&self) -> usize {
        self.limit.get()
    }

    #[inline(always)]
    fn account(&self, size: usize) -> bool {
        if size > isize::MAX as usize {
            return false;
        }
        let room = self.room.get() - size as isize;
        if room < 0 {
            return false;
        }
        self.room.set(room);
        true
    }

    /// What was accounted for is given back.
    #[inline(always)]
    fn refund(&self, size: usize) {
        self.room.set(self.room.get() + size as isize);
    }

    /// Account for memory that is not the heap's own; false (and nothing is) beyond the limit.
    pub(crate) fn charge(&self, size: usize) -> bool {
        self.account(size)
    }

    /// Take `charge` back.
    pub(crate) fn discharge(&self, size: usize) {
        self.set_used(self.used().saturating_sub(size));
    }

    /// A block for an object of `size` bytes (header included); null if there is no memory. The
    /// second result tells whether the block is large.
    #[inline(always)]
    pub(crate) fn alloc_object(&self, size: usize) -> (*mut u8, bool) {
        let p = self.take_object(size);
        if p.is_null() { self.make_object(size) } else { (p, false) }
    }

    /// A block for an object of `size` bytes, which is not 0, that was used before; null if there is none, or
    /// there is no memory.
    #[inline(always)]
    pub(crate) fn take_object(&self, size: usize) -> *mut u8 {
        let class = size_class(size);
        if class >= CLASSES {
            return null_mut();
        }
        let p = self.objects.free[class].get();
        if p.is_null() || !self.account(class * CLASS_STEP) {
            return null_mut();
        }
        // SAFETY: free blocks of the object pool hold their link at offset 8.
        self.objects.free[class].set(unsafe { *(p.add(8) as *mut *mut u8) });
        p
    }

    /// `alloc_object` where `take_object` has none.
    #[cold]
    #[inline(never)]
    pub(crate) fn make_object(&self, size: usize) -> (*mut u8, bool) {
        let class = size_class(size);
        if class >= CLASSES {
            return (self.alloc_large(size), true);
        }
        if !self.objects.free[class].get().is_null() || !self.account(class * CLASS_STEP) {
            return (null_mut(), false);
        }
        let p = self.objects.refill(&self.segments, class, 8);
        if p.is_null() {
            self.refund(class * CLASS_STEP);
        }
        (p, false)
    }

    #[cold]
    #[inline(never)]
    fn alloc_large(&self, size: usize) -> *mut u8 {
        let Some(total) = size.checked_add(LARGE_PREFIX + 15).map(|t| t & !15) else {
            return null_mut();
        };
        let total = Spares::rounded(total);
        if size <= POOLED || total > isize::MAX as usize || !self.account(total) {
            return null_mut();
        }
        // SAFETY: non-zero size, checked above.
        unsafe {
            let mut p = self.spares.take(total);
            if p.is_null() {
                p = std::alloc::alloc(Layout::from_size_align_unchecked(total, 16)) as *mut Large;
            }
            if p.is_null() {
                self.refund(total);
                return null_mut();
            }
            let head = self.large.get();
            p.write(Large {
                prev: Cell::new(null_mut()),
                next: Cell::new(head),
                size: total,
                count: Cell::new(0),
            });
            if !head.is_null() {
                (*head).prev.set(p);
            }
            self.large.set(p);
            (p as *mut u8).add(LARGE_PREFIX)
        }
    }

    /// Bytes of a large object's block, from the header on.
    ///
    /// # Safety
    /// `p` is a live object with the flag LARGE.
    pub(crate) unsafe fn large_room(&self, p: *mut Header) -> usize {
        (*((p as *mut u8).sub(LARGE_PREFIX) as *mut Large)).size - LARGE_PREFIX
    }

    /// Give an object's block back.
    ///
    /// # Safety
    /// `p` came from `alloc_object(size)` of this heap (`large` as it said) and nothing names it.
    #[inline(always)]
    pub(crate) unsafe fn free_object(&self, p: *mut u8, size: usize, large: bool) {
        if large {
            return self.free_large(p);
        }
        let class = size_class(size);
        self.refund(class * CLASS_STEP);
        *(p as *mut u32) = 0;
        *(p.add(8) as *mut *mut u8) = self.objects.free[class].get();
        self.objects.free[class].set(p);
    }

    #[cold]
    unsafe fn free_large(&self, p: *mut u8) {
        let large = p.sub(LARGE_PREFIX) as *mut Large;
        let (prev, next, size) = ((*large).prev.get(), (*large).next.get(), (*large).size);
        if prev.is_null() {
            self.large.set(next)
        } else {
            (*prev).next.set(next)
        }
        if !next.is_null() {
            (*next).prev.set(prev);
        }
        self.refund(size);
        if !self.spares.keep(large, size) {
            std::alloc::dealloc(large as *mut u8, Layout::from_size_align_unchecked(size, 16));
        }
    }

    /// A raw block of at least `size` bytes, 16-aligned, not cleared; null if there is no memory.
    #[inline]
    pub(crate) fn alloc_raw(&self, size: usize) -> *mut u8 {
        let class = size_class(size.max(1));
        if class < CLASSES {
            let p = self.raw.free[class].get();
            if p.is_null() || !self.account(class * CLASS_STEP) {
                return self.make_raw(class);
            }
            // SAFETY: free raw blocks hold their link at offset 8.
            self.raw.free[class].set(unsafe { *(p.add(8) as *mut *mut u8) });
            return p;
        }
        self.alloc_large_raw(size)
    }

    /// A raw block of a class that has no free one; null if there is no memory.
    #[cold]
    #[inline(never)]
    fn make_raw(&self, class: usize) -> *mut u8 {
        if !self.account(class * CLASS_STEP) {
            return null_mut();
        }
        let p = self.raw.refill(&self.segments, class, 8);
        if p.is_null() {
            self.refund(class * CLASS_STEP);
        }
        p
    }

    #[inline(never)]
    fn alloc_large_raw(&self, size: usize) -> *mut u8 {
        if size > isize::MAX as usize - 64 || !self.account(size) {
            return null_mut();
        }
        // SAFETY: non-zero size.
        let p = unsafe { std::alloc::alloc(Layout::from_size_align_unchecked(size, 16)) };
        if p.is_null() {
            self.refund(size);
        }
        self.peak.set(self.peak.get().max(self.used()));
        p
    }

    /// Give a raw block back.
    ///
    /// # Safety
    /// `p` came from `alloc_raw(size)` (or `realloc_raw(.., size)`) of this heap.
    #[inline]
    pub(crate) unsafe fn free_raw(&self, p: *mut u8, size: usize) {
        let class = size_class(size.max(1));
        if class < CLASSES {
            self.refund(class * CLASS_STEP);
            *(p.add(8) as *mut *mut u8) = self.raw.free[class].get();
            self.raw.free[class].set(p);
        } else {
            self.refund(size);
            std::alloc::dealloc(p, Layout::from_size_align_unchecked(size, 16));
        }
    }

    /// Grow or shrink a raw block, keeping its first bytes; null (and the old block kept) if there
    /// is no memory.
    ///
    /// # Safety
    /// As `free_raw`, with `old` the size it was asked with.
    pub(crate) unsafe fn realloc_raw(&self, p: *mut u8, old: usize, new: usize) -> *mut u8 {
        if old > POOLED && new > POOLED {
            if new > isize::MAX as usize - 64 || (new > old && !self.account(new - old)) {
                return null_mut();
            }
            let q = std::alloc::realloc(p, Layout::from_size_align_unchecked(old, 16), new);
            if q.is_null() {
                if new > old {
                    self.refund(new - old);
                }
            } else if new < old {
                self.refund(old - new);
            }
            return q;
        }
        let q = self.alloc_raw(new);
        if !q.is_null() {
            std::ptr::copy_nonoverlapping(p, q, old.min(new));
            self.free_raw(p, old);
        }
        q
    }

    /// Whether there has been enough growth for the collector to run; if not, when to ask again.
    pub(crate) fn collection_due(&self) -> bool {
        let count = self.gc_count.get();
        // Under a limit the collector runs well before it is reached.
        let bytes = self.gc_due_bytes.get().min(self.limit.get() / 4 * 3);
        if count >= self.gc_due.get() || self.used() >= bytes && count >= COLLECTOR_STEP {
            return true;
        }
        self.gc_threshold.set((count + COLLECTOR_STEP).min(self.gc_due.get()));
        false
    }

    /// The collector ran and found `live` objects to be in use. It runs again when as many have come, or as
    /// many bytes as there are now: so its work is in proportion to what is allocated.
    pub(crate) fn collected(&self, live: usize) {
        let growth = if cfg!(stress) { 0 } else { live as i64 };
        self.gc_count.set(0);
        self.gc_due.set(growth.max(LEAST_COLLECTABLE));
        let used = self.used();
        self.gc_due_bytes.set(used.saturating_add(used.max(LEAST_BYTES)));
        self.gc_threshold.set(COLLECTOR_STEP);
    }

    /// Give every arena room for the collector's counts, all 0.
    pub(crate) fn begin_counts(&self) -> Result<(), NoMemory> {
        // SAFETY: arenas begin with their head.
        unsafe {
            for &(arena, _) in (*self.objects.arenas.get()).iter() {
                let head = &*(arena as *const ArenaHead);
                let layout = Layout::array::<u32>(head.blocks as usize).map_err(|_| NoMemory)?;
                let p = std::alloc::alloc_zeroed(layout) as *mut u32;
                if p.is_null() {
                    self.end_counts();
                    return Err(NoMemory);
                }
                head.counts.set(p);
            }
            let mut p = self.large.get();
            while !p.is_null() {
                (*p).count.set(0);
                p = (*p).next.get();
            }
        }
        Ok(())
    }

    /// Take the counts away again.
    pub(crate) fn end_counts(&self) {
        // SAFETY: made by `begin_counts` with this layout.
        unsafe {
            for &(arena, _) in (*self.objects.arenas.get()).iter() {
                let head = &*(arena as *const ArenaHead);
                let p = head.counts.replace(null_mut());
                if !p.is_null() {
                    std::alloc::dealloc(
                        p as *mut u8,
                        Layout::array::<u32>(head.blocks as usize).unwrap_unchecked(),
                    );
                }
            }
        }
    }

    /// The collector's count of an object (between `begin_counts` and `end_counts`; None for objects whose
    /// arena is newer).
    ///
    /// # Safety
    /// `p` is a live object of this heap.
    #[inline]
    pub(crate) unsafe fn count_of<'a>(&self, p: *mut Header) -> Option<&'a Cell<u32>> {
        if (*p).has_flag(super::header::header_flags::LARGE) {
            return Some(&(*((p as *mut u8).sub(LARGE_PREFIX) as *mut Large)).count);
        }
        let base = (p as usize & !(ARENA - 1)) as *mut u8;
        let head = &*((p as *mut u8).sub(p as usize - base as usize) as *const ArenaHead);
        let counts = head.counts.get();
        if counts.is_null() {
            return None;
        }
        // Exact: the distance is a multiple of the size and below 2**16.
        let distance = (p as usize - base as usize - FIRST) as u64;
        let i = (distance * head.inverse as u64 >> 32) as usize;
        Some(&*(counts.add(i) as *const Cell<u32>))
    }

    /// Every live object, in no particular order.
    pub(crate) fn walk(&self, mut visit: impl FnMut(*mut Header)) {
        // SAFETY: object blocks with a non-zero count are live objects (file invariant).
        unsafe {
            for &(arena, class) in (*self.objects.arenas.get()).iter() {
                let size = class as usize * CLASS_STEP;
                let mut p = arena.add(FIRST);
                let end = self.objects.end_of(arena, class as usize);
                while p < end {
                    if *(p as *const u32) != 0 {
                        visit(p as *mut Header);
                    }
                    p = p.add(size);
                }
            }
            let mut p = self.large.get();
            while !p.is_null() {
                let h = (p as *mut u8).add(LARGE_PREFIX) as *mut Header;
                if *(h as *const u32) != 0 {
                    visit(h);
                }
                p = (*p).next.get();
            }
        }
    }
}

/// The account of one buffer that is not the heap's own (a `Vec` in a native object): kept in the object, it
/// is closed with it.
pub struct Charge {
    heap: Cell<*const Heap>,
    bytes: Cell<usize>,
}

impl Charge {
    /// Buffers that are smaller are not accounted for.
    const LEAST: usize = 4 << 10;

    /// The buffer has so many bytes now, or is about to; NoMemory beyond the limit (then nothing changes).
    #[inline]
    pub fn set(&self, heap: &Heap, bytes: usize) -> Result<(), NoMemory> {
        let bytes = if bytes < Charge::LEAST { 0 } else { bytes };
        if bytes == self.bytes.get() { Ok(()) } else { self.change(heap, bytes) }
    }

    /// The buffer has so many bytes, whether there was room for them or not: who makes it grow asks before
    /// ([`Heap::has_room`]); beyond the limit nothing else grows any more.
    #[inline]
    pub fn keep(&self, heap: &Heap, bytes: usize) {
        let bytes = if bytes < Charge::LEAST { 0 } else { bytes };
        let before = self.bytes.get();
        if bytes != before {
            heap.set_used(heap.used().saturating_sub(before).saturating_add(bytes));
            self.heap.set(heap);
            self.bytes.set(bytes);
        }
    }

    fn change(&self, heap: &Heap, bytes: usize) -> Result<(), NoMemory> {
        let before = self.bytes.get();
        if bytes > before && !heap.charge(bytes - before) {
            return Err(NoMemory);
        }
        heap.discharge(before.saturating_sub(bytes));
        self.heap.set(heap);
        self.bytes.set(bytes);
        Ok(())
    }
}

impl Default for Charge {
    fn default() -> Charge {
        Charge { heap: Cell::new(std::ptr::null()), bytes: Cell::new(0) }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        // SAFETY: an interpreter's heap outlives its objects and states, and what they hold.
        if let Some(heap) = unsafe { self.heap.get().as_ref() } {
            heap.discharge(self.bytes.get());
        }
    }
}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new()
    }
}
