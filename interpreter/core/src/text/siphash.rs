//! SipHash-1-3 with a 128-bit key: the hash of `str` and `bytes`.
//!
//! **Invariant:** the same key and bytes give CPython 3.11's number, so that `PYTHONHASHSEED=n` means the
//! same here. It is not the `Hasher` of std, which has no stable version of this variant.

use super::TextRef;
use super::numhash::not_minus_one;

/// The secret of one interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKey {
    k0: u64,
    k1: u64,
}

impl HashKey {
    /// From 16 random bytes.
    pub fn from_bytes(b: [u8; 16]) -> Self {
        let whole = u128::from_le_bytes(b);
        Self { k0: whole as u64, k1: (whole >> 64) as u64 }
    }

    /// The key that `PYTHONHASHSEED=seed` stands for; 0 switches randomisation off.
    pub fn from_seed(seed: u32) -> Self {
        let mut bytes = [0; 16];
        if seed != 0 {
            let mut x = seed;
            for b in &mut bytes {
                x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                *b = (x >> 16) as u8;
            }
        }
        Self::from_bytes(bytes)
    }

    /// The Python hash of bytes: 0 for none, and never -1.
    #[inline]
    pub fn hash_bytes(self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() { 0 } else { not_minus_one(self.sip13(bytes) as i64) }
    }

    /// The Python hash of canonical text: that of its units as stored.
    pub fn hash_text(self, text: TextRef<'_>) -> i64 {
        match text {
            TextRef::Ascii(s) | TextRef::Latin1(s) => self.hash_bytes(s),
            TextRef::Ucs2(s) => self.hash_units(s.len() * 2, s.chunks(4), |c| {
                c.iter().rev().fold(0, |w, &u| w << 16 | u64::from(u))
            }),
            TextRef::Ucs4(s) => self.hash_units(s.len() * 4, s.chunks(2), |c| {
                c.iter().rev().fold(0, |w, &u| w << 32 | u64::from(u))
            }),
        }
    }

    /// SipHash-1-3 of the bytes.
    pub fn sip13(self, bytes: &[u8]) -> u64 {
        let mut state = State::new(self);
        let (words, tail) = bytes.as_chunks::<8>();
        for w in words {
            state.word(u64::from_le_bytes(*w));
        }
        let last = tail.iter().rev().fold(0, |w, &b| w << 8 | u64::from(b));
        state.finish(last | (bytes.len() as u64) << 56)
    }

    /// The same over units wider than a byte, eight bytes (one `chunk`) at a time.
    fn hash_units<'a, T: 'a>(
        self,
        byte_len: usize,
        chunks: std::slice::Chunks<'a, T>,
        word: impl Fn(&'a [T]) -> u64,
    ) -> i64 {
        if byte_len == 0 {
            return 0;
        }
        let (mut state, mut full, mut last) = (State::new(self), byte_len / 8, 0);
        for c in chunks {
            if full > 0 {
                state.word(word(c));
                full -= 1;
            } else {
                last = word(c);
            }
        }
        not_minus_one(state.finish(last | (byte_len as u64) << 56) as i64)
    }
}

struct State(u64, u64, u64, u64);

impl State {
    #[inline]
    fn new(k: HashKey) -> Self {
        State(
            k.k0 ^ 0x736f_6d65_7073_6575,
            k.k1 ^ 0x646f_7261_6e64_6f6d,
            k.k0 ^ 0x6c79_6765_6e65_7261,
            k.k1 ^ 0x7465_6462_7974_6573,
        )
    }

    #[inline]
    fn round(&mut self) {
        let State(v0, v1, v2, v3) = self;
        *v0 = v0.wrapping_add(*v1);
        *v2 = v2.wrapping_add(*v3);
        *v1 = v1.rotate_left(13) ^ *v0;
        *v3 = v3.rotate_left(16) ^ *v2;
        *v0 = v0.rotate_left(32);
        *v2 = v2.wrapping_add(*v1);
        *v0 = v0.wrapping_add(*v3);
        *v1 = v1.rotate_left(17) ^ *v2;
        *v3 = v3.rotate_left(21) ^ *v0;
        *v2 = v2.rotate_left(32);
    }

    #[inline]
    fn word(&mut self, m: u64) {
        self.3 ^= m;
        self.round();
        self.0 ^= m;
    }

    #[inline]
    fn finish(&mut self, last: u64) -> u64 {
        self.word(last);
        self.2 ^= 0xff;
        self.round();
        self.round();
        self.round();
        self.0 ^ self.1 ^ self.2 ^ self.3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        // From CPython 3.11 with PYTHONHASHSEED=0 and =42.
        let zero = HashKey::from_seed(0);
        assert_eq!(zero.hash_bytes(b""), 0);
        assert_eq!(zero.hash_bytes(b"a"), HASH0_A);
        assert_eq!(zero.hash_bytes(b"hello world, this is long"), HASH0_LONG);
        assert_eq!(zero.hash_text(TextRef::Ucs2(&[0x20AC, 0x61, 0x62])), HASH0_EURO);
        assert_eq!(zero.hash_text(TextRef::Ucs4(&[0x1F600, 0x61, 0x62])), HASH0_SMILE);
        assert_eq!(HashKey::from_seed(42).hash_bytes(b"a"), HASH42_A);
    }

    const HASH0_A: i64 = 4644417185603328019;
    const HASH0_LONG: i64 = 7650859633215404784;
    const HASH0_EURO: i64 = -580486695573727154;
    const HASH0_SMILE: i64 = 3818926418647302959;
    const HASH42_A: i64 = -123207753977932514;
}
