//! The arithmetic of slices: which indices `a[i:j:k]` means for a sequence of a given length.
//!
//! **Invariant:** the answer holds only indices inside the sequence; nothing overflows for any input.

/// A slice fitted to a length: `count` indices from `start`, each `step` after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The first index (meaningless when `count` is 0, but kept for assignments).
    pub start: i64,
    /// Where it ends, exclusively, in the direction of `step`.
    pub stop: i64,
    /// Never 0.
    pub step: i64,
    /// How many.
    pub count: usize,
}

/// Fit `start:stop:step` to `len`; `None` stands for a part that is left out. `step` must not be 0;
/// callers raise `ValueError("slice step cannot be zero")` before.
pub fn adjust(start: Option<i64>, stop: Option<i64>, step: Option<i64>, len: usize) -> Slice {
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let step = step.unwrap_or(1).max(-i64::MAX);
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clip = |i: i64| if i < 0 { i.saturating_add(len).max(low) } else { i.min(high) };
    let start = start.map_or(if step < 0 { high } else { low }, clip);
    let stop = stop.map_or(if step < 0 { low } else { high }, clip);
    Slice { start, stop, step, count: count(start, stop, step) }
}

fn count(start: i64, stop: i64, step: i64) -> usize {
    let n = match step {
        0 => 0,
        1.. if start < stop => (stop - start - 1) / step + 1,
        ..0 if stop < start => (start - stop - 1) / -step + 1,
        _ => 0,
    };
    n as usize
}

impl Slice {
    /// The indices, in order.
    pub fn indices(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |i| (self.start + i as i64 * self.step) as usize)
    }

    /// The same elements from the lowest index on: what deletion wants.
    pub fn ascending(self) -> Slice {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        let first = self.start + (self.count as i64 - 1) * self.step;
        Slice { start: first, stop: self.start + 1, step: -self.step, count: self.count }
    }
}

/// An index counted from the end when negative; `None` when outside.
#[inline]
pub fn index(i: i64, len: usize) -> Option<usize> {
    let i = if i < 0 { i.checked_add(i64::try_from(len).ok()?)? } else { i };
    usize::try_from(i).ok().filter(|&i| i < len)
}

/// The bounds that `find(x, start, end)` and its kin search between; `None` when they cross.
pub fn bounds(start: Option<i64>, end: Option<i64>, len: usize) -> Option<(usize, usize)> {
    let n = i64::try_from(len).unwrap_or(i64::MAX);
    let end = end.map_or(n, |i| if i < 0 { i.saturating_add(n).max(0) } else { i.min(n) });
    let start = start.map_or(0, |i| if i < 0 { i.saturating_add(n).max(0) } else { i });
    (start <= end).then_some((start as usize, end as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(start: Option<i64>, stop: Option<i64>, step: Option<i64>, len: usize) -> Vec<usize> {
        adjust(start, stop, step, len).indices().collect()
    }

    #[test]
    fn slices() {
        assert_eq!(list(None, None, Some(-1), 4), [3, 2, 1, 0]);
        assert_eq!(list(Some(-3), None, Some(2), 4), [1, 3]);
        assert_eq!(list(Some(10), Some(0), Some(-3), 4), [3]);
        assert_eq!(list(Some(i64::MIN), Some(i64::MAX), Some(i64::MAX), 4), [0]);
        assert_eq!(list(Some(i64::MAX), Some(i64::MIN), Some(i64::MIN), 4), [3]);
        assert_eq!(list(Some(3), Some(1), None, 4), []);
        assert_eq!(
            adjust(None, None, Some(-2), 5).ascending().indices().collect::<Vec<_>>(),
            [0, 2, 4]
        );
        assert_eq!(index(-4, 4), Some(0));
        assert_eq!(index(-5, 4), None);
        assert_eq!(bounds(Some(5), None, 4), None);
        assert_eq!(bounds(Some(4), None, 4), Some((4, 4)));
    }
}
