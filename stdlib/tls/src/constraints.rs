//! Name constraints: which names the certificates below a CA may have.

use std::sync::Arc;

use crate::der::{Item, Reader, tag};
use crate::names::{canonical_name, text};
use crate::verify::Fault;
use crate::x509::{Certificate, extension};

/// More comparisons than this are an attack.
const MOST_COMPARISONS: usize = 1 << 20;

// Kinds of names.
const OTHER: u8 = tag::explicit(0);
const MAIL: u8 = tag::implicit(1);
const DNS: u8 = tag::implicit(2);
const DIRECTORY: u8 = tag::explicit(4);
const URI: u8 = tag::implicit(6);
const IP: u8 = tag::implicit(7);
/// An address of mail in UTF-8, which is no kind of its own in the wire.
const MAILBOX: u8 = 0;

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const MAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
const MAILBOX_ID: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 9];

const UNSPECIFIED: Fault = Fault(1);
const NOT_PERMITTED: Fault = Fault(47);
const EXCLUDED: Fault = Fault(48);
const MINIMUM: Fault = Fault(49);
const UNKNOWN_KIND: Fault = Fault(51);
const BAD_NAME: Fault = Fault(53);

/// Checks the names of all certificates against the constraints of those above. Common names count if nothing else
/// says which host it is, and the context lets them.
pub fn check(chain: &[Arc<Certificate>], common_names: bool) -> Result<(), Fault> {
    for (i, certificate) in chain.iter().enumerate().rev() {
        // An intermediate that issued itself is not meant.
        if i > 0 && certificate.is_self_issued() {
            continue;
        }
        for above in chain.iter().skip(i + 1).rev() {
            if let Some(value) = above.extension(extension::NAME_CONSTRAINTS) {
                let limits = Limits::read(value)?;
                limits.check(certificate)?;
                if i == 0 && common_names {
                    limits.check_common_names(certificate)?;
                }
            }
        }
    }
    Ok(())
}

/// A subtree: the name at its top, and whether it asks for something that nobody knows.
struct Subtree<'a> {
    base: Item<'a>,
    has_range: bool,
}

struct Limits<'a> {
    permitted: Vec<Subtree<'a>>,
    excluded: Vec<Subtree<'a>>,
}

impl<'a> Limits<'a> {
    fn read(value: &'a [u8]) -> Result<Limits<'a>, Fault> {
        let mut parts = Reader(value).sequence().map_err(|_| UNKNOWN_KIND)?;
        let mut next =
            |n| parts.optional(tag::explicit(n)).map_err(|_| UNKNOWN_KIND).and_then(subtrees);
        Ok(Limits { permitted: next(0)?, excluded: next(1)? })
    }

    fn check(&self, certificate: &Certificate) -> Result<(), Fault> {
        let parts = name_parts(certificate.subject());
        let alternative = certificate.alternative_names().unwrap_or_default();
        let (names, limits) =
            (parts.len() + alternative.len(), self.permitted.len() + self.excluded.len());
        if names.saturating_mul(limits) > MOST_COMPARISONS {
            return Err(UNSPECIFIED);
        }
        if !parts.is_empty() {
            self.check_name(DIRECTORY, certificate.subject())?;
        }
        for (_, value) in parts.iter().filter(|(id, _)| *id == MAIL_ADDRESS) {
            if value.tag != tag::IA5 {
                return Err(BAD_NAME);
            }
            self.check_name(MAIL, value.body)?;
        }
        for name in alternative {
            match mailbox(&name) {
                Some(address) => self.check_name(MAILBOX, address)?,
                None => self.check_name(name.tag, name.body)?,
            }
        }
        Ok(())
    }

    /// What would be taken for a host's name counts as one.
    fn check_common_names(&self, certificate: &Certificate) -> Result<(), Fault> {
        let alternative = certificate.alternative_names().unwrap_or_default();
        if alternative.iter().any(|name| name.tag == DNS) {
            return Ok(());
        }
        let parts = name_parts(certificate.subject());
        for (_, value) in parts.iter().filter(|(id, _)| *id == COMMON_NAME) {
            let name = text(*value).ok_or(BAD_NAME)?;
            let name = name.trim_end_matches('\0');
            if name.contains('\0') {
                return Err(BAD_NAME);
            }
            if looks_like_host(name) {
                self.check_name(DNS, name.as_bytes())?;
            }
        }
        Ok(())
    }

    fn check_name(&self, kind: u8, name: &[u8]) -> Result<(), Fault> {
        let mut of_kind = self.permitted.iter().filter(|tree| tree.is_of(kind, name)).peekable();
        if of_kind.peek().is_some() && !any_fits(of_kind, kind, name)? {
            return Err(NOT_PERMITTED);
        }
        let of_kind = self.excluded.iter().filter(|tree| tree.is_of(kind, name));
        if any_fits(of_kind, kind, name)? { Err(EXCLUDED) } else { Ok(()) }
    }
}

impl Subtree<'_> {
    fn is_of(&self, kind: u8, name: &[u8]) -> bool {
        let id = |body| Reader(body).expect(tag::OID).map(|id| id.body);
        let wanted = if kind == MAILBOX { MAIL } else { kind };
        self.base.tag == wanted && (kind != OTHER || id(self.base.body) == id(name))
    }
}

