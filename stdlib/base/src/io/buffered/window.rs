//! The buffer of a buffered stream as a window on the file.
//!
//! `bytes[..len]` is what the file holds from `origin` on, as far as it was read or is to be written. The
//! stream stands at `at` in it, the raw stream at `raw`; of `dirty` the raw stream does not know yet. Both
//! `origin` and `raw` count bytes of the file. Where the raw stream does not tell its position they count from
//! anywhere: only their difference is used, until it does ([`Window::raw_is_at`]).
//!
//! **Invariant:** `at <= len <= bytes.len()`, `dirty` lies within `..len`, and an empty window begins where
//! the raw stream stands.

use std::ops::Range;

/// See the file's head.
#[derive(Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    /// How many these are: also while they are lent.
    size: usize,
    len: usize,
    at: usize,
    dirty: Range<usize>,
    origin: i64,
    raw: i64,
    /// `raw` is what the raw stream says.
    known: bool,
}

impl Window {
    /// An empty window with this memory.
    pub(super) fn new(bytes: Vec<u8>) -> Window {
        Window { size: bytes.len(), bytes, ..Window::default() }
    }

    /// How large it can become.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Bytes behind the stream's position; none while the memory is lent.
    pub(super) fn ahead(&self) -> &[u8] {
        self.bytes.get(self.at..self.len).unwrap_or_default()
    }

    /// Gives up to `count` of them out.
    pub(super) fn take(&mut self, count: usize, into: &mut Vec<u8>) {
        let ahead = self.ahead();
        let count = count.min(ahead.len());
        into.extend_from_slice(&ahead[..count]);
        self.skip(count);
    }

