//! The algorithms behind one face.

use blake2b_simd::State as Blake2b;
use blake2s_simd::State as Blake2s;
use md5::Md5;
use sha1::Sha1;
use sha2::digest::{Digest, ExtendableOutput, Update, XofReader};
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512, Shake128, Shake256};

macro_rules! algorithms {
    ($($variant:ident $name:literal $digest:literal $block:literal;)*) => {
        /// A hash being computed.
        #[derive(Clone)]
        pub(super) enum State {
            $($variant($variant),)*
            Shake128(Shake128),
            Shake256(Shake256),
            Blake2b(Box<Blake2b>, usize),
            Blake2s(Box<Blake2s>, usize),
        }

        impl State {
            /// The algorithm of this name, as hashlib spells it.
            pub(super) fn named(name: &str) -> Option<State> {
                Some(match name {
                    $($name => State::$variant(Digest::new()),)*
                    "shake_128" => State::Shake128(Shake128::default()),
                    "shake_256" => State::Shake256(Shake256::default()),
                    "blake2b" => State::Blake2b(Box::new(Blake2b::new()), 64),
                    "blake2s" => State::Blake2s(Box::new(Blake2s::new()), 32),
                    _ => return None,
                })
            }

            pub(super) fn name(&self) -> &'static str {
                match self {
                    $(State::$variant(_) => $name,)*
                    State::Shake128(_) => "shake_128",
                    State::Shake256(_) => "shake_256",
                    State::Blake2b(..) => "blake2b",
                    State::Blake2s(..) => "blake2s",
                }
            }

            pub(super) fn digest_size(&self) -> usize {
                match self {
                    $(State::$variant(_) => $digest,)*
                    State::Shake128(_) | State::Shake256(_) => 0,
                    State::Blake2b(_, size) | State::Blake2s(_, size) => *size,
                }
            }

            pub(super) fn block_size(&self) -> usize {
                match self {
                    $(State::$variant(_) => $block,)*
                    State::Shake128(_) => 168,
                    State::Shake256(_) => 136,
                    State::Blake2b(..) => 128,
                    State::Blake2s(..) => 64,
                }
            }

            pub(super) fn update(&mut self, data: &[u8]) {
                match self {
                    $(State::$variant(state) => Digest::update(state, data),)*
                    State::Shake128(state) => Update::update(state, data),
                    State::Shake256(state) => Update::update(state, data),
                    State::Blake2b(state, _) => drop(state.update(data)),
                    State::Blake2s(state, _) => drop(state.update(data)),
                }
            }

            /// The digest of what came so far. (Of the shakes: nothing, see [`State::fill`].)
            pub(super) fn digest(&self) -> Vec<u8> {
                match self {
                    $(State::$variant(state) => state.clone().finalize().to_vec(),)*
                    State::Shake128(_) | State::Shake256(_) => Vec::new(),
                    State::Blake2b(state, _) => state.finalize().as_bytes().to_vec(),
                    State::Blake2s(state, _) => state.finalize().as_bytes().to_vec(),
                }
            }
        }
    };
}

algorithms! {
    Md5 "md5" 16 64;
    Sha1 "sha1" 20 64;
    Sha224 "sha224" 28 64;
    Sha256 "sha256" 32 64;
    Sha384 "sha384" 48 128;
    Sha512 "sha512" 64 128;
    Sha512_224 "sha512_224" 28 128;
    Sha512_256 "sha512_256" 32 128;
    Sha3_224 "sha3_224" 28 144;
    Sha3_256 "sha3_256" 32 136;
    Sha3_384 "sha3_384" 48 104;
    Sha3_512 "sha3_512" 64 72;
}

/// All names, as hashlib spells them.
pub(super) const NAMES: &[&str] = &[
    "md5",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sha512_224",
    "sha512_256",
    "sha3_224",
    "sha3_256",
    "sha3_384",
    "sha3_512",
    "shake_128",
    "shake_256",
    "blake2b",
    "blake2s",
];

impl State {
    pub(super) fn is_xof(&self) -> bool {
        matches!(self, State::Shake128(_) | State::Shake256(_))
    }

    /// As much output as there is room for, of an algorithm without a size of its own.
    pub(super) fn fill(&self, out: &mut [u8]) {
        match self {
            State::Shake128(state) => state.clone().finalize_xof().read(out),
            State::Shake256(state) => state.clone().finalize_xof().read(out),
            other => {
                let digest = other.digest();
                out.iter_mut().zip(digest).for_each(|(o, d)| *o = d);
            }
        }
    }
}

/// HMAC over any of them.
#[derive(Clone)]
pub(super) struct Hmac {
    pub(super) inner: State,
    outer: State,
}

impl Hmac {
    pub(super) fn new(algorithm: &State, key: &[u8]) -> Hmac {
        let (mut inner, mut outer) = (algorithm.clone(), algorithm.clone());
        let size = algorithm.block_size();
        let mut block = if key.len() > size {
            let mut hashed = algorithm.clone();
            hashed.update(key);
            hashed.digest()
        } else {
            key.to_vec()
        };
        block.resize(size, 0);
        inner.update(&block.iter().map(|b| b ^ 0x36).collect::<Vec<u8>>());
        outer.update(&block.iter().map(|b| b ^ 0x5C).collect::<Vec<u8>>());
        Hmac { inner, outer }
    }

    pub(super) fn digest(&self) -> Vec<u8> {
        let mut outer = self.outer.clone();
        outer.update(&self.inner.digest());
        outer.digest()
    }
}
