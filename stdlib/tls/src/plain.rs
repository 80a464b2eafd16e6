//! Where decrypted bytes go: past rustls, which would copy each record into memory of its own.
//!
//! The decrypters of the suites are wrapped. While a connection works, what is decrypted for the program is put at the
//! end of that connection's bytes; rustls sees the first byte of each record only, and so still decides whether there
//! may be data now, and whether too many records are empty.
//!
//! **Invariant:** what rustls has not accepted is not given to the program: [`Plain::settle`] cuts it off.

use std::cell::RefCell;

use rustls::crypto::cipher::{
    AeadKey, InboundOpaqueMessage, InboundPlainMessage, Iv, KeyBlockShape, MessageDecrypter,
    MessageEncrypter, Tls12AeadAlgorithm, Tls13AeadAlgorithm, UnsupportedOperationError,
};
use rustls::{ConnectionTrafficSecrets, ContentType, Error};

use crate::watch;

/// A copy is slow where both ends lie in almost the same place of their pages: they are kept half a page apart.
const PAGE: usize = 4096;

/// Decrypted bytes that wait for the program.
#[derive(Default)]
pub(crate) struct Plain {
    bytes: Vec<u8>,
    start: usize,
    /// The lengths of the records that rustls has not been asked about.
    new: Vec<usize>,
}

thread_local! {
    static OPEN: RefCell<Option<Plain>> = const { RefCell::new(None) };
}

impl Plain {
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or(&[])
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
        }
    }

    /// Gives memory back that is of no use now.
    pub(crate) fn shrink(&mut self) {
        if self.len() == 0 {
            *self = Plain::default();
        }
    }

    /// Runs a step in which records may be decrypted.
    pub(crate) fn during<R>(&mut self, step: impl FnOnce() -> R) -> R {
        OPEN.with_borrow_mut(|open| *open = Some(std::mem::take(self)));
        let result = step();
        if let Some(plain) = OPEN.with_borrow_mut(Option::take) {
            *self = plain;
        }
        result
    }

    /// rustls has accepted so many of the new records.
    pub(crate) fn settle(&mut self, accepted: usize) {
        let refused: usize = self.new.iter().skip(accepted).sum();
        self.bytes.truncate(self.bytes.len() - refused.min(self.len()));
        self.new.clear();
        self.consume(0);
    }

    fn add(&mut self, record: &[u8]) {
        if self.bytes.is_empty() {
            self.bytes.reserve(record.len() + PAGE);
            let (from, to) = (record.as_ptr().addr(), self.bytes.as_ptr().addr());
            self.start = (from + PAGE / 2).wrapping_sub(to) % PAGE;
            self.bytes.resize(self.start, 0);
        }
        self.bytes.extend_from_slice(record);
        self.new.push(record.len());
    }
}

/// The algorithm with decrypters that give the bytes away.
pub(crate) struct Giving<A: ?Sized + 'static>(pub(crate) &'static A);

impl Tls13AeadAlgorithm for Giving<dyn Tls13AeadAlgorithm> {
    fn encrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageEncrypter> {
        watch::encrypter(self.0.encrypter(key, iv), true)
    }

    fn decrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageDecrypter> {
        watch::decrypter(Box::new(Decrypter(self.0.decrypter(key, iv))), true)
    }

    fn key_len(&self) -> usize {
        self.0.key_len()
    }

    fn extract_keys(
        &self,
        key: AeadKey,
        iv: Iv,
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        self.0.extract_keys(key, iv)
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}

impl Tls12AeadAlgorithm for Giving<dyn Tls12AeadAlgorithm> {
    fn encrypter(&self, key: AeadKey, iv: &[u8], extra: &[u8]) -> Box<dyn MessageEncrypter> {
        watch::encrypter(self.0.encrypter(key, iv, extra), false)
    }

    fn decrypter(&self, key: AeadKey, iv: &[u8]) -> Box<dyn MessageDecrypter> {
        watch::decrypter(Box::new(Decrypter(self.0.decrypter(key, iv))), false)
    }

    fn key_block_shape(&self) -> KeyBlockShape {
        self.0.key_block_shape()
    }

    fn extract_keys(
        &self,
        key: AeadKey,
        iv: &[u8],
        explicit: &[u8],
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        self.0.extract_keys(key, iv, explicit)
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}

struct Decrypter(Box<dyn MessageDecrypter>);

impl MessageDecrypter for Decrypter {
    fn decrypt<'a>(
        &mut self,
        msg: InboundOpaqueMessage<'a>,
        seq: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let mut plain = self.0.decrypt(msg, seq)?;
        if plain.typ == ContentType::ApplicationData && !plain.payload.is_empty() {
            OPEN.with_borrow_mut(|open| {
                if let Some(open) = open {
                    open.add(plain.payload);
                    plain.payload = &plain.payload[..1];
                }
            });
        }
        Ok(plain)
    }
}
