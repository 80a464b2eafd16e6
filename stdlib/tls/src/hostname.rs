//! Whether a certificate is for a host, by the rules of RFC 6125 as CPython applies them with OpenSSL.
//!
//! A `*` stands for the whole of the first label, and for one label only. Without names of hosts among the
//! alternative ones the subject's common names count, if the context says so.

use std::net::IpAddr;

use crate::der::{Reader, tag};
use crate::names::text;
use crate::x509::Certificate;

/// The parts of a name that are common names.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// What the other side must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    Name(String),
    Ip(IpAddr),
}

impl Host {
    /// As it stands in a URL.
    pub fn parse(text: &str) -> Host {
        match text.parse() {
            Ok(ip) => Host::Ip(ip),
            Err(_) => Host::Name(text.to_owned()),
        }
    }
}

/// Whether the certificate is for the host.
pub fn matches(certificate: &Certificate, host: &Host, common_names: bool) -> bool {
    if !certificate.is_sound {
        return false;
    }
    match host {
        Host::Ip(ip) => {
            let wanted: Vec<u8> = match ip {
                IpAddr::V4(ip) => ip.octets().to_vec(),
                IpAddr::V6(ip) => ip.octets().to_vec(),
            };
            let names = certificate.alternative_names().unwrap_or_default();
            names.iter().any(|name| name.tag == tag::implicit(7) && name.body == wanted)
        }
        Host::Name(wanted) => {
            let names = certificate.alternative_names().unwrap_or_default();
            let mut names = names.iter().filter(|name| name.tag == tag::implicit(2)).peekable();
            if names.peek().is_some() {
                return names.any(|name| matches_pattern(name.body, wanted.as_bytes()));
            }
            common_names
                && self::common_names(certificate)
                    .iter()
                    .any(|name| matches_pattern(name.as_bytes(), wanted.as_bytes()))
        }
    }
}

/// The subject's common names.
pub fn common_names(certificate: &Certificate) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(sets) = Reader(certificate.subject()).sequence() else { return found };
    for pair in sets.flatten().flat_map(|set| set.inner()).flatten() {
        let mut pair = pair.inner();
        if let (Ok(id), Ok(value)) = (pair.expect(tag::OID), pair.any())
            && id.body == COMMON_NAME
            && let Some(name) = text(value)
        {
            found.push(name);
        }
    }
    found
}

fn matches_pattern(pattern: &[u8], name: &[u8]) -> bool {
    if pattern.is_empty() || pattern.contains(&0) {
        return false;
    }
    let Some(rest) = wildcard(pattern) else { return pattern.eq_ignore_ascii_case(name) };
    // What the star stands for is the whole of the first label.
    let Some(len) = name.len().checked_sub(rest.len()) else { return false };
    let (label, tail) = name.split_at(len);
    let fits = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    let is_label = !label.is_empty() && (label.iter().all(fits) || label == b"*");
    is_label && tail.eq_ignore_ascii_case(rest)
}

/// What follows the star, from the dot on, in a pattern that may have one: `*`, and two labels or more.
fn wildcard(pattern: &[u8]) -> Option<&[u8]> {
    let rest = pattern.strip_prefix(b"*")?;
    let mut labels = rest.strip_prefix(b".")?.split(|&b| b == b'.');
    let is_label = |label: &[u8]| {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        !label.is_empty()
            && label.iter().all(plain)
            && !label.starts_with(b"-")
            && !label.ends_with(b"-")
    };
    (labels.clone().count() >= 2 && labels.all(is_label)).then_some(rest)
}
