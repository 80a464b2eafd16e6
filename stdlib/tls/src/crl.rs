//! Lists of revoked certificates.
//!
//! Lists that are for some reasons only, or tell the changes to another one, or are of another issuer's certificates
//! are read and never used: OpenSSL uses them only if it is told to.

use std::ops::Range;
use std::sync::Arc;

use crate::der::{self, Malformed, Reader, tag};
use crate::names::canonical_name;
use crate::x509::{Certificate, algorithm, extension, extension_fields, place};

/// A list of revoked certificates.
#[derive(Clone, Debug)]
pub struct RevocationList {
    pub der: Arc<[u8]>,
    tbs: Range<usize>,
    issuer_form: Box<[u8]>,
    algorithm: Range<usize>,
    signature: Range<usize>,
    pub this_update: i64,
    pub next_update: Option<i64>,
    revoked: Vec<Range<usize>>,
    pub has_unknown_critical: bool,
    scope: Scope,
}

/// Which certificates a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    All,
    Users,
    Authorities,
    /// Those of some place; or attributes.
    Others,
    /// Only together with others.
    Part,
}

impl Scope {
    /// Of the extension issuingDistributionPoint.
    fn read(value: &[u8]) -> Result<Scope, Malformed> {
        let mut parts = Reader(value).sequence()?;
        let place = parts.optional(tag::explicit(0))?;
        let mut flags = [false; 6];
        while let Some(tag) = parts.peek() {
            let item = parts.any()?;
            let flag = flags.get_mut(usize::from(tag & 0x1f)).ok_or(Malformed)?;
            *flag = item.tag == tag::implicit(3) || der::boolean(item.body)?;
        }
        let [_, users, authorities, reasons, indirect, attributes] = flags;
        Ok(match (users, authorities, attributes) {
            _ if reasons || indirect => Scope::Part,
            (false, false, false) if place.is_none() => Scope::All,
            (true, false, false) if place.is_none() => Scope::Users,
            (false, true, false) if place.is_none() => Scope::Authorities,
            (false, false, true) | (true, false, false) | (false, true, false) => Scope::Others,
            (false, false, false) => Scope::Others,
            _ => Scope::Part,
        })
    }
}

impl RevocationList {
    pub fn parse(bytes: &[u8]) -> Result<RevocationList, Malformed> {
        let whole: Arc<[u8]> = bytes.into();
        let at = |part: &[u8]| place(&whole, part);
        let mut outer = Reader(&whole).only(tag::SEQUENCE)?.inner();
        let tbs = outer.expect(tag::SEQUENCE)?;
        let signature_algorithm = algorithm(&mut outer)?;
        let signature = outer.expect(tag::BIT_STRING)?;
        outer.finish()?;
        let mut inner = tbs.inner();
        inner.optional(tag::INTEGER)?;
        if algorithm(&mut inner)? != signature_algorithm {
            return Err(Malformed);
        }
        let issuer = inner.expect(tag::SEQUENCE)?.whole;
        let this_update = der::time(inner.any()?)?;
        let next_update = match inner.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(der::time(inner.any()?)?),
            _ => None,
        };
        let mut made = RevocationList {
            tbs: at(tbs.whole),
            issuer_form: canonical_name(issuer).ok_or(Malformed)?.into(),
            algorithm: at(signature_algorithm),
            signature: at(der::bits(signature.body)?),
            this_update,
            next_update,
            revoked: Vec::new(),
            has_unknown_critical: false,
            scope: Scope::All,
            der: Arc::clone(&whole),
        };
        if let Some(list) = inner.optional(tag::SEQUENCE)? {
            made.read_entries(list.inner())?;
        }
        if let Some(list) = inner.optional(tag::explicit(0))? {
            made.read_extensions(list.inner().only(tag::SEQUENCE)?.inner())?;
        }
        inner.finish()?;
        Ok(made)
    }

    fn read_entries(&mut self, entries: Reader<'_>) -> Result<(), Malformed> {
        for entry in entries {
            let mut parts = entry?.inner();
            let serial = der::integer(parts.expect(tag::INTEGER)?.body)?;
            self.revoked.push(place(&self.der, serial));
            der::time(parts.any()?)?;
            for item in parts.optional(tag::SEQUENCE)?.iter().flat_map(der::Item::inner) {
                // Who has issued the certificate is critical; lists where it matters are not used.
                self.has_unknown_critical |= extension_fields(&item?)?.1;
            }
            parts.finish()?;
        }
        Ok(())
    }

    fn read_extensions(&mut self, extensions: Reader<'_>) -> Result<(), Malformed> {
        for item in extensions {
            let (id, critical, value) = extension_fields(&item?)?;
            match id {
                extension::ISSUING_POINT => self.scope = Scope::read(value)?,
                extension::DELTA_LIST => self.scope = Scope::Part,
                extension::AUTHORITY_KEY_ID => {}
                _ => self.has_unknown_critical |= critical,
            }
        }
        Ok(())
    }

    fn part(&self, place: &Range<usize>) -> &[u8] {
        self.der.get(place.clone()).unwrap_or(&[])
    }
    pub fn tbs(&self) -> &[u8] {
        self.part(&self.tbs)
    }
    /// The issuer's name in the form in which names are compared.
    pub fn issuer_form(&self) -> &[u8] {
        &self.issuer_form
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

    /// Whether it can be used without others.
    pub fn is_complete(&self) -> bool {
        self.scope != Scope::Part
    }

    /// Whether it is about certificates like this one.
    pub fn is_about(&self, certificate: &Certificate) -> bool {
        match self.scope {
            Scope::All => true,
            Scope::Users => !certificate.says_ca(),
            Scope::Authorities => certificate.says_ca(),
            Scope::Others | Scope::Part => false,
        }
    }

    pub fn is_valid(&self, now: i64) -> bool {
        self.this_update <= now && self.next_update.is_none_or(|next| now < next)
    }
}
