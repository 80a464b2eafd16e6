//! Certificates and lists of revoked ones, as far as TLS looks into them.
//!
//! **Invariant:** what is kept are places in the certificate's own bytes: a parsed certificate is one allocation
//! and its lists. Extensions that are not known are kept by their identifier; whether they matter is up to `verify`.

use std::ops::Range;
use std::sync::Arc;

use crate::der::{self, Item, Malformed, Reader, tag};

/// Identifiers of extensions, below 2.5.29 and elsewhere.
pub mod extension {
    pub const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
    pub const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
    pub const ISSUER_ALT_NAME: &[u8] = &[0x55, 0x1d, 18];
    pub const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
    pub const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 30];
    pub const CRL_POINTS: &[u8] = &[0x55, 0x1d, 31];
    pub const POLICIES: &[u8] = &[0x55, 0x1d, 32];
    pub const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1d, 33];
    pub const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
    pub const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 36];
    pub const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
    pub const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1d, 54];
    pub const AUTHORITY_INFO: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
}

/// Bits of the extension keyUsage, as its first byte has them.
pub mod key_usage {
    pub const DIGITAL_SIGNATURE: u8 = 0x80;
    pub const KEY_ENCIPHERMENT: u8 = 0x20;
    pub const KEY_AGREEMENT: u8 = 0x08;
    pub const CERT_SIGN: u8 = 0x04;
    pub const CRL_SIGN: u8 = 0x02;
}

#[derive(Clone, Debug)]
pub struct Extension {
    pub id: Range<usize>,
    pub critical: bool,
    pub value: Range<usize>,
}

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub der: Arc<[u8]>,
    /// From 1 to 3.
    pub version: u32,
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    key_algorithm: Range<usize>,
    key: Range<usize>,
    signature_algorithm: Range<usize>,
    signature: Range<usize>,
    pub not_before: i64,
    pub not_after: i64,
    pub extensions: Vec<Extension>,
}

/// Where a part lies in the whole; both are slices of the same memory.
fn place(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
    if start <= whole.len() && part.len() <= whole.len() - start {
        start..start + part.len()
    } else {
        0..0
    }
}

impl Certificate {
    /// Parses the one certificate that `der` is.
    pub fn parse(der: &[u8]) -> Result<Certificate, Malformed> {
        Reader(der)
            .expect(tag::SEQUENCE)
            .and_then(|item| if item.whole.len() == der.len() { Ok(()) } else { Err(Malformed) })?;
        let der: Arc<[u8]> = der.into();
        let whole: &[u8] = &der;
        let at = |part: &[u8]| place(whole, part);
        let mut outer = Reader(whole).sequence()?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let algorithm = outer.expect(tag::SEQUENCE)?;
        let signature = outer.expect(tag::BIT_STRING)?;
        outer.finish()?;
        let mut inner = tbs.inner();
        let version = match inner.optional(tag::explicit(0))? {
            Some(item) => item.inner().small()?,
            None => 0,
        };
        let serial = inner.expect(tag::INTEGER)?;
        if inner.expect(tag::SEQUENCE)?.body != algorithm.body || version > 2 {
            return Err(Malformed);
        }
        let issuer = inner.expect(tag::SEQUENCE)?;
        let mut validity = inner.sequence()?;
        let (not_before, not_after) = (der::time(validity.any()?)?, der::time(validity.any()?)?);
        let subject = inner.expect(tag::SEQUENCE)?;
        let spki = inner.expect(tag::SEQUENCE)?;
        let mut key_parts = spki.inner();
        let key_algorithm = key_parts.expect(tag::SEQUENCE)?;
        let key = key_parts.expect(tag::BIT_STRING)?;
        inner.optional(tag::implicit(1))?;
        inner.optional(tag::implicit(2))?;
        let mut extensions = Vec::new();
        if let Some(list) = inner.optional(tag::explicit(3))? {
            for item in list.inner().sequence()? {
                let mut parts = item?.inner();
                let id = parts.expect(tag::OID)?;
                let critical = parts.optional(tag::BOOLEAN)?.is_some_and(|item| item.body != [0]);
                let value = parts.expect(tag::OCTET_STRING)?;
                extensions.push(Extension { id: at(id.body), critical, value: at(value.body) });
            }
        }
        inner.finish()?;
        let made = Certificate {
            version: version + 1,
            tbs: at(tbs.whole),
            serial: at(serial.body),
            issuer: at(issuer.whole),
            subject: at(subject.whole),
            spki: at(spki.whole),
            key_algorithm: at(key_algorithm.body),
            key: at(der::bits(key.body)?),
            signature_algorithm: at(algorithm.body),
            signature: at(der::bits(signature.body)?),
            not_before,
            not_after,
            extensions,
            der: Arc::clone(&der),
        };
        Ok(made)
    }

