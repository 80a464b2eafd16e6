//! What the extensions of certificates say.
//!
//! **Invariant:** a certificate that has one of the known extensions twice, or one that cannot be read, is not sound:
//! it issues nothing and nobody has issued it. So what reads extensions here need not tell broken from missing.

use crate::der::{self, Item, Malformed, Reader, tag};
use crate::names::canonical_name;
use crate::x509::{Certificate, extension, key_usage};

/// The bits of Netscape's type of certificates.
pub mod netscape {
    pub const CLIENT: u8 = 0x80;
    pub const SERVER: u8 = 0x40;
    pub const TLS_CA: u8 = 0x04;
    pub const ANY_CA: u8 = 0x07;
}

/// What makes a certificate one of a CA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    No,
    /// basicConstraints says so.
    Yes,
    /// A root of version 1, or one that has keyUsage, or Netscape's type: tolerated in anchors.
    ByCustom,
}

/// Who has issued a certificate, by the extension authorityKeyIdentifier.
struct Issuer<'a> {
    key_id: Option<&'a [u8]>,
    name: Option<Vec<u8>>,
    serial: Option<&'a [u8]>,
}

impl<'a> Issuer<'a> {
    fn read(value: &'a [u8]) -> Result<Issuer<'a>, Malformed> {
        let mut parts = Reader(value).sequence()?;
        let key_id = parts.optional(tag::implicit(0))?.map(|item| item.body);
        let names = parts.optional(tag::explicit(1))?;
        let serial = parts.optional(tag::implicit(2))?.map(|item| der::integer(item.body));
        parts.finish()?;
        let mut name = None;
        for item in names.iter().flat_map(Item::inner) {
            let item = item?;
            check_name(&item)?;
            if item.tag == tag::explicit(4) && name.is_none() {
                name = canonical_name(item.body);
            }
        }
        Ok(Issuer { key_id, name, serial: serial.transpose()? })
    }
}

/// The names of a value of GeneralNames.
fn names(value: &[u8]) -> Result<Vec<Item<'_>>, Malformed> {
    let names: Vec<_> = Reader(value).sequence()?.collect::<Result<_, _>>()?;
    names.iter().try_for_each(check_name)?;
    Ok(names)
}

/// Whether it is a GeneralName.
fn check_name(item: &Item<'_>) -> Result<(), Malformed> {
    const OTHER: u8 = tag::explicit(0);
    const DIRECTORY: u8 = tag::explicit(4);
    match item.tag {
        OTHER => {
            let mut parts = item.inner();
            parts.expect(tag::OID)?;
            parts.expect(tag::explicit(0))?.inner().any()?;
            parts.finish()
        }
        DIRECTORY => canonical_name(item.body).map(drop).ok_or(Malformed),
        0xa3 | 0xa5 | 0x81 | 0x82 | 0x86..=0x88 => Ok(()),
        _ => Err(Malformed),
    }
}

/// The first two bytes of a value of bits.
fn first_bits(value: &[u8]) -> Result<[u8; 2], Malformed> {
    let body = Reader(value).expect(tag::BIT_STRING)?.body;
    match *body {
        [unused, ref bits @ ..] if unused < 8 && (unused == 0 || !bits.is_empty()) => {
            // What is not used does not count.
            let mask = |i: usize| if i + 1 == bits.len() { 0xff << unused } else { 0xff };
            let at = |i: usize| bits.get(i).map_or(0, |b| b & mask(i));
            Ok([at(0), at(1)])
        }
        _ => Err(Malformed),
    }
}

fn check_points(value: &[u8]) -> Result<(), Malformed> {
    for point in Reader(value).sequence()? {
        let mut parts = point?.inner();
        for n in [tag::explicit(0), tag::implicit(1), tag::explicit(2)] {
            parts.optional(n)?;
        }
        parts.finish()?;
    }
    Ok(())
}

fn check_limits(value: &[u8]) -> Result<(), Malformed> {
    let mut parts = Reader(value).sequence()?;
    for n in [tag::explicit(0), tag::explicit(1)] {
        for subtree in parts.optional(n)?.iter().flat_map(Item::inner) {
            let mut parts = subtree?.inner();
            check_name(&parts.any()?)?;
            for n in [tag::implicit(0), tag::implicit(1)] {
                parts.optional(n)?.map(|item| der::integer(item.body)).transpose()?;
            }
            parts.finish()?;
        }
    }
    parts.finish()
}

