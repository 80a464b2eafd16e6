//! What `getpeercert()` tells of a certificate, as values that are easily made into Python's.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::der::{self, Item, Malformed, Reader, tag};
use crate::names::text;
use crate::oids::long_name;
use crate::x509::{Certificate, extension};

/// A name: the parts, each of pairs.
pub type Name = Vec<Vec<(String, String)>>;

/// An alternative name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alternative {
    Text(&'static str, String),
    Directory(Name),
}

/// A certificate in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub subject: Name,
    pub issuer: Name,
    pub version: u32,
    pub serial: String,
    pub not_before: String,
    pub not_after: String,
    pub alternatives: Vec<Alternative>,
    pub ocsp: Vec<String>,
    pub ca_issuers: Vec<String>,
    pub crl_points: Vec<String>,
}

/// The certificate in words.
pub fn describe(certificate: &Certificate) -> Result<Description, Malformed> {
    Ok(Description {
        subject: name(certificate.subject())?,
        issuer: name(certificate.issuer())?,
        version: certificate.version,
        serial: serial(certificate.serial()),
        not_before: der::time_text(certificate.not_before),
        not_after: der::time_text(certificate.not_after),
        alternatives: certificate
            .alternative_names()
            .unwrap_or_default()
            .into_iter()
            .map(alternative)
            .collect::<Result<_, _>>()?,
        ocsp: access(certificate, &[0x2b, 6, 1, 5, 5, 7, 48, 1]),
        ca_issuers: access(certificate, &[0x2b, 6, 1, 5, 5, 7, 48, 2]),
        crl_points: crl_points(certificate).unwrap_or_default(),
    })
}

/// The parts of a name.
fn name(der: &[u8]) -> Result<Name, Malformed> {
    let mut parts = Vec::new();
    for set in Reader(der).sequence()? {
        let mut pairs = Vec::new();
        for pair in set?.inner() {
            let mut pair = pair?.inner();
            let (id, value) = (pair.expect(tag::OID)?, pair.any()?);
            pairs.push((long_name(id.body), text(value).unwrap_or_default()));
        }
        parts.push(pairs);
    }
    Ok(parts)
}

/// The number in hexadecimal digits, a whole number of bytes.
fn serial(body: &[u8]) -> String {
    let negative = body.first().is_some_and(|b| b & 0x80 != 0);
    let mut bytes = body.to_vec();
    if negative {
        // Two's complement.
        let mut carry = true;
        for byte in bytes.iter_mut().rev() {
            let (value, over) = (!*byte).overflowing_add(u8::from(carry));
            (*byte, carry) = (value, over);
        }
    }
    let digits: Vec<String> =
        bytes.iter().skip_while(|b| **b == 0).map(|b| format!("{b:02X}")).collect();
    let digits = if digits.is_empty() { "00".to_owned() } else { digits.concat() };
    if negative { format!("-{digits}") } else { digits }
}

fn latin(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn alternative(item: Item<'_>) -> Result<Alternative, Malformed> {
    const MAIL: u8 = tag::implicit(1);
    const DNS: u8 = tag::implicit(2);
    const DIRECTORY: u8 = tag::explicit(4);
    const URI: u8 = tag::implicit(6);
    const IP: u8 = tag::implicit(7);
    const ID: u8 = tag::implicit(8);
    Ok(match item.tag {
        MAIL => Alternative::Text("email", latin(item.body)),
        DNS => Alternative::Text("DNS", latin(item.body)),
        URI => Alternative::Text("URI", latin(item.body)),
        IP => Alternative::Text("IP Address", ip(item.body)),
        ID => Alternative::Text("Registered ID", der::oid_text(item.body)),
        DIRECTORY => Alternative::Directory(name(item.body)?),
        tag if tag == tag::explicit(0) => Alternative::Text("othername", "<unsupported>".into()),
        tag if tag == tag::explicit(3) => Alternative::Text("X400Name", "<unsupported>".into()),
        tag if tag == tag::explicit(5) => Alternative::Text("EdiPartyName", "<unsupported>".into()),
        _ => return Err(Malformed),
    })
}

fn ip(body: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(body) {
        return Ipv4Addr::from(four).to_string();
    }
    match <[u8; 16]>::try_from(body) {
        // All groups, in capitals.
        Ok(sixteen) => {
            let groups = Ipv6Addr::from(sixteen).segments();
            groups.map(|group| format!("{group:X}")).join(":")
        }
        Err(_) => "<invalid>".to_owned(),
    }
}

/// The addresses that the extension authorityInfoAccess gives for a purpose.
fn access(certificate: &Certificate, wanted: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let Some(value) = certificate.extension(extension::AUTHORITY_INFO) else { return found };
    let Ok(list) = Reader(value).sequence() else { return found };
    for mut parts in list.flatten().map(|item| item.inner()) {
        if let (Ok(id), Ok(place)) = (parts.expect(tag::OID), parts.any())
            && id.body == wanted
            && place.tag == tag::implicit(6)
        {
            found.push(latin(place.body));
        }
    }
    found
}

fn crl_points(certificate: &Certificate) -> Result<Vec<String>, Malformed> {
    let mut found = Vec::new();
    let Some(value) = certificate.extension(extension::CRL_POINTS) else { return Ok(found) };
    for point in Reader(value).sequence()? {
        let Some(point) = point?.inner().optional(tag::explicit(0))? else { continue };
        let Some(names) = point.inner().optional(tag::explicit(0))? else { continue };
        for name in names.inner() {
            let name = name?;
            if name.tag == tag::implicit(6) {
                found.push(latin(name.body));
            }
        }
    }
    Ok(found)
}