    fn part(&self, place: &Range<usize>) -> &[u8] {
        self.der.get(place.clone()).unwrap_or(&[])
    }

    /// What is signed.
    pub fn tbs(&self) -> &[u8] {
        self.part(&self.tbs)
    }
    /// The number, as DER has it.
    pub fn serial(&self) -> &[u8] {
        self.part(&self.serial)
    }
    pub fn issuer(&self) -> &[u8] {
        self.part(&self.issuer)
    }
    pub fn subject(&self) -> &[u8] {
        self.part(&self.subject)
    }
    /// The key with its algorithm.
    pub fn spki(&self) -> &[u8] {
        self.part(&self.spki)
    }
    /// The key's AlgorithmIdentifier without its head.
    pub fn key_algorithm(&self) -> &[u8] {
        self.part(&self.key_algorithm)
    }
    pub fn key(&self) -> &[u8] {
        self.part(&self.key)
    }
    /// The signature's AlgorithmIdentifier without its head.
    pub fn signature_algorithm(&self) -> &[u8] {
        self.part(&self.signature_algorithm)
    }
    pub fn signature(&self) -> &[u8] {
        self.part(&self.signature)
    }

    /// An extension's identifier and value.
    pub fn extension_parts(&self, extension: &Extension) -> (&[u8], &[u8]) {
        (self.part(&extension.id), self.part(&extension.value))
    }

    /// The value of an extension.
    pub fn extension(&self, id: &[u8]) -> Option<&[u8]> {
        let found = self.extensions.iter().find(|e| self.part(&e.id) == id)?;
        Some(self.part(&found.value))
    }

    pub fn is_self_issued(&self) -> bool {
        same_name(self.subject(), self.issuer())
    }

    /// Issued by itself, as far as names and key identifiers say.
    pub fn is_self_signed(&self) -> bool {
        self.is_self_issued() && self.may_be_issued_by(self)
    }

    /// Whether names and key identifiers allow that it was issued by the other.
    pub fn may_be_issued_by(&self, issuer: &Certificate) -> bool {
        if !same_name(self.issuer(), issuer.subject()) {
            return false;
        }
        let Some(authority) = self.authority() else { return true };
        if let (Some(wanted), Some(theirs)) = (authority.key_id, issuer.subject_key_id())
            && wanted != theirs
        {
            return false;
        }
        authority.serial.is_none_or(|serial| serial == issuer.serial())
    }

