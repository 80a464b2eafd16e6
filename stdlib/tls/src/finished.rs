//! The messages that end handshakes, of which channel bindings of the type `tls-unique` are made.
//!
//! rustls keeps them to itself. They are what its hash functions compute for it: those of the suites are wrapped, and
//! what they compute during a call into a connection is kept for that connection.

use std::cell::RefCell;

use rustls::SupportedCipherSuite;
use rustls::crypto::tls12::Prf;
use rustls::crypto::tls13::{Hkdf, HkdfExpander, OkmBlock};
use rustls::crypto::{ActiveKeyExchange, hmac};
use rustls::{CipherSuiteCommon, Error, Tls12CipherSuite, Tls13CipherSuite};

use crate::plain::Giving;

/// What was computed, in its order. In TLS 1.2 it is known whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
    Unknown,
}

/// Both messages of a handshake.
#[derive(Default)]
pub(crate) struct Finished {
    client: Option<Vec<u8>>,
    server: Option<Vec<u8>>,
}

thread_local! {
    static COMPUTED: RefCell<Vec<(Side, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
}

fn keep(side: Side, bytes: &[u8]) {
    COMPUTED.with_borrow_mut(|all| all.push((side, bytes.to_vec())));
}

/// Forgets what calls about others have computed.
pub(crate) fn begin() {
    COMPUTED.with_borrow_mut(Vec::clear);
}

impl Finished {
    /// Takes what was computed since `begin`.
    pub(crate) fn take(&mut self) {
        for (side, bytes) in COMPUTED.with_borrow_mut(std::mem::take) {
            match side {
                Side::Server => self.server = Some(bytes),
                Side::Client => self.client = Some(bytes),
                // In TLS 1.3 the client's comes last. (Those before are of sessions that are offered.)
                Side::Unknown => self.server = self.client.replace(bytes),
            }
        }
    }

    /// The first message of the handshake in TLS 1.2; in TLS 1.3 there is no such rule, and this is what OpenSSL does.
    pub(crate) fn first(&self, is_resumed: bool) -> Option<&[u8]> {
        if is_resumed { self.server.as_deref() } else { self.client.as_deref() }
    }
}

/// The suite with functions that tell what they compute. It is made for good.
pub(crate) fn listening(suite: SupportedCipherSuite) -> SupportedCipherSuite {
    let common = |of: &CipherSuiteCommon| CipherSuiteCommon {
        suite: of.suite,
        hash_provider: of.hash_provider,
        confidentiality_limit: of.confidentiality_limit,
    };
    match suite {
        SupportedCipherSuite::Tls12(suite) => {
            SupportedCipherSuite::Tls12(Box::leak(Box::new(Tls12CipherSuite {
                common: common(&suite.common),
                prf_provider: Box::leak(Box::new(Listening(suite.prf_provider))),
                kx: suite.kx,
                sign: suite.sign,
                aead_alg: Box::leak(Box::new(Giving(suite.aead_alg))),
            })))
        }
        SupportedCipherSuite::Tls13(suite) => {
            SupportedCipherSuite::Tls13(Box::leak(Box::new(Tls13CipherSuite {
                common: common(&suite.common),
                hkdf_provider: Box::leak(Box::new(Listening(suite.hkdf_provider))),
                aead_alg: Box::leak(Box::new(Giving(suite.aead_alg))),
                quic: suite.quic,
            })))
        }
    }
}

struct Listening<F: ?Sized + 'static>(&'static F);

impl Prf for Listening<dyn Prf> {
    fn for_key_exchange(
        &self,
        output: &mut [u8; 48],
        kx: Box<dyn ActiveKeyExchange>,
        peer_pub_key: &[u8],
        label: &[u8],
        seed: &[u8],
    ) -> Result<(), Error> {
        self.0.for_key_exchange(output, kx, peer_pub_key, label, seed)
    }

    fn for_secret(&self, output: &mut [u8], secret: &[u8], label: &[u8], seed: &[u8]) {
        self.0.for_secret(output, secret, label, seed);
        match label {
            b"client finished" => keep(Side::Client, output),
            b"server finished" => keep(Side::Server, output),
            _ => {}
        }
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}

impl Hkdf for Listening<dyn Hkdf> {
    fn extract_from_zero_ikm(&self, salt: Option<&[u8]>) -> Box<dyn HkdfExpander> {
        self.0.extract_from_zero_ikm(salt)
    }

    fn extract_from_secret(&self, salt: Option<&[u8]>, secret: &[u8]) -> Box<dyn HkdfExpander> {
        self.0.extract_from_secret(salt, secret)
    }

    fn extract_from_kx_shared_secret(
        &self,
        salt: Option<&[u8]>,
        kx: Box<dyn ActiveKeyExchange>,
        peer_pub_key: &[u8],
    ) -> Result<Box<dyn HkdfExpander>, Error> {
        self.0.extract_from_kx_shared_secret(salt, kx, peer_pub_key)
    }

    fn expander_for_okm(&self, okm: &OkmBlock) -> Box<dyn HkdfExpander> {
        self.0.expander_for_okm(okm)
    }

    fn hmac_sign(&self, key: &OkmBlock, message: &[u8]) -> hmac::Tag {
        let tag = self.0.hmac_sign(key, message);
        keep(Side::Unknown, tag.as_ref());
        tag
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}