impl Certificate {
    /// Whether the known extensions can be read and are there once.
    pub(crate) fn check_extensions(&self) -> Result<(), Malformed> {
        let check = |id: &[u8], check: &dyn Fn(&[u8]) -> Result<(), Malformed>| {
            let mut all = self.extensions.iter().filter(|e| self.extension_parts(e).0 == id);
            match (all.next(), all.next()) {
                (None, _) => Ok(()),
                (Some(only), None) => check(self.extension_parts(only).1),
                _ => Err(Malformed),
            }
        };
        check(extension::BASIC_CONSTRAINTS, &|_| self.basic_constraints().map(drop))?;
        check(extension::KEY_USAGE, &|value| match first_bits(value)? {
            [0, 0] => Err(Malformed),
            _ => Ok(()),
        })?;
        check(extension::EXTENDED_KEY_USAGE, &|value| {
            Reader(value)
                .sequence()?
                .try_for_each(|id| if id?.tag == tag::OID { Ok(()) } else { Err(Malformed) })
        })?;
        check(extension::NETSCAPE_TYPE, &|value| first_bits(value).map(drop))?;
        check(extension::SUBJECT_KEY_ID, &|value| {
            Reader(value).expect(tag::OCTET_STRING).map(drop)
        })?;
        check(extension::AUTHORITY_KEY_ID, &|value| Issuer::read(value).map(drop))?;
        check(extension::SUBJECT_ALT_NAME, &|value| names(value).map(drop))?;
        check(extension::NAME_CONSTRAINTS, &check_limits)?;
        check(extension::CRL_POINTS, &check_points)?;
        // One that stands in for another is neither a CA nor has it names of its own.
        check(extension::PROXY, &|value| {
            Reader(value).sequence()?;
            let has_names = self.extension(extension::SUBJECT_ALT_NAME).is_some()
                || self.extension(extension::ISSUER_ALT_NAME).is_some();
            if self.says_ca() || has_names { Err(Malformed) } else { Ok(()) }
        })
    }

    /// Whether the extension authorityKeyIdentifier means this issuer.
    pub(crate) fn authority_is(&self, issuer: &Certificate) -> bool {
        let Some(value) = self.extension(extension::AUTHORITY_KEY_ID) else { return true };
        let Ok(wanted) = Issuer::read(value) else { return false };
        let theirs = issuer.subject_key_id();
        wanted.key_id.is_none_or(|id| theirs.is_none_or(|theirs| id == theirs))
            && wanted.serial.is_none_or(|serial| serial == issuer.serial())
            && wanted.name.is_none_or(|name| name == issuer.issuer_form())
    }

    pub fn has_authority_key_id(&self) -> bool {
        let value = self.extension(extension::AUTHORITY_KEY_ID);
        value.and_then(|value| Issuer::read(value).ok()).is_some_and(|it| it.key_id.is_some())
    }

    pub fn subject_key_id(&self) -> Option<&[u8]> {
        let value = self.extension(extension::SUBJECT_KEY_ID)?;
        Reader(value).expect(tag::OCTET_STRING).ok().map(|item| item.body)
    }

    /// basicConstraints: whether it is a CA, and how many CAs may come below.
    pub fn basic_constraints(&self) -> Result<Option<(bool, Option<u32>)>, Malformed> {
        let Some(value) = self.extension(extension::BASIC_CONSTRAINTS) else { return Ok(None) };
        let mut parts = Reader(value).sequence()?;
        let is_ca = match parts.optional(tag::BOOLEAN)? {
            Some(item) => der::boolean(item.body)?,
            None => false,
        };
        let path_len = match parts.optional(tag::INTEGER)? {
            Some(item) => Some(der::small(item.body)?),
            None => None,
        };
        parts.finish()?;
        Ok(Some((is_ca, path_len)))
    }

    /// The first byte of keyUsage; None if it may be used for anything.
    pub fn key_usage(&self) -> Option<u8> {
        let value = self.extension(extension::KEY_USAGE)?;
        Some(first_bits(value).map_or(0, |bits| bits[0]))
    }

    /// Netscape's type, if it has one.
    pub fn netscape_type(&self) -> Option<u8> {
        let value = self.extension(extension::NETSCAPE_TYPE)?;
        Some(first_bits(value).map_or(0, |bits| bits[0]))
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
        names(value).ok()
    }

    pub fn is_critical(&self, id: &[u8]) -> bool {
        self.extensions.iter().any(|e| e.critical && self.extension_parts(e).0 == id)
    }

    /// Whether basicConstraints says that it is a CA.
    pub fn says_ca(&self) -> bool {
        self.basic_constraints().is_ok_and(|found| found.is_some_and(|(is_ca, _)| is_ca))
    }

    /// Whether it is a CA's by its extensions, as OpenSSL counts them.
    pub fn authority(&self) -> Authority {
        let signs = |usage: u8| usage & key_usage::CERT_SIGN != 0;
        if !self.is_sound || self.key_usage().is_some_and(|usage| !signs(usage)) {
            return Authority::No;
        }
        match self.basic_constraints() {
            Ok(Some((true, _))) => Authority::Yes,
            Ok(Some((false, _))) | Err(Malformed) => Authority::No,
            Ok(None) => {
                let by_custom = (self.version == 1 && self.is_self_signed())
                    || self.key_usage().is_some()
                    || self.netscape_type().is_some_and(|it| it & netscape::ANY_CA != 0);
                if by_custom { Authority::ByCustom } else { Authority::No }
            }
        }
    }

    /// Whether it is a CA's, strictly or by custom.
    pub fn is_ca(&self) -> bool {
        self.authority() != Authority::No
    }
}
