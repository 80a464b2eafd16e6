//! Which kinds of keys and signatures there are, which go together, and which are strong enough.
//!
//! Strong enough is OpenSSL's level 2: 112 bits. What is not known is not.

use crate::der::{Malformed, Reader, tag};

/// A kind of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Rsa,
    /// RSA, for PSS only.
    RsaPss,
    Ec,
    Dsa,
    Edwards25519,
    Edwards448,
}

/// PKCS#1: below it are RSA's keys and signatures.
const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
/// ANSI X9.62: keys on curves, and ECDSA.
const X962: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d];
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4];
/// NIST's: below it are DSA, ECDSA and RSA with newer digests.
const NIST: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3];
const OIW_RSA_SHA1: &[u8] = &[0x2b, 14, 3, 2, 29];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const ED448: &[u8] = &[0x2b, 0x65, 0x71];

/// NIST's digests: SHA-256, -384, -512, -224, -512/224, -512/256, and those of SHA-3.
const DIGESTS: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];

/// Curves of 224 bits and more.
const CURVES: &[&[u8]] = &[
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
    // secp224r1, secp384r1, secp521r1, secp224k1, secp256k1.
    &[0x2b, 0x81, 4, 0, 33],
    &[0x2b, 0x81, 4, 0, 34],
    &[0x2b, 0x81, 4, 0, 35],
    &[0x2b, 0x81, 4, 0, 32],
    &[0x2b, 0x81, 4, 0, 10],
];
/// Brainpool's; those from 5 on have 224 bits.
const BRAINPOOL: &[u8] = &[0x2b, 0x24, 3, 3, 2, 8, 1, 1];

fn id(algorithm: &[u8]) -> &[u8] {
    Reader(algorithm).expect(tag::OID).map_or(&[], |id| id.body)
}

/// The last number of an identifier below another.
fn below(id: &[u8], above: &[u8]) -> Option<u8> {
    match id.strip_prefix(above) {
        Some(&[last]) => Some(last),
        _ => None,
    }
}

/// Of a key, by its AlgorithmIdentifier without the head.
pub fn of_key(algorithm: &[u8]) -> Option<Kind> {
    match id(algorithm) {
        id if below(id, PKCS1) == Some(1) => Some(Kind::Rsa),
        id if below(id, PKCS1) == Some(10) => Some(Kind::RsaPss),
        id if id.strip_prefix(X962) == Some(&[2, 1]) => Some(Kind::Ec),
        id if below(id, DSA) == Some(1) => Some(Kind::Dsa),
        ED25519 => Some(Kind::Edwards25519),
        ED448 => Some(Kind::Edwards448),
        _ => None,
    }
}

/// Of the key that such a signature is made with.
fn of_signature(algorithm: &[u8]) -> Option<Kind> {
    let id = id(algorithm);
    match (below(id, PKCS1), id.strip_prefix(X962), below(id, DSA), below(id, NIST)) {
        (Some(2..=5 | 11..=16), ..) => Some(Kind::Rsa),
        (Some(10), ..) => Some(Kind::RsaPss),
        (_, Some([4, 1] | [4, 3, 1..=4]), ..) => Some(Kind::Ec),
        (_, _, Some(3), _) => Some(Kind::Dsa),
        (.., Some(1..=8)) => Some(Kind::Dsa),
        (.., Some(9..=12)) => Some(Kind::Ec),
        (.., Some(13..=16)) => Some(Kind::Rsa),
        _ if id == OIW_RSA_SHA1 => Some(Kind::Rsa),
        _ if id == ED25519 => Some(Kind::Edwards25519),
        _ if id == ED448 => Some(Kind::Edwards448),
        _ => None,
    }
}

/// Whether a key of this kind may have made a signature of that one.
pub fn go_together(key: &[u8], signature: &[u8]) -> bool {
    match (of_key(key), of_signature(signature)) {
        (Some(Kind::Rsa), Some(Kind::RsaPss)) => true,
        (key, signature) => key.is_some() && key == signature,
    }
}

/// Whether the digest of a signature is strong enough.
pub fn is_strong_signature(algorithm: &[u8]) -> bool {
    let id = id(algorithm);
    match (below(id, PKCS1), id.strip_prefix(X962), below(id, NIST)) {
        (Some(10), ..) => is_strong_pss(algorithm).unwrap_or(false),
        (Some(number), ..) => number >= 11,
        (_, Some(rest), _) => matches!(rest, [4, 3, 1..=4]),
        (.., Some(_)) => true,
        _ => id == ED25519 || id == ED448,
    }
}

/// By its parameters; SHA-1 if they name no digest.
fn is_strong_pss(algorithm: &[u8]) -> Result<bool, Malformed> {
    let mut parts = Reader(algorithm);
    parts.expect(tag::OID)?;
    let Some(digest) = parts.sequence()?.optional(tag::explicit(0))? else { return Ok(false) };
    let digest = digest.inner().sequence()?.expect(tag::OID)?;
    Ok(below(digest.body, DIGESTS).is_some())
}

/// Whether a key is strong enough, by its algorithm and its bits.
pub fn is_strong_key(algorithm: &[u8], key: &[u8]) -> bool {
    let modulus = || Reader(key).sequence()?.expect(tag::INTEGER).map(|n| bit_length(n.body));
    match of_key(algorithm) {
        Some(Kind::Rsa | Kind::RsaPss) => modulus().is_ok_and(|bits| bits >= 2048),
        Some(Kind::Ec) => {
            let curve = curve(algorithm).unwrap_or(&[]);
            CURVES.contains(&curve) || below(curve, BRAINPOOL).is_some_and(|n| n >= 5)
        }
        // The signatures of these are for nobody here; how large they are is for the provider.
        Some(Kind::Dsa | Kind::Edwards25519 | Kind::Edwards448) => true,
        None => false,
    }
}

/// The name of the curve; an error if it is written out.
fn curve(algorithm: &[u8]) -> Result<&[u8], Malformed> {
    let mut parts = Reader(algorithm);
    parts.any()?;
    parts.expect(tag::OID).map(|id| id.body)
}

/// Whether the key is on a curve that is written out.
pub fn has_own_curve(algorithm: &[u8]) -> bool {
    of_key(algorithm) == Some(Kind::Ec) && curve(algorithm).is_err()
}

fn bit_length(integer: &[u8]) -> usize {
    let significant = integer.iter().position(|&b| b != 0).unwrap_or(integer.len());
    let rest = integer.get(significant..).unwrap_or(&[]);
    rest.first().map_or(0, |first| rest.len() * 8 - first.leading_zeros() as usize)
}
