//! Whether a chain of certificates is to be trusted, decided as OpenSSL decides it.
//!
//! The steps are OpenSSL's, in its order, because programs see which of several faults is found first: build the
//! chain, its extensions, the strength of keys and digests, the host, revocations, signatures from the anchor down
//! with the times, name constraints. Only the signatures themselves are checked by the provider.
//!
//! Why not webpki: it takes an expired root and an intermediate as an anchor, which OpenSSL refuses, and refuses
//! what OpenSSL takes: certificates of version 1, a self-signed CA as the server's own, names in the subject.
//!
//! **Invariant:** the first fault ends it; a chain that ends at nothing that was loaded is never accepted.

use std::sync::Arc;

use rustls::pki_types::SignatureVerificationAlgorithm;

use crate::constraints;
use crate::der::{Reader, tag};
use crate::hostname::{self, Host};
use crate::provider;
use crate::store::Store;
use crate::x509::{Certificate, extension, key_usage};

/// Bits of `verify_flags`.
pub mod flag {
    pub const CRL_CHECK: u32 = 0x4;
    pub const CRL_CHECK_ALL: u32 = 0x8;
    pub const X509_STRICT: u32 = 0x20;
    pub const PARTIAL_CHAIN: u32 = 0x8_0000;
}

/// Longer chains are refused.
const LONGEST: usize = 100;

/// What a certificate is to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Server,
    Client,
}

impl Purpose {
    fn extended_usage(self) -> &'static [u8] {
        match self {
            Purpose::Server => &[0x2b, 6, 1, 5, 5, 7, 3, 1],
            Purpose::Client => &[0x2b, 6, 1, 5, 5, 7, 3, 2],
        }
    }
}

/// A fault by OpenSSL's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub i32);

impl Fault {
    /// OpenSSL's words. Those about hosts are CPython's and told with the host.
    pub fn text(self) -> &'static str {
        match self.0 {
            1 => "unspecified certificate verification error",
            2 => "unable to get issuer certificate",
            3 => "unable to get certificate CRL",
            6 => "unable to decode issuer public key",
            7 => "certificate signature failure",
            8 => "CRL signature failure",
            9 => "certificate is not yet valid",
            10 => "certificate has expired",
            11 => "CRL is not yet valid",
            12 => "CRL has expired",
            18 => "self-signed certificate",
            19 => "self-signed certificate in certificate chain",
            20 => "unable to get local issuer certificate",
            22 => "certificate chain too long",
            23 => "certificate revoked",
            25 => "path length constraint exceeded",
            26 => "unsuitable certificate purpose",
            34 => "unhandled critical extension",
            35 => "key usage does not include CRL signing",
            36 => "unhandled critical CRL extension",
            47 => "permitted subtree violation",
            48 => "excluded subtree violation",
            51 => "unsupported name constraint type",
            62 => "hostname mismatch",
            64 => "IP address mismatch",
            66 => "EE certificate key too weak",
            67 => "CA certificate key too weak",
            68 => "CA signature digest algorithm too weak",
            79 => "invalid CA certificate",
            85 => "Missing Authority Key Identifier",
            86 => "Missing Subject Key Identifier",
            89 => "Basic Constraints of CA cert not marked critical",
            _ => "certificate verify failed",
        }
    }
}

/// What a context asks for.
#[derive(Clone, Debug)]
pub struct Rules {
    pub store: Store,
    pub flags: u32,
    /// Without names of hosts among the alternative ones the subject's count.
    pub common_names: bool,
}

impl Rules {
    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Verifies what the other side has sent, its own certificate first. `now` is in seconds since 1970. Gives the
    /// chain up to what is trusted.
    pub fn verify(
        &self,
        sent: &[Arc<Certificate>],
        purpose: Purpose,
        host: Option<&Host>,
        now: i64,
    ) -> Result<Vec<Arc<Certificate>>, Fault> {
        let chain = self.build(sent, now)?;
        let leaf = chain.first().ok_or(Fault(1))?;
        self.check_extensions(&chain, purpose)?;
        check_strength(&chain)?;
        if let Some(host) = host
            && !hostname::matches(leaf, host, self.common_names)
        {
            return Err(Fault(if matches!(host, Host::Name(_)) { 62 } else { 64 }));
        }
        if self.has(flag::CRL_CHECK) {
            let checked = if self.has(flag::CRL_CHECK_ALL) { chain.len() } else { 1 };
            for i in 0..checked {
                self.check_revocation(&chain, i, now)?;
            }
        }
        check_signatures(&chain, now)?;
        constraints::check(&chain)?;
        Ok(chain)
    }

