//! Whether certificates of a chain are revoked, by the lists that were loaded.

use std::sync::Arc;

use crate::store::Store;
use crate::verify::{Fault, signature_fits};
use crate::x509::{Certificate, RevocationList, key_usage};

/// The list that fits best, and looks newest.
fn best(store: &Store, certificate: &Certificate, now: i64) -> Result<Arc<RevocationList>, Fault> {
    let lists = store.lists_of(certificate);
    let usable = lists.into_iter().filter(|list| list.is_complete());
    usable
        .max_by_key(|list| {
            let order = (!list.has_unknown_critical, list.is_about(certificate));
            (order, list.is_valid(now), list.this_update)
        })
        .ok_or(Fault(3))
}

/// Checks one certificate. The last of a chain has issued itself, or its list cannot be verified.
pub(crate) fn check(
    store: &Store,
    chain: &[Arc<Certificate>],
    i: usize,
    now: i64,
) -> Result<(), Fault> {
    let Some(certificate) = chain.get(i) else { return Ok(()) };
    let list = best(store, certificate, now)?;
    let issuer = match chain.get(i + 1) {
        Some(issuer) => issuer,
        None if certificate.is_self_signed() => certificate,
        None => return Err(Fault(33)),
    };
    if issuer.key_usage().is_some_and(|usage| usage & key_usage::CRL_SIGN == 0) {
        return Err(Fault(35));
    }
    if !list.is_about(certificate) {
        return Err(Fault(44));
    }
    if list.this_update > now {
        return Err(Fault(11));
    }
    if !list.is_valid(now) {
        return Err(Fault(12));
    }
    if !signature_fits(issuer, list.signature_algorithm(), list.tbs(), list.signature()) {
        return Err(Fault(8));
    }
    if list.has_unknown_critical {
        return Err(Fault(36));
    }
    if list.revokes(certificate.serial()) { Err(Fault(23)) } else { Ok(()) }
}
