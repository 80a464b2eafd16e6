//! Keys and certificates that are good for RSA-PSS only. rustls knows PSS, but not that there are such keys.
//!
//! The signatures are the same as those of ordinary RSA keys; what differs is the name of the key's kind, and of the
//! schemes in TLS.

use std::sync::Arc;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

use crate::der::{Reader, tag};
use crate::provider::provider;

/// id-RSASSA-PSS.
const PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];

/// PrivateKeyInfo's AlgorithmIdentifier of ordinary RSA keys, after its version.
const PLAIN_HEAD: &[u8] =
    &[2, 1, 0, 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];

/// A scheme for such keys, the one for ordinary keys that makes the same signatures, and the end of its hash's
/// identifier.
const SCHEMES: [(u16, SignatureScheme, u8); 3] = [
    (0x0809, SignatureScheme::RSA_PSS_SHA256, 1),
    (0x080a, SignatureScheme::RSA_PSS_SHA384, 2),
    (0x080b, SignatureScheme::RSA_PSS_SHA512, 3),
];

/// sha256, sha384 and sha512 up to their last byte.
const HASHES: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];

pub(crate) fn schemes() -> impl Iterator<Item = SignatureScheme> {
    SCHEMES.iter().map(|(number, _, _)| SignatureScheme::from(*number))
}

/// Whether a key's AlgorithmIdentifier, without its head, is that of such keys.
pub(crate) fn is_meant(algorithm: &[u8]) -> bool {
    Reader(algorithm).expect(tag::OID).is_ok_and(|id| id.body == PSS)
}

/// The scheme of ordinary keys that stands for this one with a key of this algorithm; None if it is none of these or
/// the key is for another hash.
pub(crate) fn ordinary(scheme: SignatureScheme, algorithm: &[u8]) -> Option<SignatureScheme> {
    let found = SCHEMES.iter().find(|(number, _, _)| SignatureScheme::from(*number) == scheme);
    let (_, ordinary, hash) = found?;
    let mut parts = Reader(algorithm);
    if parts.expect(tag::OID).ok()?.body != PSS {
        return None;
    }
    if parts.is_empty() {
        return Some(*ordinary);
    }
    // hashAlgorithm is the first of the parameters; without it, it is SHA-1.
    let mut hash_id = HASHES.to_vec();
    hash_id.push(*hash);
    let mut parameters = parts.sequence().ok()?;
    let mut first = parameters.any().ok()?.inner();
    let id = first.sequence().ok()?.expect(tag::OID).ok()?.body == hash_id;
    id.then_some(*ordinary)
}

/// A key for PSS only; None if it is none, or cannot be used.
pub(crate) fn key(der: &PrivateKeyDer<'_>) -> Option<(Arc<dyn SigningKey>, Arc<dyn SigningKey>)> {
    let PrivateKeyDer::Pkcs8(der) = der else { return None };
    let mut parts = Reader(der.secret_pkcs8_der()).sequence().ok()?;
    parts.small().ok()?;
    let algorithm = parts.expect(tag::SEQUENCE).ok()?;
    if !is_meant(algorithm.body) {
        return None;
    }
    let octets = parts.expect(tag::OCTET_STRING).ok()?;
    let mut plain = PLAIN_HEAD.to_vec();
    plain.extend_from_slice(octets.whole);
    let len = u16::try_from(plain.len()).ok()?.to_be_bytes();
    let mut whole = vec![0x30, 0x82, len[0], len[1]];
    whole.append(&mut plain);
    let plain = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(whole));
    let inner = provider().key_provider.load_private_key(plain).ok()?;
    let algorithm = algorithm.body.to_vec();
    let wrapped = Arc::new(PssKey { inner: Arc::clone(&inner), algorithm });
    Some((wrapped, inner))
}

#[derive(Debug)]
struct PssKey {
    inner: Arc<dyn SigningKey>,
    algorithm: Vec<u8>,
}

impl SigningKey for PssKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        schemes().filter(|scheme| offered.contains(scheme)).find_map(|scheme| {
            let ordinary = ordinary(scheme, &self.algorithm)?;
            let inner = self.inner.choose_scheme(&[ordinary])?;
            Some(Box::new(PssSigner { inner, scheme }) as Box<dyn Signer>)
        })
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.inner.algorithm()
    }
}

#[derive(Debug)]
struct PssSigner {
    inner: Box<dyn Signer>,
    scheme: SignatureScheme,
}

impl Signer for PssSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.inner.sign(message)
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}