    fn authority(&self) -> Option<Authority<'_>> {
        let mut parts = Reader(self.extension(extension::AUTHORITY_KEY_ID)?).sequence().ok()?;
        let key_id = parts.optional(tag::implicit(0)).ok()?.map(|item| item.body);
        parts.optional(tag::explicit(1)).ok()?;
        let serial = parts.optional(tag::implicit(2)).ok()?.map(|item| item.body);
        Some(Authority { key_id, serial })
    }

    pub fn has_authority_key_id(&self) -> bool {
        self.authority().is_some_and(|authority| authority.key_id.is_some())
    }

    pub fn subject_key_id(&self) -> Option<&[u8]> {
        let value = self.extension(extension::SUBJECT_KEY_ID)?;
        Reader(value).expect(tag::OCTET_STRING).ok().map(|item| item.body)
    }

    /// basicConstraints: whether it is a CA, and how many CAs may come below.
    pub fn basic_constraints(&self) -> Result<Option<(bool, Option<u32>)>, Malformed> {
        let Some(value) = self.extension(extension::BASIC_CONSTRAINTS) else { return Ok(None) };
        let mut parts = Reader(value).sequence()?;
        let is_ca = parts.optional(tag::BOOLEAN)?.is_some_and(|item| item.body != [0]);
        let path_len = match parts.optional(tag::INTEGER)? {
            Some(item) => Some(der::small(item.body)?),
            None => None,
        };
        Ok(Some((is_ca, path_len)))
    }

    /// The first byte of keyUsage; None if it may be used for anything.
    pub fn key_usage(&self) -> Option<u8> {
        let value = self.extension(extension::KEY_USAGE)?;
        let item = Reader(value).expect(tag::BIT_STRING).ok();
        Some(item.and_then(|item| item.body.get(1).copied()).unwrap_or(0))
    }

    /// The identifiers of extendedKeyUsage.
    pub fn extended_key_usage(&self) -> Option<Vec<&[u8]>> {
        let value = self.extension(extension::EXTENDED_KEY_USAGE)?;
        let ids = Reader(value).sequence().map(|ids| ids.flatten().map(|item| item.body).collect());
        Some(ids.unwrap_or_default())
    }

    /// The names of subjectAltName; None if there are none.
    pub fn alternative_names(&self) -> Option<Vec<Item<'_>>> {
        let value = self.extension(extension::SUBJECT_ALT_NAME)?;
        Some(Reader(value).sequence().map(|names| names.flatten().collect()).unwrap_or_default())
    }

    /// How strong the key is, in bits of its own kind; None for kinds that have one strength.
    pub fn weak_key(&self) -> bool {
        const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
        let id = Reader(self.key_algorithm()).expect(tag::OID).map(|item| item.body);
        if !id.is_ok_and(|id| id.starts_with(RSA)) {
            return false;
        }
        let modulus =
            Reader(self.key()).sequence().and_then(|mut parts| parts.expect(tag::INTEGER));
        modulus.map_or(true, |n| bit_length(n.body) < 2048)
    }

    /// Whether it is a CA's by its extensions, as OpenSSL counts them.
    pub fn is_ca(&self) -> bool {
        self.key_usage().is_none_or(|usage| usage & key_usage::CERT_SIGN != 0)
            && match self.basic_constraints() {
                Ok(Some((is_ca, _))) => is_ca,
                Ok(None) => {
                    (self.version == 1 && self.is_self_issued()) || self.key_usage().is_some()
                }
                Err(Malformed) => false,
            }
    }
}

struct Authority<'a> {
    key_id: Option<&'a [u8]>,
    serial: Option<&'a [u8]>,
}

fn bit_length(integer: &[u8]) -> usize {
    let significant = integer.iter().position(|&b| b != 0).unwrap_or(integer.len());
    let rest = integer.get(significant..).unwrap_or(&[]);
    rest.first().map_or(0, |first| rest.len() * 8 - first.leading_zeros() as usize)
}

/// Whether two names are the same: byte for byte, or in the form in which case and spaces do not count.
pub fn same_name(a: &[u8], b: &[u8]) -> bool {
    a == b || canonical_name(a).is_some_and(|a| canonical_name(b).is_some_and(|b| a == b))
}

/// A name in the form that OpenSSL compares and hashes: texts in UTF-8, lower case, single spaces.
pub fn canonical_name(name: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(name.len());
    for set in Reader(name).sequence().ok()? {
        let mut parts = Vec::new();
        for pair in set.ok()?.inner() {
            let mut pair = pair.ok()?.inner();
            let (id, value) = (pair.expect(tag::OID).ok()?, pair.any().ok()?);
            let mut content = id.whole.to_vec();
            match text(value) {
                Some(text) => {
                    let words: Vec<&str> = text
                        .split([' ', '\t', '\n', '\r', '\x0b', '\x0c'])
                        .filter(|w| !w.is_empty())
                        .collect();
                    put(&mut content, tag::UTF8, words.join(" ").to_ascii_lowercase().as_bytes());
                }
                None => content.extend_from_slice(value.whole),
            }
            put(&mut parts, tag::SEQUENCE, &content);
        }
        put(&mut out, tag::SET, &parts);
    }
    Some(out)
}