    /// The chain from the other side's certificate to one that is trusted.
    fn build(&self, sent: &[Arc<Certificate>], now: i64) -> Result<Vec<Arc<Certificate>>, Fault> {
        let mut chain = vec![Arc::clone(sent.first().ok_or(Fault(1))?)];
        let mut unused: Vec<_> = sent.iter().skip(1).take(LONGEST).cloned().collect();
        let mut trusted = 0;
        loop {
            let Some(last) = chain.last().map(Arc::clone) else { return Err(Fault(1)) };
            let known = trusted > 0 || self.store.contains(&last);
            if last.is_self_signed() && known {
                return Ok(chain);
            }
            if known && self.has(flag::PARTIAL_CHAIN) {
                return Ok(chain);
            }
            if chain.len() > LONGEST {
                return Err(Fault(22));
            }
            if !last.is_self_signed() {
                let candidates = self.store.issuers(&last);
                if let Some(issuer) = best(candidates, &chain, now) {
                    trusted += 1;
                    chain.push(issuer);
                    continue;
                }
                if trusted == 0 {
                    let fits = |c: &Arc<Certificate>| last.may_be_issued_by(c);
                    let candidates = unused.iter().filter(|c| fits(c)).cloned().collect();
                    if let Some(issuer) = best(candidates, &chain, now) {
                        unused.retain(|c| !Arc::ptr_eq(c, &issuer));
                        chain.push(issuer);
                        continue;
                    }
                }
            }
            return Err(Fault(match (last.is_self_signed(), chain.len(), trusted) {
                (true, 1, _) => 18,
                (true, ..) => 19,
                (false, _, 0) => 20,
                (false, ..) => 2,
            }));
        }
    }

    fn check_extensions(&self, chain: &[Arc<Certificate>], purpose: Purpose) -> Result<(), Fault> {
        let mut below = 0u32;
        for (i, certificate) in chain.iter().enumerate() {
            if has_unknown_critical(certificate) {
                return Err(Fault(34));
            }
            let constraints = certificate.basic_constraints().map_err(|_| Fault(1))?;
            if i > 0 && !certificate.is_ca() {
                return Err(Fault(79));
            }
            if self.has(flag::X509_STRICT) {
                check_strictly(certificate, i, chain.len())?;
            }
            check_purpose(certificate, purpose, i > 0)?;
            let path_len = constraints.and_then(|(_, path_len)| path_len);
            if i > 1 && path_len.is_some_and(|most| below > most) {
                return Err(Fault(25));
            }
            if i > 0 && !certificate.is_self_issued() {
                below = below.saturating_add(1);
            }
        }
        Ok(())
    }

    fn check_revocation(
        &self,
        chain: &[Arc<Certificate>],
        i: usize,
        now: i64,
    ) -> Result<(), Fault> {
        let Some(certificate) = chain.get(i) else { return Ok(()) };
        let issuer = chain.get(i + 1).unwrap_or(certificate);
        let lists = self.store.lists_of(certificate.issuer());
        // The one that is valid now, else whichever there is.
        let is_valid = |list: &&Arc<crate::x509::RevocationList>| {
            list.this_update <= now && list.next_update.is_none_or(|next| now <= next)
        };
        let list = lists.iter().find(is_valid).or(lists.first()).ok_or(Fault(3))?;
        if issuer.key_usage().is_some_and(|usage| usage & key_usage::CRL_SIGN == 0) {
            return Err(Fault(35));
        }
        if list.this_update > now {
            return Err(Fault(11));
        }
        if list.next_update.is_some_and(|next| next < now) {
            return Err(Fault(12));
        }
        let (tbs, signature) = (list.tbs(), list.signature());
        if !signature_fits(issuer, list.signature_algorithm(), tbs, signature) {
            return Err(Fault(8));
        }
        if list.has_unknown_critical {
            return Err(Fault(36));
        }
        if list.revokes(certificate.serial()) { Err(Fault(23)) } else { Ok(()) }
    }
}

/// The issuer to go on with: one that is valid now, else the one that was for the longest time.
fn best(
    candidates: Vec<Arc<Certificate>>,
    chain: &[Arc<Certificate>],
    now: i64,
) -> Option<Arc<Certificate>> {
    let fresh = candidates.into_iter().filter(|c| !chain.iter().any(|used| used.der == c.der));
    let mut all: Vec<_> = fresh.collect();
    if let Some(valid) = all.iter().position(|c| c.not_before <= now && now <= c.not_after) {
        return Some(all.swap_remove(valid));
    }
    all.into_iter().max_by_key(|c| c.not_after)
}

