//! The bytes of a bytearray: a vector that can also get shorter at its front without moving the rest.
//!
//! Buffers of protocols grow at the end and are used up from the front; moving what is left each time
//! made that quadratic. **Invariant:** `start <= all.len()`, and what lies before `start` is garbage, never
//! more than what lies behind it.

use std::ops::{Deref, DerefMut};

/// See the file's head.
#[derive(Default)]
pub struct Tape {
    all: Vec<u8>,
    start: usize,
}

impl From<Vec<u8>> for Tape {
    fn from(all: Vec<u8>) -> Tape {
        Tape { all, start: 0 }
    }
}

impl Deref for Tape {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.all.get(self.start..).unwrap_or_default()
    }
}

impl DerefMut for Tape {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.all.get_mut(self.start..).unwrap_or_default()
    }
}

impl Tape {
    /// Bytes there is room for.
    pub fn capacity(&self) -> usize {
        self.all.capacity() - self.start
    }

    /// The bytes as a vector, for changes that move them anyway.
    pub fn vec(&mut self) -> &mut Vec<u8> {
        self.all.drain(..std::mem::take(&mut self.start));
        &mut self.all
    }

    /// Take off the first `n` bytes.
    pub fn skip(&mut self, n: usize) {
        self.start = self.start.saturating_add(n).min(self.all.len());
        if self.start >= self.all.len() - self.start {
            // As much as was taken off since the last move is moved at most.
            self.vec();
        }
    }

    /// The vector, to append to it and nothing else: it may begin with garbage.
    pub fn end(&mut self) -> &mut Vec<u8> {
        &mut self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_queue() {
        let mut tape = Tape::default();
        let (mut wanted, mut next) = (std::collections::VecDeque::new(), 0u8);
        for round in 0..500usize {
            let more: Vec<u8> = (0..round % 7)
                .map(|_| {
                    next = next.wrapping_add(1);
                    next
                })
                .collect();
            tape.end().extend_from_slice(&more);
            wanted.extend(&more);
            let gone = (round * 5 % 8).min(tape.len());
            tape.skip(gone);
            wanted.drain(..gone);
            assert!(tape.iter().eq(wanted.iter()));
            assert!(tape.start <= tape.len());
        }
        tape.vec().clear();
        assert!(tape.is_empty() && tape.start == 0);
    }
}
