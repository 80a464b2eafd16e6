//! Certificates, as far as TLS looks into them. What their extensions say is in `extensions`.
//!
//! **Invariant:** what is kept are places in the certificate's own bytes, beside the two names in the form in which
//! they are compared. Extensions that are not known are kept by their identifier; whether they matter is up to
//! `verify`. What OpenSSL cannot read is not read here either.

use std::ops::Range;
use std::sync::Arc;

use crate::der::{self, Malformed, Reader, tag};
use crate::kinds;
use crate::names::canonical_name;

pub use crate::crl::RevocationList;

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
    pub const DELTA_LIST: &[u8] = &[0x55, 0x1d, 27];
    pub const ISSUING_POINT: &[u8] = &[0x55, 0x1d, 28];
    pub const PROXY: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 14];
    pub const OCSP_NO_CHECK: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1, 5];
    pub const NETSCAPE_TYPE: &[u8] = &[0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 1, 1];
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
    issuer_form: Box<[u8]>,
    subject_form: Box<[u8]>,
    /// The part that is signed names the algorithm that it is signed by.
    pub names_its_algorithm: bool,
    /// The extensions that are known can be read, and are there once.
    pub is_sound: bool,
}

/// An extension's identifier, whether it is critical, and its value.
pub(crate) fn extension_fields<'a>(
    item: &der::Item<'a>,
) -> Result<(&'a [u8], bool, &'a [u8]), Malformed> {
    let mut parts = item.inner();
    let id = parts.expect(tag::OID)?;
    let critical = match parts.optional(tag::BOOLEAN)? {
        Some(item) => der::boolean(item.body)?,
        None => false,
    };
    let value = parts.expect(tag::OCTET_STRING)?;
    parts.finish()?;
    Ok((id.body, critical, value.body))
}

/// An AlgorithmIdentifier, without its head.
pub(crate) fn algorithm<'a>(parts: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let item = parts.expect(tag::SEQUENCE)?;
    let mut inside = item.inner();
    inside.expect(tag::OID)?;
    if !inside.is_empty() {
        inside.any()?;
    }
    inside.finish()?;
    Ok(item.body)
}

/// Where a part lies in the whole; both are slices of the same memory.
pub(crate) fn place(whole: &[u8], part: &[u8]) -> Range<usize> {
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
        let der: Arc<[u8]> = der.into();
        let whole: &[u8] = &der;
        let at = |part: &[u8]| place(whole, part);
        let mut outer = Reader(whole).only(tag::SEQUENCE)?.inner();
        let tbs = outer.expect(tag::SEQUENCE)?;
        let signature_algorithm = algorithm(&mut outer)?;
        let signature = outer.expect(tag::BIT_STRING)?;
        outer.finish()?;
        let mut inner = tbs.inner();
        let version = match inner.optional(tag::explicit(0))? {
            Some(item) => item.inner().small()?,
            None => 0,
        };
        if version > 2 {
            return Err(Malformed);
        }
        let serial = der::integer(inner.expect(tag::INTEGER)?.body)?;
        let inner_algorithm = algorithm(&mut inner)?;
        let issuer = inner.expect(tag::SEQUENCE)?.whole;
        let mut validity = inner.sequence()?;
        let (not_before, not_after) = (der::time(validity.any()?)?, der::time(validity.any()?)?);
        validity.finish()?;
        let subject = inner.expect(tag::SEQUENCE)?.whole;
        let spki = inner.expect(tag::SEQUENCE)?;
        let mut key_parts = spki.inner();
        let key_algorithm = algorithm(&mut key_parts)?;
        let key = key_parts.expect(tag::BIT_STRING)?;
        key_parts.finish()?;
        inner.optional(tag::implicit(1))?;
        inner.optional(tag::implicit(2))?;
        let mut extensions = Vec::new();
        if let Some(list) = inner.optional(tag::explicit(3))? {
            for item in list.inner().only(tag::SEQUENCE)?.inner() {
                let (id, critical, value) = extension_fields(&item?)?;
                extensions.push(Extension { id: at(id), critical, value: at(value) });
            }
        }
        inner.finish()?;
        let mut made = Certificate {
            version: version + 1,
            tbs: at(tbs.whole),
            serial: at(serial),
            issuer: at(issuer),
            subject: at(subject),
            spki: at(spki.whole),
            key_algorithm: at(key_algorithm),
            key: at(der::bits(key.body)?),
            signature_algorithm: at(signature_algorithm),
            signature: at(der::bits(signature.body)?),
            not_before,
            not_after,
            extensions,
            issuer_form: canonical_name(issuer).ok_or(Malformed)?.into(),
            subject_form: canonical_name(subject).ok_or(Malformed)?.into(),
            names_its_algorithm: inner_algorithm == signature_algorithm,
            is_sound: false,
            der: Arc::clone(&der),
        };
        made.is_sound = made.check_extensions().is_ok();
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

    /// The issuer's name in the form in which names are compared.
    pub fn issuer_form(&self) -> &[u8] {
        &self.issuer_form
    }
    pub fn subject_form(&self) -> &[u8] {
        &self.subject_form
    }

    pub fn is_self_issued(&self) -> bool {
        self.subject_form == self.issuer_form
    }

    /// Issued by itself, as far as names, key identifiers and the kind of the key say.
    pub fn is_self_signed(&self) -> bool {
        self.is_self_issued() && self.may_be_issued_by(self)
    }

    /// Whether names, key identifiers and the kind of the key allow that it was issued by the other.
    pub fn may_be_issued_by(&self, issuer: &Certificate) -> bool {
        self.issuer_form == issuer.subject_form
            && self.is_sound
            && issuer.is_sound
            && self.authority_is(issuer)
            && kinds::go_together(issuer.key_algorithm(), self.signature_algorithm())
    }

    /// Whether the key, or the way it is written, is too weak to be believed.
    pub fn weak_key(&self) -> bool {
        !kinds::is_strong_key(self.key_algorithm(), self.key())
    }
}
