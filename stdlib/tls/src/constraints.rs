//! Name constraints: which names the certificates below a CA may have.

use std::sync::Arc;

use crate::der::{Item, Reader, tag};
use crate::hostname;
use crate::verify::Fault;
use crate::x509::{Certificate, canonical_name, extension};

/// More comparisons than this are an attack.
const MOST_COMPARISONS: usize = 1 << 20;

/// Checks the names of all certificates against the constraints of those above.
pub fn check(chain: &[Arc<Certificate>]) -> Result<(), Fault> {
    for (i, certificate) in chain.iter().enumerate() {
        // An intermediate that issued itself is not meant.
        if i > 0 && certificate.is_self_issued() {
            continue;
        }
        for above in chain.iter().skip(i + 1) {
            if let Some(value) = above.extension(extension::NAME_CONSTRAINTS) {
                check_one(certificate, value, i == 0)?;
            }
        }
    }
    Ok(())
}

fn check_one(certificate: &Certificate, value: &[u8], is_leaf: bool) -> Result<(), Fault> {
    let malformed = |_| Fault(51);
    let mut parts = Reader(value).sequence().map_err(malformed)?;
    let permitted = subtrees(parts.optional(tag::explicit(0)).map_err(malformed)?)?;
    let excluded = subtrees(parts.optional(tag::explicit(1)).map_err(malformed)?)?;
    let alternative = certificate.alternative_names();
    let common;
    let mut names: Vec<(u8, &[u8])> =
        alternative.iter().flatten().map(|name| (name.tag, name.body)).collect();
    if Reader(certificate.subject()).sequence().is_ok_and(|names| !names.is_empty()) {
        names.push((tag::explicit(4), certificate.subject()));
    }
    if is_leaf && !names.iter().any(|(kind, _)| *kind == tag::implicit(2)) {
        // What would be taken for a host's name counts as one.
        common = hostname::common_names(certificate);
        let like_hosts = common.iter().filter(|name| name.contains('.') && !name.contains(' '));
        names.extend(like_hosts.map(|name| (tag::implicit(2), name.as_bytes())));
    }
    if names.len().saturating_mul(permitted.len() + excluded.len()) > MOST_COMPARISONS {
        return Err(Fault(1));
    }
    for (kind, name) in names {
        let mut of_kind = permitted.iter().filter(|base| base.tag == kind).peekable();
        if of_kind.peek().is_some() && !any_fits(of_kind, name)? {
            return Err(Fault(47));
        }
        if any_fits(excluded.iter().filter(|base| base.tag == kind), name)? {
            return Err(Fault(48));
        }
    }
    Ok(())
}

fn subtrees(item: Option<Item<'_>>) -> Result<Vec<Item<'_>>, Fault> {
    let mut found = Vec::new();
    for subtree in item.iter().flat_map(Item::inner) {
        let base = subtree.and_then(|subtree| subtree.inner().any()).map_err(|_| Fault(51))?;
        found.push(base);
    }
    Ok(found)
}

fn any_fits<'a>(bases: impl Iterator<Item = &'a Item<'a>>, name: &[u8]) -> Result<bool, Fault> {
    for base in bases {
        if fits(base, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn fits(base: &Item<'_>, name: &[u8]) -> Result<bool, Fault> {
    const MAIL: u8 = tag::implicit(1);
    const DNS: u8 = tag::implicit(2);
    const IP: u8 = tag::implicit(7);
    const DIRECTORY: u8 = tag::explicit(4);
    Ok(match base.tag {
        DNS => below_domain(base.body, name),
        MAIL => match (base.body.contains(&b'@'), name.iter().rposition(|&b| b == b'@')) {
            (true, _) => base.body.eq_ignore_ascii_case(name),
            (false, Some(at)) => {
                let host = name.get(at + 1..).unwrap_or(&[]);
                if base.body.first() == Some(&b'.') {
                    ends_with(host, base.body)
                } else {
                    host.eq_ignore_ascii_case(base.body)
                }
            }
            (false, None) => false,
        },
        IP => {
            let half = base.body.len() / 2;
            let (net, mask) = base.body.split_at(half);
            net.len() == mask.len()
                && name.len() == half
                && name.iter().zip(net).zip(mask).all(|((n, b), m)| n & m == b & m)
        }
        DIRECTORY => {
            // The base is the beginning of the name, part by part.
            let (Some(base), Some(name)) = (canonical_name(base.body), canonical_name(name)) else {
                return Err(Fault(51));
            };
            name.starts_with(&base)
        }
        _ => return Err(Fault(51)),
    })
}

fn ends_with(name: &[u8], end: &[u8]) -> bool {
    name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

fn below_domain(base: &[u8], name: &[u8]) -> bool {
    if base.is_empty() || !ends_with(name, base) {
        return base.is_empty();
    }
    // At the border of a label.
    let before = name.len() - base.len();
    before == 0 || base.first() == Some(&b'.') || name.get(before - 1) == Some(&b'.')
}