    /// Goes past `count` of them.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.len);
    }

    /// Forgets all: the stream is where the raw stream is.
    pub(super) fn restart(&mut self) {
        self.origin = self.raw;
        (self.len, self.at, self.dirty) = (0, 0, 0..0);
    }

    // ---- positions -----------------------------------------------------------------------------

    /// Where the stream is.
    pub(super) fn position(&self) -> i64 {
        self.origin.wrapping_add(self.at as i64)
    }

    /// Where the raw stream is, if it has said so.
    pub(super) fn raw_position(&self) -> Option<i64> {
        self.known.then_some(self.raw)
    }

    /// How far the raw stream is ahead of the stream.
    pub(super) fn drift(&self) -> i64 {
        self.raw.wrapping_sub(self.position())
    }

    /// How far it is ahead of what is to be written first.
    pub(super) fn drift_from_dirty(&self) -> i64 {
        self.raw.wrapping_sub(self.origin.wrapping_add(self.dirty.start as i64))
    }

    /// The raw stream, which was moved by `moved`, says that it is at `raw`: all is counted from there on.
    pub(super) fn raw_is_at(&mut self, raw: i64, moved: i64) {
        let counted = self.raw.wrapping_add(moved);
        self.origin = self.origin.wrapping_add(raw.wrapping_sub(counted));
        (self.raw, self.known) = (raw, true);
    }

    /// The raw stream could not say where it is.
    pub(super) fn raw_is_lost(&mut self) {
        self.known = false;
    }

    /// The raw stream has gone on by `count` bytes that are not in the window.
    pub(super) fn raw_went_on(&mut self, count: usize) {
        self.raw = self.raw.wrapping_add(count as i64);
    }

    /// Moves to `position`; false if that is not in the window.
    pub(super) fn go_to(&mut self, position: i64) -> bool {
        match usize::try_from(position.wrapping_sub(self.origin)) {
            Ok(at) if at <= self.len => {
                self.at = at;
                true
            }
            _ => false,
        }
    }

    // ---- reading -------------------------------------------------------------------------------

    /// Lends the memory to a read of the raw stream, which goes to [`Window::spare`].
    pub(super) fn lend(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Where in the memory there is room behind the window.
    pub(super) fn spare(&self) -> usize {
        self.len
    }

    /// Takes the memory back, with `count` bytes more in it.
    pub(super) fn give_back(&mut self, bytes: Vec<u8>, count: usize) {
        self.bytes = bytes;
        self.len = (self.len + count).min(self.bytes.len());
        self.raw_went_on(count);
    }

    // ---- writing -------------------------------------------------------------------------------

    /// Writes `data` at the stream's position if there is room for it.
    pub(super) fn put(&mut self, data: &[u8]) -> bool {
        let (start, end) = (self.at, self.at + data.len());
        let Some(target) = self.bytes.get_mut(start..end) else { return false };
        target.copy_from_slice(data);
        self.at = end;
        self.len = self.len.max(end);
        self.dirty = match self.dirty.is_empty() {
            true => start..end,
            false => self.dirty.start.min(start)..self.dirty.end.max(end),
        };
        true
    }

    /// Writes as much of `data` as there is room for; says how much.
    pub(super) fn put_some(&mut self, data: &[u8]) -> usize {
        let count = data.len().min(self.bytes.len() - self.at);
        self.put(&data[..count]);
        count
    }

    /// What is to be written.
    pub(super) fn dirty(&self) -> Range<usize> {
        self.dirty.clone()
    }

    /// The raw stream took the first `count` bytes of it.
    pub(super) fn written(&mut self, count: usize) {
        self.raw_went_on(count);
        self.dirty.start = (self.dirty.start + count).min(self.dirty.end);
        if self.dirty.is_empty() {
            self.dirty = 0..0;
        }
    }

    /// Keeps nothing but what is to be written, to have room; what is read ahead can be read again.
    pub(super) fn keep_dirty(&mut self) {
        let by = self.dirty.start.min(self.at);
        let end = self.dirty.end.max(self.at).min(self.len);
        self.bytes.copy_within(by..end, 0);
        self.origin = self.origin.wrapping_add(by as i64);
        self.at -= by;
        self.len = end - by;
        self.dirty = self.dirty.start - by..self.dirty.end - by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(window: &mut Window, data: &[u8]) {
        let (start, mut bytes) = (window.spare(), window.lend());
        bytes[start..start + data.len()].copy_from_slice(data);
        window.give_back(bytes, data.len());
    }

    #[test]
    fn reading_and_moving() {
        let mut window = Window::new(vec![0; 8]);
        window.raw_is_at(100, 0);
        read(&mut window, b"abcd");
        let mut out = Vec::new();
        window.take(3, &mut out);
        assert_eq!((&out[..], window.position(), window.drift()), (&b"abc"[..], 103, 1));
        assert!(window.go_to(100) && !window.go_to(99) && !window.go_to(105));
        assert_eq!(window.ahead(), b"abcd");
        window.restart();
        assert_eq!((window.position(), window.drift()), (104, 0));
    }

    #[test]
    fn writing_into_what_was_read() {
        let mut window = Window::new(vec![0; 8]);
        read(&mut window, b"abcdef");
        assert!(window.go_to(2) && window.put(b"XY") && window.go_to(1) && window.put(b"Z"));
        assert_eq!((window.dirty(), window.position()), (1..4, 2));
        assert_eq!(window.drift_from_dirty(), 5);
        assert!(!window.put(b"1234567"));
        window.raw_is_at(1, -5);
        window.written(3);
        assert_eq!((window.dirty(), window.raw_position()), (0..0, Some(4)));
    }

    #[test]
    fn a_count_becomes_a_position() {
        let mut window = Window::new(vec![0; 4]);
        window.put(b"ab");
        window.raw_is_lost();
        window.raw_is_at(1000, 0);
        assert_eq!((window.position(), window.drift()), (1002, -2));
    }

    #[test]
    fn room_is_made_for_more() {
        let mut window = Window::new(vec![0; 6]);
        window.put(b"abcdef");
        window.written(4);
        window.keep_dirty();
        assert_eq!((window.dirty(), window.put_some(b"1234567"), window.dirty()), (0..2, 4, 0..6));
        assert_eq!(window.lend(), b"ef1234");
    }
}