fn subtrees(item: Option<Item<'_>>) -> Result<Vec<Subtree<'_>>, Fault> {
    let mut found = Vec::new();
    for subtree in item.iter().flat_map(Item::inner) {
        let mut parts = subtree.map_err(|_| UNKNOWN_KIND)?.inner();
        let base = parts.any().map_err(|_| UNKNOWN_KIND)?;
        // The least depth is 0, and there is no greatest.
        let has_range = !matches!(parts.0, [] | [0x80, 1, 0]);
        found.push(Subtree { base, has_range });
    }
    Ok(found)
}

/// The identifiers and values of a name.
fn name_parts(name: &[u8]) -> Vec<(&[u8], Item<'_>)> {
    let Ok(sets) = Reader(name).sequence() else { return Vec::new() };
    let pairs = sets.flatten().flat_map(|set| set.inner()).flatten();
    pairs
        .filter_map(|pair| {
            let mut pair = pair.inner();
            Some((pair.expect(tag::OID).ok()?.body, pair.any().ok()?))
        })
        .collect()
}

/// The address that a name of another kind is.
fn mailbox<'a>(name: &Item<'a>) -> Option<&'a [u8]> {
    if name.tag != OTHER {
        return None;
    }
    let mut parts = name.inner();
    if parts.expect(tag::OID).ok()?.body != MAILBOX_ID {
        return None;
    }
    Some(parts.expect(tag::explicit(0)).ok()?.inner().any().ok()?.body)
}

/// Whether a common name has labels with dots between. With a star it has too: hosts are compared with those.
fn looks_like_host(name: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'*');
        !label.is_empty()
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.contains('.') && name.split('.').all(is_label)
}

fn any_fits<'a>(
    trees: impl Iterator<Item = &'a Subtree<'a>>,
    kind: u8,
    name: &[u8],
) -> Result<bool, Fault> {
    let mut found = false;
    for tree in trees {
        if tree.has_range {
            return Err(MINIMUM);
        }
        found = found || fits(kind, tree.base.body, name)?;
    }
    Ok(found)
}

fn fits(kind: u8, base: &[u8], name: &[u8]) -> Result<bool, Fault> {
    match kind {
        DNS => Ok(below_domain(base, name)),
        MAIL => mail_fits(base, name),
        // By the host only.
        MAILBOX if base.contains(&b'@') => Ok(false),
        MAILBOX => mail_fits(base, name),
        URI => uri_fits(base, name),
        IP => {
            let half = base.len() / 2;
            let (net, mask) = base.split_at(half);
            if !matches!(name.len(), 4 | 16) || !matches!(base.len(), 8 | 32) {
                return Err(BAD_NAME);
            }
            let fits = |((n, b), m): ((&u8, &u8), &u8)| n & m == b & m;
            Ok(name.len() == half && name.iter().zip(net).zip(mask).all(fits))
        }
        DIRECTORY => {
            // The base is the beginning of the name, part by part.
            let base = canonical_name(base).ok_or(UNKNOWN_KIND)?;
            Ok(canonical_name(name).ok_or(BAD_NAME)?.starts_with(&base))
        }
        _ => Err(UNKNOWN_KIND),
    }
}

/// An address, a host, or with a dot in front all hosts below one.
fn mail_fits(base: &[u8], name: &[u8]) -> Result<bool, Fault> {
    let Some((user, host)) = split_address(name) else { return Err(BAD_NAME) };
    Ok(match split_address(base) {
        None if base.starts_with(b".") => host.len() > base.len() && ends_with(host, base),
        None => host.eq_ignore_ascii_case(base),
        // Without a user it is any; the user's name is compared as it is.
        Some((wanted, at)) => {
            (wanted.is_empty() || wanted == user) && host.eq_ignore_ascii_case(at)
        }
    })
}

fn split_address(address: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = address.iter().rposition(|&b| b == b'@')?;
    Some((address.get(..at)?, address.get(at + 1..)?))
}

/// By the host of an address that has one.
fn uri_fits(base: &[u8], name: &[u8]) -> Result<bool, Fault> {
    let colon = name.iter().position(|&b| b == b':').ok_or(BAD_NAME)?;
    let rest = name.get(colon + 1..).and_then(|rest| rest.strip_prefix(b"//")).ok_or(BAD_NAME)?;
    let end = |wanted: u8| rest.iter().position(|&b| b == wanted);
    let len = end(b':').or_else(|| end(b'/')).unwrap_or(rest.len());
    let host = rest.get(..len).filter(|host| !host.is_empty()).ok_or(BAD_NAME)?;
    if base.starts_with(b".") {
        return Ok(host.len() > base.len() && ends_with(host, base));
    }
    Ok(host.eq_ignore_ascii_case(base))
}

fn ends_with(name: &[u8], end: &[u8]) -> bool {
    let start = name.len().checked_sub(end.len());
    start.and_then(|start| name.get(start..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn below_domain(base: &[u8], name: &[u8]) -> bool {
    if base.is_empty() || !ends_with(name, base) {
        return base.is_empty();
    }
    // At the border of a label.
    let before = name.len() - base.len();
    before == 0 || base.first() == Some(&b'.') || name.get(before.wrapping_sub(1)) == Some(&b'.')
}