fn has_unknown_critical(certificate: &Certificate) -> bool {
    const KNOWN: &[&[u8]] = &[
        extension::KEY_USAGE,
        extension::SUBJECT_ALT_NAME,
        extension::BASIC_CONSTRAINTS,
        extension::NAME_CONSTRAINTS,
        extension::POLICIES,
        extension::POLICY_MAPPINGS,
        extension::POLICY_CONSTRAINTS,
        extension::INHIBIT_ANY_POLICY,
        extension::CRL_POINTS,
        extension::EXTENDED_KEY_USAGE,
        extension::AUTHORITY_KEY_ID,
        extension::SUBJECT_KEY_ID,
    ];
    let unknown = |e: &crate::x509::Extension| !KNOWN.contains(&certificate.extension_parts(e).0);
    certificate.extensions.iter().any(|e| e.critical && unknown(e))
}

fn check_purpose(
    certificate: &Certificate,
    purpose: Purpose,
    is_issuer: bool,
) -> Result<(), Fault> {
    if let Some(usages) = certificate.extended_key_usage()
        && !usages.contains(&purpose.extended_usage())
    {
        return Err(Fault(26));
    }
    if is_issuer {
        return Ok(());
    }
    let needed = match purpose {
        Purpose::Server => {
            key_usage::DIGITAL_SIGNATURE | key_usage::KEY_ENCIPHERMENT | key_usage::KEY_AGREEMENT
        }
        Purpose::Client => key_usage::DIGITAL_SIGNATURE | key_usage::KEY_AGREEMENT,
    };
    match certificate.key_usage() {
        Some(usage) if usage & needed == 0 => Err(Fault(26)),
        _ => Ok(()),
    }
}

/// What VERIFY_X509_STRICT asks for beyond.
fn check_strictly(certificate: &Certificate, i: usize, len: usize) -> Result<(), Fault> {
    let is_anchor = i + 1 == len && certificate.is_self_issued();
    if certificate.is_ca() && certificate.version == 3 {
        let marked = |e: &crate::x509::Extension| {
            certificate.extension_parts(e).0 == extension::BASIC_CONSTRAINTS && e.critical
        };
        if certificate.basic_constraints().is_ok_and(|c| c.is_some_and(|(is_ca, _)| is_ca))
            && !certificate.extensions.iter().any(marked)
        {
            return Err(Fault(89));
        }
    }
    if i > 0 && certificate.version < 3 {
        return Err(Fault(79));
    }
    if !is_anchor && !certificate.has_authority_key_id() {
        return Err(Fault(85));
    }
    if certificate.is_ca() && certificate.subject_key_id().is_none() {
        return Err(Fault(86));
    }
    Ok(())
}

/// Level 2 of OpenSSL: 112 bits, which RSA has from 2048 on and SHA-1 and MD5 have not.
fn check_strength(chain: &[Arc<Certificate>]) -> Result<(), Fault> {
    for (i, certificate) in chain.iter().enumerate() {
        if certificate.weak_key() {
            return Err(Fault(if i == 0 { 66 } else { 67 }));
        }
        if i + 1 < chain.len() && weak_digest(certificate.signature_algorithm()) {
            return Err(Fault(68));
        }
    }
    Ok(())
}

fn weak_digest(algorithm: &[u8]) -> bool {
    const WEAK: &[&[u8]] = &[
        // RSA with MD2, MD5, SHA-1; ECDSA with SHA-1; DSA with SHA-1.
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 2],
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4],
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5],
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1],
        &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3],
    ];
    Reader(algorithm).expect(tag::OID).is_ok_and(|id| WEAK.contains(&id.body))
}

/// Signatures and times, from the anchor down. That of an anchor on itself says nothing.
fn check_signatures(chain: &[Arc<Certificate>], now: i64) -> Result<(), Fault> {
    for (i, certificate) in chain.iter().enumerate().rev() {
        if let Some(issuer) = chain.get(i + 1) {
            let algorithm = certificate.signature_algorithm();
            if !signature_fits(issuer, algorithm, certificate.tbs(), certificate.signature()) {
                return Err(Fault(7));
            }
        }
        if now < certificate.not_before {
            return Err(Fault(9));
        }
        if certificate.not_after < now {
            return Err(Fault(10));
        }
    }
    Ok(())
}

/// Whether the signature is the issuer's.
fn signature_fits(
    issuer: &Certificate,
    algorithm: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let fits = |known: &&&dyn SignatureVerificationAlgorithm| {
        known.signature_alg_id().as_ref() == algorithm
            && known.public_key_alg_id().as_ref() == issuer.key_algorithm()
    };
    let known = provider::provider().signature_verification_algorithms.all;
    known.iter().filter(fits).any(|a| a.verify_signature(issuer.key(), message, signature).is_ok())
}