/// Writes a value.
pub fn put(out: &mut Vec<u8>, tag: u8, body: &[u8]) {
    out.push(tag);
    let len = body.len();
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let bytes = len.to_be_bytes();
        let skip = bytes.iter().position(|&b| b != 0).unwrap_or(7);
        let digits = bytes.get(skip..).unwrap_or(&[]);
        out.push(0x80 | digits.len() as u8);
        out.extend_from_slice(digits);
    }
    out.extend_from_slice(body);
}

/// The text of a string of whatever kind; None if it is none.
pub fn text(item: Item<'_>) -> Option<String> {
    Some(match item.tag {
        tag::UTF8 => String::from_utf8_lossy(item.body).into_owned(),
        tag::BMP => {
            let units = item.body.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        }
        tag::UNIVERSAL => item
            .body
            .chunks_exact(4)
            .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
            .map(|c| char::from_u32(c).unwrap_or('\u{fffd}'))
            .collect(),
        // NumericString, PrintableString, T61String, IA5String, VisibleString: one byte, one character.
        0x12 | 0x13 | tag::T61 | 0x16 | 0x1a => item.body.iter().map(|&b| char::from(b)).collect(),
        _ => return None,
    })
}

/// A list of revoked certificates.
#[derive(Clone, Debug)]
pub struct RevocationList {
    pub der: Arc<[u8]>,
    tbs: Range<usize>,
    issuer: Range<usize>,
    algorithm: Range<usize>,
    signature: Range<usize>,
    pub this_update: i64,
    pub next_update: Option<i64>,
    revoked: Vec<Range<usize>>,
    pub has_unknown_critical: bool,
}

impl RevocationList {
    pub fn parse(bytes: &[u8]) -> Result<RevocationList, Malformed> {
        let whole: Arc<[u8]> = bytes.into();
        let at = |part: &[u8]| place(&whole, part);
        let mut outer = Reader(&whole).sequence()?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let algorithm = outer.expect(tag::SEQUENCE)?;
        let signature = outer.expect(tag::BIT_STRING)?;
        let mut inner = tbs.inner();
        inner.optional(tag::INTEGER)?;
        inner.expect(tag::SEQUENCE)?;
        let issuer = inner.expect(tag::SEQUENCE)?;
        let this_update = der::time(inner.any()?)?;
        let next_update = match inner.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(der::time(inner.any()?)?),
            _ => None,
        };
        let mut revoked = Vec::new();
        if let Some(list) = inner.optional(tag::SEQUENCE)? {
            for entry in list.inner() {
                revoked.push(at(entry?.inner().expect(tag::INTEGER)?.body));
            }
        }
        let mut has_unknown_critical = false;
        if let Some(list) = inner.optional(tag::explicit(0))? {
            for item in list.inner().sequence()? {
                let mut parts = item?.inner();
                let id = parts.expect(tag::OID)?;
                let critical = parts.optional(tag::BOOLEAN)?.is_some_and(|item| item.body != [0]);
                has_unknown_critical |= critical && id.body != extension::AUTHORITY_KEY_ID;
            }
        }
        Ok(RevocationList {
            tbs: at(tbs.whole),
            issuer: at(issuer.whole),
            algorithm: at(algorithm.body),
            signature: at(der::bits(signature.body)?),
            this_update,
            next_update,
            revoked,
            has_unknown_critical,
            der: Arc::clone(&whole),
        })
    }

    fn part(&self, place: &Range<usize>) -> &[u8] {
        self.der.get(place.clone()).unwrap_or(&[])
    }
    pub fn tbs(&self) -> &[u8] {
        self.part(&self.tbs)
    }
    pub fn issuer(&self) -> &[u8] {
        self.part(&self.issuer)
    }
    pub fn signature_algorithm(&self) -> &[u8] {
        self.part(&self.algorithm)
    }
    pub fn signature(&self) -> &[u8] {
        self.part(&self.signature)
    }
    pub fn revokes(&self, serial: &[u8]) -> bool {
        self.revoked.iter().any(|place| self.part(place) == serial)
    }
}
